#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The gate from end to end, on builds of one design: equal ones pass, slower
# ones are found, with the workload and the level; wrong answers and bad input
# are refused. No time is asserted, only what comes of comparing.
. "$(dirname "$0")/lib.sh"
. "$top/tests/cli/page.bash"

engine_of none old
engine_like old load slow.h '1i #define SLOW_LOAD 2'
! all || engine_like old cycle slow.h '1i #define SLOW_CYCLE 2'
# Twice as much takes fewer draws to see.
percent=10
! all || percent=5
engine_like old work side/side_slow.h "1i #define SLOW_PER_MILLE ${percent}0"
# Every walk gives the address after the one that is right.
engine_like old wrong engine_walk.inc 's/return (entry & VTD_ADDR_MASK & ~offset) | (iova & offset);/return ((entry \& VTD_ADDR_MASK \& ~offset) | (iova \& offset)) + 1;/'
cp -r old same

walks='none/walk_dep_4k,none/walk_dep_2m,none/walk_dep_1g'
# A busy machine may make one try inconclusive, never a wrong verdict; and may
# hide at which level a cycle is, which $level says how to see.
gate() {
	local want=$1 name=$2 status i
	shift 2
	for i in 1 2 3; do
		"$VTDBENCH" gate --baseline old --only "$walks" --seed "$i" \
			"$@" </dev/null >"$out" 2>"$err"
		status=$?
		# What is said of a metric is folded to the page.
		sed -i -e ':a;N;$!ba;s/\n        */ /g' "$out"
		[ $status != 5 ] && grep -qE -- "${level:-}" "$out" && break
	done
	if [ $status = "$want" ]; then
		pass "$name"
	else
		fail "$name: exit $status, not $want"
	fi
}

gate 0 "equal builds pass" --candidate same --results r.sqlite --out o
has '^no regression' "$out"
has 'Exact figures: [1-9][0-9]* compared, 0 differ' "$out"
is "it is stored" "$(sqlite3 r.sqlite \
	'SELECT count(*) FROM gate_metric WHERE canary IS NOT NULL')" 3
lacks 'cannot be linked anew' "$out"
has '<testsuites>' o/gate.xml
has '"conclusion": "no regression"' o/gate.json
has 'no regression' o/gate.md

gate 3 "an extra load at level 2 fails" --candidate load --no-store --out o
has 'SLOWER  walk_dep_4k, none: .*; at level 2' "$out"
has '^regression' "$out"
# (one instruction more there: 0.9 % where that is measured so well)
lacks 'SLOWER  walk_dep_1g.*level 2' "$out"
# + and - are the change's alone: no mark behind a figure is one of them.
has '^  walk_dep_4k +\+[0-9.]+! ' "$out"
lacks '^  walk_dep_.*[0-9][-+] ' "$out"
has 'f faster; no mark: same' "$out"
has '<failure message="walk_dep_4k, none' o/gate.xml
has '"slower": true' o/gate.json
has '\*\*SLOWER\*\*: walk_dep_4k, none' o/gate.md
if command -v valgrind >/dev/null; then
	has 'WORSE   walk_dep_4k, none: \+1(\.0[0-9]*)? memory reads per operation .*at level 2' \
		"$out"
	ok "the old one is the better one" \
		"$VTDBENCH" gate --baseline load --candidate old --no-store \
		--exact-only --only none/walk_dep_4k,none/walk_dep_2m
	has 'better  walk_dep_4k, none: -1(\.0[0-9]*)? memory reads' "$out"
else
	skip "instructions" "no valgrind"
fi

# The same as a page.
figures=0
command -v gnuplot >/dev/null && figures=1
page_is_whole o/gate.html $figures
page_in_browser o/gate.html $figures '[0-9]+'
has '<h1>Is load slower than old\?</h1>' o/gate.html
has '<span class="verdict bad">regression: ' o/gate.html
has '<span class="verdict bad">SLOWER</span> walk_dep_4k, none' o/gate.html
has 'download="metrics.csv"' o/gate.html
has '^<pre tabindex="0">vtdbench gate --baseline old' o/gate.html

if command -v xmllint >/dev/null; then
	ok "its JUnit is of the schema" xmllint --noout \
		--relaxng "$top/tests/data/junit.rng" o/gate.xml
fi

# Where objects or a linker are missing, those orders are drawn that there are.
mkdir linked
cp same/sides/engine-*.so linked/
walks=none/walk_dep_4k gate 0 "equal builds in orders that are there pass" \
	--candidate linked --no-store --times-only
has '^new: of the 2 link orders that were built' "$out"
lacks '^old: of the' "$out"

# of a walk to level 1, in the engine; the code around changes with it. A load
# there was found above.
if all; then
	level='SLOWER  walk_dep_4k, none: .*level 2 \+'
	gate 3 "a cycle at level 2 fails" --candidate cycle --no-store \
		--times-only
	has "$level" "$out"
	level=''
fi

fails 5 "a budget that is too small" "$VTDBENCH" gate --baseline old \
	--candidate work --no-store --times-only --only "$walks" --budget 1ms
has '^too noisy to judge: 3 of 3 metrics could not be judged within the budget' \
	"$out"

fails 1 "a wrong answer is no slow one" "$VTDBENCH" gate --baseline old \
	--candidate wrong --no-store --times-only --only 'none/walk_dep_4k'
has 'add up to' "$err"

# compare takes builds as well
fails 3 "compare finds what takes $percent % longer" \
	"$VTDBENCH" compare old work --format markdown --out c
has 'SLOWER  walk_dep_4k, none' c/gate.txt
is "compare of builds has its forms" "$(ls c)" "$(printf '%s\n' common.gp \
	forest.dat forest.gp forest.png forest.svg gate.html gate.json gate.md \
	gate.txt gate.xml)"

ok "pair measures" "$VTDBENCH" pair old/sides/engine-{0,1}.so \
	same/sides/engine-0.so --triples 3 --only 'none/walk_dep_4k'
has '"metric": "walk_dep_4k"' "$out"
ok "exact figures repeat" "$VTDBENCH" pair --exact old/sides/engine-0.so
cp "$out" first
ok "exact figures repeat over link orders" \
	"$VTDBENCH" pair --exact old/sides/engine-1.so
cp "$out" second
ok "they are the same" cmp first second
ok "or of one case" "$VTDBENCH" pair --exact old/sides/engine-0.so \
	--only none/walk_dep_2m
is "alone" "$(grep -oE '"case": "[a-z0-9_]*"' "$out" | sort -u)" \
	'"case": "walk_dep_2m"'

fails 2 "no baseline" "$VTDBENCH" gate
has 'needs --baseline' "$err"
fails 2 "a revision that is none" "$VTDBENCH" gate --baseline no-such-thing
fails 2 "a folder without builds" "$VTDBENCH" gate --baseline . --no-store
has 'make sides' "$err"
echo text >engine-0.so
fails 2 "a file that is no build" "$VTDBENCH" gate --baseline engine-0.so \
	--candidate old --no-store --times-only
fails 2 "a case that is none" "$VTDBENCH" gate --baseline old \
	--candidate same --no-store --times-only --only none/nothing
fails 2 "a budget without a unit" "$VTDBENCH" gate --baseline old --budget 10x
fails 2 "nothing to compare" "$VTDBENCH" gate --baseline old --exact-only \
	--times-only
fails 2 "two builds are too few" "$VTDBENCH" pair old same
