#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What documents say about commands and keys is what the program says.
. "$(dirname "$0")/../cli/lib.sh"
cd "$top" || exit 2

export VTDBENCH
ok "documents are up to date (make docs)" scripts/docs-update.sh --check
if command -v man >/dev/null; then
	man --warnings -E UTF-8 -l docs/vtdbench.1 2>"$err" >/dev/null
	none "the man page is clean" "$err"
	MANWIDTH=80 man -E UTF-8 -l docs/vtdbench.1 2>"$err" |
		sed 's/.\x08//g' >"$tmp/page"
	is "the man page is 80 columns wide" \
		"$(LC_ALL=C.UTF-8 awk 'length > 80' "$tmp/page")" ""
	has '^ *vtdbench - benchmark' "$tmp/page"
	has '\[-q\|-v\] \[--color=WHEN\] COMMAND' "$tmp/page"
else
	skip "the man page is clean" "no man"
fi
is "nor is a line of its source longer" \
	"$(awk 'length > 80' docs/vtdbench.1)" ""
ok "the completion parses" bash -n contrib/completion/vtdbench.bash
