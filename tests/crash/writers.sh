#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Several programs that write to one results file at once, and one that keeps
# everybody out: all come to their end, or say why not, and nothing is lost.
. "$(dirname "$0")/../cli/lib.sh"

cat >c.yaml <<-'END'
	repetitions: 2
	retries: 0
	phase: 1ms
	warmup: 1ms
	ops: 1024
	sim.ops: 1000
	design: [rcu, rwlock, spinlock]
	walkers: 1
	footprint: [1M, 2M]
END

# sql QUERY
sql() {
	sqlite3 -cmd '.timeout 5000' r.sqlite "$1"
}

pids=()
for i in 1 2 3; do
	"$VTDBENCH" run c.yaml --no-report --results r.sqlite >log$i 2>&1 &
	pids+=($!)
done
reports=0
while kill -0 "${pids[@]}" 2>/dev/null; do
	"$VTDBENCH" report --results r.sqlite >/dev/null 2>&1 &&
		reports=$((reports + 1))
done
done=0 busy=0
for i in 0 1 2; do
	if wait "${pids[i]}"; then
		done=$((done + 1))
	elif grep -q 'another run is writing' log$((i + 1)); then
		busy=$((busy + 1))
	else
		sed "s/^/writer $i: /" log$((i + 1))
	fi
done >wrong
none "three writers: each ends, or says that another is writing" wrong
ok "somebody came to the end" test $done -ge 1
ok "and could be read meanwhile" test $reports -ge 1
is "every run that says done has its trials" \
	"$(sql "SELECT count(*) FROM run WHERE status = 'done' AND plan_size =
		(SELECT count(DISTINCT key) FROM trial WHERE run = run.id)")" $done
is "the file is whole" "$(sql 'PRAGMA integrity_check')" ok
# what a busy writer had finished is in the file as well, and goes on
for id in $(sql "SELECT id FROM run WHERE status <> 'done'"); do
	ok "run $id goes on" "$VTDBENCH" run --resume="$id" --no-report \
		--results r.sqlite
done
is "all of them are complete" "$(sql "SELECT count(*) FROM run
	WHERE status <> 'done'")" 0

# keeps everybody out for longer than anybody waits (10 s)
mkfifo orders
sqlite3 r.sqlite <orders >taken &
exec 3>orders
echo 'BEGIN EXCLUSIVE; SELECT 1;' >&3
until [ -s taken ]; do
	sleep 0.01
done
fails 1 "a file that somebody keeps" "$VTDBENCH" run c.yaml --results r.sqlite
has 'r.sqlite: .*locked' "$err"
has 'hint: another run is writing to this file' "$err"
echo 'COMMIT;' >&3
exec 3>&-
wait
is "nothing is missing" "$(sql 'SELECT count(*) FROM trial')" \
	"$(sql 'SELECT sum(plan_size) FROM run')"
