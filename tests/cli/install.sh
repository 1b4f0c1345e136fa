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
ok "its nightly job is, with the prefix" grep -q \
	'^ExecStart=/usr/local/bin/vtdbench nightly' \
	dest/usr/local/share/doc/vtdbench/nightly/vtdbench-nightly.service
# Without building for that prefix.
ok "with another prefix" run_make -o all DESTDIR="$tmp/other" PREFIX=/opt/v \
	install
lacks '/usr/local' other/opt/v/share/doc/vtdbench/nightly/vtdbench.cron
has ' /opt/v/bin/vtdbench nightly ' \
	other/opt/v/share/doc/vtdbench/nightly/vtdbench.cron
ok "it runs" dest/usr/local/bin/vtdbench --version
has '^vtdbench [0-9]+\.[0-9]+\.[0-9]+' "$out"
ok "its gate has builds of its own" dest/usr/local/bin/vtdbench gate \
	--baseline dest/usr/local/lib/vtdbench --exact-only --no-store \
	--only 'none/walk_dep_2m'
has '^new: this program' "$out"
ok "make uninstall" run_make uninstall
find dest -type f >left
none "uninstall leaves no file" left

ok "make help" run_make help
for target in run test check lint install clean; do
	has "^  $target " "$out"
done
