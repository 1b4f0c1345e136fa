#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A sweep on several machines: run --shard, its --resume, merge; and a results
# file of the schema before there were shards.
. "$(dirname "$0")/lib.sh"

cat >c.yaml <<-'END'
	name: small
	repetitions: 2
	retries: 0
	phase: 1ms
	warmup: 1ms
	ops: 1024
	sim.ops: 1000
	sweeps:
	  - {name: walk, design: [none, rcu], walkers: [1, 2], footprint: [1M, 2M]}
	  - {name: change, design: [rcu, rwlock], workload: [ring, churn], walkers: 0, mappers: 1, footprint: 2M}
END

# sql FILE QUERY
sql() {
	sqlite3 -readonly "$1" "$2"
}

# figures FILE: what must be the same however the sweep was measured
figures() {
	"$VTDBENCH" export latest --results "$1" --format csv |
		awk -F, '$12 == 1 { print $2, $3, $4, $5, $6, $7, $10 }' | sort
}

# --- what a shard would run ---------------------------------------------------

"$VTDBENCH" run --dry-run c.yaml 2>/dev/null | sort >whole
for i in 1 2 3; do
	"$VTDBENCH" run --dry-run --shard $i/3 c.yaml 2>>notes
done | sort >parts
is "the shards together are the plan" "$(diff whole parts)" ""
is "no shard is empty" "$(grep -cE 'shard ./3 of sweep [0-9a-f]{16}: [1-9][0-9]* of 20 trials' notes)" 3
"$VTDBENCH" run --dry-run --filter ^walk/ c.yaml 2>/dev/null | sort >whole
for i in 1 2; do
	"$VTDBENCH" run --dry-run --shard $i/2 --filter ^walk/ c.yaml 2>/dev/null
done | sort >parts
is "with a filter too" "$(diff whole parts)" ""
ok "check" "$VTDBENCH" check --trials --shard 1/3 c.yaml
is "lists the same" "$(grep "#" "$out")" \
	"$("$VTDBENCH" run --dry-run --shard 1/3 c.yaml 2>/dev/null)"
VTDBENCH_SHARD=2/3 VTDBENCH_SWEEP=tuesday \
	ok "from the environment" "$VTDBENCH" run --dry-run c.yaml
has 'shard 2/3 of sweep tuesday' "$err"

for bad in 0/4 5/4 4/x x/4 4 ''; do
	fails 2 "run --shard '$bad'" "$VTDBENCH" run --shard "$bad" c.yaml
	has '^vtdbench: hint: ' "$err"
	fails 2 "check --shard '$bad'" "$VTDBENCH" check --shard "$bad" c.yaml
	has '^vtdbench: hint: ' "$err"
done
fails 2 "more shards than parts" "$VTDBENCH" run --shard 1/5 c.yaml
has 'hint: use N up to 4' "$err"
fails 2 "a sweep without a shard" "$VTDBENCH" run --sweep monday c.yaml
has 'for shards only' "$err"
fails 2 "an id that is none" "$VTDBENCH" run --shard 1/2 --sweep 'a b' c.yaml
fails 2 "a shard without a config" "$VTDBENCH" run --resume --shard 1/2
fails 2 "a shard and a run" "$VTDBENCH" run --resume=1 --shard 1/2 c.yaml
has 'takes no RUN' "$err"

# --- measured apart, merged ---------------------------------------------------

"$VTDBENCH" -q run c.yaml --no-report --results whole.sqlite
for i in 1 2 3; do
	"$VTDBENCH" -q run --shard $i/3 c.yaml --no-report --results $i.sqlite
