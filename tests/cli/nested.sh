#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The workload nested, end to end: every design, the sizes of page of both
# stages, with and without mappers; entries read a walk are exact. And a run
# with values of its own that is resumed.
. "$(dirname "$0")/lib.sh"

cat >nested.yaml <<Y
name: nested
repetitions: 1
design: $(every_design)
workload: nested
format: first_stage
phase: 2ms
warmup: 1ms
retries: 0
sim: {ops: 1000}
sweeps:
  - name: pages
    footprint: 1G
    page_size: [4K, 1G]
    second_page: [4K, 2M]
    design: [rcu]
  - name: updates
    footprint: 2M
    mappers: 1
  - name: five
    footprint: 2M
    levels: 5
Y
ok "the config is one" "$VTDBENCH" check nested.yaml
ok "it runs" "$VTDBENCH" run nested.yaml --no-report --results n.sqlite

# refs SWEEP: the entries read a walk, ascending
refs() {
	sqlite3 n.sqlite "SELECT DISTINCT round(value, 3) FROM value
		JOIN trial ON trial.id = value.trial WHERE sweep = '$1'
		AND metric = 'refs_per_walk' ORDER BY 1" | tr '\n' ' '
}

if command -v sqlite3 >/dev/null; then
	is "every trial is ok" "$(sqlite3 n.sqlite \
		"SELECT DISTINCT status FROM trial")" ok
	# n entries over m: n * (m + 1) + m
	is "5 levels over 5 read 35 entries" "$(refs five)" "35.0 "
	is "4K or 1G over 4K or 2M read 24, 19, 14 or 11 entries" \
		"$(refs pages)" "11.0 14.0 19.0 24.0 "
else
	skip "what was measured" "no sqlite3"
fi

cat >one.yaml <<'Y'
name: one
repetitions: 3
sweeps: [{design: [none, rcu], footprint: 1M, warmup: 1ms, phase: 2ms}]
Y
# A run with values of its own, cut short: resuming takes them from the store.
ok "a run with values and a filter" "$VTDBENCH" -q run one.yaml --set phase=3ms \
	--set retries=0 --filter rcu --no-report --results r.sqlite
if command -v sqlite3 >/dev/null; then
	n=$(sqlite3 r.sqlite "SELECT count(*) FROM trial")
	sqlite3 r.sqlite "DELETE FROM trial WHERE id > 1;
		UPDATE run SET status = 'running'"
	ok "it is resumed" "$VTDBENCH" -q run --resume --no-report \
		--results r.sqlite
	is "with the same values and filter" "$(sqlite3 r.sqlite \
		"SELECT count(*) || design FROM trial GROUP BY design")" "${n}rcu"
fi
