#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Draws go before others' work where they may, and end with whoever asked.
may_go_first=1
. "$(dirname "$0")/lib.sh"

export VTDBENCH_DATADIR=$top VTDBENCH_LOCK=none
# A draw is of all designs and takes some seconds.
cat >long.yaml <<'END'
name: long
design: [leak, spinlock, rwlock, rcu, rcu_qsbr, table_lock, fine]
workload: uniform
footprint: 1M
walkers: 2
repetitions: 100
phase: 4s
END

field() { # FIELD of STAT, numbered as in proc(5); the name has no blank
	cut -d' ' -f"$1" "$2" 2>/dev/null
}

# The draw among the children of PID, once it is past what it does first.
draw_of() {
	local pid threads
	# no newline ends it
	read -r pid _ 2>/dev/null <"/proc/$1/task/$1/children"
	[ -n "$pid" ] || return
	grep -qz '^draw$' "/proc/$pid/cmdline" 2>/dev/null || return
	threads=("/proc/$pid/task"/*)
	[ ${#threads[@]} -gt 1 ] && echo "$pid"
}

# Starts a run; $run and $draw are its pid and that of its draw.
start() {
	local try
	"$@" "$VTDBENCH" -q run long.yaml --results "$tmp/r.sqlite" --no-report \
		>/dev/null 2>&1 &
	run=$! draw=
	for ((try = 0; try < 400; try++)); do
		draw=$(draw_of "$run") && break
		sleep 0.05
	done
	sleep 0.1
}

gone() { # PID
	local try
	for ((try = 0; try < 100; try++)); do
		[ -d "/proc/$1" ] || return 0
		sleep 0.05
	done
	return 1
}

"$VTDBENCH" doctor --json >doctor.json
want=$(grep -o '"nice": *-\?[0-9]*' doctor.json | grep -o -- '-\?[0-9]*$')
[ "$(id -u)" = 0 ] && [ "$want" = 0 ] && skip "root may go first" "no CAP_SYS_NICE"
[ "$(id -u)" = 0 ] && [ "$want" != 0 ] && is "root may go first" "$want" -20

start env
is "a draw is as nice as the doctor says" "$(field 19 "/proc/$draw/stat")" "$want"
for task in /proc/"$draw"/task/*; do
	field 19 "$task/stat"
done | sort -u >nices
is "so is each of its threads" "$(cat nices)" "$want"
is "it has a session of its own" "$(field 6 "/proc/$draw/stat")" "$draw"
if [ "$want" = -20 ] && [ -e "/proc/$draw/autogroup" ]; then
	has "nice -20" "/proc/$draw/autogroup"
else
	skip "its session goes first" "not allowed, or no autogroups"
fi
is "who asked for it is as before" "$(field 19 "/proc/$run/stat")" \
	"$(field 19 /proc/$$/stat)"
kill -INT "$run"
wait "$run"
is "Ctrl-C ends the run" $? 1
ok "and its draw" gone "$draw"

start env
kill -KILL "$run"
{ wait "$run"; } 2>/dev/null
ok "a draw ends with a run that is killed" gone "$draw"

start nice -n 5
is "who is nice stays so" "$(field 19 "/proc/$draw/stat")" 5
kill -INT "$run"
wait "$run" || :
