#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Mistakes on every command line and in every kind of file, those that the
# other tests do not make: status 2 and a message that names what is wrong.
. "$(dirname "$0")/lib.sh"

# bad NAME PATTERN CMD…: exits with 2, and stderr says PATTERN
bad() {
	local name=$1 pattern=$2
	shift 2
	fails 2 "$name" "$@"
	has "$pattern" "$err"
}

v=$VTDBENCH
commands=$("$v" --help | sed -nE 's/^  ([a-z]+) .*/\1/p' | sort -u)
for command in $commands; do
	bad "$command: an unknown option" "(unknown|unrecognized) (option|verb)" \
		"$v" "$command" --no-such-option
	ok "$command: its help" "$v" "$command" --help
	has '^usage: vtdbench' "$out"
done
bad "no such command" "unknown command 'relpay'|relpay" "$v" relpay
bad "no such option" "no-such" "$v" --no-such
ok "quiet" "$v" -q list designs
ok "verbose" "$v" -v list designs

# ---- tables
printf 'map,0x1000,0x2000,0x1000,r\n' >ops.csv
build=("$v" tables build --design rcu --levels 3 --base 0 --out image)
ok "tables build" "${build[@]}" ops.csv --max-leaf 2M --reclaim empty
walk=("$v" tables walk)
bad "walk: no file" "which FILE" "${walk[@]}" --root 0 --levels 3
bad "walk: two files" "one FILE" "${walk[@]}" image other --root 0 --levels 3
bad "walk: no levels" "needs --levels" "${walk[@]}" image --root 0
bad "walk: a root within a page" "aligned" "${walk[@]}" image --root 8 --levels 3
bad "walk: three levels of the first stage" "4 or 5" "${walk[@]}" image \
	--root 0 --levels 3 --format first_stage
bad "walk: a device without a root table" "needs --root-table|--root-table" \
	"${walk[@]}" image --root 0 --levels 3 --device 0:3.0
bad "walk: IOVAs without a device" "needs --device" "${walk[@]}" image \
	--root-table 0 --iova 0x1000
bad "walk: a width that no host has" "host-width" "${walk[@]}" image --root 0 \
	--levels 3 --host-width 31
bad "walk: unknown reasons" "reasons" "${walk[@]}" image --root 0 --levels 3 \
	--reasons both
ok "walk: width and reasons" "${walk[@]}" image --root 0 --levels 3 \
	--host-width 52 --reasons scalable --iova 0x1000
bad "walk: an option without its value" "value" "${walk[@]}" image --root
bad "build: an unknown leaf" "max-leaf" "${build[@]}" ops.csv --max-leaf 4M
bad "build: an unknown reclaim" "reclaim" "${build[@]}" ops.csv --reclaim some
bad "build: two files" "one OPS.csv" "${build[@]}" ops.csv other.csv
bad "build: three levels of the first stage" "4 or 5" "${build[@]}" ops.csv \
	--format first_stage
printf 'map,0x1000,0x2000,0x1000\n' >short.csv
bad "build: a map without permissions" "short.csv:1.*expected" \
	"${build[@]}" short.csv
printf 'map,0x1000,0x2000,0x1001,r\n' >size.csv
bad "build: a size that is no page" "size.csv:1" "${build[@]}" size.csv
for i in {1..2000}; do echo "unmap,0x${i}000,0x1000"; done | gzip >whole.gz
head -c 200 whole.gz >cut.csv.gz
bad "build: a truncated gzip" "truncated" "${build[@]}" cut.csv.gz
printf '0x1000\n' | gzip | head -c 20 >iovas.gz
bad "walk: a truncated list of IOVAs" "truncated|damaged" "${walk[@]}" image \
	--root 0 --levels 3 --iova iovas.gz
head -c 4096 /dev/zero >root
ok "walk: a root table without devices" "${walk[@]}" root --root-table 0
bad "walk: a device that is not there" "device 0:3.0: .*fault:1" \
	"${walk[@]}" root --root-table 0 --device 0:3.0
ok "walk: nor are its addresses" "${walk[@]}" root --root-table 0 \
	--device 0:3.0 --iova 0
has "0x0,r,fault:1" "$out"

# ---- replay
trace=$top/tests/data/e1000e.trace.gz
bad "replay: an unknown reclaim" "reclaim" "$v" replay "$trace" --reclaim some
bad "replay: two traces" "one TRACE" "$v" replay "$trace" other
bad "replay: a dump of all designs" "one design" "$v" replay "$trace" --dump \
	--design all
printf 'line\tdomain\n9999999\t1\n' >beyond.tsv
bad "replay: domains of events that are not there" "beyond.tsv" \
	"$v" replay "$trace" --domains beyond.tsv

