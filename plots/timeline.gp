# SPDX-License-Identifier: GPL-2.0-or-later
# A trace over its own time: maps and unmaps, and what is live; a column each.
name = "timeline"
unset logscale
reset
set datafile separator "\t"
traces = 1
stats name.".dat" index "meta" using \
	(strcol(1) eq "traces" ? (traces = int(strcol(2)), 0) : 0) nooutput
want_cols = traces
want_high = 760
left_px = 106
blue = "#0072B2"; orange = "#D55E00"; green = "#009E73"
legend = "plot -1 with boxes fs solid 0.95 lc rgb blue title 'maps', ".\
	"-1 with boxes fs solid 0.95 lc rgb orange title 'unmaps'"
load "common.gp"

# At most five ticks from 0 to `top`, in binary units if `size`.
ticks = 'unit = size ? 2.0**(10 * floor(log(top) / log(1024))) : 1; '. \
	'step = 10.**floor(log10(top / unit / 2)); '. \
	'step = top / unit / step > 10 ? step * 5 : top / unit / step > 5 ? step * 2 : step; '. \
	'set ytics nomirror (); do for [i = 0 : floor(top / unit / step)] { '. \
	'set ytics add ((i ? size ? bytes(i * step * unit) : rate(i * step) : "0") i * step * unit) }'

set multiplot
eval page
do for [p = 0 : panels - 1] {
	which = p % traces
	row = p / traces
	block = sprintf("trace in panel %d", which)
	xmax = value(sprintf("m_xmax%d", which)) + 0
	width = xmax / 160
	ytitle = p % cols ? "" : row == 0 ? "events" : row == 1 ? "mappings" : "mapped"
	eval place
	set xrange [0 : xmax]
	set xtics nomirror autofreq
	unset xlabel
	if (row == 2) {
		unit = value(sprintf("m_ticks%d", which)) + 0 ? "ticks" : "s"
		set xlabel "time since the first event, ".unit
	}
	if (row == 0) {
		up = value(sprintf("m_maps%d", which)) + 0
		down = value(sprintf("m_unmaps%d", which)) + 0
		both = up + down > 0 ? up + down : 1
		set yrange [-down - 0.06 * both : up + 0.06 * both]
		set ytics nomirror ("0" 0)
		if (up) { set ytics add (rate(up) up) }
		if (down) { set ytics add (rate(down) -down) }
		plot dat index block using 1:2:(width) with boxes fs solid 0.95 lc rgb blue, \
			dat index block using 1:(-$3):(width) with boxes fs solid 0.95 lc rgb orange, \
			0 with lines lc rgb grey lw 1
	} else {
		top = value(sprintf(row == 1 ? "m_live%d" : "m_bytes%d", which)) + 0
		top = top > 0 ? top : 1
		size = row == 2
		eval ticks
		set yrange [0 : top * 1.06]
		plot dat index block using 1:(column(row + 3)) with steps lw 2 lc rgb green
	}
}
unset multiplot
