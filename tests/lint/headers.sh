#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each header compiles on its own, without a warning, with each compiler.
. "$(dirname "$0")/../cli/lib.sh"
cd "$top" || exit 2

read -ra flags <"${BUILD:-build}/flags" # the compiler, then its flags
mapfile -t headers < <(tree 'kernels/*.h' 'topology/*.h' 'bench/*.h')

compiles() {
	echo 'extern int so_that_the_unit_is_not_empty;' |
		"$1" "${flags[@]:1}" -Werror -Wno-ignored-optimization-argument \
			-fsyntax-only -include "$2" -x c -
}

for cc in gcc clang; do
	if ! command -v $cc >/dev/null; then
		skip "headers with $cc" "no $cc"
		continue
	fi
	for header in "${headers[@]}"; do
		ok "$cc: $header" compiles $cc "$header"
	done
done
