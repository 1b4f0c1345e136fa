#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# report --html: one page, whole in itself, that says what the report says,
# whatever names are in it; and what a browser makes of it. report --markdown.
. "$(dirname "$0")/lib.sh"
. "$top/tests/cli/page.bash"
v=$VTDBENCH

cat >tiny.yaml <<-END
	name: tiny
	title: 'Is <b>this</b> "safe" & sound?'
	repetitions: 6
	phase: 1ms
	warmup: 0
	design: [none, spinlock, rcu]
	footprint: 1M
	sim: {ops: 1000}
	sweeps:
	  - {name: sizes, workload: uniform, walkers: 1, footprint: [1M, 4M]}
	  - {name: map, workload: map_sizes, walkers: 0, mappers: 1}
	question:
	  claims:
	    - who: 'Somebody <script>alert(1)</script>'
	      when: 1 May 2022
	      says: A lock costs a walk nothing </section></main>.
	      source: https://lore.example.org/all/1@x/, "about it"
	      metric: walk_lat_ns
	      design: spinlock
	      ratio: "1"
END
ok "a tiny run" "$v" run --results r.db --no-report --set repetitions=6 tiny.yaml
[ -e r.db ] || exit 1
ok "its page" "$v" report --results r.db --html page.html
none "nothing else is printed" "$out"
none "nor warned of" "$err"
is "nothing temporary is left" "$(find . -name '*.tmp')" ''
ok "the page to standard output" "$v" report --results r.db --html -
cp "$out" again.html
ok "is the same" cmp again.html page.html

# As many as plot draws.
want=$("$v" plot --results r.db --out p --format svg 2>/dev/null | wc -l)
page_is_whole page.html "$want"
has 'Is &lt;b&gt;this&lt;/b&gt; &quot;safe&quot; &amp; sound' page.html
has 'Somebody &lt;script&gt;' page.html
has 'href="https://lore.example.org/all/1@x/"' page.html
has '<span class="verdict (good|bad|open)">(supported|contradicted|not )' page.html
has "^build/vtdbench run 'tiny.yaml' --seed [0-9]+" page.html
has "^    --set 'repetitions=6'" page.html
has 'download="tiny.yaml"' page.html
has 'no IOMMU took part' page.html
has 'Modelled, in software: .*cache misses marked sim' page.html
has '<th scope="row">map 4K</th>' page.html

# What is in brackets are intervals: of ratios, of claims, of single figures.
numbers='[0-9.]+[kMG]? \[[0-9.]+[kMG]?, [0-9.]+[kMG]?\]'
ok "the report" env COLUMNS=100 "$v" report --results r.db
grep -oE "$numbers" "$out" | sort -u >report.numbers
grep -oE "$numbers" page.html | sort -u >page.numbers
ok "has numbers" [ "$(wc -l <report.numbers)" -ge 10 ]
comm -23 report.numbers page.numbers >missing
none "the page has all of them" missing

ok "as Markdown" "$v" report --results r.db --markdown
cp "$out" page.md
has '^### Answers$' page.md
has '^\| design \| rank \| time / time of .* \|$' page.md
has 'Somebody &lt;script>' page.md
grep -E '^  (spinlock|rcu) .* [<>=?]$' <("$v" report --results r.db) |
	grep -oE "$numbers" | sort -u >ratios.numbers
ok "the report has ratios" [ "$(wc -l <ratios.numbers)" -ge 4 ]
grep -oE "$numbers" page.md | sort -u | comm -23 ratios.numbers - >missing
none "Markdown has all of them" missing
fails 2 "one form at a time" "$v" report --results r.db --markdown --brief

ok "with its history" "$v" report --results r.db --trend --html trend.html
has '<h2 id="part[0-9]+">Trend of &quot;tiny&quot;: 1 night, ' trend.html
has '<span class="verdict good">0 open changes, ' trend.html
has 'download="trend-nights.csv"' trend.html
page_is_whole trend.html "$want"
fails 2 "of two runs there are two" "$v" report 1 1 --results r.db --trend --html x
fails 2 "nor on the screen" "$v" report --results r.db --trend
has '<h2 id="part1">In short</h2>' trend.html
has '<li><span class="verdict good">0 open changes, .*</span> Trend of' trend.html

# What a gate judged, and a comparison, are parts of the page.
cat >gate.json <<-'END'
	{"old": "yesterday", "new": "<today>", "status": 3, "processes": 14,
	 "exact": [{"of": "walk_dep_4k", "design": "rcu", "metric": "references",
	  "old": 4, "new": 5, "worse": true, "text": "+1 reference per walk"}],
	 "exact_compared": 9, "metrics": [{"metric": "walk_dep_4k", "design": "rcu",
	  "margin_percent": 0.5, "old_ns": 7, "new_ns": 7.35, "batches": 16,
	  "change": {"samples": 14, "percent": 5.0, "low": 4.5, "high": 5.5,
	   "verdict": "slower"}, "canary": {"samples": 14, "verdict": "same"}}]}
