#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What `make run-questions` does once the program is built: the sweeps of
# configs/questions one after the other, then what they say about the claims, and
# all of it on one page, results/questions.html.
#
#   run-questions.sh PROGRAM [QUESTION…]    all that there are, or these: q2 q5
#
# Ctrl-C ends it; what is finished is kept and answered. Exit: 0; the largest
# status of the runs; 130 if it was ended.
set -u

cd "$(dirname "$0")/.." || exit 2
program=$1
shift
results=results/vtdbench.sqlite
questions=("${@:-q0 q1 q2 q3 q4 q5 q6 q8}")
[ $# = 0 ] && read -ra questions <<<"${questions[0]}"

# What of a config would take too long here, so that all of them are done in 25
# minutes on two CPUs; q1 asks about every design that there is, for 11 and more.
options() {
	case $1 in
	q1) echo --repetitions 6 --budget 400s --set phase=40ms \
		--set design=none,driver,leak,spinlock,rwlock,rcu,rcu_qsbr ;;
	q2) echo --budget 150s ;;
	q3) echo --budget 110s ;;
	q5) echo --repetitions 6 --budget 350s ;;
	q6) echo --budget 90s ;;
	q8) echo --repetitions 6 --budget 180s ;;
	esac
}

status=0 stopped='' done=()
trap 'stopped=1' INT TERM
mkdir -p results
for q in "${questions[@]}"; do
	config=configs/questions/$q.yaml
	if [ ! -e "$config" ]; then
		[ $# != 0 ] && echo "run-questions: no $config" >&2 && status=2
		continue
	fi
	# shellcheck disable=SC2046 # words
	"$program" run "$config" --results "$results" --no-report $(options "$q")
	one=$?
	[ $one -gt $status ] && status=$one
	[ $one -le 1 ] && done+=("$q")
	[ "$stopped" ] && break
done
trap - INT TERM
for q in "${done[@]}"; do
	grep -q '^question:' "configs/questions/$q.yaml" || continue
	"$program" answer "$q" --results "$results" || status=$?
	echo
done
if [ ${#done[@]} != 0 ]; then
	page=results/questions.html
	"$program" report "${done[@]}" --results "$results" --html $page &&
		echo "All of it on one page: $page"
fi
[ "$stopped" ] && exit 130
exit $status
