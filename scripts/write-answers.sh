#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What `make answers` does once the program is built: docs/answers, of the newest
# run of each question of configs/questions that the results file has. Each page
# is what `report QUESTION --markdown` prints; nothing is typed. A question that
# was not run keeps the page it has.
#
#   write-answers.sh PROGRAM [RESULTS [FOLDER]]
#
# Exit: 0 written, or the status of the program.
set -eu

cd "$(dirname "$0")/.."
program=$1
results=${2:-results/vtdbench.sqlite}
folder=${3:-docs/answers}
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT

mkdir -p "$folder"
written=0
for config in configs/questions/*.yaml; do
	q=$(basename "$config" .yaml)
	"$program" report "$q" --results "$results" --markdown >"$new/$q" ||
		continue # no run of it here: said
	"$program" plot "$q" --results "$results" --only claims --format png \
		--out "$new/plots" >/dev/null 2>&1 || :
	picture=$new/plots/claims.png
	if [ -e "$picture" ]; then
		mv "$picture" "$folder/$q.png"
		printf '\n![What the claims say, and what was measured](%s)\n' \
			"$q.png" >"$new/picture"
		sed -i "1r $new/picture" "$new/$q"
	fi
	mv "$new/$q" "$folder/$q.md"
	written=$((written + 1))
done
[ $written != 0 ] || { echo "write-answers: $results has no question" >&2; exit 2; }

pages=()
for page in "$folder"/*.md; do
	[ "${page##*/}" = README.md ] || pages+=("$page")
done
# The line of a page that begins with $1, without that.
line() {
	sed -n "s/^$1//p" "$2" | head -n 1
}
{
	cat <<'END'
# Answers

What a real run of `make run-questions` said about each question, as `vtdbench
report QUESTION --markdown` printed it; `make answers` writes this folder from the
newest runs in `results/vtdbench.sqlite`. Ratios carry over to another machine
better than times do, and neither does by itself: run them on yours. How to read
them: [docs/questions.md](../questions.md).

| question | its claims, one by one | measured |
|---|---|---|
END
	for page in "${pages[@]}"; do
		q=$(basename "$page" .md)
		printf '| [%s](%s.md) %s | %s | %s |\n' "$q" "$q" \
			"$(line '## ' "$page")" \
			"$(sed -n 's/^#### Claim .*: //p' "$page" |
				sort | uniq -c | sed 's/^ *//' | paste -sd, |
				sed 's/,/, /g')" \
			"$(sed -n 's/^Run .* of \([0-9-]*\)T.*/\1/p' "$page" |
				head -n 1)"
	done
	for page in "${pages[@]}"; do
		line 'Machine: ' "$page"
	done | sort -u | sed 's/^/\nMachine: /'
} >"$folder/README.md"
echo "$written questions: $folder/README.md"
