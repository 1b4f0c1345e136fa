#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a new user does that nobody thought of: each is told what is wrong, at
# once and in words that help, and nothing is left behind.
. "$(dirname "$0")/lib.sh"

cat >tiny.yaml <<'YAML'
name: tiny
repetitions: 1
retries: 0
design: [none, rcu]
footprint: 1M
warmup: 0
phase: 1ms
YAML
run() {
	"$VTDBENCH" run tiny.yaml "$@"
}
ok "a run to look at" run --results r.sqlite --no-report

# --- a file for a folder, a folder for a file ---------------------------------

touch file
fails 2 "plots into a file" run --results p.sqlite --plots file
has 'file: is a file, not a folder' "$err"
fails 2 "plots below a file" run --results p.sqlite --plots file/below
ok "are seen before anything is measured" test ! -e p.sqlite
mkdir folder
for command in "run tiny.yaml" "run --resume" report plot "export latest" \
	"compare 1 1" trend "trend ack 1 --reason x" "merge out.sqlite folder" \
	"nightly tiny.yaml --no-gate" "gate --baseline . --candidate ."; do
	case $command in
	merge*) set -- ;;
	*) set -- --results folder ;;
	esac
	# shellcheck disable=SC2086 # words of a command
	fails 2 "$command: a folder for the results" "$VTDBENCH" $command "$@"
	has 'folder: is a folder; results are kept in a file' "$err"
	has 'hint: .*--results folder/vtdbench.sqlite' "$err"
done
fails 2 "a folder that is not there yet" run --results new/
has 'new/: is a folder' "$err"
is "nothing is left of it" "$(find . -name new -o -name folder.lock -o \
	-path './folder/*')" ""

# --- outside a repository -----------------------------------------------------

for command in "gate --baseline HEAD" "compare HEAD HEAD~1" \
	"trend --results $tmp/r.sqlite" "nightly tiny.yaml --baseline HEAD"; do
	# shellcheck disable=SC2086
	GIT_CEILING_DIRECTORIES=$tmp GIT_DIR=$tmp/none "$VTDBENCH" $command \
		>"$out" 2>"$err"
	lacks 'fatal' "$err"
done

# --- where output goes ----------------------------------------------------------

for command in topo list doctor "report --results r.sqlite" \
	"run tiny.yaml --results full.sqlite" "check tiny.yaml"; do
	for to in /dev/full closed; do
		# shellcheck disable=SC2086
		if [ $to = closed ]; then
			"$VTDBENCH" $command >&- 2>"$err"
		else
			"$VTDBENCH" $command >$to 2>"$err"
		fi
		is "$command, output to $to" $? 1
		has '(standard|the) output' "$err"
		lacks 'ioctl|Success' "$err" # the reason of something else
	done
done
is "the runs themselves are kept" "$(sqlite3 full.sqlite \
	"SELECT count(*) FROM run WHERE status = 'done'")" 2
run --results head.sqlite 2>"$err" | head -n 1 >"$out"
is "a run into head is kept" \
	"$(sqlite3 head.sqlite 'SELECT status FROM run')" "done"
fails 1 "no standard stream at all" sh -c \
	"'$VTDBENCH' run tiny.yaml --results none.sqlite <&- >&- 2>&-"
ok "nothing was written into the results" "$VTDBENCH" report \
	--results none.sqlite
if has_terminal; then
	for how in TERM=dumb "-u TERM"; do
		script -qec "env $how '$VTDBENCH' run tiny.yaml \
			--results dumb.sqlite" /dev/null </dev/null >"$out" 2>&1
		lacks $'\033' "$out"
		has 'run [0-9]+ is in dumb.sqlite' "$out"
	done
	script -qec "env TERM=xterm NO_COLOR=1 '$VTDBENCH' nonsense" /dev/null \
		</dev/null >"$out" 2>&1
	lacks $'\033' "$out"
	script -qec "env TERM=xterm '$VTDBENCH' nonsense" /dev/null \
		</dev/null >"$out" 2>&1
	has $'\033' "$out"
else
	skip "a terminal" "no terminal can be had"
fi

# --- surroundings ---------------------------------------------------------------

ok "no environment at all" env -i "$VTDBENCH" run tiny.yaml \
	--results env.sqlite
mkdir read-only gone
chmod 555 read-only
cd read-only || exit
fails 2 "a folder that cannot be written" unprivileged "$VTDBENCH" \
	run ../tiny.yaml
has 'results: cannot create the folder: Permission denied' "$err"
cd ../gone && rmdir ../gone || exit
fails 2 "a folder that is gone" "$VTDBENCH" run "$tmp/tiny.yaml"
has 'results: cannot create the folder' "$err"
cd .. || cd "$tmp" || exit

# --- names of results files -----------------------------------------------------

for name in 'a b.sqlite' "q'uote" 'p%20?mode=ro' :memory: 'file:x?mode=memory' \
	ümläut; do
	ok "results in $name" run --no-report --results "$name"
	ok "are in that file" test -s "./$name"
	ok "and can be read" "$VTDBENCH" report --results "$name"
done
fails 2 "a newline in a name" run --no-report --results $'two\nlines'
has 'results: a control character in it' "$err"
mkfifo pipe
for name in pipe /dev/null; do
	fails 2 "a run into $name" timeout 20 "$VTDBENCH" run tiny.yaml \
		--results "$name"
	has 'is a device or a pipe; results are kept in a file' "$err"
	fails 2 "a report from $name" timeout 20 "$VTDBENCH" report \
		--results "$name"
done

# --- results of others ----------------------------------------------------------

cp r.sqlite newer.sqlite
sqlite3 newer.sqlite 'PRAGMA user_version = 99'
for command in report trend "export latest" "run --resume" "run tiny.yaml" \
	"compare 1 1" plot "merge out.sqlite"; do
	case $command in
	merge*) set -- newer.sqlite ;;
	*) set -- --results newer.sqlite ;;
	esac
	# shellcheck disable=SC2086
	fails 2 "$command: of a later version" "$VTDBENCH" $command "$@"
	has 'newer.sqlite: has schema version 99' "$err"
done
cp r.sqlite older.sqlite
sqlite3 older.sqlite "UPDATE run SET version = '0.0.1', status = 'running'"
fails 2 "a run of another version does not go on" "$VTDBENCH" run --resume \
	--results older.sqlite
has 'another version: 0.0.1; this is' "$err"
ok "but can be read" "$VTDBENCH" report --results older.sqlite

# --- stopped at any moment ------------------------------------------------------

sed 's/repetitions: 1/repetitions: 40/' tiny.yaml >many.yaml
for after in 0 0.01 0.02 0.04 0.08 0.16; do
	"$VTDBENCH" run many.yaml --no-report --results stop.sqlite \
		>"$out" 2>"$err" &
	pid=$!
	sleep $after
	kill -HUP $pid 2>/dev/null
	wait $pid
	status=$?
	# Before the first trial it may just end, after the last it is done.
	case $status in
	0 | 1 | 129) pass "stopped after $after s" ;;
	*) fail "stopped after $after s: exit $status" ;;
	esac
done
if [ -e stop.sqlite ]; then
	is "the file is whole" "$(sqlite3 stop.sqlite 'PRAGMA integrity_check')" ok
	is "no run looks alive" "$(sqlite3 stop.sqlite \
		"SELECT count(*) FROM run WHERE status = 'running'")" 0
fi
