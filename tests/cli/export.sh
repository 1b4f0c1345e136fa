#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# export and report of a stored run, and every way they can be asked wrongly.
. "$(dirname "$0")/lib.sh"

cat >tiny.yaml <<'END'
name: tiny
title: What does a walk cost?
repetitions: 2
retries: 0
phase: 1ms
warmup: 0ms
ops: 512
sweeps:
  - name: walks
    design: [none, rcu]
    workload: uniform
    footprint: [1M, 2M]
END
db=results/vtdbench.sqlite
ok "a run to export" "$VTDBENCH" run tiny.yaml
ok "the same again" "$VTDBENCH" run tiny.yaml

# Report.
ok "report prints the latest run" "$VTDBENCH" report
has '^What does a walk cost\?$' "$out"
has '^Run 2 "tiny" of .*, done: 8 of 8 trials; seed 1' "$out"
has 'not the hardware walker' "$out"
has '^walks / uniform, 1 walker \(own\), footprint=2M; floor ' "$out"
has '^  rcu +[~0-9]' "$out"
is "the report fits 100 columns" "$(awk 'length > 100' "$out" | wc -l)" 0
ok "report takes an id" "$VTDBENCH" report 1 --out kept
has '^Run 1 ' "$out"
cp "$out" printed
ok "report --out keeps the same text" cmp kept/report.txt printed
ok "report --help" "$VTDBENCH" report --help
has 'VTDBENCH_RESULTS' "$out"

# CSV.
header=run,trial,design,workload,threads,repetition,metric,unit,source,value
header+=,disturbed,deterministic,clock,walker_kinds
ok "export writes CSV" "$VTDBENCH" export latest
is "the header is as documented" "$(head -n 1 "$out")" "$header"
is "every line has fourteen fields" \
	"$(awk -F, 'NF != 14' "$out" | wc -l)" 0
is "eight trials have values" "$(tail -n +2 "$out" |
	grep -v ',twin,' | cut -d, -f2 | sort -u | wc -l)" 8
has '^2,walks/rcu/uniform/walkers:1/footprint:2M#1,rcu,uniform,1,1,walk_lat_ns,ns,clock,[0-9.]+,[01],0,,own$' "$out"
lacks ',nan,|,inf,' "$out"

deterministic() {
	"$VTDBENCH" export "$1" | awk -F, '$12 == 1' | cut -d, -f2- |
		sort | sed 's/,[01],1,,own$//'
}
deterministic 1 >first
deterministic 2 >second
ok "two runs agree on all that is deterministic" cmp first second
is "and that is more than 50 figures" "$(($(wc -l <first) > 50))" 1

ok "a name is good for a run" "$VTDBENCH" export tiny --format csv
has '^2,' "$out"
ok "--filter keeps what matches" \
	"$VTDBENCH" export 1 --filter '/rcu/.*footprint:1M#0$'
is "one trial is left" \
	"$(tail -n +2 "$out" | cut -d, -f2 | sort -u)" \
	"walks/rcu/uniform/walkers:1/footprint:1M#0"
VTDBENCH_FORMAT=markdown ok "the environment has twins" \
	"$VTDBENCH" export latest
has '^\| design \|' "$out"
VTDBENCH_FORMAT=markdown ok "the command line wins" \
	"$VTDBENCH" export latest --format csv
is "so it is CSV" "$(head -n 1 "$out")" "$header"

# JSON and the others.
ok "export writes JSON" "$VTDBENCH" export latest --format json --output r.json
is "and nothing to standard output" "$(wc -c <"$out")" 0
# sqlite QUERY: its answer, nothing if it fails
sqlite() {
	sqlite3 :memory: "$1" 2>"$err"
}
is "JSON is valid" "$(sqlite "SELECT json_valid(readfile('r.json'))")" 1
name=vtd/rcu/walk_lat/walks/uniform/footprint:2M/threads:1
for entry in $name ${name}_median; do
	is "JSON has $entry" "$(sqlite "SELECT count(*) > 0
		FROM json_each(readfile('r.json'), '\$.benchmarks')
		WHERE value ->> 'name' = '$entry'
		AND value ->> 'real_time' > 0
		AND value ->> 'time_unit' = 'ns'")" 1
done
cp $db kept.db
fails 2 "results are not replaced by an export of them" \
	"$VTDBENCH" export latest --results kept.db --output kept.db
has 'kept.db: holds results: not replaced' "$err"
ok "and are what they were" cmp $db kept.db
ok "export writes hgrm" "$VTDBENCH" export 1 --format hgrm \
	--filter '/rcu/.*footprint:1M#'