done
ok "merge two of three" "$VTDBENCH" merge all.sqlite 3.sqlite 1.sqlite
has '^run 1 \(small\): 2 of 3 shards of sweep [0-9a-f]+; 1[0-9] trials added; missing: 2$' "$out"
is "it is not complete" "$(sql all.sqlite 'SELECT status FROM run')" interrupted
ok "the report says so" "$VTDBENCH" report --results all.sqlite
has 'Shards: 2 of 3 of sweep .*, the others are missing;' "$out"
fails 2 "it cannot be resumed" "$VTDBENCH" run --resume --results all.sqlite
has 'merged from shards' "$err"
ok "merge the rest, and all again" "$VTDBENCH" merge all.sqlite [123].sqlite
has '3 of 3 shards .* trials added$' "$out"
is "it is complete" "$(sql all.sqlite 'SELECT status, plan_size FROM run')" \
	"done|20"
figures whole.sqlite >whole
figures all.sqlite >parts
is "the figures are those of one run" "$(diff whole parts | head -n 3)" ""
ok "of which there are many" test "$(wc -l <whole)" -gt 100
sqlite3 all.sqlite .dump >before
ok "merge once more" "$VTDBENCH" merge all.sqlite [321].sqlite
has '3 of 3 shards .*; 0 trials added$' "$out"
is "that changed nothing" \
	"$(sqlite3 all.sqlite .dump | diff before - | head -n 3)" ""
ok "a run that was not dealt out" "$VTDBENCH" merge all.sqlite whole.sqlite
has '^run 2 \(small\): 20 trials added$' "$out"
"$VTDBENCH" export 2 --results all.sqlite --format csv | cut -d, -f2- >parts
"$VTDBENCH" export 1 --results whole.sqlite --format csv | cut -d, -f2- >whole
is "is the same there" "$(diff whole parts | head -n 3)" ""
sqlite3 all.sqlite .dump >after

# --- a shard begun, broken off, done ------------------------------------------

# long enough to be caught in it
slow=(c.yaml --set phase=20ms --no-report --results part.sqlite)
"$VTDBENCH" run --shard 2/3 "${slow[@]}" >"$out" 2>"$err" &
until [ "$(sql part.sqlite 'SELECT count(*) FROM trial' 2>/dev/null || echo 0)" -ge 1 ] ||
	! kill -0 $! 2>/dev/null; do
	sleep 0.01
done
kill -KILL $!
wait $! 2>/dev/null
before=$(sql part.sqlite 'SELECT key, started_utc FROM trial ORDER BY key')
fails 2 "a killed shard is not merged" "$VTDBENCH" merge new.sqlite part.sqlite
has 'is not complete: running' "$err"
has 'resume=1' "$err"
is "nothing was" "$(sql new.sqlite 'SELECT count(*) FROM run' 2>/dev/null || echo 0)" 0
ok "unless asked for" "$VTDBENCH" merge --partial new.sqlite part.sqlite
has 'not complete: 2$' "$out"
fails 2 "nor begun again" "$VTDBENCH" run --shard 2/3 "${slow[@]}"
has 'has shard 2/3 of sweep .*: run 1, running' "$err"
has 'resume' "$err"
ok "but completed" "$VTDBENCH" run --resume --shard 2/3 "${slow[@]}"
is "in the same run" "$(sql part.sqlite 'SELECT id, status FROM run')" "1|done"
is "with what it had" "$(grep -cxF "$before" \
	<(sql part.sqlite 'SELECT key, started_utc FROM trial'))" \
	"$(wc -l <<<"$before")"
ok "and then left alone" "$VTDBENCH" run --resume --shard 2/3 "${slow[@]}"
has 'shard 2/3 of sweep .* is complete' "$err"
ok "the other shard is begun by --resume" "$VTDBENCH" run --resume --shard 1/3 \
	"${slow[@]}"
ok "resuming without a shard finds the part" "$VTDBENCH" run --dry-run \
	--shard 3/3 --resume "${slow[@]}"
ok "what was added is merged" "$VTDBENCH" merge new.sqlite part.sqlite
has '2 of 3 shards .*; missing: 3$' "$out"

# --- what is refused ----------------------------------------------------------

