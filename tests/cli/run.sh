#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vtdbench run from end to end: every design, disturbances, Ctrl-C and
# --resume, and each way it can be told to do what it cannot.
. "$(dirname "$0")/lib.sh"

# A small run; $1 more lines, $phase, $repetitions and $design if set
config() {
	cat <<-END
		name: small
		design: ${design:-$every}
		repetitions: ${repetitions:-1}
		retries: 0
		phase: ${phase:-1ms}
		warmup: 0
		ops: 4096
		footprint: 4M
		sim.ops: 2000
		inv: {submit_ns: 0, service_ns: 0}
		results: r.sqlite
		$1
	END
}

# values FILE [NAMES]: what must be the same in each run, trial by trial
values() {
	"$VTDBENCH" export latest --results "$1" --format csv |
		awk -F, -v names="${2:-.}" '$12 == 1 && $2 ~ names { print $3, $4, $5, $6, $7, $10 }' | sort
}

# status FILE: the status of the latest run
status() {
	sqlite3 "$1" 'SELECT status FROM run ORDER BY id DESC LIMIT 1'
}

every=$(every_design)
designs=$(tr -d '[],' <<<"${every//,/ }")
[ "$every" != all ] ||
	designs=$("$VTDBENCH" list designs | awk '/^  [^ ]/ { print $1 }')
ok "there are designs" [ "$(wc -w <<<"$designs")" -gt 10 ]

# --- every design, every workload ---------------------------------------------

config 'sweeps:
  - {name: walk}
  - {name: change, workload: churn, mappers: 1}
  - {name: dump, workload: churn, walkers: 0, mappers: 1, dumpers: 1}
  - {name: stress, workload: iova_stress, walkers: 0, mappers: 1, reclaim: [whole, empty]}
  - {name: sizes, workload: map_sizes, walkers: 0, mappers: 1}' >all.yaml
ok "every design" "$VTDBENCH" run all.yaml
has 'run 1 is in r.sqlite' "$err"
cp "$out" screen
ok "the tables" "$VTDBENCH" report 1 --results r.sqlite
for d in $designs; do
	has "^  $d " "$out"
done
ok "which end with one screen" [ "$(wc -l <screen)" -le 30 ]
grep -E '^.{101,}' screen >wide
none "of 100 columns" wide
for column in alone mapper 4K freeing dump held; do
	has "^  design .*\b$column\b" screen
done
has '^  driver +1 ' screen
has '^  twin ' screen
has '^Walkers: .* Time / time of the reference' screen
has '^Not resolved here: ' screen
has '^Tables: .* report 1 --results r.sqlite' screen
cp r.sqlite "a b.sqlite"
ok "its path with a blank" "$VTDBENCH" report 1 --brief --results "a b.sqlite"
has "^Tables: .* report 1 --results 'a b.sqlite'" "$out"
ok "the screen again" "$VTDBENCH" report 1 --brief --results r.sqlite
is "is the same" "$(diff screen "$out")" ""
is "the run is done" "$(status r.sqlite)" "done"
is "no trial is wrong or failed" \
	"$(sqlite3 r.sqlite "SELECT count(*) FROM trial WHERE status != 'ok'")" 0
sqlite3 r.sqlite "UPDATE run SET machine = json_set(machine,
	'\$.core_kinds', json('[{\"cpus\":2,\"cpus_all\":4,\"what\":\"fast\"}]'))"
ok "a report of a machine whose cores differ" "$VTDBENCH" report latest \
	--results r.sqlite
has 'core kind 0: 2 of 4 CPUs, fast' <(tr '\n' ' ' <"$out" | tr -s ' ')

design='[none, driver, rwlock, rcu]' config 'sweeps:
  - {name: walk, workload: [uniform, hot_set, sequential, strided, zipf]}
  - {name: change, workload: [ring, churn], walkers: [0, 1], mappers: 1}
  - {name: stress, workload: [iova_stress, table_churn], walkers: 0, mappers: 1, reclaim: [whole, empty]}
  - {name: small, walkers: [1, 2], levels: [3, 4, 5], iotlb.sets: [0, 16]}' >few.yaml
ok "every workload" "$VTDBENCH" -q run few.yaml --no-report --results few.sqlite
is "none of these is wrong or failed" \
	"$(sqlite3 few.sqlite "SELECT count(*) FROM trial WHERE status != 'ok'")" 0
some='^(walk|change|stress)/|/walkers:1/levels:4'
values few.sqlite "$some" >first
"$VTDBENCH" -q run few.yaml --no-report --results again.sqlite --filter "$some"
values again.sqlite >second
is "deterministic figures are the same in two runs" \
	"$(diff first second | head -n 3)" ""
