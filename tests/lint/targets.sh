#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every target of `make help` asks scripts/deps.sh for what it needs, before
# it needs it: on a bare machine it installs that, or says what to install.
#
# What a target needs is read from the commands that make would run: a compiler
# needs the libraries, a file that includes cmocka.h needs cmocka, a command or
# a test script the programs that it calls. A script that asks itself whether a
# program is there says what it lacks.
. "$(dirname "$0")/../cli/lib.sh"
unset MAKEFLAGS MAKEOVERRIDES MFLAGS MAKELEVEL

# What needs no asking: the shell's own words, what Debian and make bring, and
# what comes with the compiler.
base=' [ : ar awk cd cmp cp cut done echo esac exit export fi find for grep head
	if install make mkdir mv printf rm sed set sort tail test touch tr true '

# The programs that the sets bring; what else they hold are files.
tools=$(cd "$top" && scripts/deps.sh --list | sed -n 's/:.*//; /[.\/]/!p' |
	sort -u | paste -sd '|')

# calls SCRIPT: the tools that it calls without asking whether they are there
calls() {
	local tool
	grep -vE '^[[:space:]]*#' "$1" |
		grep -oE "(^|[[:space:]\$(|;])($tools)([[:space:]]|\$)" |
		tr -cd '[:alnum:]_.\n-' | sort -u |
		while read -r tool; do
			grep -qE "command -v \"?($tool|\\\$)" "$1" || echo "$tool"
		done
}

# includes_cmocka FILE: it, or a header beside it
includes_cmocka() {
	local header
	grep -q '<cmocka.h>' "$1" && return
	while read -r header; do
		grep -q '<cmocka.h>' "${1%/*}/$header" 2>/dev/null && return
	done < <(sed -nE 's/^#include "([^"]+)"$/\1/p' "$1")
	return 1
}

# commands FILE: what make printed as words of interest, in order, each once:
# "deps SET…", the name of each command, each source file, script and -lcmocka
commands() {
	sed -E ':more; /\\$/ { N; s/\\\n[[:space:]]*/ /; b more }' "$1" |
		awk '
		function say(what) { if (!seen[what]++) print what }
		/^make\[/ { next }
		match($0, /scripts\/deps\.sh [a-z ]+/) {
			print "deps" substr($0, RSTART + 15, RLENGTH - 15)
			next
		}
		{
			gsub(/\$\(\([^)]*\)\)|\$\{[^}]*\}/, "value")
			gsub(/"[^"]*"|\047[^\047]*\047/, "text")
			gsub(/\\;/, "")
			sub(/[[:space:]]#.*/, "")
			pieces = split($0, piece, /\|\||&&|[;|{}()]/)
			for (i = 1; i <= pieces; i++) {
				n = split(piece[i], word, " ")
				for (k = 1; k <= n && word[k] ~ \
				     /^(do|then|else|!|[A-Za-z_]+=.*)$/; k++)
					;
				if (k <= n)
					say("call " word[k])
				for (; k <= n; k++)
					if (word[k] ~ /\.c$|^-lcmocka$|\.sh$|\/run$/)
						say(word[k])
			}
		}'
}

# needs WORD…: leaves in $found what it takes, one a line; kept, as most targets
# share most words
declare -A known
needs() {
	local words=$*
	[ "${known[$words]+set}" ] || known[$words]=$(find_needs "$@")
	found=${known[$words]}
}

find_needs() {
	case $1 in
	-lcmocka) echo cmocka.h ;;
	*.c)
		echo hwloc.h # for all libraries
		includes_cmocka "$1" && echo cmocka.h
		;;
	*.sh | */run) [ ! -f "$1" ] || calls "$1" ;;
	call)
		[[ $base == *[[:space:]]$2[[:space:]]* || $2 == */* ]] ||
			echo "$2"
		;;
	esac
}

# lacking TARGET: what it needs and does not ask for in time; from a folder
# that has nothing built
lacking() {
	local line need found have=' '
	make -n -B -j1 --no-print-directory BUILD="$tmp/none" "$1" \
		>"$tmp/printed" 2>"$err" || echo "make -n $1 fails"
	while read -r line; do
		if [[ $line == deps\ * ]]; then
			# shellcheck disable=SC2086 # words
			have+=$(scripts/deps.sh --list ${line#deps} |
				sed 's/:.*//' | tr '\n' ' ')
			continue
		fi
		# shellcheck disable=SC2086 # words
		needs $line
		for need in $found; do
			[[ $have == *" $need "* ]] || echo "$need ($line)"
		done
	done < <(commands "$tmp/printed")
}

cd "$top" || exit 2
if [ "${1:-}" ]; then
	lacking "$1"
	exit
fi
mapfile -t targets < <(make -s help | sed -nE 's/^  ([a-z][a-z-]*) .*/\1/p')
ok "make help names targets" test "${#targets[@]}" -gt 20
for target in "${targets[@]}"; do
	lacking "$target" >"$out"
	none "make $target asks for what it needs" "$out"
done
