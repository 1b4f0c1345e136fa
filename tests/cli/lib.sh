# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What a command-line test is made of. A test is a bash script that begins
#
#   . "$(dirname "$0")/lib.sh"
#
# and is then in an empty folder of its own, removed at the end. $VTDBENCH is
# the program under test, $top the source tree, $out and $err the files with
# the output of the last command run by ok or fails.
set -u

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
VTDBENCH=${VTDBENCH:-${BUILD:-$top/build}/vtdbench}
tmp=$(mktemp -d)
out=$tmp/.out err=$tmp/.err
tests=0 failures=0
# Tests run beside others that measure, and need no quiet machine; nor does any go
# before the others: who is nice stays so.
export VTDBENCH_LOCK=none
[ -n "${may_go_first:-}" ] || renice -n 1 -p $$ >/dev/null

finish() {
	local status=$?
	# A child that a signal meets before it is a program is here, too.
	[ $BASHPID = $$ ] || exit $status
	cd / && chmod -R u+w "$tmp" && rm -rf "$tmp"
	[ $status != 0 ] && exit $status
	echo "1..$tests"
	[ $failures = 0 ]
	exit
}
trap finish EXIT
cd "$tmp" || exit 2

pass() {
	echo "ok $((tests += 1)) - $*"
}

# fail NAME: with what the last command said, to see why
fail() {
	echo "not ok $((tests += 1)) - $*"
	failures=$((failures + 1))
	[ -e "$out" ] && head -n 40 "$out" | sed 's/^/# out: /'
	[ -e "$err" ] && head -n 40 "$err" | sed 's/^/# err: /'
	return 0
}

# skip NAME REASON
skip() {
	echo "ok $((tests += 1)) - $1 # SKIP $2"
}

# Nothing is to be left out: CI and make check-all set TEST_ALL. make test has the
# time for what differs most.
all() {
	[ -n "${TEST_ALL:-}" ]
}

# every_design: what a config says for all designs; without those that are another
# one under another lock, unless nothing is to be left out
every_design() {
	local folder=$top/kernels/designs name
	if all; then
		echo all
		return
	fi
	sed -n 's/^DESIGN(\(.*\))$/\1/p' "$folder/registry.def" |
		while read -r name; do
			grep -q '^#define DESIGN_LEAN' "$folder/$name.c" ||
				echo "$name"
		done | paste -sd , | sed 's/.*/[&]/'
}

# A terminal can be had: script is there, and so is /dev/pts.
has_terminal() {
	script -qec true /dev/null </dev/null >/dev/null 2>&1
}

# fails STATUS NAME CMD…: CMD exits with exactly STATUS
fails() {
	local want=$1 name=$2 status
	shift 2
	"$@" </dev/null >"$out" 2>"$err"
	status=$?
	if [ $status = "$want" ]; then
		pass "$name"
	else
		fail "$name: exit $status, not $want: $*"
	fi
}

# ok NAME CMD…: CMD exits with 0
ok() {
	fails 0 "$@"
}

# has PATTERN FILE: a line of FILE matches the extended regular expression
has() {
	if grep -qE -- "$1" "$2"; then
		pass "$(basename "$2") has $1"
	else
		fail "$(basename "$2") lacks $1"
	fi
}

# lacks PATTERN FILE: no line of FILE matches
lacks() {
	if ! grep -qE -- "$1" "$2"; then
		pass "$(basename "$2") lacks $1"
	else
		fail "$(basename "$2") has $1"
	fi
}

# unwrap INDENT FILE: lines that begin with that many blanks go on the one before
unwrap() {
	awk -v blanks="$(printf '%*s' "$1" '')" '
		{ more = substr($0, 1, length(blanks)) == blanks }
		NR > 1 { printf "%s", more ? " " : "\n" }
		more { sub(/^ +/, "") }
		{ printf "%s", $0 }
		END { print "" }' "$2" >"$2.flat" && mv "$2.flat" "$2"
}

# is NAME GOT WANT: two strings are equal
is() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1: got '$2', not '$3'"
	fi
}

# unprivileged CMD…: as somebody whom file modes stop, also when root tests;
# sees only what that user may (the program is copied to where it can be read)
unprivileged() {
	local command=$1
	shift
	if [ "$(id -u)" != 0 ]; then
		"$command" "$@"
		return
	fi
	install -D -m 755 "$(command -v "$command")" "$tmp/.bin/command"
	chmod 711 "$tmp"
	setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$tmp/.bin/command" "$@"
}

# none NAME FILE: FILE is empty; its lines say what is wrong
none() {
	if [ ! -s "$2" ]; then
		pass "$1"
	else
		echo "not ok $((tests += 1)) - $1"
		failures=$((failures + 1))
		head -n 40 "$2" | sed 's/^/# /'
	fi
}

# copy_tree [TAR_OPTION…]: a copy of the source tree in ./src, and in src/build
# of what is built, less what the options exclude (--exclude=./tests). The
# times stay, so that make builds only what is touched there. Goes there.
copy_tree() {
	local build=${BUILD:-$top/build}

	mkdir -p src/build
	(cd "$top" && tree '*' | tar cf - -T -) | tar xf - -C src
	tar cf - -C "$build" "$@" . | tar xf - -C src/build
	cd src || exit 2
	unset MAKEFLAGS MAKEOVERRIDES MFLAGS BUILD
}

# tree PATTERN…: the files of the source tree that match, from $top; also
# where there is no git (a release archive)
tree() {
	if git -C "$top" rev-parse 2>/dev/null; then
		git -C "$top" ls-files --cached --others --exclude-standard "$@"
	else
		(
			cd "$top" || exit
			names=()
			for pattern in "$@"; do
				names+=(-o -path "./$pattern")
			done
			find . \( -path './build*' -o -path ./results \) \
				-prune -o -type f \( "${names[@]:1}" \) \
				-printf '%P\n'
		)
	fi | while read -r file; do
		# deleted, not yet committed
		[ -e "$top/$file" ] && echo "$file"
	done
}

# engine_with DESIGN FOLDER: a copy of the engine that has this design alone
engine_with() {
	local file
	mkdir -p "$2"
	cp -r "$top/kernels" "$2/"
	echo "DESIGN($1)" >"$2/kernels/designs/registry.def"
	for file in "$2"/kernels/designs/*.c; do
		case ${file##*/} in
		registry.c | "$1.c") ;;
		*) rm "$file" ;;
		esac
	done
}

# engine_of DESIGN FOLDER [FILE SED]: builds the engine with that design alone
# in FOLDER, with FILE of kernels/ changed by SED; one shape compiled for speed,
# in two link orders, each of a variant if nothing is to be left out.
engine_of() {
	engine_with "$1" "$2/src"
	engine_build "${@:2}"
}

# engine_like OTHER FOLDER FILE SED: the engine in OTHER once more, with FILE
# changed; only what includes that is compiled again
engine_like() {
	cp -a "$1" "$2"
	find "$2" -name '*.d' -exec sed -i "s|$PWD/$1/|$PWD/$2/|g" {} +
	engine_build "${@:2}"
}

engine_build() {
	local variants=plain
	all && variants+=' shifted'
	[ $# = 1 ] || sed -i "$3" "$1/src/kernels/$2"
	ok "$1 is built" env -u MAKEFLAGS -u MAKEOVERRIDES -u MFLAGS make -C "$top" \
		-s -j2 BUILD="$PWD/$1" SIDE_SRC="$PWD/$1/src" SIDE_ORDERS=2 \
		SIDE_VARIANTS="$variants" CFLAGS="-O2 -g1 -DDESIGN_LEAN" sides
}
