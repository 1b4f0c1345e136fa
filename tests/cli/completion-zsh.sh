#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What zsh completes: an interactive one on a terminal of its own, which is
# given a line and a Tab and says what it would offer.
. "$(dirname "$0")/lib.sh"
v=$VTDBENCH
ok "the completion for zsh" "$v" list --completion zsh
fails 2 "no such shell" "$v" list --completion ksh
fails 2 "no shell" "$v" list --completion
if ! command -v zsh >/dev/null; then
	skip "zsh takes it" "no zsh"
	exit
fi
mkdir functions
"$v" list --completion zsh >functions/_vtdbench
ok "zsh parses it" zsh -n functions/_vtdbench

# ask.zsh LINE: what would be offered at its end, to the file offered
cat >ask.zsh <<'END'
zmodload zsh/zpty || exit 3
zpty z zsh -f -i
cat >setup.zsh <<'SETUP'
PS1= PS2=
fpath=($PWD/functions $fpath)
autoload -Uz compinit && compinit -D -u
# In the way of the builtin: keeps what it would offer. With one of these it
# only fills arrays.
compadd() {
	local -a hits
	[[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]] || {
		builtin compadd -O hits "$@"
		print -rl -- $hits >>offered
	}
	builtin compadd "$@"
}
tab() { zle complete-word; : >done }
zle -N tab
bindkey '^I' tab
zstyle ':completion:*' verbose no
: >ready
SETUP
wait_for() {
	local got n
	for (( n = 0; n < 1500; n++ )); do
		[[ -e $1 ]] && return
		zpty -r -t z got 2>/dev/null || sleep 0.02
	done
	print "no $1 in time: $got"
	exit 1
}
zpty -w z '. ./setup.zsh'
wait_for ready
zpty -w -n z "$1"$'\t'
wait_for done
zpty -d z
END

# offers WANT LINE: what zsh offers there, sorted
offers() {
	rm -f ready 'done' offered
	: >offered
	ok "zsh is asked: '$2'" env TERM=dumb ZDOTDIR="$tmp" zsh -f ask.zsh "$2"
	is "after '$2'" "$(sed '/^$/d; s/[:=]$//' offered | sort -u | xargs)" "$1"
}

offers "build walk" "vtdbench tables "
offers "walk" "vtdbench tables w"
offers "compare counters" "vtdbench co"
offers "compare counters" "vtdbench help co"
offers "json markdown text" "vtdbench compare 1 2 --format "
offers "csv" "vtdbench export -f c"
offers "csv" "vtdbench export latest --format=c"
offers "first_stage" "vtdbench tables build --format f"
offers "--max-leaf" "vtdbench tables build --max"
offers "leak" "vtdbench run --set design=none,le"
offers "iotlb.sets iotlb.ways" "vtdbench run --set iotlb"
offers "always" "vtdbench --color=al"
offers "rcu/walk_dep_64m" "vtdbench gate --only rcu/walk_dep_6"
offers "ack" "vtdbench trend ac"
offers "--reason --results" "vtdbench trend ack --re"
: >config.yaml
offers "config.yaml" "vtdbench check conf"
offers "config.yaml" "vtdbench check one.yaml conf"

# Every command and flag is there.
"$v" list commands --json | sed -nE 's/.*"name": *"([^"]+)".*/\1/p' |
	sort | xargs >names
offers "$( (tr ' ' '\n' <names; echo help) | sort | xargs)" "vtdbench "
flags=$("$v" topo --help | grep -oE '^ +--[a-z-]+' | sort | xargs)
offers "$(printf '%s\n' "$flags" | tr ' ' '\n' |
	{ cat; printf '%s\n' --color --help --quiet --verbose; } | sort | xargs)" \
	"vtdbench topo --"
