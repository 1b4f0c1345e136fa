#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Names by which things may be asked for: one form of a trial's name, and what
# was meant where a name or a unit is none.
. "$(dirname "$0")/lib.sh"
v=$VTDBENCH
cat >good.yaml <<'END'
repetitions: 1
phase: 1ms
warmup: 0ns
footprint: 1M
ops: 512
design: [leak, rcu]
sim: {enabled: false}
END

# ---- one form of a trial's name
"$v" run good.yaml --dry-run 2>/dev/null | sort >planned
ok "--dry-run" "$v" run good.yaml --dry-run --filter '^run/rcu/.*/walkers:1#0$'
is "names what --filter takes" "$(cat "$out")" run/rcu/uniform/walkers:1#0
ok "check --trials" "$v" check --trials good.yaml
is "names them the same" "$(grep / "$out" | grep '#' | sort)" "$(cat planned)"
ok "a run" "$v" -q run good.yaml --no-report --results n.sqlite \
	--set retries=0 --set walkers=1 --set mappers=0
ok "a google-benchmark export" "$v" export latest --format junit \
	--results n.sqlite
is "and so do exports" "$(grep -oE 'run/[a-z]+/uniform[^"]*#[0-9]+' "$out" |
	sort -u)" "$(cat planned)"

# ---- what was meant
# meant NAME WANT CMD…: status 2, and the hint is WANT
meant() {
	local name=$1 want=$2
	shift 2
	fails 2 "$name" "$@"
	has "hint: did you mean '$want'\?" "$err"
}
meant "plot --only" scaling "$v" plot --only scalin
meant "plot --only in capitals" scaling "$v" plot --only SCALING
meant "plot --format" png "$v" plot --format PNG
meant "export --format" markdown "$v" export 1 --format marcdown
meant "compare --format" json "$v" compare 1 2 --format jsn
meant "trend --format" markdown "$v" trend --format markdwon
meant "gate --format" junit "$v" gate --format JUnit
meant "gate --only" 'rcu/\*' "$v" gate --only 'RCU/*'
meant "gate --only without a case" 'rcu/\*' "$v" gate --only rcu
meant "pair --only" '\*/walk_dep_4k' "$v" pair --only '*/walk_dep_4K'
meant "replay --design" rcu "$v" replay --design RCU trace
meant "tables --design" rwlock "$v" tables build --design rwlok
meant "tables --format" first_stage "$v" tables build --format first-stage
meant "a design" rcu "$v" check good.yaml --set design=RCU
meant "a size" 64M "$v" check good.yaml --set footprint=64MiB
meant "a duration" 40ms "$v" check good.yaml --set phase='40 MS'
ok "a list of patterns" "$v" pair --only 'rcu/*,*/walk_*' --help
fails 2 "--only with nothing known" "$v" pair --only 'rcu/*,zzzz/qqqq'
has "only: 'zzzz/qqqq': no DESIGN/CASE" "$err"
fails 2 "a budget without a unit" "$v" gate --budget 60
has "budget: '60' has no unit; expected a duration from 1ns \(ns" "$err"
lacks 18446744073709551615 "$err"
fails 2 "a budget in words" "$v" gate --budget 60min
has "did you mean '60m'" "$err"
ok "list keys" "$v" list keys
cp "$out" keys
ok "list options" "$v" list options
is "which are the same" "$(cat keys)" "$(cat "$out")"
