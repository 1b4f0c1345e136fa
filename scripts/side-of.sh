#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds the engine as shared objects and prints "COMMIT FOLDER" of them:
#
#   side-of.sh          the working tree
#   side-of.sh REF      a revision, with the compiler and flags of today
#
# A revision is built once and kept in build/baseline/. Exit: 0; 2 no such
# revision; 4 its engine cannot be built behind today's kernels/side/.
set -eu

cd "$(dirname "$0")/.."
unset MAKEFLAGS MAKELEVEL MFLAGS BUILD
make=(make --no-print-directory -s "-j$(nproc)")

if [ $# = 0 ]; then
	"${make[@]}" sides >&2
	commit=$(git describe --always --dirty --exclude '*' 2>/dev/null || :)
	echo "${commit:-unknown} $PWD/build/sides"
	exit
fi

commit=$(git rev-parse --verify --quiet "$1^{commit}") || exit 2
# Flags and the interface are part of what was built.
key=$({ "${make[@]}" print-code-flags; cat kernels/side/* scripts/link-sides.sh; } | sha1sum | head -c 8)
build=build/baseline/${commit:0:12}-$key
if [ ! -e "$build/sides/built" ]; then
	echo "building the engine of ${commit:0:12}" >&2
	rm -rf "$build"
	mkdir -p "$build/src"
	git archive "$commit" kernels | tar -x -C "$build/src"
	rm -rf "$build/src/kernels/side"
	cp -r kernels/side "$build/src/kernels/"
	if ! "${make[@]}" BUILD="$build" SIDE_SRC="$build/src" sides >&2; then
		rm -rf "$build"
		exit 4
	fi
fi
echo "$commit $PWD/$build/sides"
