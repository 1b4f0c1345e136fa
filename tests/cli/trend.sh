#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# trend of a history that is made up: what changed, at which commit, what is
# acknowledged, and every way to ask wrongly.
. "$(dirname "$0")/lib.sh"
. "$top/tests/cli/page.bash"

for program in sqlite3 git; do
	if ! command -v $program >/dev/null; then
		skip "trend" "no $program"
		exit 0
	fi
done
cat >tiny.yaml <<'END'
name: tiny
repetitions: 1
retries: 0
phase: 1ms
warmup: 0ms
ops: 512
sweeps:
  - name: walks
    design: [spinlock, rcu]
    workload: uniform
    footprint: 1M
END
db=results/vtdbench.sqlite
fails 2 "no results yet" "$VTDBENCH" trend
ok "and none are made" test ! -e results
fails 2 "no results to acknowledge in" "$VTDBENCH" trend ack 1 --reason x
ok "nor are they made" test ! -e results
ok "a run" "$VTDBENCH" run tiny.yaml
ok "one night only" "$VTDBENCH" trend
has '^Trend of "tiny": 1 night, ' "$out"
has '^Not judged: ([0-9]+) series: too few nights \(measured: 8, exact: 2\)\.$' "$out"
has '^0 open changes, 0 acknowledged, 0 drifts; nothing in 0 of ([0-9]+) series; \1 could not be judged$' "$out"
cp $db one.sqlite

# A repository whose commits the nights are of.
commit() {
	git -c user.name=t -c user.email=t@t -c commit.gpgsign=false \
		commit -q --allow-empty -m "$1" && git rev-parse --short HEAD
}
git init -q . 2>/dev/null
old=$(commit "engine: as it was")
commit "engine: check each entry twice" >/dev/null
new=$(commit "docs: say so")

# nights FIRST LAST: copies of night 1, with noise of up to 1 % on what was
# measured
nights() {
	cat <<END
CREATE TEMP TABLE night AS WITH RECURSIVE n(i) AS
 (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i < $2) SELECT i FROM n;
INSERT INTO run SELECT i, 'uuid-' || i, name, title, status,
 strftime('%Y-%m-%dT02:00:00Z', '2026-07-01', '+' || i || ' days'), ended_utc,
 config_path, config_text, seed, plan_size, version, '$old', compiler, cflags,
 host, machine, kernel, noise, context FROM run, night WHERE id = 1;
INSERT INTO trial (id, run, key, cell, axes, plan_index, sweep, design, workload,
 walkers, mappers, dumpers, repetition, attempt, params, status, reason,
 disturbed, started_utc, duration_s) SELECT t.id + 1000 * i, i, key, cell, axes, plan_index, sweep,
 design, workload, walkers, mappers, dumpers, repetition, attempt, params,
 status, reason, 0, started_utc, duration_s FROM trial t, night WHERE run = 1;
INSERT INTO value SELECT trial + 1000 * i, metric, unit, source,
 CASE deterministic WHEN 1 THEN value ELSE value *
 (1 + ((i * 7919 + length(metric) * 104729 + trial * 31) % 1000 - 500) / 50000.0)
 END, deterministic FROM value, night WHERE trial < 1000;
DROP TABLE night;
END
}
# of METRIC DESIGN FIRST SET: changes a metric from a night on
of() {
	echo "UPDATE value SET value = $4 WHERE metric = '$1' AND trial IN
		(SELECT id FROM trial WHERE run >= $3 AND design = '$2');"
}
{
	echo "UPDATE run SET started_utc = '2026-07-02T02:00:00Z', \"commit\" = '$old';
		UPDATE trial SET disturbed = 0;"
	nights 2 40
	echo "UPDATE run SET \"commit\" = '$new' WHERE id >= 25;"
	of walk_lat_ns rcu 25 'value * 1.06'
	of refs_per_walk rcu 25 'value + 1'
	of walk_thr_ns spinlock 12 'value / 1.1'
} >history.sql
ok "a history" sqlite3 -bail $db '.read history.sql'
is "of 40 nights" "$(sqlite3 $db 'SELECT count(*) FROM run')" 40

