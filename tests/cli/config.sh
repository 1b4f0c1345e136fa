#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Configs: what check says of good ones, and every way to get one wrong.
. "$(dirname "$0")/lib.sh"

# bad NAME PATTERN [ARG…]: c.yaml, from stdin, is refused with a message
bad() {
	local name=$1 pattern=$2
	shift 2
	cat >c.yaml
	fails 2 "$name" "$VTDBENCH" check "$@" c.yaml
	has "$pattern" "$err"
	none "and nothing on stdout" "$out"
}

cat >good.yaml <<-END
	name: quick
	title: Walks
	repetitions: 2
	sweeps:
	  - name: one
	    walkers: [1, 900]
	    design: [rcu, none]
	  - name: two
	    workload: map_sizes
	    design: rcu
END
ok "a good config" "$VTDBENCH" check good.yaml
has '^good.yaml: Walks: 6 trials, about ' "$out"
has '^  sweep one: 4 trials$' "$out"
has '^  repetitions: 2: no design is judged, that takes 6' "$out"
has '^  left out: 1 combination: .*900 threads.*\(good.yaml:6:18\)$' "$out"
has '^  left out: 1 combination: design none is for a single thread' "$out"
none "nothing on stderr" "$err"
ok "its trials" "$VTDBENCH" check --trials good.yaml
has '^one/rcu/uniform/walkers:1#0$' "$out"
ok "--set" "$VTDBENCH" check --set walkers=1 --set repetitions=5 \
	--set phase=5ms --set sim.enabled=no good.yaml --set design=rcu,rwlock
has '10 trials' "$out"
has '2 combinations: workload map_sizes has no walkers' "$out"
ok "environment" env VTDBENCH_REPETITIONS=7 "$VTDBENCH" check good.yaml
has '21 trials' "$out"
lacks "no design is judged" "$out"
ok "--set before environment" env VTDBENCH_REPETITIONS=7 "$VTDBENCH" check \
	good.yaml --set repetitions=1
has '3 trials' "$out"

bad "unknown key" '^vtdbench: c.yaml:2:1: unknown key .walkrs.' <<-END
	name: n
	walkrs: 2
END
has "did you mean 'walkers'" "$err"
bad "wrong type" "c.yaml:1:10: walkers: 'two' is no number; expected an" \
	<<<'walkers: two'
bad "out of range" "c.yaml:1:10: walkers: '2000' is out of range; .* 1024" \
	<<<'walkers: 2000'
bad "trailing junk" "c.yaml:1:14: walkers: '10x' has 'x' after the number" \
	<<<'walkers: [1, 10x]'
bad "no unit" "c.yaml:1:8: phase: '40' has no unit" <<<'phase: 40'
bad "empty list" 'c.yaml:1:10: walkers: an empty list' <<<'walkers: []'
bad "list where one value goes" 'c.yaml:1:7: seed: a list' <<<'seed: [1, 2]'
bad "unknown design" "c.yaml:1:9: design: no 'rcuu'; expected none, " \
	<<<'design: rcuu'
bad "key given twice" 'c.yaml:2:1: walkers: given twice' <<-END
	walkers: 1
	walkers: 2
END
bad "zero-sized footprint" 'c.yaml:1:12: footprint: .0. is out of range' \
	<<<'footprint: 0'
bad "a footprint beyond memory" \
	'c.yaml:1:12: footprint 127T takes tables of 25[0-9].* memory$' \
	<<<'footprint: 127T'
bad "more threads than CPUs" 'c.yaml:1:10: nothing is left to run: .*1000 thr' \
	<<<'walkers: 1000'
bad "a node that does not exist" 'c.yaml:1:9: .*node:63.* no such node' \
	<<<'memory: node:63'
bad "a CPU that does not exist" 'c.yaml:2:7: .*9999' <<-END
	placement: list
	cpus: 9999
END
cat >merged.yaml <<-END
	name: a
	repetitions: 1
	sweeps:
	  - &s {name: one, design: rcu, walkers: 1}
	  - <<: *s
	    name: two
	    walkers: 0
	    mappers: 1
END
ok "merge keys" "$VTDBENCH" check --trials merged.yaml
has '^two/rcu/uniform/walkers:0/mappers:1#0$' "$out"
bad "merging what is no mapping" 'c.yaml:1:5: <<: expected a mapping' <<<'<<: 3'
bad "a missing trace" 'c.yaml:2:8: trace: gone.gz: No such file' <<-END
	workload: trace
	trace: gone.gz
