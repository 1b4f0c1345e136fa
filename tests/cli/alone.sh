#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Two at once: a second one is told and refused, or waits; a run that is alive
# is not resumed; a killed one stands in nobody's way.
. "$(dirname "$0")/lib.sh"
export VTDBENCH_LOCK=$tmp/lock

cat >long.yaml <<'YAML'
name: long
repetitions: 1000
retries: 0
design: none
footprint: 1M
warmup: 0
phase: 10ms
YAML
sed 's/1000/1/; s/long/short/' long.yaml >short.yaml

# long FILE: such a run in the background, its process in $pid, once it stores
long() {
	"$VTDBENCH" run long.yaml --no-report --results "$1" >log 2>&1 &
	pid=$!
	for _ in $(seq 400); do
		[ "$(sqlite3 -cmd '.timeout 9999' "$1" 'SELECT count(*) FROM trial' 2>/dev/null)" \
			-gt 0 ] 2>/dev/null && return
		sleep 0.05
	done
	fail "the run in the background begins"
}
trials() {
	sqlite3 -cmd '.timeout 9999' long.sqlite 'SELECT count(*) FROM trial'
}

long long.sqlite
fails 1 "a second run is refused" "$VTDBENCH" run short.yaml --results s.sqlite
has "another vtdbench, process $pid \(.* run long.yaml .*\) measures" "$err"
has 'hint: .*--wait' "$err"
ok "before it stores anything" test ! -e s.sqlite
ok "a plan disturbs nobody" "$VTDBENCH" run short.yaml --dry-run
ok "nor does a report" "$VTDBENCH" report --results long.sqlite
fails 1 "a run that is alive is not resumed" "$VTDBENCH" run --resume=latest \
	--results long.sqlite
has 'run 1 is being measured right now' "$err"
fails 1 "also where the machine is not asked" env VTDBENCH_LOCK=none \
	"$VTDBENCH" run --resume=latest --results long.sqlite
has 'run 1 is being measured right now' "$err"
ok "whoever wants to may measure beside it" env VTDBENCH_LOCK=none \
	"$VTDBENCH" run short.yaml --results s.sqlite
printf '%s\n' 'kworker-1 [000] .... 1.000001: map: IOMMU: iova=0x1000 - 0x2000 paddr=0x1000 size=4096' >t.trace
ok "a replay is told" "$VTDBENCH" replay t.trace --design none
has 'warning: another vtdbench, process .*both are disturbed' "$err"

# One that waits begins when the other has ended, however that ended.
"$VTDBENCH" run short.yaml --wait --results w.sqlite >log2 2>&1 &
waits=$!
for _ in $(seq 200); do
	grep -q 'waiting for another vtdbench' log2 && break
	sleep 0.05
done
has 'waiting for another vtdbench, process' log2
ok "it has not begun" test ! -e w.sqlite
kill -KILL $pid
wait $pid
wait $waits
is "it runs after the other was killed" $? 0
ok "the lock's file is still there" test -e lock
before=$(trials)
"$VTDBENCH" run --resume=latest --no-report --results long.sqlite \
	>log 2>&1 &
pid=$!
for _ in $(seq 400); do
	[ "$(trials)" -gt "$before" ] && break
	sleep 0.05
done
ok "the killed run goes on" [ "$(trials)" -gt "$before" ]

# Stopped while it waits: at once, as ever.
"$VTDBENCH" run short.yaml --wait --results v.sqlite >log2 2>&1 &
waits=$!
for _ in $(seq 200); do
	grep -q 'waiting for another vtdbench' log2 && break
	sleep 0.05
done
kill -TERM $waits
wait $waits
is "one that waits can be stopped" $? 1
kill -TERM $pid
wait $pid

# Where no lock can be made, or only read, measuring does not depend on it.
chmod 444 lock
ok "a lock of somebody else" "$VTDBENCH" -q run short.yaml --results u.sqlite
ok "no lock can be had" env VTDBENCH_LOCK=/proc/none/lock \
	"$VTDBENCH" -q run short.yaml --results u.sqlite
env VTDBENCH_LOCK=/proc/none/lock "$VTDBENCH" run short.yaml \
	--results u.sqlite >/dev/null 2>"$err"
has 'warning: VTDBENCH_LOCK: /proc/none/lock: .*is not seen' "$err"
