#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# make install puts a program there that finds its files; uninstall leaves
# nothing; make says what its targets are.
. "$(dirname "$0")/lib.sh"
BUILD=${BUILD:-$top/build}

run_make() {
	make -C "$top" --no-print-directory BUILD="$(realpath --relative-to="$top" "$BUILD")" \
		DESTDIR="$tmp/dest" "$@"
}

ok "make install" run_make install
ok "the program is there" test -x dest/usr/local/bin/vtdbench
ok "its configs are" \
	cmp "$top/configs/quick.yaml" dest/usr/local/share/vtdbench/configs/quick.yaml
ok "its manual is" test -s dest/usr/local/share/man/man1/vtdbench.1
ok "it runs" dest/usr/local/bin/vtdbench --version
has '^vtdbench [0-9]+\.[0-9]+\.[0-9]+' "$out"
ok "make uninstall" run_make uninstall
find dest -type f >left
none "uninstall leaves no file" left

ok "make help" run_make help
for target in run test check lint install clean; do
	has "^  $target " "$out"
done
