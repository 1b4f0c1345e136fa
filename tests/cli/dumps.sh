#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What dumpers do: dumps as a whole and in chunks, counted and printed, and dirty
# scans of what walkers write through the IOTLB, under every design that lets a
# foreign walker in.
. "$(dirname "$0")/lib.sh"

# config LINES: a small run with these sweeps
config() {
	cat <<-END
		name: dumps
		repetitions: 1
		retries: 0
		design: ${design:-$(every_design)}
		workload: churn
		dumpers: 1
		footprint: 4M
		phase: ${phase:-2ms}
		warmup: 0
		ops: 4096
		sim.enabled: false
		inv: {submit_ns: 0, service_ns: 0}
		results: r.sqlite
		sweeps:
		$1
	END
}

# values METRIC: the axes and its values, of all trials
values() {
	"$VTDBENCH" export latest --results r.sqlite --format csv |
		awk -F, -v metric="$1" '$7 == metric { print $5, $10 }'
}

config '  - {name: dumps, walkers: 0, mappers: 1, dump: [count, print], dump_chunk: [0, 64, 4096]}
  - {name: scans, walkers: 0, mappers: 1, ad_bits: true, dump: dirty, dump_chunk: [0, 64]}' >c.yaml
ok "every design" "$VTDBENCH" run c.yaml --no-report
is "no answer is wrong" "$(sqlite3 r.sqlite \
	"SELECT count(*) FROM trial WHERE status = 'wrong'")" 0
has 'driver is safe for walkers of their own' "$err"
for metric in dump_ms dump_leaf_ns; do
	ok "$metric is there" [ "$(values $metric | wc -l)" -gt 0 ]
done
ok "scans say what they found" \
	[ "$(values scan_dirty_leaves | wc -l)" -gt 0 ]
is "which is nothing where nobody translates" "$(values scan_dirty_leaves |
	awk '{ n += $NF } END { print n + 0 }')" 0
is "dumps say nothing of it" "$(values scan_dirty_leaves |
	grep -cE 'count|print')" 0

# --- what is written is found -----------------------------------------------------

rm r.sqlite
design='[leak, rwlock, rcu]' phase=20ms
config '  - {name: written, walkers: 1, ad_bits: true, iotlb.sets: 16, dump: dirty}' >c.yaml
ok "scans beside walkers" "$VTDBENCH" run c.yaml --no-report
ok "find dirty leaves" awk -v n="$(values scan_dirty_leaves |
	awk '$NF > max { max = $NF } END { print max + 0 }')" \
	'BEGIN { exit !(n > 0) }'

# --- what is refused, and why ------------------------------------------------------

# refused LINES PATTERN
refused() {
	config "  - {name: x, $1}" >c.yaml
	fails 2 "refused: $1" "$VTDBENCH" check c.yaml
	has "$2" "$err"
}

refused 'walkers: 1, dump: dirty' 'dirty takes ad_bits: true'
refused 'walkers: 1, dump_chunk: 63' 'dump_chunk of 63 entries: 0, or 64 to 4096'
refused 'walkers: 1, dumpers: 0, dump_chunk: 64' 'dump_chunk without dumpers'
refused 'walkers: 1, dumpers: 0, dump: print' 'dump without dumpers'
refused 'workload: nested, format: first_stage, ad_bits: true, walkers: 1' \
	'has no accessed and dirty bits'
