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
