#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A night from end to end: everything is there, the status says how it went,
# two never overlap, and what was interrupted can be gone on with.
. "$(dirname "$0")/lib.sh"
unset VTDBENCH_OUT VTDBENCH_RESULTS VTDBENCH_BASELINE

cat >tiny.yaml <<'YAML'
name: tiny
repetitions: 2
sweeps:
  - design: [spinlock, rcu]
    footprint: 1M
    warmup: 1ms
    phase: 5ms
YAML
night() {
	"$VTDBENCH" nightly "$@"
}

ok "a night without a gate" night tiny.yaml --no-gate --results r/r.sqlite
has '^Night of .*: done, no gate judged it$' "$out"
has '^Compared: nothing \(--no-gate\)' "$out"
folder=$(echo r/nights/*)
for file in summary.md doctor.txt trend/trend.json report.txt report.html run.csv run.json \
	run.xml run.om run.otava.csv run.md plots/latency.svg trend/trend.html; do
	is "the report has $file" "$([ -s "$folder/$file" ] && echo there)" there
done
has '\| sweep \| 0 \|' "$folder/summary.md"
has '\| page \| 0 \| .*\| report.html: ' "$folder/summary.md"
has '\| trend \| 0 \| .*\| trend/trend.html \|' "$folder/summary.md"
is "no baseline is kept" "$([ -e r/baseline ] && echo kept)" ''

ok "a second night" night tiny.yaml --no-gate --results r/r.sqlite --out o
is "both are kept" "$(sqlite3 r/r.sqlite 'SELECT count(*) FROM run')" 2
has '2 nights' o/trend/trend.txt
has '<h2 id="part[0-9]+">Trend of .*: 2 nights' o/report.html

# Old nights go, and their folders.
sqlite3 r/r.sqlite "PRAGMA foreign_keys = 1; UPDATE run
	SET started_utc = '2020-01-01T00:00:00Z' WHERE id = 1"
mkdir -p r/nights/20200101T000000Z r/nights/mine
ok "retention" night tiny.yaml --no-gate --results r/r.sqlite --keep 30
is "the old run is gone" "$(sqlite3 r/r.sqlite \
	'SELECT count(*) FROM run WHERE id = 1')" 0
is "and its trials" "$(sqlite3 r/r.sqlite \
	'SELECT count(*) FROM trial WHERE run = 1')" 0
is "and its folder, not others" "$(ls -d r/nights/20200101T000000Z \
	r/nights/mine 2>/dev/null)" r/nights/mine

# By a clock that is years ahead all of them are old.
sqlite3 r/r.sqlite "UPDATE run SET started_utc = '2020-01-02T00:00:00Z'"
ok "a clock that jumped" night tiny.yaml --no-gate --results r/r.sqlite --keep 30 --out o
is "removes nothing" "$(sqlite3 r/r.sqlite 'SELECT count(*) FROM run')" 3
has 'retention \| 1 \|.*is the clock right' o/summary.md

# What became slower outside of the engine shows in the sweep's ratios.
cat >ratios.yaml <<'YAML'
name: ratios
repetitions: 10
sweeps:
  - design: [leak, rcu]
    footprint: 1M
    warmup: 100us
    phase: 1ms
YAML
ok "a night of one build" night ratios.yaml --no-gate --results s.sqlite --out s
has 'compare \| not run \|  \| no sweep of another build' s/summary.md
sqlite3 s.sqlite "UPDATE run SET version = 'older';
	UPDATE value SET value = value * CASE
		WHEN metric LIKE '%ops_per_s' THEN 3.0 ELSE 1 / 3.0 END
	WHERE source = 'clock' AND trial IN
		(SELECT id FROM trial WHERE design = 'rcu')"
fails 3 "a sweep that is slower than that of the build before" \
	night ratios.yaml --no-gate --results s.sqlite --out s
has '^## Night of .*: REGRESSION' s/summary.md
has 'compare \| 3 \| .*\| runs 2 against 1' s/summary.md
has 'walk_lat_ns' s/compare/compare.md
ok "and the same once more" test -s s/compare/compare.json
ok "and as a page" test -s s/compare/compare.html
has '<h2 id="part[0-9]+">What changed from run 1 to run 2\?</h2>' s/report.html
has '<li><span class="verdict bad">[1-9][0-9]* slower, .*</span> What changed' s/report.html
has '<li><span class="verdict [a-z]*">.*</span> Trend of &quot;ratios&quot;' s/report.html
has '\| page \| 0 \| .*\| report.html: all of the night, to send' s/summary.md
fails 3 "whose nights count together" night ratios.yaml --no-gate \
	--results s.sqlite --out s
has 'compare \| 3 \| .*\| runs 3,2 against 1' s/summary.md
has '^<pre tabindex="0">vtdbench compare 1 3,2 --results' s/report.html

# What a gate says is what the night says. The build under test is a stand-in
# for the shared objects: no time is needed to see that they are none.
mkdir -p none
echo text >none/engine-0.so
fails 2 "a baseline that is no build" night tiny.yaml --results r/r.sqlite \
	--baseline none/nothing --out o
has '\| gate \| 2 \| .* \| none/nothing: no such file' o/summary.md
has '\| sweep \| 0 \|' o/summary.md

# In the folder of a night that was fine nothing of that is said again.
mkdir -p o/gate && echo 'no regression' >o/gate/gate.md
fails 2 "a gate that fails, in a folder that was used" night tiny.yaml \
	--results r/r.sqlite --baseline none/nothing --out o
lacks 'no regression' o/summary.md
lacks 'slower than' o/report.html
has '^Compared: nothing \(the gate left no judgement\)' o/summary.md

# A step that fails says why.
mkdir bin && printf '#!/bin/sh\nexit 1\n' >bin/gnuplot && chmod 755 bin/gnuplot
PATH=$PWD/bin:$PATH "$VTDBENCH" nightly tiny.yaml --no-gate \
	--results r/r.sqlite --out o >"$out" 2>"$err"
has '\| plot \| 1 \| .* \| .*gnuplot.* \|' o/summary.md

# Changes that are open stand in the heading. The walk of tiny becomes twice as
# slow: the nights are copies of the first one.
if command -v python3 >/dev/null; then
python3 - r/r.sqlite <<'END'
import sqlite3, sys, uuid, datetime
db = sqlite3.connect(sys.argv[1])
def row(table, where):
    c = db.execute(f"SELECT * FROM {table} WHERE {where}")
    return [d[0] for d in c.description], c.fetchall()
def put(table, names, values):
    quoted = ",".join(f'"{name}"' for name in names)
    db.execute(f"INSERT INTO {table} ({quoted}) VALUES "
               f"({','.join('?' * len(names))})", values)
run_names, runs = row("run", "id = (SELECT max(id) FROM run)")
run = dict(zip(run_names, runs[0]))
began = datetime.datetime.strptime(run["started_utc"], "%Y-%m-%dT%H:%M:%SZ")
trial_names, trials = row("trial", f"run = {run['id']}")
values = {t[0]: row("value", f"trial = {t[0]}") for t in trials}
for table in "value", "hist", "series", "missing", "trial", "run":
    db.execute(f"DELETE FROM {table}")
number = 0
for night in range(12):
    day = (began - datetime.timedelta(days=12 - night))
    new = dict(run, id=night + 1, uuid=str(uuid.UUID(int=night + 1)),
               started_utc=day.strftime("%Y-%m-%dT%H:%M:%SZ"))
    put("run", list(new), list(new.values()))
    for t in trials:
        number += 1
        trial = dict(zip(trial_names, t), id=number, run=night + 1)
        put("trial", list(trial), list(trial.values()))
        names, rows = values[t[0]]
        for r in rows:
            v = dict(zip(names, r), trial=number)
            if v["metric"] == "walk_lat_ns":
                v["value"] = (200 if night >= 6 else 100) + night % 3
            put("value", list(v), list(v.values()))
db.commit()
END
ok "a night without a gate after a change" night tiny.yaml --no-gate \
	--results r/r.sqlite --out o
has '^## Night of .*: done, no gate judged it; trend: [1-9][0-9]* open changes?, up to [0-9.]+ % slower' o/summary.md
else
	skip "open changes" "no python3"
fi

# Two at a time.
exec 9<>r/r.sqlite.lock
flock -n 9 || echo "no lock"
fails 1 "another night is under way" night tiny.yaml --results r/r.sqlite
has 'another night is under way' "$err"
exec 9>&-

# Cut short and gone on with.
cat >long.yaml <<'YAML'
name: long
repetitions: 4
retries: 0
sweeps:
  - design: [none, rcu, leak]
    footprint: 1M
    warmup: 10ms
    phase: 30ms
YAML
"$VTDBENCH" nightly long.yaml --no-gate --results l.sqlite --out l \
	>"$out" 2>"$err" &
pid=$!
until [ "$(sqlite3 l.sqlite 'SELECT count(*) FROM trial' 2>/dev/null || echo 0)" \
	-gt 1 ] || ! kill -0 $pid 2>/dev/null; do
	sleep 0.05
done
kill -TERM $pid
wait $pid
is "a stopped night has failed" $? 1
has 'go on with' "$err"
ok "it can be gone on with" night long.yaml --no-gate --results l.sqlite \
	--resume --out l
is "one run, all of it" "$(sqlite3 l.sqlite \
	"SELECT count(*), count(DISTINCT run) FROM trial WHERE design != 'twin'")" '12|1'

fails 2 "no config" night
mkdir empty
fails 2 "a config that is not there" night nothing.yaml --no-gate \
	--results empty/deeper/x.sqlite
has 'nothing.yaml: No such file' "$err"
is "leaves nothing behind" "$(ls empty)" ''
fails 2 "a budget without a unit" night tiny.yaml --budget 10x
fails 2 "days that are none" night tiny.yaml --keep 0