has '^ +[0-9]+\.000 0\.0{12} +[0-9]+ +1\.00$' "$out"
has '^ +[0-9]+\.000 1\.0{12} +[0-9]+$' "$out"
has '^#\[Max ' "$out"
for format in $("$VTDBENCH" export --help | sed '1,/^Formats/d;/^$/,$d' |
	awk '{print $1}'); do
	"$VTDBENCH" export latest --format "$format" \
		--filter '/rcu/.*footprint:1M#' --output "all.$format" 2>"$err"
	is "$format gives a file" "$([ -s "all.$format" ] && echo yes)" yes
done
# A group of counters may not give its metrics the names that stand beside
# metrics in these forms: one would replace the other.
"$VTDBENCH" export latest --format json --results $db --output all.json
sqlite "SELECT DISTINCT f.key FROM json_each(readfile('all.json'), '\$.benchmarks')
	AS b, json_each(b.value) AS f" >fields
sed -n 's/^# TYPE vtdbench_\([a-z_0-9]*\) .*/\1/p' all.openmetrics >>fields
while read -r field; do
	cat >group.yaml <<-END
		name: group
		help: of a name that is taken
		variants: [{pmus: [perf], events: {A: "perf::TASK-CLOCK"}}]
		metrics:
		  $field: {formula: A / OPS, unit: "1", help: taken}
	END
	"$VTDBENCH" counters ./group.yaml >/dev/null 2>&1 && echo "$field"
done <fields >"$out"
is "there are fields of both" "$(grep -cx 'real_time\|run_info' fields)" 2
none "no group may use their names" "$out"

# What the readers of each form make of it.
cp $db bad.db
sqlite3 bad.db "UPDATE trial SET status = 'wrong', reason = 'a < b & \"c\"'
	WHERE id = 1; UPDATE trial SET status = 'failed' WHERE id = 2"
"$VTDBENCH" -q export 1 --format junit --results bad.db >bad.junit
if command -v xmllint >/dev/null; then
	ok "JUnit is as its schema says" xmllint --noout \
		--relaxng "$top/tests/data/junit.rng" all.junit bad.junit
else
	skip "JUnit is as its schema says" "no xmllint"
fi
python=/usr/bin/python3
if $python -c 'import junitparser' 2>/dev/null; then
	ok "JUnit is read by junitparser" $python -c '
from junitparser import JUnitXml
x = JUnitXml.fromfile("bad.junit")
cases = [c for suite in x for c in suite]
assert len(cases) == x.tests > 2, x.tests
assert x.failures == 1 and x.errors == 1, (x.failures, x.errors)
assert [r.message for c in cases for r in c.result if "a <" in r.message]'
else
	skip "JUnit is read by junitparser" "no python3-junitparser"
fi
gbench=/usr/share/benchmark/compare.py
if [ -e $gbench ] && $python -c 'import scipy' 2>/dev/null; then
	# 10 % slower throughout.
	sqlite3 bad.db "UPDATE trial SET status = 'ok';
		UPDATE value SET value = 1.1 * value WHERE unit = 'ns'"
	"$VTDBENCH" export 1 --format json >old.json
	"$VTDBENCH" export 1 --format json --results bad.db >new.json
	ok "google-benchmark's compare.py compares two exports" $python \
		$gbench --no-color benchmarks old.json new.json
	has '^vtd/rcu/walk_lat/walks/uniform/.*/threads:1 +\+0\.1000 +\+0\.1000' \
		"$out"
	has '^vtd/rcu/walk_lat/.*_pvalue .*U Test, Repetitions: 2 vs 2' "$out"
	has '^OVERALL_GEOMEAN' "$out"
	ok "and two designs of one" $python $gbench --no-color filters \
		old.json vtd/none/ vtd/rcu/
	has 'vtd/none/ vs. vtd/rcu/\]walk_lat/walks/.*[+-][0-9.]+ ' "$out"
else
	skip "google-benchmark's compare.py compares two exports" \
		"no libbenchmark-tools or python3-scipy"
fi
if $python -c 'import prometheus_client' 2>/dev/null; then
	ok "OpenMetrics is read by Prometheus's own parser" $python -c '
from prometheus_client.openmetrics import parser
text = open("all.openmetrics").read()
families = list(parser.text_string_to_metric_families(text))
assert len(families) > 20, families'
else
	skip "OpenMetrics is read by Prometheus's own parser" \
		"no python3-prometheus-client"
