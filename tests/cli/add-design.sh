#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# "How to add a design" of CONTRIBUTING.md, done to a copy of the tree: one
# file and one row, and it is listed, planned, run and put through every test
# of designs.
. "$(dirname "$0")/lib.sh"
copy_tree --exclude='*.so' --exclude=./race --exclude='./sides/[!p]*' \
	--exclude='./tests/unit/test_[!e]*'

sed 's/DESIGN_NAME rwlock/DESIGN_NAME toy/' \
	kernels/designs/rwlock.c >kernels/designs/toy.c
ok "a lint looks for its row" tests/lint/designs.sh
has '^not ok 1' "$out"
has '^# toy\.c$' "$out"
echo 'DESIGN(toy)' >>kernels/designs/registry.def

programs=(unit/test_engine model/test_{model,linear,nested}
	stress/test_{install,torture,torture_nested} oracle/oracle)
ok "it builds" make -j2 BUILD=build BRIEFLY="$(all || echo -O1 -g1)" all \
	"${programs[@]/#/build/tests/}"
lacks 'warning' "$err"
grep '^  CC build/.*/designs/' "$out" | grep -vE '/(toy|registry)\.o$' >others
none "no other design is compiled again" others
ok "the designs are listed" build/vtdbench list designs
has '^ +toy ' "$out"

# Each briefly; what they say of the new design is among the lines.
export CMOCKA_MESSAGE_OUTPUT=TAP MODEL_OPS=500 NESTED_STEPS=60 \
	LINEAR_ROUNDS=20 STRESS_SECONDS=1 STRESS_ROUNDS=100
for program in "${programs[@]}"; do
	[[ $program == oracle/* ]] && continue
	# The others alone unless nothing is to be left out: they are tested
	# anyway.
	if ! all || [[ $program == stress/* ]]; then
		export MODEL_DESIGN=toy STRESS_DESIGN=toy
	fi
	ok "$program runs" "build/tests/$program"
	has '^ok [0-9]+ - toy_' "$out"
done
if command -v qemu-system-x86_64 >/dev/null; then
	ok "QEMU judges it" env CHECKS=1000 ORACLE_FIRST_STAGE= \
		build/tests/oracle/oracle
	has '^ok [0-9]+ - toy, 3 levels, legacy: [0-9]+ checks' "$out"
	has '^ok [0-9]+ - toy, 4 levels, scalable: [0-9]+ checks' "$out"
else
	skip "QEMU judges it" "no QEMU"
fi
cat >toy.yaml <<'YAML'
name: toy
repetitions: 1
sweeps:
  - design: [none, toy]
    footprint: 1M
    warmup: 1ms
    phase: 5ms
YAML
ok "configs take it" build/vtdbench check toy.yaml
has 'toy' "$out"
ok "it runs" build/vtdbench run toy.yaml --results toy.sqlite
has '\btoy\b' "$out"
