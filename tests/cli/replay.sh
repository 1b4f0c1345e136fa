#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# replay: the bundled trace, the trace of the snapshot, and bad input.
. "$(dirname "$0")/lib.sh"

sample=$top/configs/traces/boot-all.trace.gz
linux=$top/tests/data/e1000e.trace.gz
designs=$(sed -n 's/^DESIGN(\(.*\))$/\1/p' "$top/kernels/designs/registry.def")
distinct=$(every_design | tr -d '[]' | tr , ' ')
[ "$distinct" != all ] || distinct=$designs

# All of it; with four threads, which wait for each other, what begins it: events
# of all four CPUs.
for how in "1 18000 10918 7082" "4 2000 1444 556"; do
	read -r threads events maps unmaps <<<"$how"
	ok "the sample, $threads threads, every design" "$VTDBENCH" replay \
		"$sample" --threads "$threads" --until-event "$events"
	has "^events +$events \\($maps maps, $unmaps unmaps\\)" "$out"
	has '^domains +7$' "$out"
	for design in $designs; do
		[ "$threads" != 1 ] && [ "$design" = none ] && continue
		has "^ +$design .* 0\$" "$out"
	done
done
has 'none is left out' "$err"
ok "designs are compared first" "$VTDBENCH" replay "$sample" --until-event 500
has '^ +time / time of driver' "$out"
has '^ +twin +[0-9]' "$out"
has '^Ratios are of time, by draw' "$out"
is "the ratios come first" "$(grep -oE 'ns / event|ns/event' "$out" | head -n 1)" \
	"ns / event"
ok "one alone is compared with none" "$VTDBENCH" replay "$sample" --design rcu
lacks 'time of' "$out"

# ---- tables that go ----
last=$top/configs/traces/boot-all-teardown.trace.gz
ok "nothing is freed while tables stay" "$VTDBENCH" replay "$last" --design rcu
has '^ +rcu .* 24 +0 +24 +24 +0$' "$out"
threads=1
! all || threads=4
ok "domains go at the end, every design" \
	"$VTDBENCH" replay "$last" --teardown --threads $threads
has '^events +1347 \(774 maps, 573 unmaps\)' "$out"
has '^domains +7, which go at the end$' "$out"
has '^unmaps of nothing +0$' "$out"
for design in $designs; do
	gone='17 +7'
	[ "$design" = leak ] && gone='0 +24'
	[ $threads != 1 ] && [ "$design" = none ] && continue
	has "^ +$design .* 7 +$gone +[0-9]+ +0\$" "$out"
done
ok "one thread" "$VTDBENCH" replay "$last" --teardown --design none
has '^ +none .* 7 +17 +7 +24 +0$' "$out"
ok "what became empty" "$VTDBENCH" replay "$last" --reclaim empty --design rwlock
has '^ +rwlock .* 10 +14 +10 +24 +0$' "$out"
ok "and nothing is left" "$VTDBENCH" replay "$last" --teardown --dump
is "no leaf" "$(wc -l <"$out")" 1
for trace in "$top"/configs/traces/*.trace.gz; do
	ok "bundled: ${trace##*/}" "$VTDBENCH" replay "$trace" --design driver
done
printf 'workload: trace\ntrace: %s\ntrace_teardown: true\ntrace_events: 1000\ndesign: driver\nwalkers: 0\nmappers: 1\nphase: 1ms\nrepetitions: 2\n' \
	"$last" >ends.yaml
ok "as a workload" "$VTDBENCH" run ends.yaml --results ends.sqlite --no-report
ok "the events, and one a domain" "$VTDBENCH" export latest --format csv \
	--results ends.sqlite
has 'events,.*1007' "$out"
has 'tables_freed,1,engine,24,' "$out"

# ---- who walks what is mapped ----
cat >walked.yaml <<END
workload: trace
trace: $top/configs/traces/nvme-strict.trace.gz
trace_events: 1000
design: [driver, spinlock, rcu]
iotlb: {sets: 16, ways: 4}
psc: {sets: 16, ways: 4}
phase: 1ms
warmup: 1ms
repetitions: 2
sweeps:
  - name: device
    mappers: 1
    device_walkers: 1
    inv.service_ns: 50
    flush: [strict, deferred]
  - name: walker
    mappers: 1
    walkers: 1
    mapper_rate: 200000
END
if [ "$(nproc)" -lt 2 ]; then
	skip "devices and walkers beside a trace" "one CPU"
