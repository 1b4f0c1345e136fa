#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# compare of stored runs: verdicts, forms, and every way to ask wrongly.
. "$(dirname "$0")/lib.sh"
. "$top/tests/cli/page.bash"

if ! command -v python3 >/dev/null; then
	skip "compare" "no python3"
	exit 0
fi
cat >tiny.yaml <<'END'
name: tiny
repetitions: 7
retries: 0
phase: 1ms
warmup: 0ms
ops: 512
sweeps:
  - name: walks
    design: [none, leak, rcu]
    workload: uniform
    footprint: 1M
END
db=results/vtdbench.sqlite
ok "a run" "$VTDBENCH" run tiny.yaml
sqlite() { # edits that no command of ours makes
	python3 - "$@" <<'END'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for statement in sys.argv[2:]:
    db.execute(statement)
db.commit()
END
}
# The machine of the test may be busy: that is not what is tested.
timed="deterministic = 0 and unit in ('ns', '1/s', 'ms')"
ok "all repetitions count, and are alike" sqlite $db \
	"update trial set disturbed = 0" \
	"update value set value = 20 where $timed"
ok "compare takes FILE:RUN, and a run is the same as itself" \
	"$VTDBENCH" compare $db:1 tiny
has '^Warning: this is one run, compared with itself' "$out"
has '^Exact figures: [0-9]{2,} compared, 0 differ\.$' "$out"
has '^walks / uniform, rcu, 1 walker \(own\) \(draws: 7 new, 7 old\)$' "$out"
has 'walk_lat_ns .* 1.000,1.000 +\+0\.00 \[\+0\.00, \+0\.00\] +same within 1 %' "$out"
has 'leak, 1 walker \(own\) .*: the reference itself has nothing' "$out"

# A copy in which rcu walks are twice as slow and take one more reference.
cp $db slow.sqlite
rcu="trial in (select id from trial where design = 'rcu')"
ok "a slower copy" sqlite slow.sqlite \
	"update value set value = 2 * value where metric = 'walk_lat_ns' and $rcu" \
	"update value set value = value + 1 where metric = 'refs_per_walk' and $rcu"
fails 3 "what is slower is a regression" \
	"$VTDBENCH" compare $db:1 slow.sqlite:1
has 'walk_lat_ns .* slower' "$out"
has '^  \+1 reference per walk \(4 -> 5\): worse$' "$out"
ok "what is faster is none" "$VTDBENCH" compare slow.sqlite $db:1
has 'walk_lat_ns .* faster' "$out"
lacks 'Warning: this is one run' "$out"
fails 3 "JSON" "$VTDBENCH" compare $db:1 slow.sqlite --format json
cp "$out" compare.json
ok "it parses" python3 -m json.tool compare.json
fails 3 "Markdown" env VTDBENCH_FORMAT=markdown \
	"$VTDBENCH" compare $db:1 slow.sqlite
has '^\*\*2 slower, 0 faster, ' "$out"
has '\| \*\*slower\*\* \|$' "$out"
"$VTDBENCH" compare $db:1 slow.sqlite --out kept >/dev/null 2>&1
for file in compare.txt compare.json compare.md compare.html forest.dat \
	forest.gp; do
	ok "--out keeps $file" test -s kept/$file
done
# One convention: what is slower is + in the text, in Markdown and in the plot,
# above 1 in JSON.
has 'walk_lat_ns .* \+100\.0?0? \[.* slower' kept/compare.txt
has '% slower \[99\.[0-9]+ %\]' kept/compare.md
has 'walk_lat_ns .*\| \+100\.0?0? \[' kept/compare.md
has '^[0-9]+	100	100	100	slower$' kept/forest.dat
has '"cost_ratio": (2\.0|1\.9999999)' kept/compare.json

# The same as a page: the verdict, what it was made of, how to make it again.
fails 3 "a page" "$VTDBENCH" compare $db:1 slow.sqlite:1 --html page.html
none "nothing else is printed" "$out"
figures=0
command -v gnuplot >/dev/null && figures=1
page_is_whole page.html $figures
page_in_browser page.html $figures '[0-9]+'
has '<h1>What changed from run 1 to run 1\?</h1>' page.html
has '<p><span class="verdict bad">2 slower, 0 faster, ' page.html
has '<td class="bad">slower</td>' page.html
has 'circle class="told"' page.html
has '\+1 reference per walk \(4 -&gt; 5\): worse' page.html
has 'download="forest-1.csv"' page.html
has '^<p>New run [0-9a-f-]{36} on ' page.html
has "^<pre tabindex=\"0\">vtdbench compare --html page.html $db:1 slow.sqlite:1" \
	page.html
