#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each header compiles on its own, without a warning, with each compiler. Where
# TEST_ALL is not set: with that of the build, and without those that the build
# showed, as a file begins with them.
. "$(dirname "$0")/../cli/lib.sh"
cd "$top" || exit 2

read -ra flags <"${BUILD:-build}/flags" # the compiler, then its flags
mapfile -t headers < <(tree 'kernels/*.h' 'topology/*.h' 'bench/*.h')

# shown HEADER: the file beside it includes it first
shown() {
	local file=${1%.h}.c
	[ -e "$file" ] &&
		grep -m 1 '^#include' "$file" | grep -qE "[\"/]${1##*/}\"\$"
}

compiles() {
	echo 'extern int so_that_the_unit_is_not_empty;' |
		"$1" "${flags[@]:1}" -Werror -Wno-ignored-optimization-argument \
			-fsyntax-only -include "$2" -x c -
}

own=gcc
[[ ${CC:-} == *clang* ]] && own=clang
for cc in gcc clang; do
	if ! all && [ $cc != $own ]; then
		continue
	elif ! command -v $cc >/dev/null; then
		skip "headers with $cc" "no $cc"
		continue
	fi
	for header in "${headers[@]}"; do
		! all && shown "$header" && continue
		ok "$cc: $header" compiles $cc "$header"
	done
done
