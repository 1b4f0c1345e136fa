#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Draws beyond the plan: precision and budget, and what a run that is broken
# off, dealt out or out of time makes of them.
. "$(dirname "$0")/lib.sh"

cat >c.yaml <<-'END'
	name: small
	repetitions: 2
	repetitions_max: 5
	precision: {walk: 0.01%}
	retries: 0
	phase: 1ms
	warmup: 0
	ops: 1024
	sim.ops: 1000
	design: [leak, rcu]
	sweeps:
	  - {name: walk, walkers: 1, footprint: [1M, 2M]}
	  - {name: change, workload: ring, walkers: 0, mappers: 1, footprint: 2M}
END

# sql FILE QUERY
sql() {
	sqlite3 -readonly "$1" "$2"
}

# draws FILE: of each sweep, and how many of their keys there are
draws() {
	sql "$1" "SELECT sweep, count(*), count(DISTINCT key) FROM trial
		GROUP BY sweep ORDER BY sweep"
}
# walk: 2 cells, 3 contestants, 5 draws; nobody asked about updates
all=$'change|6|6\nwalk|30|30'

# --- as precise as asked for, or as often as allowed ---------------------------

ok "check" "$VTDBENCH" check c.yaml
has '12 trials, about .*; then up to 5 draws of a cell' "$out"
ok "a precision that cannot be had" "$VTDBENCH" run c.yaml --results a.sqlite
is "draws what was asked about" "$(draws a.sqlite)" "$all"
has '12 of 12 trials and 12 beyond, for precision' "$out"
has '1 of 3 cells precise' "$err"
is "the plan is as large as ever" \
	"$(sql a.sqlite 'SELECT plan_size, status FROM run')" "12|done"
is "later draws leave out the tails and the floor" \
	"$(sql a.sqlite "SELECT metric, max(repetition) FROM value
		JOIN trial ON trial = trial.id WHERE sweep = 'walk' AND metric IN
		('walk_lat_ns', 'walk_p99_ns', 'floor_dep_ns') GROUP BY metric")" \
	$'floor_dep_ns|1\nwalk_lat_ns|4\nwalk_p99_ns|1'
ok "with intervals" "$VTDBENCH" run c.yaml --results b.sqlite \
	--filter ^walk/ --set repetitions=6 --set repetitions_max=7
# on a busy machine all draws may be
sqlite3 b.sqlite "UPDATE trial SET disturbed = 0"
ok "what was not reached" "$VTDBENCH" report --results b.sqlite
has 'not resolved: .*% reached in [0-9.]+ s, \+-0.01 % asked' \
	<(tr '\n' ' ' <"$out" | tr -s ' ')
ok "neither asked for" "$VTDBENCH" run c.yaml --results b.sqlite \
	--set precision.walk=0
is "has the plan's draws" "$(sql b.sqlite 'SELECT max(repetition) FROM trial
	WHERE run = 2')" 1
lacks 'asked for' "$out"

# --- a budget ------------------------------------------------------------------

ok "check with a budget" "$VTDBENCH" check c.yaml --set budget=60m
has 'then until precise, or the budget of 60 min is used up' \
	<(tr '\n' ' ' <"$out" | tr -s ' ')
ok "less than the plan takes" "$VTDBENCH" check c.yaml --set budget=1ms
has 'beyond the budget of 1 s: no draws are added' <(tr '\n' ' ' <"$out" | tr -s ' ')
ok "is used up by the plan" "$VTDBENCH" run c.yaml --budget 1ms \
	--results used.sqlite
is "which is the least" "$(draws used.sqlite)" $'change|6|6\nwalk|12|12'
has 'budget used up' "$err"
sqlite3 used.sqlite "UPDATE run SET status = 'interrupted'"
ok "and stays so" "$VTDBENCH" run --resume --results used.sqlite
is "when resumed" "$(draws used.sqlite)" $'change|6|6\nwalk|12|12'
ok "one that is not used up" "$VTDBENCH" run c.yaml --budget 60m \
	--results left.sqlite
