#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Writes what documents say about commands and keys: the parts between BEGIN
# and END in docs/vtdbench.1, docs/vtdbench.yaml.5 and docs/config.md, and the
# completion for bash and zsh; the table of seeded faults in docs/mutants.md.
#
#   scripts/docs-update.sh [--check]     check: only say what is out of date
set -eu
cd "$(dirname "$0")/.."
vtdbench=${VTDBENCH:-${BUILD:-build}/vtdbench}
case $vtdbench in /* | ./*) ;; *) vtdbench=./$vtdbench ;; esac
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
stale=0

# part FILE BEGIN END CMD…: FILE with the output of CMD between two lines
part() {
	local file=$1 begin=$2 end=$3
	shift 3
	"$@" >"$new/part"
	awk -v begin="$begin" -v end="$end" -v part="$new/part" '
		$0 == end { inside = 0; found++ }
		!inside { print }
		$0 == begin {
			inside = 1; found++
			while ((getline line < part) > 0) print line
		}
		END { exit found != 2 }' "$file" >"$new/file" || {
		echo "$file: no lines '$begin' and '$end'" >&2
		exit 2
	}
	cat "$new/file"
}

# put FILE: takes the place of FILE if it differs
put() {
	cat >"$new/put"
	cmp -s "$new/put" "$1" && return
	stale=1
	if [ "${check:-}" ]; then
		echo "$1 is out of date: make docs"
	else
		cp "$new/put" "$1"
		echo "$1 is written" >&2
	fi
}

[ "${1:-}" = --check ] && check=1
# man_page KIND FILE: what the program says of KIND, in a manual page
man_page() {
	part "$2" ".\\\\\" BEGIN $1" ".\\\\\" END $1" \
		"$vtdbench" list --man "$1" >"$new/page"
	put "$2" <"$new/page"
}
man_page commands docs/vtdbench.1
man_page options docs/vtdbench.yaml.5
part docs/config.md '<!-- BEGIN options -->' '<!-- END options -->' \
	"$vtdbench" list --markdown >"$new/page"
put docs/config.md <"$new/page"
part docs/mutants.md '<!-- BEGIN mutants -->' '<!-- END mutants -->' \
	tests/mutants/run --table >"$new/page"
put docs/mutants.md <"$new/page"
mkdir -p contrib/completion
for shell in bash:vtdbench.bash zsh:_vtdbench; do
	"$vtdbench" list --completion "${shell%%:*}" >"$new/page"
	put "contrib/completion/${shell#*:}" <"$new/page"
done
[ -z "${check:-}" ] || exit $stale
