#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every plot is drawn from a tiny run and can be drawn again from what lies
# beside it; without gnuplot, or where nothing can be written, results stay.
. "$(dirname "$0")/lib.sh"

cat >tiny.yaml <<-END
	name: tiny
	title: Enough for every plot
	repetitions: 1
	retries: 0
	phase: 1ms
	warmup: 0
	design: [none, rcu]
	footprint: 4M
	sim: {ops: 1000}
	question:
	  claims:
	    - {who: A, when: now, says: RCU costs nothing, source: here, metric: [map_4k_ns, unmap_4k_ns], design: rcu, ratio: same}
	sweeps:
	  - {name: sizes, workload: uniform, walkers: 1, footprint: [1M, 4M]}
	  - {name: churn, workload: churn, walkers: 0, mappers: 1, reclaim: [whole, empty], inv.service_ns: 100}
	  - {name: map, workload: map_sizes, walkers: 0, mappers: 1}
	  - {name: trace, workload: trace, walkers: 0, mappers: 1, trace: $top/configs/traces/boot-all.trace.gz, trace_events: 300}
END
two=$(nproc)
if [ "$two" -ge 2 ]; then
	counts="1, 2"
	[ "$two" -ge 3 ] && counts="1, 2, 3"
	echo "  - {name: scaling, workload: uniform, walkers: [$counts]}" >>tiny.yaml
	echo "  - {name: race, workload: table_churn, race: true, walkers: 0, mappers: 1, dumpers: 1, phase: 20ms}" >>tiny.yaml
fi
ok "a tiny run" "$VTDBENCH" run --results r.db tiny.yaml
[ -e r.db ] || exit 1
ok "the machine's latencies" "$VTDBENCH" topo --measure --results r.db

mapfile -t plots < <(sed -n 's/^PLOT(\([a-z_]*\),.*/\1/p' "$top/bench/figures/plots.def")
# left_out PLOT: this machine has not the CPUs for it
left_out() {
	[[ $1 == @(scaling|race|law) && $two -lt 2 ]]
}
ok "bench/figures/plots.def was read" [ "${#plots[@]}" -ge 7 ]

# well_formed FILE: as XML, with what there is to tell
well_formed() {
	if command -v xmllint >/dev/null; then
		xmllint --noout "$1"
	elif command -v python3 >/dev/null; then
		python3 -c 'import sys, xml.dom.minidom as d; d.parse(sys.argv[1])' \
			"$1"
	else
		[ "$(tail -n 1 "$1")" = '</svg>' ] || tail -n 2 "$1" | grep '</svg>'
	fi
}

if ! command -v gnuplot >/dev/null; then
	skip "pictures" "no gnuplot"
else
	ok "plot" "$VTDBENCH" plot latest --results r.db --out p
	cp "$out" drawn
	ok "again" "$VTDBENCH" plot latest --results r.db --out p2
	for plot in "${plots[@]}"; do
		left_out "$plot" && continue
		has "^p/$plot.svg\$" drawn
		has "^p/$plot.png\$" drawn
		ok "$plot.svg is well formed" well_formed "p/$plot.svg"
		is "$plot.png is one" "$(head -c 8 "p/$plot.png" |
			od -An -tx1 | tr -d ' ')" 89504e470d0a1a0a
		ok "$plot is the same again" cmp "p/$plot.png" "p2/$plot.png"
		rm "p2/$plot.svg" "p2/$plot.png"
		# in ASCII gnuplot warns that its own degree sign is none
		ok "gnuplot $plot.gp draws it" env -C p2 LC_ALL=C.UTF-8 \
			gnuplot "$plot.gp"
		none "without a warning" "$err"
		ok "$plot is the same by hand" cmp "p/$plot.svg" "p2/$plot.svg"
	done
	is "nothing temporary is left" "$(find p -name '.*' -type f)" ""
	ok "one plot, one format" "$VTDBENCH" plot --results r.db --out one \
		--only replay --format svg
	is "only that" "$(cd one && echo *)" \
		"common.gp replay.dat replay.gp replay.svg"
fi
ok "what there is nothing of is left out" "$VTDBENCH" plot --results r.db \
	--only iotlb --out i
ok "a run without traces" "$VTDBENCH" run --results s.db --filter ^map/ \
	--no-report tiny.yaml
ok "has no replay" "$VTDBENCH" plot --results s.db --out q --only replay
has 'plot replay left out: no trial of two designs replayed a trace' "$err"
ok "nor what a law needs" "$VTDBENCH" plot --results s.db --out q --only law
has 'plot law left out: no walk_ops_per_s at two or more' "$err"

# A PATH with everything but gnuplot in it is hard to have: an empty one does.
mkdir empty
fails 4 "no gnuplot" env PATH="$PWD/empty" "$VTDBENCH" plot --results r.db \
	--out bare
has 'gnuplot is not installed' "$err"
has 'apt install gnuplot-nox' "$err"
for plot in "${plots[@]}"; do
	left_out "$plot" && continue
	ok "$plot's table is kept" [ -s "bare/$plot.dat" ]
	ok "$plot's script is kept" [ -s "bare/$plot.gp" ]
done

echo file >occupied
fails 2 "a folder that cannot be" "$VTDBENCH" plot --results r.db \
	--out occupied/below
has 'occupied/below' "$err"
if [ -e /dev/full ] && command -v gnuplot >/dev/null; then
	mkdir full
	ln -s /dev/full full/.replay.dat.tmp
	fails 1 "a full disk" "$VTDBENCH" plot --results r.db --out full \
		--only replay
	has 'full/replay.dat' "$err"
fi
mkdir broken && echo 'this is no gnuplot' >broken/common.gp &&
	cp "$top"/plots/[!c]*.gp broken
mkdir data && mv broken data/plots
if command -v gnuplot >/dev/null; then
	fails 1 "a script with an error" env VTDBENCH_DATADIR="$PWD/data" \
		"$VTDBENCH" plot --results r.db --out b --only replay
	has 'gnuplot failed on b/replay.gp \(status 1\): .*invalid command' "$err"
fi
fails 2 "no such run" "$VTDBENCH" plot nope --results r.db --out p
fails 2 "no such plot" "$VTDBENCH" plot --results r.db --only nope
fails 2 "no such format" "$VTDBENCH" plot --results r.db --format jpg
fails 2 "no such database" "$VTDBENCH" plot --results nope.db
ok "help" "$VTDBENCH" plot --help
for plot in "${plots[@]}"; do
	has "^  $plot " "$out"
done
