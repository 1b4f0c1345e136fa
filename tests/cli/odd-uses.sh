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