fi
if command -v promtool >/dev/null; then
	# shellcheck disable=SC2016
	ok "promtool finds nothing to say about it" \
		sh -c 'promtool check metrics <all.openmetrics'
else
	skip "promtool finds nothing to say about it" "no promtool"
fi

# Otava: the columns of an interrupted run are those of a complete one.
cat >two.yaml <<'END'
name: two
repetitions: 1
phase: 1ms
warmup: 0ms
footprint: 1M
ops: 512
design: [leak, rcu]
walkers: [1, 2]
sim: {enabled: false}
END
ok "a run of four trials" "$VTDBENCH" run two.yaml --results two.db
ok "its line" "$VTDBENCH" export latest --results two.db --format otava
cp "$out" full.csv
is "under its header" "$(wc -l <full.csv)" 2
if command -v sqlite3 >/dev/null; then
	sqlite3 two.db "UPDATE run SET status = 'interrupted';
		DELETE FROM trial WHERE design = 'rcu' AND walkers = 1"
	ok "interrupted" "$VTDBENCH" export latest --results two.db --format otava
	has 'run 1 is incomplete \(interrupted; 1 of 4 designs and cells have no figure\)' "$err"
	is "the same columns, and no line" "$(cat "$out")" "$(head -n 1 full.csv)"
	ok "of rcu alone" "$VTDBENCH" export latest --results two.db \
		--format otava --filter /rcu/
	has '^time,commit,walker_kinds,two/rcu/uniform/walkers:1/walk_lat_ns,.*two/rcu/uniform/walkers:2/' "$out"
	sqlite3 two.db "UPDATE run SET config_text = 'desing: rcu'"
	ok "without its plan" "$VTDBENCH" export latest --results two.db --format otava
	has 'the plan of run 1 is not known here' "$err"
	is "no line either" "$(wc -l <"$out")" 1
else
	skip "interrupted" "no sqlite3"
fi

# Bad input.
fails 2 "no run named" "$VTDBENCH" export
has 'which RUN' "$err"
fails 2 "no such run" "$VTDBENCH" export 77
has 'results/vtdbench.sqlite: no run "77"' "$err"
has 'there are: 2 \(tiny\), 1 \(tiny\)' "$err"
fails 2 "no such format" "$VTDBENCH" export latest --format xml
has "format: no 'xml'" "$err"
fails 2 "no such option" "$VTDBENCH" export latest --fromat csv
fails 2 "two runs" "$VTDBENCH" export 1 2
fails 2 "a filter that is no expression" \
	"$VTDBENCH" export latest --filter '('
fails 2 "a filter that matches nothing" \
	"$VTDBENCH" export latest --filter nonesuch
has 'names are like walks/' "$err"
fails 2 "no such file" "$VTDBENCH" export latest --results none.db
has '^vtdbench: none.db: ' "$err"
fails 2 "a folder" "$VTDBENCH" report latest --results results
has 'results: ' "$err"
echo "not a database, but long enough to have a header of 100 bytes, so that \
it is looked at, and found to be something else" >text.db
fails 2 "not a database" "$VTDBENCH" report latest --results text.db
has 'text.db: .*not a database' "$err"
: >empty.db
fails 2 "an empty file" "$VTDBENCH" report latest --results empty.db
has 'no run' "$err"
cp $db newer.db
sqlite3 newer.db 'PRAGMA user_version = 99'
fails 2 "a newer schema" "$VTDBENCH" report latest --results newer.db
has 'newer.db: has schema version 99, this vtdbench knows up to' "$err"
fails 2 "a newer schema is not written" \
	"$VTDBENCH" run tiny.yaml --results newer.db
fails 2 "a folder that does not exist" \
	"$VTDBENCH" export latest --output nowhere/r.csv
has 'nowhere/r.csv: cannot write' "$err"
echo before >kept.csv
fails 2 "nothing is replaced by a failed export" \
	"$VTDBENCH" export latest --format hgrm --output kept.csv
is "the file is as it was" "$(cat kept.csv)" before
is "no temporary file is left" "$(find . -name '*.tmp' | wc -l)" 0
mkfifo pipe
timeout 100 cat pipe >piped &
ok "into a pipe" timeout 100 "$VTDBENCH" export latest --output pipe
wait
is "which is a pipe still" "$([ -p pipe ] && head -c 10 piped)" run,trial,
if [ -w /dev/full ]; then
	"$VTDBENCH" export latest >/dev/full 2>"$err"
	is "a full disk is an error" $? 1
fi
