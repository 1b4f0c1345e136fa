#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Rooms stand in layers: who may include whom, who may exit, who may print.
. "$(dirname "$0")/../cli/lib.sh"

mapfile -t rooms <"$top/tests/lint/layers.txt"

# includes FILE…: "FILE ROOM INCLUDED ROOM" of each include, by paths from the
# top of the tree. Those of bench/ are written from there, others from the file.
# A room is the folder below bench/, or kernels, or topology; main.c is in none.
includes() {
	awk '
	function room(path) {
		sub("^bench/", "", path)
		return path ~ "/" ? substr(path, 1, index(path, "/") - 1) : path
	}
	/^[ \t]*#[ \t]*include "/ {
		split($0, quoted, "\"")
		dir = FILENAME
		sub("[^/]*$", "", dir)
		path = (dir ~ "^bench/" ? "bench/" : dir) quoted[2]
		while (sub("[^/]+/[.][.]/", "", path))
			;
		print FILENAME, room(FILENAME), path, room(path)
	}' "$@"
}

# bad_includes FILE…: every include that goes up, one a line
bad_includes() {
	includes "$@" | awk '
	NR == FNR { place[$1] = NR; next }
	{ place["main.c"] = 0 }
	!($2 in place) || !($4 in place) {
		print $1 " includes " $3 ": of no room in tests/lint/layers.txt"
		next
	}
	place[$4] < place[$2] {
		print $1 " (" $2 ") includes " $3 " (" $4 ", above it)"
	}' "$top/tests/lint/layers.txt" -
}

# mutual FILE…: every two rooms that include each other
mutual() {
	includes "$@" | awk '
	$2 != $4 && seen[$4, $2] && !said[$2, $4]++ && !said[$4, $2]++ {
		print $4 " and " $2
	}
	{ seen[$2, $4] = 1 }'
}

# crowded FILE…: every room of more than 24 .c files, which nobody overlooks.
crowded() {
	printf '%s\n' "$@" | awk -F/ '
	$1 == "bench" && NF == 3 && /[.]c$/ { n[$2]++ }
	END {
		for (room in n)
			if (n[room] > 24)
				print "bench/" room ": " n[room] " .c files"
	}'
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
is "the lint sees a room that is full" \
	"$(crowded bench/base/{a..y}.c bench/base/z.h bench/stats/{a..x}.c)" \
	"bench/base: 25 .c files"
is "the lint sees an exit" "$(calls '\bexit\(' bench/store/db.c | wc -l)" 1

cd "$top" || exit 2
mapfile -t all < <(tree 'kernels/*.[ch]' 'kernels/*.inc' 'topology/*.[ch]' \
	'bench/*.[ch]')
bad_includes "${all[@]}" >"$out"
none "includes go down the layers" "$out"
mutual "${all[@]}" >"$out"
none "no two rooms include each other" "$out"
crowded "${all[@]}" >"$out"
none "rooms are small" "$out"
printf '%s\n' "${all[@]}" |
	grep -E "(^|/)($(IFS='|' && echo "${rooms[*]}"))/\\2[._]" >"$out"
none "no file's name repeats its room" "$out"

lower=() silent=()
for file in "${all[@]}"; do
	[[ $file == bench/main.c || $file == bench/commands/* ]] && continue
	# must.c ends the program where memory is out: docs/adr/0013
	[[ $file == bench/base/must.c ]] && continue
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
