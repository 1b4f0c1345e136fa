#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# make install puts a program there that finds its files; uninstall leaves
# nothing; make says what its targets are.
. "$(dirname "$0")/lib.sh"
BUILD=${BUILD:-$top/build}

run_make() {
	make -C "$top" --no-print-directory BUILD="$(realpath --relative-to="$top" "$BUILD")" \
		SIDE_VARIANTS=plain DESTDIR="$tmp/dest" "$@"
}

ok "make install" run_make install
ok "the program is there" test -x dest/usr/local/bin/vtdbench
ok "its configs are" \
	cmp "$top/configs/quick.yaml" dest/usr/local/share/vtdbench/configs/quick.yaml
share=dest/usr/local/share
ok "its manual is" test -s $share/man/man1/vtdbench.1
ok "that of its configs" cmp "$top/docs/vtdbench.yaml.5" \
	$share/man/man5/vtdbench.yaml.5
ok "completion for bash" test -s $share/bash-completion/completions/vtdbench
ok "and for zsh" grep -q '^#compdef vtdbench$' \
	$share/zsh/site-functions/_vtdbench
ok "its nightly job is, with the prefix" grep -q \
	'^ExecStart=/usr/local/bin/vtdbench nightly' \
	dest/usr/local/share/doc/vtdbench/nightly/vtdbench-nightly.service
# Without building for that prefix.
ok "with another prefix" run_make -o all DESTDIR="$tmp/other" PREFIX=/opt/v \
	install
lacks '/usr/local' other/opt/v/share/doc/vtdbench/nightly/vtdbench.cron
has ' /opt/v/bin/vtdbench nightly ' \
	other/opt/v/share/doc/vtdbench/nightly/vtdbench.cron

# As unpacked from a package: nowhere near the prefix it was built for.
here=$PWD moved=$PWD/other/opt/v
unset VTDBENCH_DATADIR
mkdir empty && cd empty || exit 2
ok "it finds its counter groups" "$moved/bin/vtdbench" counters
has 'cache' "$out"
fails 2 "a config that is not there" "$moved/bin/vtdbench" check configs/quick.yaml
has "vtdbench's own is $moved/share/vtdbench/configs/quick.yaml" "$err"
ok "which is a config" "$moved/bin/vtdbench" check \
	"$moved/share/vtdbench/configs/quick.yaml"
fails 2 "one that nobody has" "$moved/bin/vtdbench" check my.yaml
has "come with vtdbench are in $moved/share/vtdbench/configs\$" "$err"
cat >one.yaml <<'YAML'
name: one
repetitions: 1
counters: nosuch
sweeps:
  - design: none
    footprint: 1M
    warmup: 1ms
    phase: 2ms
YAML
fails 2 "a group that is not there" "$moved/bin/vtdbench" run one.yaml \
	--results r.sqlite
has "nosuch.* $moved/share/vtdbench/configs/counters" "$err"
sed -i '/^counters/d' one.yaml
ok "its plot scripts" "$moved/bin/vtdbench" run one.yaml --no-report \
	--results r.sqlite --plots p
ok "are copied from there" cmp p/common.gp "$moved/share/vtdbench/plots/common.gp"
cd "$here" || exit 2

ok "it runs" dest/usr/local/bin/vtdbench --version
has '^vtdbench [0-9]+\.[0-9]+\.[0-9]+' "$out"
ok "its gate has builds of its own" dest/usr/local/bin/vtdbench gate \
	--baseline dest/usr/local/lib/vtdbench --exact-only --no-store \
	--only 'none/walk_dep_2m'
has '^new: this program' "$out"
ok "make uninstall" run_make uninstall
find dest -type f >left
none "uninstall leaves no file" left

# A release: what is committed, the same each time, and complete.
if command -v git >/dev/null &&
	git -C "$top" rev-parse HEAD >/dev/null 2>&1; then
	mkdir dist twice
	ok "make dist" make -C "$top" BUILD="$tmp/dist" dist
	ok "once more" make -C "$top" BUILD="$tmp/twice" dist
	name=vtdbench-$(cat "$top/VERSION")
	ok "gives the same file" cmp dist/"$name".tar.gz twice/"$name".tar.gz
	ok "it unpacks" tar xf dist/"$name".tar.gz
	(cd "$name" && find . -type f -o -type l) | sed 's|^\./||' | sort >got
	git -C "$top" ls-tree -r --name-only HEAD | sort >want
	ok "with all that is committed, and nothing else" cmp got want
	# What a tree that is built installs, and nothing was forgotten in it.
	ok "it installs" make -C "$name" BUILD="$BUILD" -o all -o sides \
		DESTDIR="$tmp/from-dist" PREFIX=/opt/v install
	(cd other && find . -type f) | sort >want
	(cd from-dist && find . -type f) | sort >got
	ok "the same files" cmp got want
else
	skip "make dist" "no git"
fi

ok "make help" run_make help
for target in run test check lint install clean; do
	has "^  $target " "$out"
done