ok "and there are many" test "$(wc -l <first)" -gt 500

design='[none, leak, rcu]' config 'rate: 20000
walkers: 1' >open.yaml
ok "an open loop" "$VTDBENCH" run open.yaml --results open.sqlite
"$VTDBENCH" export latest --results open.sqlite --format csv >open.out
has ',walk_open_p99_ns,' open.out
lacks ',walk_ops_per_s,' open.out

# One that nobody can keep: walkers run free, and it is said.
config 'mapper_rate: 100000000
walkers: 1
mappers: 1' >paced.yaml
ok "mappers at a rate" "$VTDBENCH" run paced.yaml --filter /rcu/ \
	--results paced.sqlite
ok "and its tables" "$VTDBENCH" report --results paced.sqlite
has 'rcu does not keep up: [0-9.]+% of the' "$out"
"$VTDBENCH" export latest --results paced.sqlite --format csv >paced.out
has ',walk_ops_per_s,1/s,clock,[0-9.]+' paced.out
has ',update_rate_kept,1,clock,0[.0-9]*,' paced.out
lacks ',update_ops_per_s,1/s,clock,[0-9.]+' paced.out
fails 2 "a rate of no mapper" "$VTDBENCH" check paced.yaml --set mappers=0

ok "quiet" "$VTDBENCH" -q run open.yaml --filter /rcu/ --results q.sqlite
none "says nothing on stderr" "$err"

if command -v gnuplot >/dev/null; then
	ok "plots at the end" "$VTDBENCH" run all.yaml --filter "^walk/(leak|rcu)/" \
		--results plots.sqlite --plots pictures
	is "the screen is the last" "$(tail -n 1 "$out")" \
		"Pictures: pictures/overview.png and others"
	ok "are pictures" test -s "$(echo pictures/*.svg | cut -d' ' -f1)"
	mkdir empty
	PATH=$PWD/empty fails 4 "without gnuplot" "$VTDBENCH" run open.yaml \
		--results plots.sqlite --plots pictures
	has 'run 2 is in plots.sqlite' "$err"
else
	skip "plots at the end" "no gnuplot"
fi

# --- disturbances --------------------------------------------------------------

config '' >plain.yaml
phase=30ms config '' >long.yaml
busy=()
for _ in $(seq $((2 * $(nproc)))); do
	while :; do :; done &
	busy+=($!)
done
ok "beside busy neighbours" "$VTDBENCH" run long.yaml --filter /none/ \
	--results busy.sqlite
kill "${busy[@]}"
wait "${busy[@]}" 2>/dev/null
# Batches are shorter than what a neighbour gets: some are lost, and tried again.
has '^Noise: [0-9]+ of [0-9]+ batches were lost' "$out"
ok "batches are lost, not the figures" "$VTDBENCH" export latest --format csv \
	--results busy.sqlite
has ',batches_lost,1,os,[0-9]+,0,0,,own$' "$out"
has ',walk_lat_ns,ns,clock,[0-9.]+,[01],0,,own$' "$out"
has ',sim_walks,1,sim,[0-9.]+,0,1,,own$' "$out"

# --- without running ----------------------------------------------------------

ok "dry run" "$VTDBENCH" run --dry-run plain.yaml --set walkers=1 \
	--results dry.sqlite
is "lists each trial" "$(wc -l <"$out")" "$(wc -w <<<"$designs")"
has '^small/rcu/uniform/walkers:1#0$' "$out"
fails 1 "and writes nothing" test -e dry.sqlite
ok "a dry run for another machine" "$VTDBENCH" run --dry-run plain.yaml \
	--set 'topology=synthetic:package:2 core:4 pu:1' --set walkers=8
fails 4 "but not the run" "$VTDBENCH" run plain.yaml \
	--set 'topology=synthetic:package:2 core:4 pu:1'
has 'cannot be measured' "$err"
ok "help" "$VTDBENCH" run --help
has '^usage: vtdbench run' "$out"

# --- refused before anything runs ---------------------------------------------

fails 2 "no config" "$VTDBENCH" run
has 'CONFIG is missing' "$err"
fails 2 "a config that is not there" "$VTDBENCH" run nowhere.yaml
has 'nowhere.yaml: No such file' "$err"
fails 2 "an unknown option" "$VTDBENCH" run --frobnicate plain.yaml
has 'frobnicate' "$err"
fails 2 "an option without its value" "$VTDBENCH" run plain.yaml --filter
has 'needs a value' "$err"
fails 2 "--set without =" "$VTDBENCH" run plain.yaml --set seed
has 'KEY=VALUE' "$err"
fails 2 "two configs" "$VTDBENCH" run plain.yaml plain.yaml
fails 2 "repetitions out of range" "$VTDBENCH" run plain.yaml --repetitions 0
has 'repetitions' "$err"
fails 2 "a filter that is no expression" "$VTDBENCH" run plain.yaml --filter '('
has "filter '\('" "$err"
fails 2 "a filter that matches nothing" "$VTDBENCH" run plain.yaml --filter xyz
has 'matches none of the [0-9]+ trials' "$err"
fails 2 "tables beyond memory" "$VTDBENCH" run plain.yaml \
	--set footprint=64T --set levels=5