# What changed, when, by how much, at which commit.
ok "trend" "$VTDBENCH" trend
cp "$out" flat && unwrap 12 flat
has '^Trend of "tiny": 40 nights, 2026-07-02 to 2026-08-10' "$out"
has "^2026-07-26, run 25, machine [0-9a-f]{12}: commit $old\.\.$new\$" "$out"
has '^    [0-9a-f]+ engine: check each entry twice$' "$out"
has "^    $new docs: say so\$" "$out"
has '^  [0-9a-f]{8}  [56]\.[0-9] % slower .* walks / uniform, rcu, 1 walker \(own\): walk_lat_ns' flat
has '^  [0-9a-f]{8}  worse +4 +5 +5 +walks / uniform, rcu, 1 walker \(own\): refs_per_walk' flat
has '^ +\+1 reference per walk \(4 -> 5\)$' "$out"
has "^2026-07-13, run 12, .*: commit $old before and after: not the code" "$out"
has '^  [0-9a-f]{8}  (9|10)\.[0-9] % faster .* spinlock, 1 walker \(own\): walk_thr_ns' flat
has '^3 open changes, 0 acknowledged, [01] drifts?; nothing in' "$out"
lat=$(sed -nE 's/^  ([0-9a-f]{8}) .*: walk_lat_ns$/\1/p' flat)
cp "$out" first.txt
ok "the same again" "$VTDBENCH" trend
cp "$out" second.txt
ok "to the letter" cmp first.txt second.txt
(
	mkdir -p elsewhere && cd elsewhere && GIT_CEILING_DIRECTORIES=$tmp \
		"$VTDBENCH" trend --results ../$db >"$out"
)
lacks 'check each entry twice' "$out"
has ": commit $old\.\.$new\$" "$out"

# What is shown.
ok "a metric of one's own" "$VTDBENCH" trend '^walk_p50' 'x_floor$'
has '^Trend of ' "$out"
lacks 'walk_lat_ns' "$out"
sqlite3 "$db" "UPDATE value SET value = 50 WHERE metric = 'walk_from_block'"
ok "a percentile of blocks" "$VTDBENCH" trend --all '^walk_p50'
has ': walk_p50_ns of means of 16$' "$out"
ok "in JSON" "$VTDBENCH" trend --all '^walk_p50' --format json
has '"clock": "block"' "$out"
ok "--filter" "$VTDBENCH" trend --filter ', spinlock,'
lacks ', rcu,' "$out"
has '^1 open change, ' "$out"
ok "--all" "$VTDBENCH" trend --all walk
has '^ +40 +[0-9.]+ ns +1  walks / uniform, rcu, 1 walker \(own\): walk_lat_ns' "$out"
ok "--threshold" "$VTDBENCH" trend --threshold 8%
lacks 'rcu, 1 walker \(own\): walk_lat_ns' "$out"
ok "--since a day" "$VTDBENCH" trend --since 2026-07-15
has '^Trend of "tiny": 27 nights' "$out"
ok "--since so many days" "$VTDBENCH" trend --since 9d
has '^Trend of "tiny": 10 nights' "$out"

# Other forms.
ok "JSON" "$VTDBENCH" trend --format json
if command -v python3 >/dev/null; then
	cp "$out" trend.json
	cat >check.py <<'END'
import json
t = json.load(open("trend.json"))
assert t["name"] == "tiny" and t["open"] == 3 and len(t["nights"]) == 40
[s] = [s for s in t["series"] if s["metric"] == "walk_lat_ns"]
assert s["design"] == "rcu" and not s["exact"] and len(s["points"]) == 40
[c] = s["changes"]
assert c["run"] == 25 and c["run_before"] == 24 and c["verdict"] == "slower"
assert 1.04 < c["cost_ratio"] < 1.08 and c["evidence"] > 10
assert [l.split(" ", 1)[1] for l in c["suspects"]] == \
	["docs: say so", "engine: check each entry twice"]
END
	ok "it says the same" python3 check.py
fi
ok "Markdown" env VTDBENCH_FORMAT=markdown "$VTDBENCH" trend
has "^#### 2026-07-26, run 25, machine [0-9a-f]{12}: commit $old\.\.$new\$" "$out"
has "^- $new docs: say so\$" "$out"
has '\| \*\*[56]\.[0-9] % slower\*\* \|' "$out"
"$VTDBENCH" trend --out kept >/dev/null 2>&1
for file in trend.txt trend.json trend.md trend.html trend.dat trend.gp; do
	ok "--out keeps $file" test -s kept/$file
done
if command -v gnuplot >/dev/null; then
	ok "and draws the plot" test -s kept/trend.svg
fi
has "^[0-9.]+	[0-9.]+	right	$new [56]\.[0-9] % slower	worse\$" kept/trend.dat

# The same as a page.
ok "a page" "$VTDBENCH" trend --all --html page.html
figures=0
command -v gnuplot >/dev/null && figures=1
page_is_whole page.html $figures
page_in_browser page.html $figures '[0-9]+'
has '<h1>Trend of &quot;tiny&quot;: 40 nights' page.html
has '<p><span class="verdict open">3 open changes, ' page.html
has "<li>$new docs: say so</li>" page.html
has '<td class="bad">[56]\.[0-9] % slower</td>' page.html
has '<br/>\+1 reference per walk \(4 -&gt; 5\)</td>' page.html
has 'download="nights.csv"' page.html
has '^<pre tabindex="0">vtdbench trend --all --html page.html' page.html

