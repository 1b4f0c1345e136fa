#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a run says and stores of a wrong answer. Needs a build of make
# check-mutants: a right engine gives none.
BUILD=${BUILD:-build-mutants}
. "$(dirname "$0")/../cli/lib.sh"

cat >plain.yaml <<-'END'
	design: rcu
	retries: 0
	repetitions: 1
	phase: 2ms
	warmup: 1ms
	ops: 4096
	footprint: 4M
END
run=("$VTDBENCH" run plain.yaml --no-report --results)
ok "without the fault" "${run[@]}" right.sqlite
VTDBENCH_MUTANT=trial_leaf_elsewhere fails 1 "a wrong answer fails the run" \
	"${run[@]}" wrong.sqlite
has 'wrong answer: walker 0: the addresses of block' "$err"
is "it is stored as wrong" "$(sqlite3 wrong.sqlite \
	'SELECT DISTINCT status FROM trial')" wrong
