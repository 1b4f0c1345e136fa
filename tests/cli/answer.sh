#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A question from its config to its answer: claims in the file, stored with the
# run, judged, printed in every form; which questions there are; and what
# `make run-questions` runs.
. "$(dirname "$0")/lib.sh"
v=$VTDBENCH

cat >c.yaml <<-'END'
	name: mine
	title: Is it so?
	repetitions: 6
	retries: 0
	phase: 1ms
	warmup: 0
	ops: 1024
	sim.enabled: false
	design: [leak, spinlock]
	question:
	  claims:
	    - who: Some One
	      when: 31 May 2022
	      says: A lock costs less than nothing.
	      source: https://example.org/a
	      metric: walk_lat_ns
	      design: spinlock
	      where: {footprint: 1M}
	      ratio: less than 0.01
	    - who: Some One
	      when: 1 June 2022
	      says: It costs less than a factor of a million.
	      source: https://example.org/b
	      metric: walk_lat_ns
	      design: spinlock
	      against: leak
	      sweep: walks
	      ratio: less than 1000000
	    - who: Some One
	      when: 2 June 2022
	      says: RCU costs nothing.
	      source: https://example.org/c
	      metric: walk_lat_ns
	      design: rcu
	      ratio: same
	sweeps:
	  - {name: walks, footprint: [1M, 2M]}
END

ok "the config is right" "$v" check c.yaml
sed 's/design: rcu$/design: rcv/' c.yaml >bad.yaml
fails 2 "a claim about a design that is none" "$v" check bad.yaml
has "bad.yaml:[0-9]+:7: design: there is no design 'rcv'" "$err"

ok "a run" "$v" run c.yaml --results r.sqlite
has '^contradicted: "A lock costs less than nothing' "$out"
has 'answer mine 1 --results r.sqlite' "$out"
# On a busy machine every draw may have lost something.
sqlite3 r.sqlite "UPDATE trial SET disturbed = 0;
	UPDATE value SET value = 1 WHERE metric = 'batches';
	UPDATE value SET value = 0 WHERE metric = 'batches_lost'"
# The claims are those of the run.
rm c.yaml

# one_line FILE: as one line, blanks squeezed
one_line() {
	tr '\n' ' ' <"$1" | tr -s ' '
}

ok "its answer" "$v" answer mine --results r.sqlite
one_line "$out" >text
has 'Is it so\?' text
has 'Claim 1 of 3: contradicted "A lock costs less than nothing\."' text
has 'Some One, 31 May 2022; https://example.org/a' text
has 'Rule: walk_lat_ns of spinlock / the reference: less than 0.01; where footprint=1M' text
has 'Claim 2 of 3: supported' text
has 'Claim 3 of 3: not measured' text
has 'not measured: design rcu is not in this run' text
has 'In walks / uniform, 1 walker \(own\), footprint=1M' text
has 'walked by CPU threads, what nobody changes \(own\); no hardware walker' text
has 'spinlock / leak +[0-9.]+ \[[0-9.]+, [0-9.]+\] +[0-9.]+ / [0-9.]+ ns +6 +contradicted' text
has 'Machine: ' text
is "the second claim has a line a cell" "$(grep -c ' supported$' "$out")" 3

# What was measured is seen at 100 columns, however a line is judged: a
# third as claimed, the rest not.
cp r.sqlite open.sqlite
sqlite3 open.sqlite "UPDATE value SET value = CASE
		WHEN (SELECT design FROM trial WHERE id = trial) = 'spinlock'
		THEN 0.1 + (SELECT repetition % 3 FROM trial WHERE id = trial) * 0.4
		ELSE 20 END WHERE metric = 'walk_lat_ns'"
ok "what is not resolved" env COLUMNS=100 "$v" answer mine --results open.sqlite
has '^Claim 1 of 3: not resolved here: (\+-|to a factor)' "$out"
has '^  walk_lat_ns  spinlock / leak +[0-9.<]+ \[.*\] +[0-9.]+ / 20\.0 ns +6 +not resolved here$' "$out"
lacks 'no room in' "$out"
ok "where there is less room" env COLUMNS=80 "$v" answer mine --results open.sqlite
has '^  \(no room in 80 columns for: draws\)$' "$out"

ok "of the run that is named" "$v" answer mine 1 --results r.sqlite
fails 2 "of another question" "$v" answer other 1 --results r.sqlite
has 'run 1 is of mine, not of other' "$err"
fails 2 "of a question without a run" "$v" answer q77 --results r.sqlite
has 'configs/questions/q77.yaml' "$err"
fails 2 "without a store" "$v" answer mine --results none.sqlite
fails 2 "a form of no question" "$v" answer --format json --results r.sqlite

ok "as JSON" "$v" answer mine --results r.sqlite --format json
if command -v python3 >/dev/null; then
	is "JSON has what the text has" "$(python3 -c '
