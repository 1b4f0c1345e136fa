#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# report RUN RUN: ratios of runs side by side, of one machine and of two; never a
# time of one beside a time of the other; as a page, as text, as Markdown.
. "$(dirname "$0")/lib.sh"
v=$VTDBENCH

command -v sqlite3 >/dev/null || {
	skip "side by side" "no sqlite3"
	exit
}
cat >tiny.yaml <<-END
	name: tiny
	repetitions: 6
	retries: 0
	phase: 1ms
	warmup: 0
	design: [none, spinlock, rcu]
	footprint: 1M
	sweeps:
	  - {name: sizes, workload: uniform, walkers: 1, footprint: [1M, 4M]}
	  - {name: map, workload: map_sizes, walkers: 0, mappers: 1}
END
ok "a run" "$v" run --results r.db --no-report tiny.yaml
ok "another" "$v" run --results r.db --no-report tiny.yaml
[ -e r.db ] || exit 1

# What is told is made, not left to the machine of the test: spinlock is slower
# in both, rcu faster in the first run and slower in the second.
set_walks() { # RUN DESIGN NS
	sqlite3 r.db "UPDATE value SET value = $3 + trial % 3 * 0.001
		WHERE metric = 'walk_lat_ns' AND trial IN
		(SELECT id FROM trial WHERE run = $1 AND design = '$2')"
}
for run in 1 2; do
	set_walks "$run" none 10
	set_walks "$run" twin 10 # or margins would be as wide
	set_walks "$run" spinlock 20
done
set_walks 1 rcu 5
set_walks 2 rcu 40
sqlite3 r.db "UPDATE trial SET disturbed = 0"
sqlite3 r.db "DELETE FROM value WHERE metric IN ('walk_ops_per_s', 'batches_lost')"

# beside FILE: the part of the page between its heading and the first run's
beside() {
	sed -n '/<h2[^>]*>Side by side/,/<h2[^>]*>tiny\|<h2[^>]*>Run/p' "$1"
}

ok "two runs of one machine" "$v" report 1 2 --results r.db --html one.html
beside one.html >one
has 'Run 1, tiny of .*, machine A' one
has 'Run 2, tiny of .*, machine A' one
lacks 'machine B' one
lacks 'different machines' one

sqlite3 r.db "UPDATE run SET kernel = '9.9.9',
	machine = json_set(machine, '\$.cpu', 'Other CPU') WHERE id = 2"
ok "two machines" "$v" report 1 2 --results r.db --html two.html
beside two.html >two
has 'These runs are of different machines' two
has 'machine B: Other CPU' two
has 'CPU model is .* in A, Other CPU in B' two
has '<th[^>]*>machine A run 1</th>|run 1</th>' two
sed 's/<tr>/\n&/g' two | grep -F 'sizes / uniform, 1 walker (own), footprint=1M' |
	sed 's/<[^>]*>/ /g' >rows
has '^.*spinlock .*2\.00.*2\.00.* slower *$' rows
has '^.*rcu .*0\.500.*4\.00.* opposite *$' rows
# Nothing but ratios: no column of the table is a time.
lacks '[0-9] ns\b' two
has 'Of [0-9]+ ratios [0-9]+ are in all of these runs: [0-9]+ say the same' two
has '[1-9][0-9]* the opposite' two

# ---- the same as text, as wide as it may be, and as Markdown
export LC_ALL=C.UTF-8 NO_COLOR=1
unset COLUMNS
for columns in 100 80; do
	ok "as text, $columns wide" env COLUMNS=$columns "$v" report 1 2 --results r.db
	sed '/^ *design  *rank/,$d' "$out" >text.$columns
	grep -E "^.{$((columns + 1)),}" text.$columns >wide
	none "it is no wider" wide
	has 'These runs are of different$|These runs are of different machines' text.$columns
	has '^Side by side$' text.$columns
	has '^  sizes / uniform, 1 walker \(own\), footprint=1M: ' text.$columns
	has '^    spinlock +2\.00.* \[.*\] > +2\.00.* \[.*\] > +slower$' text.$columns
	has '^    rcu +0\.500.* < +4\.00.* > +opposite$' text.$columns
	lacks 'no room' text.$columns
	has '^All ratios side by side$' text.$columns
	tr '\n' ' ' <text.$columns | tr -s ' ' >line
	has '[1-9][0-9]* the opposite' line
done
ok "as text, as narrow as can be" env COLUMNS=60 "$v" report 1 2 --results r.db
has '^  \(no room in 60 columns for: machine B run 2\)$' "$out"
ok "on a screen each" "$v" report 1 2 --results r.db --brief
has '^    rcu +0\.500.* < +4\.00.* > +opposite$' "$out"
lacks '^All ratios side by side$' "$out"
is "both screens are below" "$(grep -c '^tiny$' "$out")" 2
ok "in a file" "$v" report 1 2 --results r.db --html page --out o
is "it is the text" "$("$v" report 1 2 --results r.db | diff - o/report.txt)" ''
ok "as Markdown" "$v" report 1 2 --results r.db --markdown
cp "$out" both.md
is "one heading of all" "$(grep -c '^## ' both.md)" 1
has '^### Side by side$' both.md
has '^\*\*These runs are of different machines' both.md
has '^\| cell \| figure \| design \| machine A run 1 \| machine B run 2 \| in all \|$' both.md
has '^\| sizes / uniform, .*=1M \| [^|]* \| rcu \| 0\.500.* &lt; \| 4\.00.* > \| opposite \|$' both.md
has '^<details><summary>All ratios side by side</summary>$' both.md
is "then each by itself" "$(grep -c '^#### How to repeat it$' both.md)" 2
sed '/^#### /,$d' both.md >above.md
lacks '[0-9] ns\b' above.md
if command -v python3 >/dev/null; then
	ok "the page was read" python3 "$top/tests/cli/page.py" two.html \
		"$(grep -c '<figure id=' two.html)"
	none "and is as it should be" "$out"
fi

ok "one run twice" "$v" report 1 1 --results r.db --html same.html
lacks 'Side by side' same.html
ok "nor as text" "$v" report 1 1 --results r.db
lacks 'Side by side' "$out"
ok "one run alone has no head" "$v" report 1 --results r.db
lacks 'Runs of vtdbench' "$out"

# Cells of one name whose parameters differ are not set beside each other.
sqlite3 r.db "UPDATE trial SET params = json_set(params, '\$.page_size', '2M')
	WHERE run = 2 AND sweep = 'map'"
ok "other parameters" "$v" report 1 2 --results r.db --html other.html
beside other.html >other
has 'other parameters' other
has 'were of other parameters' other