# ---- counter groups
group() { # NAME PATTERN, the group on stdin
	cat >group.yaml
	bad "counter group: $1" "group.yaml:[0-9]+.*($2)" \
		"$v" counters ./group.yaml
}
group "events that are a list" "events must be" <<'Y'
help: h
variants: [{pmus: [any], events: [a]}]
metrics: {m: {formula: a, unit: u, help: h}}
Y
group "an empty event" "is empty" <<'Y'
help: h
variants: [{pmus: [any], events: {a: ''}}]
metrics: {m: {formula: a, unit: u, help: h}}
Y
group "a name that begins with a digit" "digit" <<'Y'
help: h
variants: [{pmus: [any], events: {1a: page-faults}}]
metrics: {m: {formula: a, unit: u, help: h}}
Y
group "a variant without events" "names no event" <<'Y'
help: h
variants: [{pmus: [any]}]
metrics: {m: {formula: a, unit: u, help: h}}
Y
group "a metric without a unit" "lacks formula, unit or help" <<'Y'
help: h
variants: [{pmus: [any], events: {a: page-faults}}]
metrics: {m: {formula: a, help: h}}
Y
group "metrics that are a list" "metrics must be" <<'Y'
help: h
variants: [{pmus: [any], events: {a: page-faults}}]
metrics: [a]
Y

group "a metric with the name of a built-in one" "'walk_p50_ns' is one of" <<'Y'
name: bi2
help: h
variants: [{pmus: [perf], events: {A: "perf::TASK-CLOCK"}}]
metrics:
  walk_p50_ns: {formula: A / OPS, unit: "1", help: x}
Y
group "a metric of another group" "metric 'ipc' is one of group 'cycles'" <<'Y'
name: mine
help: h
variants: [{pmus: [perf], events: {A: "perf::TASK-CLOCK"}}]
metrics:
  ipc: {formula: A / OPS, unit: "1", help: x}
Y
group "a key given twice" "name: given twice; first at line 1" <<'Y'
name: dupkey
name: other
help: h
help: h2
variants: [{pmus: [perf], events: {A: "perf::TASK-CLOCK"}}]
metrics:
  b_per_op: {formula: A / OPS, unit: "1", help: x}
Y
group "a second document" "a second document" <<'Y'
name: two
help: h
variants: [{pmus: [perf], events: {A: "perf::TASK-CLOCK"}}]
metrics:
  b_per_op: {formula: A / OPS, unit: "1", help: x}
--- {}
Y
cat >cycles.yaml <<'Y'
name: cycles
help: instead of the group of this name
variants: [{pmus: [perf], events: {A: "perf::TASK-CLOCK"}}]
metrics:
  ipc: {formula: A / OPS, unit: "1", help: x}
Y
ok "a group instead of one of its name" "$v" counters ./cycles.yaml
mkdir counters
mv cycles.yaml counters/mine.yaml
sed 's/^name: .*/name: third/; s/ipc/ipd/' counters/mine.yaml >counters/third.yaml
sed 's/^name: .*/name: fourth/; s/ipc/ipd/' counters/mine.yaml >counters/fourth.yaml
echo 'counters: third' >config.yaml
bad "a metric of a group beside it" "third.yaml:5:3: metric 'ipd'.*'fourth'" \
	"$v" check config.yaml

# ---- configs, runs and results
printf 'sweeps: 3\n' >config.yaml
bad "a sweep that is a number" "config.yaml:1" "$v" check config.yaml
printf 'a: [1\n' >config.yaml
bad "YAML that ends early" "config.yaml:2" "$v" check config.yaml
bad "run: a context without a value" "KEY=VALUE" "$v" run --context machine \
	"$top/configs/quick.yaml"
bad "run: new values for a resumed run" "keeps its own values" \
	"$v" run --resume --set seed=3 --results none.sqlite
cat >one.yaml <<'Y'
name: one
repetitions: 1
sweeps: [{design: rcu, footprint: 1M, warmup: 1ms, phase: 2ms}]
Y
ok "a run" "$v" -q run one.yaml --no-report --results whole.sqlite
bad "plot: an unknown run beside one" 'no run "9"' "$v" plot 1 9 --results whole.sqlite
bad "report: an unknown run" "run" "$v" report 77 --results whole.sqlite

# damaged NAME PATTERN SQL: what an export says of the file after SQL
damaged() {
	cp whole.sqlite broken.sqlite
	sqlite3 broken.sqlite "PRAGMA ignore_check_constraints=1; $3"
	bad "results: $1" "broken.sqlite.*($2)" \
		"$v" export latest --format json --results broken.sqlite
}
if command -v sqlite3 >/dev/null; then
	damaged "an unknown status" "unknown status" \
		"UPDATE trial SET status = 'perhaps'"
	damaged "an unknown source" "unknown source" \
		"UPDATE value SET source = 'hearsay'"
	damaged "a value that is no number" "not a finite number" \
		"UPDATE value SET value = 9e999"
	damaged "a damaged histogram" "damaged" \
		"UPDATE hist SET counts = '1 2 oops'"
	damaged "a damaged series" "damaged" "UPDATE series SET points = 'x'"
else
	skip "damaged results" "no sqlite3"
fi