is "ends when there is no more to do" "$(draws left.sqlite)" "$all"
sqlite3 left.sqlite "DELETE FROM trial WHERE repetition > 3;
	UPDATE run SET status = 'interrupted';
	UPDATE trial SET duration_s = 3600"
ok "what earlier sessions measured" "$VTDBENCH" run --resume --results left.sqlite
is "counts" "$(sql left.sqlite 'SELECT max(repetition) FROM trial')" 3
sqlite3 left.sqlite "UPDATE run SET status = 'interrupted';
	UPDATE trial SET duration_s = 0.01"
ok "what is left" "$VTDBENCH" run --resume --results left.sqlite
is "is used" "$(draws left.sqlite)" "$all"

# --- broken off beyond the plan ------------------------------------------------

slow=(c.yaml --set repetitions_max=60 --set phase=20ms --no-report)
# interrupt SIGNAL FILE: once there are draws beyond the plan
interrupt() {
	"$VTDBENCH" run "${slow[@]}" --results "$2" >"$out" 2>"$err" &
	local pid=$! n=0
	until [ "$n" -ge 3 ]; do
		sleep 0.02
		n=$(sqlite3 -readonly "$2" 'SELECT max(repetition) FROM trial' \
			2>/dev/null || echo 0)
		kill -0 $pid 2>/dev/null || return 99
	done
	kill -"$1" $pid
	wait $pid
}

for broken in "TERM 1" "KILL 137"; do
	signal=${broken% *}
	rm -f cut.sqlite*
	interrupt "$signal" cut.sqlite 2>/dev/null
	is "broken off by $signal" "$signal $?" "$broken"
	[ "$signal" = KILL ] ||
		has '12 of 12 trials, and draws beyond these, are kept' "$err"
	before=$(sql cut.sqlite 'SELECT key, started_utc FROM trial ORDER BY key')
	# the rest would take long
	sqlite3 cut.sqlite "UPDATE run SET config_text =
		replace(config_text, '_max=60', '_max=5')"
	ok "and resumed" "$VTDBENCH" run --resume --no-report \
		--results cut.sqlite
	is "keeps what it had" "$(grep -cxF "$before" \
		<(sql cut.sqlite 'SELECT key, started_utc FROM trial'))" \
		"$(wc -l <<<"$before")"
	is "has all contestants of each draw, once" \
		"$(sql cut.sqlite 'SELECT DISTINCT count(*),
		count(DISTINCT key) FROM trial GROUP BY cell, repetition')" "3|3"
	ok "and the draws asked for" test "$(sql cut.sqlite "SELECT min(n)
		FROM (SELECT max(repetition) n FROM trial WHERE sweep = 'walk'
		GROUP BY cell)")" -ge 4
done

# --- dealt out -----------------------------------------------------------------

for i in 1 2 3; do
	"$VTDBENCH" -q run --shard $i/3 c.yaml --no-report --results $i.sqlite
done
ok "shards are merged" "$VTDBENCH" merge all.sqlite [123].sqlite
has '3 of 3 shards .* 24 trials added$' "$out"
is "with their draws beyond" "$(draws all.sqlite)" "$all"
is "under the keys of one run" "$(diff \
	<(sql a.sqlite 'SELECT key FROM trial ORDER BY key') \
	<(sql all.sqlite 'SELECT key FROM trial ORDER BY key') | head -n 3)" ""
sqlite3 1.sqlite "DELETE FROM trial WHERE repetition > 0"
fails 2 "but not without those of the plan" "$VTDBENCH" merge new.sqlite 1.sqlite
has 'is done with [0-9]+ of 4 trials' "$err"

# --- refused -------------------------------------------------------------------

for bad in 'precision: 2%' 'precision: {walk: 51%}' 'precision: {walker: 1%}' \
	'budget: 90' 'repetitions_max: 0' \
	'sweeps: [{name: a, budget: 90s}]'; do
	echo "$bad" >bad.yaml
	fails 2 "$bad" "$VTDBENCH" check bad.yaml
	has '^vtdbench: bad.yaml:1:[0-9]+: ' "$err"
done