END
ok "another run" "$v" run --results r.db --no-report tiny.yaml
ok "with what was judged" "$v" report 2 --results r.db --gate gate.json \
	--compare 1..2 --trend --html night.html
has '<li><span class="verdict bad">regression: 1 metrics slower, 1 exact' night.html
has '</span> Is &lt;today&gt; slower than yesterday\?</li>' night.html
has '<li><span class="verdict [a-z]*">.*</span> What changed from run 1 to run 2\?</li>' night.html
has '<h2 id="part[0-9]+">Is &lt;today&gt; slower' night.html
has '<span class="verdict bad">SLOWER</span> walk_dep_4k, rcu: \+5.00 % \[\+4.50, \+5.50\]' night.html
has '<span class="verdict bad">WORSE</span> walk_dep_4k, rcu: \+1 reference' night.html
has 'download="gate-metrics.csv"' night.html
has '^<pre tabindex="0">vtdbench compare 1 2 --results' night.html
more=0
[ "$want" = 0 ] || more=2
page_is_whole night.html $((want + more))
page_in_browser night.html $((want + more)) '[1-9][0-9]'
fails 2 "a gate that is none" "$v" report --results r.db --gate tiny.yaml --html x
has 'tiny.yaml: ' "$err"
fails 2 "one that is not there" "$v" report --results r.db --gate no.json --html x
has 'no.json' "$err"
fails 2 "a comparison of one run" "$v" report --results r.db --compare 1 --html x
has "'1' is not OLD..NEW" "$err"
fails 2 "of runs that are not there" "$v" report --results r.db --compare 1..7 --html x
fails 2 "no page to put it on" "$v" report --results r.db --gate gate.json
is "nothing was written" "$(ls x 2>/dev/null)" ''

# A user's own plots, one of them instead of the project's.
if command -v gnuplot >/dev/null; then
	mkdir own
	cat >own/mine.gp <<-'END'
		# Updates per second, as one <sees> them.
		name = "mine"
		load "common.gp"
		set multiplot
		eval page
		p = 0
		eval place
		set xrange [-1 : m_cases]
		plot dat index "values" using (strcol(3) eq "update_ops_per_s" ? $1 : NaN):5:6:7 with yerrorbars
		unset multiplot
	END
	{ echo '# Cells, in a way of my own.' && cat "$top/plots/cells.gp"; } >own/cells.gp
	ok "plots of one's own" "$v" report 1 --results r.db --scripts own --html own.html
	page_is_whole own.html $((want + 1))
	has '<h3>Updates per second, as one &lt;sees&gt; them\.</h3>' own.html
	has '<figure id="figure-mine">' own.html
	has '<h3>Cells, in a way of my own\.</h3>' own.html
	is "behind those of the project" "$(grep -o '<figure id="[a-z_-]*' own.html |
		tail -n 1)" '<figure id="figure-mine'
	has 'download="mine-1.csv"' own.html
	ok "by the environment" env VTDBENCH_SCRIPTS=own "$v" report 1 \
		--results r.db --html same.html
	ok "the same" cmp own.html same.html
	echo 'plto 1' >own/mine.gp
	fails 1 "a mistake in it" "$v" report 1 --results r.db --scripts own --html x
	has 'own/mine.gp .*: mine.gp:1: invalid command: plto 1$' "$err"
	fails 2 "no such folder" "$v" report 1 --results r.db --scripts nope --html x
fi
ok "two runs" "$v" report 1 latest --results r.db --html two.html
has '<h2 id="part1">In short</h2>' two.html
has '<h3[^>]*>Is .* \(run 1\)</h3>' two.html
page_is_whole two.html $((2 * want))

mkdir bin
ok "without gnuplot" env PATH="$tmp/bin" "$v" report --results r.db --html bare.html
has 'There was no gnuplot' bare.html
has 'download="overview-1.csv"' bare.html
lacks '<figure' bare.html
fails 2 "where nothing can be written" "$v" report --results r.db --html no/such/page.html
fails 2 "over the results" "$v" report --results r.db --html r.db

# ---- a browser
page_in_browser page.html "$want" '[1-9][0-9]'
command -v chromium >/dev/null || exit 0
sed 's|<main>|<main><img src="https://example.org/x.png"/>|' page.html >loads.html
browse 1280 loads.html --dump-dom
has 'Content Security Policy' console
browse 1280 page.html --print-to-pdf="$tmp/page.pdf"
is "it can be printed" "$(head -c 5 page.pdf)" '%PDF-'
