#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each file of a design has its row: without one it compiles, and nobody sees it.
. "$(dirname "$0")/../cli/lib.sh"
cd "$top/kernels/designs" || exit 2

for file in *.c; do
	[ "$file" = registry.c ] ||
		grep -qE "^DESIGN\(${file%.c}[,)]" registry.def || echo "$file"
done >"$out"
none "designs are in registry.def" "$out"