has 'GiB of memory' "$err"
fails 2 "a counter group that is not there" "$VTDBENCH" run plain.yaml \
	--set counters=nonsense
has 'nonsense' "$err"
fails 2 "results in no folder" "$VTDBENCH" run plain.yaml \
	--results /proc/nowhere/r.sqlite
has '/proc/nowhere' "$err"
fails 2 "results that are a folder" "$VTDBENCH" run plain.yaml --results /tmp
has '/tmp' "$err"
mkdir ro && chmod 555 ro
fails 2 "a read-only folder" unprivileged "$VTDBENCH" run plain.yaml \
	--results ro/r.sqlite
has 'ro/r.sqlite' "$err"
has 'its folder must be writable; or give --results another path' "$err"

# --- what is finished is kept -------------------------------------------------

# Three designs are enough for that.
few=2
all && few=4
repetitions=$few phase=10ms config 'walkers: [1, 2]' |
	sed 's/^design: .*/design: [leak, rwlock, rcu]/' >many.yaml
SECONDS=0
"$VTDBENCH" -q run many.yaml --no-report --results whole.sqlite
whole_took=$SECONDS
values whole.sqlite >whole

# interrupt SIGNAL FILE: starts the run, sends the signal once two trials are in
interrupt() {
	"$VTDBENCH" run many.yaml --results "$2" >"$out" 2>"$err" &
	local pid=$! n=0
	until [ "$n" -ge 2 ]; do
		sleep 0.02
		n=$(sqlite3 -readonly "$2" 'SELECT count(*) FROM trial' \
			2>/dev/null || echo 0)
		kill -0 $pid 2>/dev/null || return 99
	done
	kill -"$1" $pid
	SECONDS=0
	wait $pid
}

# Background jobs of a script ignore SIGINT; SIGTERM is handled the same way.
interrupt TERM cut.sqlite
is "a signal ends the run with 1" $? 1
took=$SECONDS
has 'interrupted: [0-9]+ of [0-9]+ trials are kept in cut.sqlite' "$err"
has "go on with: .*vtdbench run --resume=1 --results cut.sqlite" "$err"
is "it is marked" "$(status cut.sqlite)" interrupted
# The trial under way is broken off, too. On an idle machine at once.
ok "it took a fraction of the run" test $((3 * took)) -le $((whole_took + 3))
fails 2 "resume with another config" "$VTDBENCH" run --resume plain.yaml \
	--results cut.sqlite
has 'is not the config that run 1 was started with' "$err"
fails 2 "resume with other values" "$VTDBENCH" run --resume many.yaml \
	--seed 2 --results cut.sqlite
ok "resume" "$VTDBENCH" run --resume latest --results cut.sqlite
values cut.sqlite >resumed
is "the rest is run" "$(status cut.sqlite)" "done"
is "and nothing twice or differently" "$(diff whole resumed | head -n 3)" ""
fails 2 "there is nothing left to resume" "$VTDBENCH" run --resume \
	--results cut.sqlite
has 'is complete' "$err"
fails 2 "nor a run 7" "$VTDBENCH" run --resume=7 --results cut.sqlite
has 'no run "7"' "$err"
fails 2 "said either way" "$VTDBENCH" run --results cut.sqlite --resume 7
has 'no run "7"' "$err"
fails 2 "nor in a file that is not there" "$VTDBENCH" run --resume \
	--results nowhere.sqlite

interrupt KILL killed.sqlite 2>/dev/null
is "killed" $? 137
ok "resume what was killed" "$VTDBENCH" run --resume=latest many.yaml \
	--results killed.sqlite
values killed.sqlite >resumed
is "the same figures" "$(diff whole resumed | head -n 3)" ""

# A disk that fills up, played by a limit on the size of files.
(
	trap '' XFSZ
	ulimit -f 128
	"$VTDBENCH" run many.yaml --no-report --results full.sqlite \
		>"$out" 2>"$err"
)
is "a full disk fails the run" $? 1
has 'full.sqlite' "$err"
has 'finished trials are kept' "$err"
ok "and what is there can be read" "$VTDBENCH" report latest \
	--results full.sqlite
