#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Text for people fits the page: 100 columns with everything in it; where there
# are fewer, what is left out is named.
. "$(dirname "$0")/lib.sh"
export LC_ALL=C.UTF-8 NO_COLOR=1 VTDBENCH_RESULTS=$tmp/r.sqlite
unset COLUMNS VTDBENCH_OUT

cat >all.yaml <<END
name: all
title: Enough for every table, in a title that is longer than a narrow page would hold on one line
repetitions: 1
retries: 0
phase: 1ms
warmup: 0
sim: {ops: 1000, cpus: 64}
sweeps:
  - {name: walks, workload: uniform, design: $(every_design), footprint: 1M}
  - {name: both, workload: uniform, design: rcu, footprint: 1M, walkers: 1, mappers: 1}
  - {name: sizes, workload: map_sizes, design: [none, rcu_qsbr], walkers: 0, mappers: 1}
  - {name: trace, workload: trace, design: [none, rcu_qsbr], walkers: 0, mappers: 1, trace: $top/configs/traces/boot-all.trace.gz, trace_events: 300}
END
if [ "$(nproc)" = 1 ]; then
	sed -i '/name: both/d' all.yaml
fi
ok "a run" "$VTDBENCH" run all.yaml --no-report
ok "and another" "$VTDBENCH" run all.yaml --no-report

# fits COLUMNS COMMAND…: no line of what it prints is wider
fits() {
	local columns=$1
	shift
	COLUMNS=$columns "$VTDBENCH" "$@" >"$out" 2>"$err"
	grep -E "^.{$((columns + 1)),}" "$out" >wide
	[ -s "$out" ] || echo "nothing printed" >wide
	none "$columns columns hold $*" wide
}
for columns in 100 80 60; do
	fits $columns report latest
	fits $columns report latest --brief
	ok "$columns columns: one screen" [ "$(wc -l <"$out")" -le 30 ]
	fits $columns compare 1 2
	fits $columns trend --all
	fits $columns list
	fits $columns doctor
	fits $columns topo
	fits $columns topo --topology "synthetic:numa:64 core:4 pu:2"
	fits $columns topo --topology "synthetic:numa:64 core:4 pu:2" --threads 256
	fits $columns check "$top"/configs/*.yaml
	fits $columns counters
	fits $columns counters cache
	fits $columns counters --pmu skx
	fits $columns replay "$top/configs/traces/boot-all.trace.gz" --until-event 300
	has '^ +design .* wrong$' "$out"
done
fits 76 export latest --format email

COLUMNS=100 "$VTDBENCH" report latest >report.100
lacks 'no room' report.100
for column in p50 p99.9 floor 'walks/s' scale hits L1d LLC held turbed; do
	has "$column" report.100
done
COLUMNS=80 "$VTDBENCH" report latest >report.80
COLUMNS=60 "$VTDBENCH" report latest >report.60
has '^  \(no room in 60 columns for: walk ns p99.9, ' report.60
has '^  rcu_qsbr ' report.80
"$VTDBENCH" report latest >report.pipe
is "a pipe is 100 columns wide" "$(diff report.pipe report.100)" ""
"$VTDBENCH" report latest --out o >/dev/null
is "so is a file" "$(diff o/report.txt report.100)" ""

# A terminal says itself how wide it is; COLUMNS goes before it.
if has_terminal; then
	script -qec "stty cols 80; '$VTDBENCH' report latest" /dev/null \
		</dev/null 2>/dev/null | tr -d '\r' >report.tty
	is "a terminal of 80 columns" "$(diff report.tty report.80)" ""
	script -qec "stty cols 80; COLUMNS=100 '$VTDBENCH' report latest" \
		/dev/null </dev/null 2>/dev/null | tr -d '\r' >report.tty
	is "COLUMNS goes before it" "$(diff report.tty report.100)" ""
else
	skip "a terminal" "no terminal can be had"
fi