else
	ok "devices and walkers beside a trace" \
		"$VTDBENCH" run walked.yaml --results walked.sqlite --no-report
	has 'design driver is safe for walkers of their own' "$err"
	ok "what they got" "$VTDBENCH" export latest --format csv \
		--results walked.sqlite
	for cells in driver:4 spinlock:6 rcu:6; do
		is "${cells%:*}: no wrong answer" \
			"$(grep -c ",${cells%:*},.*,wrong_answers,1,engine,0," "$out")" \
			"${cells#*:}"
	done
	has ',driver,.*,event_inv_ns,' "$out"
	has ',driver,.*,device_translate_ns,' "$out"
	has ',rcu,.*,replay_walk_ns,' "$out"
	has ',rcu,.*,walks_kept,' "$out"
	has ',rcu,.*,update_rate_kept,' "$out"
	ok "in the report" "$VTDBENCH" report --results walked.sqlite
	has 'of it +device' "$out"
	has 'inv ns +ns ' "$out"
	has 'map from intended start' "$out"
	has '^ +rcu .* [0-9.]+% +' "$out"
fi
# refused NAME PATTERN LINES: nothing of it can be run, and why
refused() {
	printf 'workload: trace\ntrace: %s\ndesign: rcu\n%b' \
		"$sample" "$3" >refused.yaml
	fails 2 "$1" "$VTDBENCH" run refused.yaml --dry-run
	has "$2" "$err"
}
refused "a trace that nobody replays" 'without mappers' \
	'mappers: 0\nwalkers: 1\n'
refused "walks of a trace have no rate of their own" 'mapper_rate paces' \
	'mappers: 1\nrate: 1000\n'
refused "a device that nobody would drain" 'nothing would drain them' \
	'mappers: 1\ndevice_walkers: 1\niotlb.sets: 0\n'

zcat "$top/tests/data/e1000e.leaves.csv.gz" | tail -n +2 | cut -d, -f2-4 |
	sort >want
for design in $distinct; do
	ok "$design up to the snapshot" "$VTDBENCH" replay "$linux" \
		--until-event 9310 --design "$design" --dump --max-leaf 4K
	tail -n +2 "$out" | cut -d, -f2- | sort >got
	ok "leaves what Linux has" cmp got want
done
ok "one event less" "$VTDBENCH" replay "$linux" --until-event 9309 --dump \
	--max-leaf 4K
tail -n +2 "$out" | cut -d, -f2- | sort >got
fails 1 "leaves something else" cmp -s got want

ok "labels beside the trace" "$VTDBENCH" replay "$sample" --dump
is "header" "$(head -n 1 "$out")" domain,iova,size,pa
has '^00:05.0,0x[0-9a-f]+,[0-9]+,0x[0-9a-f]+$' "$out"
ok "labels as named" "$VTDBENCH" replay "$sample" --design rcu \
	--domains "$top/configs/traces/boot-all.domains.tsv.gz"
ok "without labels" "$VTDBENCH" replay "$sample" --domains none --design rcu
has '^domains +1$' "$out"
has 'maps where something is mapped' "$err"
fails 2 "labels of another trace" "$VTDBENCH" replay "$linux" \
	--domains "$top/configs/traces/boot-all.domains.tsv.gz"
has 'boot-all.domains.tsv.gz' "$err"
fails 2 "no label file" "$VTDBENCH" replay "$linux" --domains none.tsv

# ---- bad input ----
head='       x-1     [000] .....     1.000000: '
{
	echo "${head}map: IOMMU: iova=0x1000 paddr=0x2000 size=4096"
	echo "${head}unmap: IOMMU: iova=0x1000 size=4096 unmapped_size=4096"
	echo "${head}unmap: IOMMU: iova=0x5000 size=4096 unmapped_size=4096"
} >small
ok "an unmap of nothing" "$VTDBENCH" replay small --design rcu
has '^unmaps of nothing +1$' "$out"
has 'warning: small: 1 unmaps of nothing' "$err"
# None of three events was timed alone: no percentile is not 0.
has '^ +rcu +[0-9.]+ +- +- +- +- +0 ' "$out"
has '^- no event of this kind was timed alone: one in 16 is$' "$out"
ok "from standard input" sh -c "'$VTDBENCH' replay - --design rcu <small"