fails 2 "where no page can be written" \
	"$VTDBENCH" compare $db:1 slow.sqlite:1 --html no/such/page.html
has 'walk_lat_ns .* slower' "$out"
if command -v gnuplot >/dev/null; then
	ok "and draws the forest plot" test -s kept/forest.svg
	# However long a name is, it begins on the picture.
	long=a-sweep-whose-name-is-as-long-as-somebody-may-like-names-to-be
	for file in old slow; do
		cp $db long-$file
		[ $file = old ] || cp slow.sqlite long-$file
		ok "a long name" sqlite long-$file "update trial set
			sweep = '$long', cell = replace(cell, 'walks', '$long')"
	done
	"$VTDBENCH" compare long-old:1 long-slow:1 --out long >/dev/null 2>&1
	awk '
	/text-anchor="end"/ { split($0, part, "translate\\("); x = part[2] + 0 }
	/<text>.* · / {
		gsub(/.*<text>|<.text>/, ""); gsub(/·/, "-")
		if (x < 6 * length($0)) print x, $0
		n++
	}
	END { if (!n) print "no caption" }' long/forest.svg >off.txt
	none "no name is cut off" off.txt
fi
fails 5 "nothing is said with a confidence that 7 draws cannot give" \
	"$VTDBENCH" compare 1 1 --confidence 99.99
has 'no interval for want of draws: 10 a side' "$out"
has 'walk_lat_ns .* \+0\.00 +not resolved$' "$out"
cp $db again.sqlite
ok "the draws of several runs are enough" \
	"$VTDBENCH" compare $db:1,again.sqlite:1 $db:1,again.sqlite:1 \
	--confidence 99.99
has 'rcu, 1 walker \(own\) \(draws: 14 new, 14 old\)$' "$out"
cp $db later.sqlite
sqlite later.sqlite "update run set \"commit\" = 'another'"
fails 2 "but not of two builds" "$VTDBENCH" compare $db:1,later.sqlite:1 $db:1
has 'do not count as one: they are of two builds' "$err"

# A machine that is slower is no regression, and is said.
cp $db machine.sqlite
sqlite machine.sqlite "update value set value = case unit when '1/s' then value / 2
	else 2 * value end where $timed"
fails 5 "a slower machine is no regression" \
	"$VTDBENCH" compare $db:1 machine.sqlite:1
has 'the machine as much as the build$' "$out"
has '0 slower, 0 faster, .*; machine or build: [0-9]+ slower' "$out"

# Other machines, other plans.
cp $db other.sqlite
sqlite other.sqlite "update run set kernel = 'Linux 1.0'"
fails 2 "different machines are refused" "$VTDBENCH" compare $db:1 other.sqlite
has 'different machines: kernel is .* in A, Linux 1\.0 in B' "$err"
ok "unless forced" "$VTDBENCH" compare $db:1 other.sqlite --force
has '^Warning: the runs are of different machines' "$out"
sed 's/footprint: 1M/footprint: 2M/' tiny.yaml >two.yaml
ok "a run of something else" "$VTDBENCH" run two.yaml
fails 2 "runs with nothing in common" "$VTDBENCH" compare 1 2
has 'nothing in common.*footprint is 1M in A and 2M in B' "$err"

# The command line.
ok "compare --help" "$VTDBENCH" compare --help
has 'different machines' "$out"
fails 2 "one run is too few" "$VTDBENCH" compare 1
fails 2 "three are too many" "$VTDBENCH" compare 1 1 1
fails 2 "a run that is not there" "$VTDBENCH" compare 1 99
fails 2 "a file that is not there" "$VTDBENCH" compare 1 nowhere.sqlite:1
fails 2 "a file that is none of ours" "$VTDBENCH" compare 1 tiny.yaml
fails 2 "a threshold that is no number" "$VTDBENCH" compare 1 1 --threshold 10x
fails 2 "a threshold of nothing" "$VTDBENCH" compare 1 1 --threshold 0
fails 2 "a confidence of less than a toss" \
	"$VTDBENCH" compare 1 1 --confidence 30
fails 2 "a pattern that is none" "$VTDBENCH" compare 1 1 --metric '('
fails 2 "an unknown form" "$VTDBENCH" compare 1 1 --format xml
fails 2 "two forms at a time" "$VTDBENCH" compare 1 1 --format json --html x
fails 2 "an unknown option" "$VTDBENCH" compare 1 1 --treshold 3
has 'did you mean --threshold' "$err"
touch file
fails 2 "a folder that cannot be" "$VTDBENCH" compare 1 1 --out file
