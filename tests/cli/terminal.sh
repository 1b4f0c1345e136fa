#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a terminal shows besides: how a run goes, with the ratio that comes
# first as it settles, and colours; neither reaches a pipe or a file.
. "$(dirname "$0")/lib.sh"
export LC_ALL=C.UTF-8
unset COLUMNS NO_COLOR VTDBENCH_COLOR VTDBENCH_OUT

cat >tiny.yaml <<END
name: tiny
repetitions: 8
retries: 0
phase: 1ms
warmup: 0
design: [leak, spinlock]
footprint: 1M
sim.enabled: false
sweeps:
  - {name: updates, workload: map_sizes, walkers: 0, mappers: 1}
  - {name: walks, workload: uniform, walkers: 1}
END

# on_terminal COMMAND: what it prints there, a line each time it goes back
on_terminal() {
	script -qec "stty cols 132; TERM=xterm $*" /dev/null </dev/null \
		2>/dev/null | tr '\r' '\n'
}

ok "into a pipe" "$VTDBENCH" run tiny.yaml --results pipe.db
lacks $'\033' "$out"
lacks $'\033' "$err"
has 'about [0-9]+ s left, walk alone: spinlock [0-9.]+ (\+-|\?)' "$err"
ok "the report" "$VTDBENCH" report --results pipe.db
cp "$out" plain
lacks $'\033' plain
ok "coloured if asked for" "$VTDBENCH" --color=always report --results pipe.db
has $'\033\\[(1;3[12]|2)m' "$out"
ok "but not where it is kept" "$VTDBENCH" --color=always report \
	--results pipe.db --out o
lacks $'\033' o/report.txt

if has_terminal; then
	on_terminal "'$VTDBENCH' run tiny.yaml --results t.db" >shown
	has 's left, walk alone: spinlock [0-9.]+ (\?|\+-[0-9.]+ %): ' shown
	has '^.\[K\[1/32\] 0 %, [^,]* left: ' shown
	has $'\033\\[(1;3[12]|2)m' shown
	on_terminal "'$VTDBENCH' report --results pipe.db" | grep . >shown
	has $'\033\\[(1;3[12]|2)m' shown
	sed 's/\x1b\[[0-9;]*m//g' shown >stripped
	COLUMNS=100 "$VTDBENCH" report --results pipe.db | grep . >plain
	is "nothing else differs" "$(diff stripped plain)" ""
	for how in "NO_COLOR=1 '$VTDBENCH'" "TERM=dumb '$VTDBENCH'" \
		"'$VTDBENCH' --color=never"; do
		on_terminal "$how report --results pipe.db" >shown
		has '^  spinlock ' shown
		lacks $'\033' shown
	done
else
	skip "a terminal" "no terminal can be had"
fi