# ---- what the tools write ----
{
	printf '\357\273\277CPU 1 is empty\ncpus=8\n'
	echo "${head}map: IOMMU: iova=0x1000 paddr=0x2000 size=4096"
	echo 'CPU:3 [LOST EVENTS]'
	echo 'CPU:3 [17 EVENTS DROPPED]'
	echo "${head}tracing_mark_write: one"
	echo 'two'
	echo "${head}<stack trace>"
	echo ' => iommu_map'
	echo "${head}unmap: IOMMU: iova=0x9000 size=0 unmapped_size=0"
	echo "${head}unmap: IOMMU: iova=0x1000 size=4096 unmapped_size=4096"
} >tools
for threads in 1 4; do
	ok "around the events, $threads threads" \
		"$VTDBENCH" replay tools --threads $threads --design rcu
	has '^lines +11 \(3 of other events, 2 comments, 1 of call chains\)$' "$out"
	has '^events +3 \(1 maps, 2 unmaps\)$' "$out"
	has '^lost by the tracer +17$' "$out"
	has '^lost, size unknown +1$' "$out"
	has '^unmaps of nothing +1$' "$out"
	has '^unmaps of size 0 +1 ' "$out"
done
has 'warning: tools: the tracer lost events 1 times' "$err"
lacks 'unmaps of nothing' "$err"
printf 'line\tevent\tdomain\n3\tmap\tA\n10\tunmap\tA\n11\tunmap\tA\n' >tools.domains.tsv
ok "an unmap of size 0 has a label as well" "$VTDBENCH" replay tools --dump

{
	echo "${head}map: IOMMU: dev=a.ufshc iova=0x1000 paddr=0x2000 size=4096"
	echo "${head}map: IOMMU: dev=1f.2 iova=0x1000 paddr=0x3000 size=4096"
} >devices
ok "devices are domains" "$VTDBENCH" replay devices --dump
has '^a.ufshc,0x1000,4096,0x2000$' "$out"
has '^1f.2,0x1000,4096,0x3000$' "$out"
ok "unless told otherwise" "$VTDBENCH" replay devices --domains none --design rcu
has '^maps over live ones +1 ' "$out"

printf 'workload: trace\ntrace: tools\ndesign: rcu\nwalkers: 0\nmappers: 1\nphase: 1ms\nrepetitions: 2\n' >tools.yaml
ok "a run of it" "$VTDBENCH" run tools.yaml --results tools.sqlite --no-report
is "losses are said once" "$(grep -c 'tools: the tracer lost events 1' "$err")" 1

long=$(printf 'y%.0s' {1..200})
mkdir "$long"
cp small "$long/a" && head -n 1 small >"$long/b"
printf 'workload: trace\ntrace: [%s/a, %s/b]\ndesign: rcu\nwalkers: 0\nmappers: 1\nphase: 1ms\nrepetitions: 2\n' "$long" "$long" >long.yaml
ok "two long paths" "$VTDBENCH" run long.yaml --results long.sqlite --no-report
ok "are told apart" "$VTDBENCH" export latest --format otava --results long.sqlite
has "trace:$long/a/event_ns" "$out"
has "trace:$long/b/event_ns" "$out"
ok "have a table each" "$VTDBENCH" report --results long.sqlite
is "two tables" "$(tr -d ' \n' <"$out" | grep -o "trace=$long/[ab]" | wc -l)" 2

# The advice is taken literally.
for pack in xz zstd gzip; do
	command -v $pack >/dev/null || continue
	$pack -c <tools >packed
	if [ $pack = gzip ]; then
		ok "gzip" "$VTDBENCH" replay packed --design rcu
		continue
	fi
	fails 2 "$pack" "$VTDBENCH" replay packed
	has "packed: this is packed with $pack" "$err"
	advice=$(sed -n 's/^vtdbench: hint: //p' "$err")
	is "how to read it" "$advice" "$pack -dc packed | vtdbench replay -"
	ok "so it is" sh -c "${advice/vtdbench/"'$VTDBENCH'"} --design rcu"
	has '^events +3 ' "$out"
done
mkfifo fifo
cat small >fifo &
ok "a FIFO" "$VTDBENCH" replay fifo --design rcu
has '^events +3 ' "$out"
{ tail -n 1 small && head -n 1 small | sed 's/ 1\.0/ 0.9/'; } >backwards
ok "lines out of order" "$VTDBENCH" replay backwards --design rcu
has 'warning: backwards: 1 lines are earlier' "$err"

