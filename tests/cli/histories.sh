#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# trend of histories that are odd: short, long, cut, foreign, of machines that
# take turns, with figures that are none and clocks that were wrong.
. "$(dirname "$0")/lib.sh"

if ! command -v sqlite3 >/dev/null; then
	skip "histories" "no sqlite3"
	exit 0
fi
cat >tiny.yaml <<'END'
name: tiny
repetitions: 1
retries: 0
phase: 1ms
warmup: 0ms
ops: 512
design: rcu
workload: uniform
footprint: 1M
walkers: 1
sim: {enabled: false}
END
ok "a run" "$VTDBENCH" run tiny.yaml --results one.sqlite
sqlite3 one.sqlite "UPDATE trial SET disturbed = 0"

# history FILE NIGHTS VALUE: copies of the run, a night each, with VALUE (an
# expression of the night n, from 1) as walk_lat_ns and nothing else
history() {
	cp one.sqlite "$1"
	sqlite3 -bail "$1" <<END
PRAGMA synchronous = OFF; BEGIN;
DELETE FROM value; DELETE FROM hist; DELETE FROM series; DELETE FROM missing;
CREATE TEMP TABLE night AS WITH RECURSIVE c(n) AS
 (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < $2) SELECT n FROM c;
INSERT INTO run SELECT n, 'uuid-' || n, name, title, status, ended_utc, ended_utc,
 config_path, config_text, seed, plan_size, version, 'abc' || n, compiler,
 cflags, host, machine, kernel, noise, context FROM run, night WHERE n > 1;
UPDATE run SET started_utc = strftime('%Y-%m-%dT02:00:00Z', '2024-01-01',
 '+' || (id * 8) || ' hours');
INSERT INTO trial (id, run, key, cell, axes, plan_index, sweep, design,
 workload, walkers, mappers, dumpers, repetition, attempt, params, status,
 reason, disturbed, started_utc, duration_s) SELECT n, n, key, cell, axes,
 plan_index, sweep, design, workload, walkers, mappers, dumpers, repetition,
 attempt, params, status, reason, 0, started_utc, duration_s
 FROM trial, night WHERE n > 1 AND run = 1;
INSERT INTO value SELECT n, 'walk_lat_ns', 'ns', 'clock', $3, 0 FROM night;
COMMIT;
END
}
# sql FILE STATEMENT…
sql() {
	sqlite3 -bail "$@"
}
# trend FILE [OPTION…]
trend() {
	local file=$1
	shift
	timeout 100 "$VTDBENCH" trend --results "$file" "$@"
}
noise="100 + (n * 7919 % 13 * 5 % 13 - 6) / 6.0"

history level.sqlite 60 "$noise"
ok "sixty nights" trend level.sqlite
has '^0 open changes, .* nothing in 1 of 1 series$' "$out"

# A plateau: both edges, whichever night one asks on.
history plateau.sqlite 60 "$noise + 10 * (n BETWEEN 45 AND 52)"
ok "there and back" trend plateau.sqlite
has '^2 open changes \(1 ended\), 0 acknowledged' "$out"
has '^ +ended 2024-01-18, run 53$' "$out"
sql plateau.sqlite "DELETE FROM run WHERE id > 52" "DELETE FROM trial WHERE id > 52"
ok "before it is back" trend plateau.sqlite
has 'run 45, machine' "$out"
has '^1 open change, ' "$out"

history equal.sqlite 60 100
ok "all nights equal" trend equal.sqlite
has 'nothing in 1 of 1 series$' "$out"

history zero.sqlite 60 "n > 30"
ok "from nothing to something" trend zero.sqlite
has '^  [0-9a-f]{8}  slower +0 ns +1 ns +1 ns ' "$out"
history nothing.sqlite 60 "n <= 30"
ok "and to nothing" trend nothing.sqlite
has '^  [0-9a-f]{8}  100\.0 % faster +1 ns +0 ns +0 ns( |$)' "$out"

history negative.sqlite 60 "-($noise)"
ok "below nothing" trend negative.sqlite
has 'nothing in 1 of 1 series$' "$out"

# What is no number is no figure, and nothing is said without it.
history infinite.sqlite 60 "CASE n WHEN 30 THEN 9e999 ELSE $noise END"
fails 2 "without an end" trend infinite.sqlite
has 'infinite\.sqlite: walk_lat_ns is not a finite number' "$err"

history gaps.sqlite 60 "$noise + 10 * (n > 30)"
sql gaps.sqlite "DELETE FROM value WHERE trial % 3 = 0" \
	"DELETE FROM run WHERE id BETWEEN 20 AND 29"
ok "gaps" trend gaps.sqlite
has 'run 31, machine' "$out"
has '^1 open change' "$out"

history turns.sqlite 60 "$noise + 40 * (n % 2)"
sql turns.sqlite "UPDATE run SET machine = json_set(machine, '\$.cpu', 'Other')
	WHERE id % 2"
ok "two machines in turn" trend turns.sqlite
has '^0 open changes, .* nothing in 2 of 2 series$' "$out"

history weekly.sqlite 42 "$noise + 10 * (n / 7)"
sql weekly.sqlite "UPDATE run SET kernel = '6.1.' || (id / 7)"
ok "a kernel each week" trend weekly.sqlite
unwrap 4 "$out"
has '^Not judged: 7 series: .*, of which there are 7 in 42 nights; kernel is ' "$out"
has 'nothing in 0 of 7 series; 7 could not be judged$' "$out"

# Clocks.
history clock.sqlite 60 "$noise + 10 * (n IN (20, 40))"
sql clock.sqlite "UPDATE run SET started_utc = '1970-01-01T00:00:30Z' WHERE id = 20" \
	"UPDATE run SET started_utc = '2099-01-01T00:00:00Z' WHERE id = 40"
ok "clocks that were not set" trend clock.sqlite
has '^Trend of "tiny": 58 nights, 2024-01-01 to 2024-01-21' "$out"
has '^Left out: run 20, said to be of 1970-01-01T00:00:30Z' "$out"
has '^Left out: run 40, said to be of 2099-01-01T00:00:00Z' "$out"
has '^0 open changes' "$out"
ok "days before the latest" trend clock.sqlite --since 5d
has '^Trend of "tiny": 1[56] nights' "$out"
history reversed.sqlite 60 "$noise + 10 * (n <= 30)"
sql reversed.sqlite "UPDATE run SET started_utc =
	strftime('%Y-%m-%dT02:00:00Z', '2024-03-01', '-' || id || ' days')"
ok "ids the other way round" trend reversed.sqlite
has '^Run ids do not rise with time' "$out"
has ' slower ' "$out"

# Years.
history years.sqlite 4000 "$noise + 10 * (n > 3990)"
sql years.sqlite "UPDATE run SET started_utc =
	strftime('%Y-%m-%dT02:00:00Z', '2021-01-01', '+' || (id * 8) || ' hours')"
ok "four thousand nights" trend years.sqlite
has 'run 3991, machine' "$out"

# Files that are whole no more, or of something else.
head -c 20000 level.sqlite >cut.sqlite
fails 2 "a file that was cut" trend cut.sqlite
has 'cut\.sqlite' "$err"
: >empty.sqlite
fails 2 "an empty file" trend empty.sqlite
sqlite3 foreign.sqlite "CREATE TABLE run (id INTEGER, name TEXT)"
fails 2 "a database of something else" trend foreign.sqlite
has 'foreign\.sqlite' "$err"
fails 2 "a folder" trend .
cp level.sqlite values.sqlite
sql values.sqlite "DROP TABLE value"
fails 1 "a table less" trend values.sqlite
