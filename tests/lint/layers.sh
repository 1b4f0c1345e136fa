#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Layers go one way: who may include whom, who may exit, who may print.
. "$(dirname "$0")/../cli/lib.sh"

mapfile -t layers < <(grep -v '^#' "$top/tests/lint/layers.txt")

# rank FILE: 0 is the lowest layer. A file may include headers of its own
# layer and of those below; kernels and topology do not see each other.
rank() {
	local line
	for line in "${layers[@]}"; do
		# shellcheck disable=SC2053 # a pattern
		if [[ ${1%.*} == ${line#* } ]]; then
			echo "${line%% *}"
			return
		fi
	done
	echo unknown
}

# bad_includes FILE…: every include that goes up or across, one a line
bad_includes() {
	local file header target from to
	while IFS=: read -r file header; do
		target=$(realpath -m --relative-to=. "$(dirname "$file")/$header")
		from=$(rank "$file") to=$(rank "$target")
		if [ "$from" = unknown ] || [ "$to" = unknown ]; then
			echo "$file includes $target: of no layer in tests/lint/layers.txt"
		elif [ "$from$to" = 00 ] && [ "${file%%/*}" != "${target%%/*}" ]; then
			echo "$file includes $target: not of ${file%%/*}/"
		elif [ "$to" -gt "$from" ]; then
			echo "$file (layer $from) includes $target (layer $to)"
		fi
	done < <(grep -HoE '^[[:space:]]*#[[:space:]]*include "[^"]+"' "$@" |
		sed -E 's/:.*"([^"]+)"/:\1/')
}

# calls PATTERN FILE…: lines that match, comments left out
calls() {
	grep -nE "$@" /dev/null |
		grep -vE '^[^:]*:[0-9]+:[[:space:]]*(/\*|\*|//)'
}

# The lint itself: a tree with one fault of each kind.
mkdir -p kernels bench
echo '#include "../bench/err.h"' >kernels/a.c
echo '#include "store.h"' >bench/rng.c
echo '#include "rng.h"' >bench/odd_name.c
printf '/* exit(1) */\n\texit(1);\n' >bench/store.c
bad_includes kernels/a.c bench/rng.c bench/odd_name.c >"$out"
is "the lint sees an include that goes up or across" "$(wc -l <"$out")" 3
is "the lint sees an exit" "$(calls '\bexit\(' bench/store.c | wc -l)" 1

cd "$top" || exit 2
mapfile -t all < <(tree 'kernels/*.[ch]' 'kernels/*.inc' 'topology/*.[ch]' \
	'bench/*.[ch]')
bad_includes "${all[@]}" >"$out"
none "includes go down the layers" "$out"

lower=() silent=()
for file in "${all[@]}"; do
	[ "$(rank "$file")" = 5 ] && continue
	lower+=("$file")
	# check.h dies with a message, in checking builds only
	[[ $file == bench/err.c || $file == bench/outputs/* ||
		$file == kernels/check.h ]] ||
		silent+=("$file")
done
calls '\b_?exit\(' "${lower[@]}" >"$out"
none "only commands exit" "$out"
calls '\b(v?printf|puts|putchar|perror)\(|\bstd(out|err)\b' \
	"${silent[@]}" >"$out"
none "only err, outputs and commands print" "$out"