# bad NAME PATTERN TEXT: exit 2 with file, line and why; the small trace first
bad() {
	{ cat small && printf '%b' "$3"; } >bad
	fails 2 "$1" "$VTDBENCH" replay bad
	has "$2" "$err"
	has 'hint:' "$err"
}
bad "a line cut in half" '^vtdbench: bad:4: the line is cut in half' \
	"${head}map: IOMMU: iova=0x10"
bad "a cut line in the middle" '^vtdbench: bad:4: damaged' \
	"${head}map: IOMMU: iova=0x10\n${head}unmap: IOMMU: iova=0 size=4096\n"
bad "an unmap cut in its middle" 'bad:4: cut before unmapped_size' \
	"${head}unmap: IOMMU: iova=0x1000 size=4096\n"
bad "cut by the end of the file" 'bad:4: the line is cut in half' \
	"${head}unmap: IOMMU: iova=0x1000 - 0x2000 size=4096"
bad "cut, perhaps" 'bad:4: no newline at the end' \
	"${head}map: IOMMU: iova=0x1000 paddr=0x2000 size=8192"
bad "zero bytes" 'bad:4: not a line' '\0\0\0\0\n'
bad "more than 57 bits" 'bad:4: IOVA 0xf+ is beyond' \
	"${head}map: IOMMU: iova=0xfffffffffffff000 paddr=0 size=4096\n"
advice=$(sed -n 's/.* --until-event \([0-9]*\),.*/\1/p' "$err")
ok "the advice" "$VTDBENCH" replay bad --until-event "$advice" --design rcu
bad "more tables than the machine has memory" 'bad: the table pages take' \
	"${head}map: IOMMU: iova=0x1000 paddr=0 size=2251799813685248\n"
bad "size 0" 'bad:4: size is 0' \
	"${head}map: IOMMU: iova=0x1000 paddr=0x2000 size=0\n"
bad "not aligned" 'bad:4: not a multiple of 4096' \
	"${head}map: IOMMU: iova=0x1001 paddr=0x2000 size=4096\n"
bad "no trace at all" 'bad:4: not a line' 'something else\n'
ok "kept going" "$VTDBENCH" replay bad --keep-going --design rcu
has '^events +3 ' "$out"
has 'warning: bad:4:' "$err"

echo "${head}sched_switch: prev=1 next=2" >other
fails 2 "a trace of another event type" "$VTDBENCH" replay other
has 'no iommu:map or iommu:unmap event in its 1 lines' "$err"
head -c 60000 "$sample" >cut.gz
fails 2 "truncated gzip" "$VTDBENCH" replay cut.gz
has '^vtdbench: cut.gz:[0-9]+: the gzip is truncated' "$err"
ok "what there is of it" "$VTDBENCH" replay cut.gz --keep-going --design rcu
fails 2 "no trace" "$VTDBENCH" replay none.gz
has 'none.gz: No such file' "$err"
fails 2 "a folder" "$VTDBENCH" replay .
: >empty
fails 2 "an empty file" "$VTDBENCH" replay empty
has 'empty: the trace is empty' "$err"
head -c 12 "$sample" >stump.gz
fails 2 "a gzip cut before its first line" "$VTDBENCH" replay stump.gz
lacks 'keep-going' "$err"
fails 2 "nothing before the damage" "$VTDBENCH" replay stump.gz --keep-going
fails 2 "no argument" "$VTDBENCH" replay
fails 2 "no design" "$VTDBENCH" replay small --design nine
fails 2 "event 0" "$VTDBENCH" replay small --until-event 0
fails 2 "trailing junk" "$VTDBENCH" replay small --until-event 10x
fails 2 "none with two threads" "$VTDBENCH" replay small --design none --threads 2
has 'design none: it is for a single thread' "$err"
is "said before anything is printed" "$(cat "$out")" ""
echo "${head}map: IOMMU: iova=0x8000000000 paddr=0x2000 size=4096" >high
ok "levels by need" "$VTDBENCH" replay high --design rcu
has '^levels +4$' "$out"
fails 2 "levels too few" "$VTDBENCH" replay high --levels 3
has '^vtdbench: high:1: IOVA' "$err"
ok "more events than there are" "$VTDBENCH" replay small --until-event 9 --design rcu
has 'only 3 events' "$err"
ok "help" "$VTDBENCH" replay --help
has '--until-event' "$out"