# Acknowledged.
ok "ack" "$VTDBENCH" trend ack "$lat" --reason "two loads, for safety"
has "^acknowledged $lat: .* slower, walks / uniform, rcu" "$out"
ok "is shown as such" "$VTDBENCH" trend
has '^ +acknowledged [0-9-]{10}: two loads, for safety$' "$out"
has '^2 open changes, 1 acknowledged, ' "$out"
fails 2 "twice" "$VTDBENCH" trend ack "$lat" --reason again
has "change $lat is acknowledged already" "$err"
ok "by commit" "$VTDBENCH" trend ack "$new" --reason "known"
has 'acknowledged [0-9a-f]{8}: worse, .*refs_per_walk' "$out"
ok "--list" "$VTDBENCH" trend ack --list
has "^$lat  .* tiny, machine [0-9a-f]{12}: walks/uniform/1\+0\+0, rcu, walk_lat_ns: two loads" "$out"
is "of two" "$(wc -l <"$out")" 2
ok "--undo" "$VTDBENCH" trend ack --undo "$lat"
fails 2 "once only" "$VTDBENCH" trend ack --undo "$lat"
ok "and it is open" "$VTDBENCH" trend
has '^2 open changes, 1 acknowledged, ' "$out"
fails 2 "no such change" "$VTDBENCH" trend ack 00000000 --reason x
fails 2 "no reason" "$VTDBENCH" trend ack "$lat"
has 'give a --reason' "$err"
fails 2 "an empty reason" "$VTDBENCH" trend ack "$lat" --reason ' '
fails 2 "nothing named" "$VTDBENCH" trend ack --reason x
fails 2 "two things at once" "$VTDBENCH" trend ack --list --undo
fails 2 "an unknown option of ack" "$VTDBENCH" trend ack --resaon x
has 'did you mean --reason' "$err"

# Two machines are two stories, though their nights alternate.
cp one.sqlite two.sqlite
{
	nights 2 40
	echo "UPDATE run SET machine = json_set(machine, '\$.cpu', 'Faster')
			WHERE id % 2;
		UPDATE run SET started_utc = '2026-07-02T02:00:00Z' WHERE id = 1;
		UPDATE value SET value = value / 2 WHERE metric = 'walk_lat_ns'
			AND trial IN (SELECT id FROM trial WHERE run % 2);"
} | sqlite3 -bail two.sqlite
ok "two machines" "$VTDBENCH" trend --results two.sqlite --all walk_lat
has ': Faster, .*; 20 nights$' "$out"
has '^0 open changes, 0 acknowledged, 0 drifts; nothing in 4 of 4 series$' "$out"
is "each has its own series" \
	"$(grep -cE '^ +20 +[0-9.]+ ns +0  .*walk_lat_ns$' "$out")" 4

# Other parameters are another story as well.
cp $db params.sqlite
sqlite3 params.sqlite "UPDATE trial SET
	params = json_set(params, '\$.ops', '1024') WHERE run >= 25"
ok "other parameters" "$VTDBENCH" trend --results params.sqlite
unwrap 4 "$out"
has '^Left out: 24 nights of .*: ops is 512 in earlier runs and 1024 in later ones$' "$out"
lacks 'run 25' "$out"

# Nothing to show.
cp one.sqlite empty.sqlite
sqlite3 empty.sqlite 'DELETE FROM run; DELETE FROM trial; DELETE FROM value'
fails 2 "an empty results file" "$VTDBENCH" trend --results empty.sqlite
has 'no run' "$err"
cp one.sqlite running.sqlite
sqlite3 running.sqlite "UPDATE run SET status = 'running'"
fails 2 "only a run under way" "$VTDBENCH" trend --results running.sqlite
has 'no run of "tiny" has ended' "$err"

# The command line.
ok "trend --help" "$VTDBENCH" trend --help
has 'advises' "$out"
ok "trend ack --help" "$VTDBENCH" trend ack --help
fails 2 "no such config" "$VTDBENCH" trend --config nightly
has 'no run "nightly"' "$err"
fails 2 "a pattern that is none" "$VTDBENCH" trend '('
has "metric pattern '\('" "$err"
fails 2 "a filter that is none" "$VTDBENCH" trend walk --filter '['
fails 2 "a filter that nothing matches" "$VTDBENCH" trend --filter zzz
has "filter 'zzz': no series matches" "$err"
has 'titles are like "walks / uniform, (rcu|spinlock), 1 walker \(own\)"' "$err"
fails 2 "a metric that there is not" "$VTDBENCH" trend walk_lat nonsense
has "no metric of \"tiny\" matches 'nonsense'" "$err"
fails 2 "a time that is none" "$VTDBENCH" trend --since yesterday
has "since 'yesterday'" "$err"
fails 2 "a time to come" "$VTDBENCH" trend --since 2100-01-01
fails 2 "a threshold that is none" "$VTDBENCH" trend --threshold much
fails 2 "an unknown form" "$VTDBENCH" trend --format xml
fails 2 "two forms at a time" "$VTDBENCH" trend --format json --html x
fails 2 "an unknown option" "$VTDBENCH" trend --confg tiny
has 'did you mean --config' "$err"
fails 2 "a file that is none of ours" "$VTDBENCH" trend --results tiny.yaml
touch file
fails 2 "a folder that cannot be" "$VTDBENCH" trend --out file
