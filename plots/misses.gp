# SPDX-License-Identifier: GPL-2.0-or-later
# Cache misses per walk, stacked by the level that served them; a design that
# was not measured is hatched.
name = "misses"
want_cols = 1
foot_px = 92
blue1 = "#9ECAE1"; blue2 = "#3182BD"; blue3 = "#08306B"; red = "#D55E00"
legend = "plot -1 with boxes fs solid 0.95 lc rgb blue1 title 'from L2', ".\
	"-1 with boxes fs solid 0.95 lc rgb blue2 title 'from last level', ".\
	"-1 with boxes fs solid 0.95 lc rgb blue3 title 'from memory', ".\
	"-1 with boxes fs solid 0.95 lc rgb red title 'lock, counter', ".\
	"-1 with boxes fs pattern 4 border rgb grey lc rgb grey title 'not measured'"
load "common.gp"

half = 0.4
mid(x) = slot(column(1), strcol(2)) + x
do for [p = 0 : panels - 1] {
	ticks = ""
	stats dat index sprintf("bars of panel %d", p) using (ticks = ticks.sprintf( \
		"set xtics add ('%s' %g); ", strcol(2), mid(0)), 0) nooutput
	eval sprintf("ticks%d = ticks", p)
}

set multiplot
eval page
do for [p = 0 : panels - 1] {
	ytitle = "L1d misses per walk"
	eval place
	ngroups = value(sprintf("m_groups%d", p)) + 0
	stem = sprintf("m_group%d_", p)
	block = sprintf("bars of panel %d", p)
	group_drop = -4.4
	eval groupticks
	set xtics () nomirror rotate by 35 right scale 0.2 font small
	eval value(sprintf("ticks%d", p))
	set grid noxtics
	set yrange [0 : m_ymax + 0]
	plot dat index block using (mid(0)):(0):(mid(-half)):(mid(half)):(0):3 with boxxyerror fs solid 0.95 lc rgb blue1, \
		dat index block using (mid(0)):(0):(mid(-half)):(mid(half)):3:($3 + $4) with boxxyerror fs solid 0.95 lc rgb blue2, \
		dat index block using (mid(0)):(0):(mid(-half)):(mid(half)):($3 + $4):($3 + $4 + $5) with boxxyerror fs solid 0.95 lc rgb blue3, \
		dat index block using (mid(0)):(0):(mid(-half)):(mid(half)):($3 + $4 + $5):($3 + $4 + $5 + $6) with boxxyerror fs solid 0.95 lc rgb red, \
		dat index block using (mid(0)):(0):(mid(-half)):(mid(half)):(0):(strcol(3) eq "-" ? m_ymax * 0.12 : NaN) \
			with boxxyerror fs pattern 4 border rgb grey lc rgb grey
	eval groupclear
}
unset multiplot
