#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What bash completes, and that the program takes it.
. "$(dirname "$0")/lib.sh"
v=$VTDBENCH
compopt() { echo "$*" >>"$tmp/compopt"; }
# shellcheck source=/dev/null
"$v" list --completion bash >completion.bash && . ./completion.bash

# offers WANT WORD…: after those words, completing the last one
offers() {
	local want=$1
	shift
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	COMPREPLY=()
	: >"$tmp/compopt"
	_vtdbench
	is "after '$*'" "${COMPREPLY[*]}" "$want"
}

offers "walk build" vtdbench tables ""
offers "walk" vtdbench tables w
offers "csv" vtdbench export latest --format c
offers "text json markdown" vtdbench compare 1 2 --format ""
offers "text json markdown junit" vtdbench gate --format = ""
offers "first_stage" vtdbench tables build --format f
offers "scaling" vtdbench plot --only sc
mkdir -p rcu && touch rcu/file
offers "rcu/*" vtdbench gate --only "rcu/*"
case $- in *f*) fail "completion leaves the shell as it is" ;; esac
offers "$(sed -n 's/^DESIGN(\(rc.*\))/\1/p' "$top/kernels/designs/registry.def" |
	xargs)" vtdbench replay trace --design rc
offers "all" vtdbench replay trace --design a
offers "leak" vtdbench run --set design = le
offers "always" vtdbench --color = al
offers "leak" vtdbench --color = always replay trace --design le
offers "keys" vtdbench list k
offers "--color=" vtdbench --co
is "nothing is quoted as a file's name would be" "$(cat compopt)" ""
touch config.yaml
offers "config.yaml" vtdbench check conf
is "files are" "$(cat compopt)" "-o filenames"

# Every word that is offered is one that the command takes.
for verb in export compare trend gate plot; do
	for word in $(_vtdbench_option_values $verb --format); do
		"$v" $verb --format "$word" none none none >"$out" 2>"$err"
		lacks '--format' "$err"
	done
done
for word in $(_vtdbench_option_values replay --design); do
	"$v" replay --design "$word" none >"$out" 2>"$err"
	has 'none: No such file' "$err"
done
set -f
for word in $(_vtdbench_option_values gate --only); do
	"$v" pair --only "$word" >"$out" 2>"$err"
	grep -q 'no DESIGN/CASE' "$err" && echo "$word"
done >wrong
set +f
none "--only takes what is offered" wrong