import json, sys
a = json.load(sys.stdin)
print(a["question"], a["run"]["id"], *[c["verdict"] for c in a["claims"]],
      a["claims"][1]["cases"][0]["draws"], a["claims"][2]["cases"][0]["reason"],
      a["claims"][0]["cases"][0]["against"], sep="; ")' <"$out")" \
		"mine; 1; contradicted; supported; not measured; 6; design rcu is not in this run; leak"
else
	skip "JSON has what the text has" "no python3"
fi
ok "as Markdown" "$v" answer mine --results r.sqlite -f markdown
has '^#### Claim 1 of 3: contradicted$' "$out"
has '^> "A lock costs' "$out"
has '^In walks / uniform, 1 walker \(own\), footprint=1M$' "$out"
has '^\| walk_lat_ns \| spinlock / leak \| .* \| \*\*contradicted\*\* \|$' "$out"

ok "the report has it" "$v" report --results r.sqlite
has '^Claim 1 of 3: contradicted' "$out"
ok "so has the screen" "$v" report --brief --results r.sqlite
has '^supported: "It costs' "$out"

ok "which questions there are" "$v" answer --results r.sqlite
has '^mine: Is it so\?$' "$out"
has 'run 1 of .*, done: of 3 claims 1 supported, 1 contradicted, 1 not' "$out"
has '^q2: ' "$out"
has 'no run here: vtdbench run .*configs/questions/q2.yaml' "$out"
ok "also without a store" "$v" answer --results none.sqlite
lacks '^mine' "$out"

printf 'name: plain\nrepetitions: 1\nphase: 1ms\nops: 512\ndesign: leak\n' >p.yaml
ok "a run that asks nothing" "$v" -q run p.yaml --results r.sqlite --no-report
fails 2 "has no answer" "$v" answer plain --results r.sqlite
has 'its config has no claims' "$err"
lacks 'Claim' <("$v" report --results r.sqlite)

# ---- make answers: what is in the results, as a folder
mkdir -p book/scripts book/configs/questions
cp "$top/scripts/write-answers.sh" book/scripts/
touch book/configs/questions/{mine,q0}.yaml
fails 2 "answers of no results" book/scripts/write-answers.sh "$v" \
	"$tmp/none.sqlite" "$tmp/answers"
ok "answers" book/scripts/write-answers.sh "$v" "$tmp/r.sqlite" "$tmp/answers"
has '^#### Claim 1 of 3: contradicted' answers/mine.md
has '^\| \[mine\]\(mine\.md\) Is it so\? \| 1 contradicted, 1 not measured, 1 supported \| 20[0-9-]+ \|' \
	answers/README.md
has '^Machine: .* CPU' answers/README.md
is "and no others" "$(echo answers/*.md)" "answers/README.md answers/mine.md"

# ---- make run-questions: a program that writes down what it is asked
mkdir -p tree/scripts tree/configs/questions
cp "$top/scripts/run-questions.sh" tree/scripts/
for q in q0 q1 q2 q8; do
	echo 'question:' >tree/configs/questions/$q.yaml
done
: >tree/configs/questions/q3.yaml
cat >fake <<END
#!/bin/sh
echo "\$1 \$2" >>$tmp/asked
case "\$2" in *\$FAKE_FAILS*) exit \${FAKE_STATUS:-1} ;; esac
[ "\$2" = "configs/questions/\$FAKE_ENDS.yaml" ] && kill -INT \$PPID
exit 0
END
chmod +x fake
all='run configs/questions/q0.yaml
run configs/questions/q1.yaml
run configs/questions/q2.yaml
run configs/questions/q3.yaml
run configs/questions/q8.yaml
answer q0
answer q1
answer q2
answer q8
report q0'
export FAKE_FAILS=nothing FAKE_ENDS=nothing
ok "run-questions" tree/scripts/run-questions.sh "$tmp/fake"
is "runs what there is, then answers" "$(cat asked)" "$all"
rm asked
FAKE_FAILS=q1 FAKE_STATUS=4 fails 4 "one that cannot run here" \
	tree/scripts/run-questions.sh "$tmp/fake"
is "does not keep others from it" "$(cat asked)" "$(grep -v 'answer q1' <<<"$all")"
rm asked
FAKE_ENDS=q1 fails 130 "Ctrl-C" tree/scripts/run-questions.sh "$tmp/fake"
is "answers what is finished" "$(cat asked)" "$(grep -E 'q[01]' <<<"$all")"
rm asked
ok "those that are named" tree/scripts/run-questions.sh "$tmp/fake" q8
is "and no other" "$(cat asked)" "$(grep q8 <<<"$all"; echo report q8)"
fails 2 "one that is none" tree/scripts/run-questions.sh "$tmp/fake" q9
