#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What documents say about commands and keys is what the program says.
. "$(dirname "$0")/../cli/lib.sh"
cd "$top" || exit 2

export VTDBENCH
ok "documents are up to date (make docs)" scripts/docs-update.sh --check
for page in docs/vtdbench.1 docs/vtdbench.yaml.5; do
	if command -v man >/dev/null; then
		man --warnings -E UTF-8 -l $page 2>"$err" >/dev/null
		none "$page is clean" "$err"
		MANWIDTH=80 man -E UTF-8 -l $page 2>"$err" |
			sed 's/.\x08//g' >"$tmp/${page##*/}"
		is "$page is 80 columns wide" \
			"$(LC_ALL=C.UTF-8 awk 'length > 80' "$tmp/${page##*/}")" ""
	else
		skip "$page is clean" "no man"
	fi
	is "nor is a line of its source longer" "$(awk 'length > 80' $page)" ""
done
if command -v man >/dev/null; then
	has '^ *vtdbench - benchmark' "$tmp/vtdbench.1"
	has '\[-q\|-v\] \[--color=WHEN\] COMMAND' "$tmp/vtdbench.1"
	has '^ *vtdbench.yaml - what' "$tmp/vtdbench.yaml.5"
fi
# The config that the page shows is one.
sed -n '/^\.SH EXAMPLES/,/^\.fi/p' docs/vtdbench.yaml.5 |
	sed '/^\./d; s/\\-/-/g' >"$tmp/example.yaml"
ok "its example is right" "$VTDBENCH" check "$tmp/example.yaml"
ok "the completion parses" bash -n contrib/completion/vtdbench.bash
if command -v zsh >/dev/null; then
	ok "and that for zsh" zsh -n contrib/completion/_vtdbench
else
	skip "and that for zsh" "no zsh"
fi

# Rows of kernels/mutants.def whose file is not where the fault is.
while IFS=$'\t' read -r name file; do
	grep -qs "MUTANT($name)" "$file" || echo "$name is not in $file"
done < <(sed -nE 's/^FAULT\(([a-z0-9_]+), [0-9]+, "[^"]*", "([^"]*)".*/\1\t\2/p' \
	kernels/mutants.def) >"$out"
sed -nE 's/^ORDERING\([a-z0-9_]+, "([^"]*)".*/\1/p' kernels/mutants.def |
	while read -r file; do [ -e "$file" ] || echo "no $file"; done >>"$out"
none "seeded faults are where mutants.def says" "$out"
is "the Debian package has the program's version" \
	"$(sed -n '1s/^vtdbench (\(.*\)) .*/\1/p' debian/changelog)" "$(cat VERSION)"
