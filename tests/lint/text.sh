#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What every file keeps to: licence line, format, nothing unfinished, no path
# of the machine it was written on.
. "$(dirname "$0")/../cli/lib.sh"
cd "$top" || exit 2

mapfile -t c < <(tree '*.c' '*.h' '*.inc')
mapfile -t scripts < <(tree '*.sh' 'tests/run' 'tests/*/run' '.ci/run' \
	'tests/perf/bench-gate' 'tests/perf/slow-sides' 'contrib/slurm/*' |
	grep -v '\.md$')
mapfile -t files < <(tree '*' | grep -vE '^(LICENSE|CHANGELOG.md)$')

for file in "${c[@]}"; do
	head -n 1 "$file" |
		grep -qxF '/* SPDX-License-Identifier: GPL-2.0-or-later */' ||
		echo "$file: the first line is not the licence"
done >"$out"
none "every C file says its licence" "$out"

for file in "${scripts[@]}"; do
	[ -x "$file" ] || grep -q '^# shellcheck shell=' "$file" || echo "$file"
done >"$out"
none "scripts can be run" "$out"

# In pieces, so that the lint does not find itself.
grep -nIE 'TO''DO|FIX''ME|\bXX''X\b|HA''CK|not imple''mented|\bst''ub\b' \
	"${files[@]}" >"$out"
none "nothing is marked unfinished" "$out"
grep -nIE '(^|[^a-zA-Z0-9_.])/(home|ro''ot|wo''rk)/' "${files[@]}" >"$out"
none "no path of somebody's machine" "$out"

if command -v clang-format >/dev/null; then
	clang-format --dry-run "${c[@]}" 2>&1 |
		grep -E 'warning:' | cut -d: -f1 | uniq -c >"$out"
	none "C files are formatted (make format)" "$out"
else
	skip "C files are formatted" "no clang-format"
fi
if command -v shellcheck >/dev/null; then
	# With what a script includes it takes three times as long: CI does.
	how=(-e SC1091 -e SC2034 -e SC2153 -e SC2154)
	! all || how=(-x -P SCRIPTDIR)
	ok "shellcheck is content" shellcheck "${how[@]}" "${scripts[@]}"
else
	skip "shellcheck is content" "no shellcheck"
fi
