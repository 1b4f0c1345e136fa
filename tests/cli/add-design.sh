#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# "How to add a design" of CONTRIBUTING.md, done to a copy of the tree: one
# file and one row, and it is listed, planned, run and tested.
. "$(dirname "$0")/lib.sh"
BUILD=${BUILD:-$top/build}

# The copy keeps the times, so only what the design touches is built.
mkdir src
(cd "$top" && tree '*' | tar cf - -T -) | tar xf - -C src
cp -a "$BUILD" src/build
cd src || exit 2
unset MAKEFLAGS MAKEOVERRIDES MFLAGS BUILD

sed 's/design_rwlock/design_toy/; s/"rwlock"/"toy"/' \
	kernels/design_rwlock.c >kernels/design_toy.c
echo 'DESIGN(toy)' >>kernels/designs.def

ok "it builds" make -j2 BUILD=build all build/tests/model/test_model
lacks 'warning' "$err"
ok "the designs are listed" build/vtdbench list designs
has '^ +toy ' "$out"
ok "the model test runs" env CMOCKA_MESSAGE_OUTPUT=TAP MODEL_OPS=2000 \
	build/tests/model/test_model
has 'toy' "$out"
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