fails 2 "OUT among IN" "$VTDBENCH" merge all.sqlite 1.sqlite ./all.sqlite
has 'is OUT itself' "$err"
fails 2 "into what a shard was measured into" "$VTDBENCH" merge 1.sqlite 2.sqlite
has 'shard 1 of sweep .* was measured into it' "$err"
fails 2 "a file that is not there" "$VTDBENCH" merge all.sqlite nowhere.sqlite
has 'nowhere.sqlite: No such file' "$err"
fails 2 "a file that is none" "$VTDBENCH" merge all.sqlite c.yaml
has 'c.yaml: .*not a database' "$err"
sqlite3 foreign.sqlite 'CREATE TABLE t (a)'
fails 2 "another program's" "$VTDBENCH" merge all.sqlite foreign.sqlite
has 'another program' "$err"
cp 1.sqlite newer.sqlite
sqlite3 newer.sqlite 'PRAGMA user_version = 99'
fails 2 "a newer schema" "$VTDBENCH" merge all.sqlite newer.sqlite
has 'newer.sqlite: has schema version 99' "$err"
head -c 20000 1.sqlite >half.sqlite
fails 2 "half a file" "$VTDBENCH" merge all.sqlite half.sqlite
has 'half.sqlite' "$err"
fails 2 "no IN" "$VTDBENCH" merge all.sqlite
cp 1.sqlite changed.sqlite
sqlite3 changed.sqlite "UPDATE value SET value = 2 * value
	WHERE metric = 'batches'"
fails 2 "another content" "$VTDBENCH" merge all.sqlite 2.sqlite changed.sqlite
has 'changed.sqlite: trial [0-9a-f]+ is there already with another content' "$err"
"$VTDBENCH" -q run --shard 1/3 c.yaml --no-report --results second.sqlite
fails 2 "a shard measured twice" "$VTDBENCH" merge all.sqlite second.sqlite
has 'in all.sqlite already, from another run' "$err"
has 'hint: .*--sweep ID' "$err"
sqlite3 2.sqlite "UPDATE run SET machine = '{\"cpu\": \"Other\"}'"
fails 2 "shards of two kinds of machine" "$VTDBENCH" merge two.sqlite 1.sqlite \
	2.sqlite
has 'another kind of machine .*CPU model' "$err"
sqlite3 all.sqlite .dump >after2
is "of all that, nothing was merged" "$(diff after after2 | head -n 3)" ""
ok "sweeps of two ids" "$VTDBENCH" -q run --shard 1/3 --sweep tuesday c.yaml \
	--no-report --results third.sqlite
ok "are two runs" "$VTDBENCH" merge all.sqlite third.sqlite
chmod 000 3.sqlite
fails 2 "a file that may not be read" unprivileged "$VTDBENCH" merge out.sqlite \
	3.sqlite
has '3.sqlite' "$err"

# --- an older schema ----------------------------------------------------------

sqlite3 old.sqlite <"$top/tests/data/results-schema-1.sql"
cp old.sqlite old2.sqlite
ok "an older file is read" "$VTDBENCH" report --results old.sqlite
has 'interrupted: 3 of 4 trials' "$out"
ok "and migrated" test "$(sql old.sqlite 'PRAGMA user_version')" -gt 1
ok "nothing is lost" test "$(sql old.sqlite 'SELECT count(*) FROM value')" = \
	"$(sql old2.sqlite 'SELECT count(*) FROM value')"
ok "its run is completed" "$VTDBENCH" run --resume --force --no-report \
	--results old2.sqlite
is "to its plan" "$(sql old2.sqlite 'SELECT run.status, count(*), count(DISTINCT key)
	FROM run JOIN trial ON run = run.id')" "done|4|4"
ok "an older file is merged" "$VTDBENCH" merge --partial all.sqlite old.sqlite
ok "and what it became" "$VTDBENCH" merge all.sqlite old2.sqlite
has '\(old\): 1 trial added' "$out"
