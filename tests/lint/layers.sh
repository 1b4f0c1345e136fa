#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Rooms stand in layers: who may include whom, who may exit, who may print.
. "$(dirname "$0")/../cli/lib.sh"

mapfile -t rooms <"$top/tests/lint/layers.txt" # from the top down

# room FILE: the folder below bench/, or kernels or topology. bench/main.c and
# what else is in no room is named by its path.
room() {
	case $1 in
	bench/*/*) set -- "${1#bench/}" && echo "${1%%/*}" ;;
	kernels/* | topology/*) echo "${1%%/*}" ;;
	*) echo "$1" ;;
	esac
}

# place ROOM: its line in the list, 0 for main.c; nothing if it has none.
place() {
	local i
	[ "$1" = bench/main.c ] && echo 0
	for i in "${!rooms[@]}"; do
		[ "${rooms[i]}" = "$1" ] && echo $((i + 1))
	done
}

# includes FILE…: "FILE INCLUDED", both from the top of the tree. Those of
# bench/ are written from there, those of kernels/ and topology/ from the file.
includes() {
	local file header
	while IFS=: read -r file header; do
		case $file in
		bench/*) realpath -m --relative-to=. "bench/$header" ;;
		*) realpath -m --relative-to=. "$(dirname "$file")/$header" ;;
		esac | sed "s|^|$file |"
	done < <(grep -HoE '^[[:space:]]*#[[:space:]]*include "[^"]+"' "$@" |
		sed -E 's/:.*"([^"]+)"/:\1/')
}

# bad_includes FILE…: every include that goes up, one a line
bad_includes() {
	local file target from to
	while read -r file target; do
		from=$(room "$file") to=$(room "$target")
		if [ -z "$(place "$from")" ] || [ -z "$(place "$to")" ]; then
			echo "$file includes $target: of no room in tests/lint/layers.txt"
		elif [ "$(place "$to")" -lt "$(place "$from")" ]; then
			echo "$file ($from) includes $target ($to, above it)"
		fi
	done < <(includes "$@")
}

# mutual FILE…: every two rooms that include each other
mutual() {
	local file target
	while read -r file target; do
		echo "$(room "$file") $(room "$target")"
	done < <(includes "$@") | sort -u | awk '
		$1 != $2 && seen[$2, $1] { print $2 " and " $1 }
		{ seen[$1, $2] = 1 }'
}

# calls PATTERN FILE…: lines that match, comments left out
calls() {
	grep -nE "$@" /dev/null |
		grep -vE '^[^:]*:[0-9]+:[[:space:]]*(/\*|\*|//)'
}

# The lint itself: a tree with one fault of each kind.
mkdir -p kernels bench/store bench/base bench/attic
echo '#include "../bench/base/err.h"' >kernels/a.c
echo '#include "store/db.h"' >bench/base/rng.c
echo '#include "base/rng.h"' >bench/attic/a.c
printf '#include "base/err.h"\n/* exit(1) */\n\texit(1);\n' >bench/store/db.c
planted=(kernels/a.c bench/base/rng.c bench/attic/a.c bench/store/db.c)
bad_includes "${planted[@]}" >"$out"
is "the lint sees an include that goes up, or into no room" "$(wc -l <"$out")" 3
is "the lint sees rooms that include each other" "$(mutual "${planted[@]}")" \
	"base and store"
is "the lint sees an exit" "$(calls '\bexit\(' bench/store/db.c | wc -l)" 1

cd "$top" || exit 2
mapfile -t all < <(tree 'kernels/*.[ch]' 'kernels/*.inc' 'topology/*.[ch]' \
	'bench/*.[ch]')
bad_includes "${all[@]}" >"$out"
none "includes go down the layers" "$out"
mutual "${all[@]}" >"$out"
none "no two rooms include each other" "$out"
for name in "${rooms[@]}"; do
	for file in "${all[@]}"; do
		[[ $(room "$file") == "$name" && ${file##*/} == "$name"[._]* ]] &&
			echo "$file"
	done
done >"$out"
none "no file's name repeats its room" "$out"

lower=() silent=()
for file in "${all[@]}"; do
	[[ $file == bench/main.c || $file == bench/commands/* ]] && continue
	lower+=("$file")
	# check.h dies with a message, in checking builds only
	[[ $file == bench/base/err.c || $file == bench/@(outputs|views)/* ||
		$file == kernels/check.h ]] ||
		silent+=("$file")
done
calls '\b_?exit\(' "${lower[@]}" >"$out"
none "only commands exit" "$out"
calls '\b(v?printf|puts|putchar|perror)\(|\bstd(out|err)\b' \
	"${silent[@]}" >"$out"
none "only err, outputs and commands print" "$out"