END
bad "a trace that is not named" 'c.yaml:1:11: workload trace needs a trace' \
	<<<'workload: trace'
bad "no YAML" 'c.yaml:2:1: not valid YAML' <<<'walkers: [1'
bad "a tab" 'c.yaml:2:1: not valid YAML' <<<$'sim:\n\tops: 1000'
bad "an empty file" 'c.yaml: is empty' </dev/null
bad "a list at the top" 'c.yaml:1:1: a list; expected a mapping' <<<'- 1'
bad "a binary file" 'c.yaml: is no text file' < <(head -c 4096 "$VTDBENCH")
bad "a topology that is none" 'c.yaml: topology: ' <<<'topology: moon.xml'
bad "a counter group that is none" 'c.yaml:1:11: .*moon' <<<'counters: moon'
bad "two errors at once" 'c.yaml:2:7: ' <<<$'walkers: x\nseed: y'
has 'c.yaml:1:10: ' "$err"

fails 2 "a missing config" "$VTDBENCH" check gone.yaml
has '^vtdbench: gone.yaml: No such file or directory$' "$err"
for name in quick quick.yaml configs/quick.yaml q5 questions/q5.yaml; do
	fails 2 "$name of vtdbench" "$VTDBENCH" check "$name"
	has "^vtdbench: hint: vtdbench's own is $top/configs/.*${name##*/}" "$err"
done
fails 2 "a folder" "$VTDBENCH" check .
has 'Is a directory' "$err"
echo 'walkers: 1' >locked.yaml
chmod 0 locked.yaml
fails 2 "an unreadable config" unprivileged "$VTDBENCH" check locked.yaml
has 'locked.yaml: Permission denied' "$err"
fails 2 "no config" "$VTDBENCH" check
has 'which CONFIG' "$err"
fails 2 "one good, one bad" "$VTDBENCH" check good.yaml gone.yaml
has '^good.yaml: ' "$out"

fails 2 "--set without a value" "$VTDBENCH" check good.yaml --set walkers
has "^vtdbench: --set walkers: no '='" "$err"
fails 2 "--set of no key" "$VTDBENCH" check good.yaml --set desing=rcu
has '^vtdbench: --set desing=rcu: unknown key' "$err"
has "did you mean 'design'" "$err"
fails 2 "--set of a wrong value" "$VTDBENCH" check good.yaml --set phase=3
has '^vtdbench: --set phase=3: phase: .3. has no unit' "$err"
fails 2 "a wrong value in the environment" env VTDBENCH_PHASE=3 \
	"$VTDBENCH" check good.yaml
has '^vtdbench: VTDBENCH_PHASE=3: phase: ' "$err"
ok "a variable that is nearly a key" env VTDBENCH_WALKER=3 \
	"$VTDBENCH" check good.yaml
has 'warning: VTDBENCH_WALKER .* did you mean VTDBENCH_WALKERS' "$err"
ok "quiet" env VTDBENCH_WALKER=3 "$VTDBENCH" -q check good.yaml
none "no warnings" "$err"

fails 2 "an unknown command" "$VTDBENCH" chekc
has "did you mean 'check'" "$err"
fails 2 "an unknown option" "$VTDBENCH" check --sets x good.yaml
has 'unknown option --sets' "$err"
fails 2 "nothing given" "$VTDBENCH"
has '^usage: vtdbench' "$err"
ok "help" "$VTDBENCH" help check
has '^usage: vtdbench check' "$out"
fails 2 "a colour that is none" "$VTDBENCH" --color=blue list
has 'color=blue: expected auto, never or always' "$err"
ok "colour" "$VTDBENCH" --color=always check good.yaml
fails 2 "coloured errors" "$VTDBENCH" --color=always check gone.yaml
has $'\033\\[1;31m' "$err"
fails 1 "stdout is full" bash -c "'$VTDBENCH' list >/dev/full"
has 'standard output: No space left' "$err"

ok "list as JSON" "$VTDBENCH" list --json
if command -v python3 >/dev/null; then
	cp "$out" list.json
	ok "which JSON tools read" python3 -c "import json
o = json.load(open('list.json'))
assert {'designs', 'workloads', 'options', 'metrics', 'commands'} <= set(o)
assert all(i['name'] and i['help'] for k in o.values() for i in k)"
else
	skip "which JSON tools read" "no python3"
fi
fails 2 "a kind that is none" "$VTDBENCH" list desings
has "did you mean 'designs'" "$err"
