# SPDX-License-Identifier: GPL-2.0-or-later
# Lines moved between CPUs per operation, by simulated CPUs. The vertical axis
# is of 1 + v in logarithms, for many designs move none.
name = "lines"
lone_cols = 3 # three panels stand in one row
foot_px = 72
legend = "plot -1 notitle"
load "common.gp"

set multiplot
eval page
do for [p = 0 : panels - 1] {
	ytitle = p % cols ? "" : "lines moved per operation"
	eval place
	list = value(sprintf("m_designs%d", p))
	label(v) = sprintf("%g", v); axis = "x"; lo = 2; hi = 64; skip = 1
	eval lg2ticks
	set xrange [1.8 : 72]
	# room above for the names
	set yrange [-0.12 : log10(1 + m_most) * (rows > 1 ? 1.9 : 1.5)]
	set ytics nomirror ("0" 0)
	do for [v in "1 2 5 10 20 50 100 200 500"] {
		if (v <= 1.2 * m_most) { set ytics add (v log10(1 + v)) }
	}
	set xlabel "simulated CPUs"
	set key at graph 0.01, graph 0.99 left top Left reverse font small \
		samplen 3 spacing 1.1
	block = sprintf("lines of panel %d", p)
	plot for [d in list] dat index block using \
			(strcol(1) eq d ? $2 : NaN):(log10(1 + $3)) \
			with linespoints ls sty(d) \
			title value(sprintf("m_lines%d_%s", p, d))
	unset key
}
unset multiplot
