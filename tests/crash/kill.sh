#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Kills each command of the file `commands` at KILLS random moments (20) and
# looks at what is left, with sqlite3 and not with our code: the results file
# opens and is whole, every trial that was there or that the program said was
# finished is there as it was, and going on ends with the trials of a run that
# nobody killed, each once.
#
# Before each kill the program is stopped and the file and its journal are
# copied, the one first or the other: the copy has to hold the same. Copies of a
# program that goes on writing between the two are not what a power cut leaves;
# what one may leave is in test_powercut.c.
#
#   KILLS=200 SEED=7 tests/crash/kill.sh [NAME…]
. "$(dirname "$0")/../cli/lib.sh"

KILLS=${KILLS:-20}
RANDOM=${SEED:=$(date +%s)}
echo "# KILLS=$KILLS SEED=$SEED"
# The commands of the table see these.
export vtdbench=$VTDBENCH config=$tmp/c.yaml db=$tmp/r.sqlite
export parts="$tmp/part1 $tmp/part2"
cat >"$config" <<-'END'
	name: killed
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
for i in 1 2; do
	"$VTDBENCH" -q run --shard $i/2 "$config" --no-report --results part$i
done

# trials FILE: a line for each: what it is, when it was measured, how much
# there is of it
trials() {
	sqlite3 "$1" "SELECT run.name, key, attempt, t.started_utc,
		printf('%.9f', duration_s), t.status,
		(SELECT count(*) FROM value WHERE trial = t.id),
		(SELECT count(*) FROM hist WHERE trial = t.id)
		FROM trial AS t JOIN run ON run.id = t.run
		ORDER BY run.name, key"
}

# plan: of such lines, what a run that nobody killed has as well
plan() {
	awk -F'|' '$3 == 0 { print $1, $2 }' | sort
}

# whole FILE: says what is wrong with it
whole() {
	sqlite3 "$1" 'PRAGMA integrity_check; PRAGMA foreign_key_check' |
		grep -vx ok
	# a file that was created and no more has no tables yet
	[ "$(sqlite3 "$1" 'SELECT count(*) FROM sqlite_master')" = 0 ] && return
	sqlite3 "$1" "SELECT 'half a trial: ' || key FROM trial
		WHERE status = 'ok' AND id NOT IN (SELECT trial FROM value)"
}

# still PID: whether no process of that group runs any more; the state is
# behind the name in parentheses
still() {
	local member state
	for member in $(pgrep -g "$1"); do
		state=$(cat "/proc/$member/stat" 2>/dev/null) &&
			[[ ${state##*) } == [RDS]* ]] && return 1
	done
	return 0
}

# copies PID: of both files while its group is stopped, in both orders
copies() {
	local end=$((SECONDS + 3))
	rm -f a b a-journal b-journal
	kill -STOP -- "-$1" 2>/dev/null
	# Not for ever: one that starts another waits, where no signal reaches
	# it, for a child that was stopped before its exec. It writes nothing.
	until still "$1" || [ $SECONDS -ge $end ]; do :; done
	if [ -e "$db" ]; then
		cp "$db" a
		[ -e "$db-journal" ] && cp "$db-journal" a-journal
		[ -e "$db-journal" ] && cp "$db-journal" b-journal
		cp "$db" b
	fi
}

# look ROUND: at what a kill left; what is wrong goes to the file `wrong`
look() {
	local said
	said=$(grep -oE '[0-9]+ of [0-9]+ trials' log | tail -n 1)
	[ -e "$db" ] || return 0
	[ -e "$db-journal" ] && journals=$((journals + 1))
	whole "$db" 2>&1 | sed "s/^/round $1: /" >>wrong
	trials "$db" 2>/dev/null | sort >now
	comm -23 seen now | sed "s/^/round $1: lost: /" >>wrong
	if [ "$(wc -l <now)" -lt "${said%% *}" ] 2>/dev/null; then
		echo "round $1: said $said, there are $(wc -l <now)" >>wrong
	fi
	for copy in a b; do
		whole $copy 2>&1 | sed "s/^/round $1: copy $copy: /" >>wrong
		trials $copy 2>/dev/null | sort | diff - now |
			sed "s/^/round $1: copy $copy: /" >>wrong
	done
	cp now seen
}

# round NUMBER COMMAND: 0 if it was killed in it, 1 if it came to its end
round() {
	local pid status
	# a group of its own: with what it started
	setsid bash -c "exec $2" >log 2>&1 &
	pid=$!
	sleep "$(printf '0.%06d' $((RANDOM * 32768 % span + RANDOM)))"
	copies $pid
	kill -KILL -- -$pid 2>/dev/null
	kill -CONT -- -$pid 2>/dev/null
	wait $pid 2>/dev/null
	status=$?
	if [ $status = 137 ]; then
		look "$1"
		return 0
	fi
	[ $status = 0 ] || grep -q 'is complete' log || {
		echo "round $1: exit $status: $2" >>wrong
		sed 's/^/  /' log >>wrong
	}
	return 1
}

# compare: what was killed and gone on with is what it would have been
compare() {
	whole "$db"
	trials "$db" | sort >now
	comm -23 seen now | sed 's/^/at the end: lost: /'
	plan <now | diff reference - | sed 's/^/plan: /'
	sqlite3 "$db" "SELECT 'run ' || id || ' is ' || status FROM run
		WHERE status <> 'done'"
	"$VTDBENCH" report --results "$db" 2>&1 >/dev/null |
		sed 's/^/report: /'
}

complete() {
	compare >>wrong 2>&1
	ends=$((ends + 1))
	rm -f "$db"*
	: >seen
}

# begun: there is something to go on with
begun() {
	[ -e "$db" ] &&
		[ -n "$(sqlite3 "$db" 'SELECT 1 FROM run LIMIT 1' 2>/dev/null)" ]
}

# test_command NAME START GO_ON
test_command() {
	local kills=0 rounds=0 ends=0 journals=0 start=$EPOCHREALTIME span command
	rm -f "$db"*
	: >wrong
	: >seen
	bash -c "exec $2" >log 2>&1
	is "$1: runs when nobody kills it" $? 0
	# two thirds of the time that took, in microseconds
	span=$(awk -v a="$start" -v b="$EPOCHREALTIME" \
		'BEGIN { print int((b - a) * 1e6 * 2 / 3) }')
	trials "$db" | plan >reference
	rm -f "$db"*
	while [ $kills -lt "$KILLS" ] && [ $rounds -lt $((20 * KILLS)) ] &&
		[ ! -s wrong ]; do
		rounds=$((rounds + 1))
		command=$2
		begun && command=$3
		if round $rounds "$command"; then
			kills=$((kills + 1))
		else
			complete
		fi
	done
	if begun && [ ! -s wrong ]; then
		bash -c "exec $3" >log 2>&1 || grep -q 'is complete' log ||
			cat log >>wrong
		complete
	fi
	echo "# $1: $kills kills, $journals with a journal left, $ends times" \
		"to the end, $(wc -l <reference) trials each"
	none "$1: after each kill everything finished is there, once" wrong
	ok "$1: it was killed $KILLS times" test $kills = "$KILLS"
}

while IFS='|' read -r name start go_on; do
	name=${name// /}
	[[ $name == \#* ]] && continue
	[ $# -gt 0 ] && [[ " $* " != *" $name "* ]] && continue
	test_command "$name" "$start" "$go_on"
done <"$top/tests/crash/commands"
