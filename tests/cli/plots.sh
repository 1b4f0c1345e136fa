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
	sample_every: 2          # a curve takes 1000 of them
	sim: {ops: 1000, cpus: 8}
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
ok "its report" "$VTDBENCH" report --results r.db
has 'lines moved / walk \(sim\)$' "$out"
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
	ok "every plot as PDF" "$VTDBENCH" plot --results r.db --out pdf --format pdf
	for plot in "${plots[@]}"; do
		left_out "$plot" && continue
		is "$plot.pdf is one" "$(head -c 5 "pdf/$plot.pdf")" %PDF-
	done

	# ---- to a file
	for format in svg png pdf; do
		ok "a plot to a file: $format" "$VTDBENCH" plot cells latest \
			--results r.db -o "one.$format"
		is "its path is said" "$(cat "$out")" "one.$format"
	done
	ok "the SVG is as in a folder" cmp one.svg p/cells.svg
	ok "the PNG, too" cmp one.png p/cells.png
	is "the PDF is one" "$(head -c 5 one.pdf)" %PDF-
	ok "two plots of two runs" "$VTDBENCH" plot cells replay 1 latest tiny \
		--results r.db -o "two.of.svg"
	is "each has its name and number" "$(sort -u "$out" | tr '\n' ' ')" \
		"two.of-cells-1.svg two.of-replay-1.svg "
	ok "two runs to folders" "$VTDBENCH" plot cells 1 latest --results r.db \
		--out both --format svg
	ok "by their numbers" [ -s both/1/cells.svg ]
	fails 2 "an ending that is none" "$VTDBENCH" plot cells --results r.db -o x.jpg
	has 'no picture ends in .jpg; there are .svg, .png and .pdf' "$err"
	fails 2 "a file, and no plot" "$VTDBENCH" plot --results r.db -o x.svg
	has 'which plot\?' "$err"
	fails 2 "over the results" "$VTDBENCH" plot cells --results r.db -o r.db
	fails 2 "nearly a plot" "$VTDBENCH" plot cels --results r.db
	has "did you mean 'cells'\?" "$err"
	fails 2 "where nothing can be written" "$VTDBENCH" plot cells --results r.db \
		-o no/such.svg
	is "nothing was left" "$(echo x.* two.of.svg no*)" "x.* two.of.svg no*"
	is "nor in TMPDIR" "$(mkdir t && TMPDIR=$tmp/t "$VTDBENCH" plot cells \
		--results r.db -o t.svg >/dev/null; ls t)" ""

	# ---- designs
	ok "some designs" "$VTDBENCH" plot cells --results r.db --designs rcu --out few
	has '^shown	none rcu$' few/cells.dat
	fails 2 "one that did not run" "$VTDBENCH" plot cells --results r.db \
		--designs rcu,spinlock --out few
	has "design 'spinlock' did not run in run 1" "$err"
	has 'there are none, rcu' "$err"

	# ---- a user's own
	mkdir own
	cat >own/mine.gp <<-'END'
		# SPDX-License-Identifier: MIT
		# Updates per second, as one sees them.
		name = "mine"
		load "common.gp"
		set multiplot
		eval page
		p = 0
		eval place
		set xrange [-1 : m_cases]
		plot dat index "values" using (strcol(3) eq "update_ops_per_s" ? $1 : NaN):5:6:7 with yerrorbars
		unset multiplot
	END
	sed 's/name = .*/name = "mine2"/; 3i # table: cells' "$top/plots/cells.gp" \
		>own/mine2.gp
	cp "$top/plots/cells.gp" own/replay.gp
	sed -i 's/name = "cells"/name = "replay"/; 2i # table: cells' own/replay.gp
	ok "a plot of one's own" "$VTDBENCH" plot mine --results r.db --scripts own -o mine.svg
	ok "is well formed" well_formed mine.svg
	ok "of another's table" "$VTDBENCH" plot mine2 replay --results r.db \
		--scripts own --out o --format png
	ok "is as that" cmp o/mine2.png p/cells.png
	ok "and instead of the project's" cmp o/replay.png p/cells.png
	ok "all draws it" env VTDBENCH_SCRIPTS=own "$VTDBENCH" plot --results r.db \
		--out oo --format svg
	has '^oo/mine.svg$' "$out"
	has '^oo/cells.svg$' "$out"
	has '^# column 11: verdict' oo/mine.dat
	has $'^0\trcu\t' oo/mine.dat
	ok "list shows it" env VTDBENCH_SCRIPTS=own "$VTDBENCH" list plots
	has '^  mine  .*Updates per second, as one sees them\.$' "$out"
	is "and that of the project once" "$(grep -c '^  replay ' "$out")" 1
	ok "without it does not" "$VTDBENCH" list plots
	lacks mine "$out"
	printf 'name = "mine"\nload "common.gp"\nplot this and that\n' >own/mine.gp
	# In this locale gnuplot warns of common.gp, too.
	fails 1 "a mistake in it" env LC_ALL=C "$VTDBENCH" plot mine --results r.db --scripts own -o m.svg
	has 'own/mine.gp .*: mine.gp:3: undefined variable: this$' "$err"
	printf 'name = "mine"\nload "common.gp"\n\nplto 1\n' >own/mine.gp
	fails 1 "another" "$VTDBENCH" plot mine --results r.db --scripts own -o m.svg
	has 'own/mine.gp .*: mine.gp:4: invalid command: plto 1$' "$err"
	echo 'x = 1' >own/mine.gp
	fails 1 "one that draws nothing" "$VTDBENCH" plot mine --results r.db \
		--scripts own -o m.svg
	has 'writes to the file that the variable' "$err"
	echo '# table: nope' >own/mine.gp
	fails 2 "a table that is none" "$VTDBENCH" plot --results r.db --scripts own
	has "own/mine.gp: no table 'nope'" "$err"
	rm own/mine.gp
	touch 'own/My plot.gp'
	ok "a name that is none" "$VTDBENCH" plot mine2 --results r.db --scripts own -o m.svg
	has "My plot.gp is no plot" "$err"
	fails 2 "no such folder" "$VTDBENCH" plot --results r.db --scripts nope
	has 'cannot read the scripts in nope' "$err"

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
if command -v gnuplot >/dev/null; then
	fails 2 "nor a file of it" "$VTDBENCH" plot replay --results s.db -o x.svg
	has 'x.svg: run 1 has no data for what was to be drawn' "$err"
	is "which is not there" "$(echo x.*)" "x.*"
fi
ok "nor what a law needs" "$VTDBENCH" plot --results s.db --out q --only law
has 'plot law left out: no walk_ops_per_s at two or more' "$err"

# A PATH with everything but gnuplot in it is hard to have: an empty one does.
mkdir empty
fails 4 "no gnuplot for a file" env PATH="$PWD/empty" "$VTDBENCH" plot cells \
	--results r.db -o bare.svg
has 'bare.svg was not drawn' "$err"
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
