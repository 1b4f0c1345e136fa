# SPDX-License-Identifier: GPL-2.0-or-later
# Throughput against walkers: a line per design, a panel per mix of updaters.
name = "scaling"
lone_cols = 3 # three panels stand in one row
more_keys = ", keyentry with lines lc rgb pale dt 1 lw 4 title 'ideal'"
load "common.gp"

set multiplot
eval page
skip = 1
do for [p = 0 : panels - 1] {
	ytitle = p % cols ? "" : "walks per second, all walkers"
	eval place
	label(v) = sprintf("%g", v)
	axis = "x"; lo = 1; hi = m_xmax + 0; eval lg2ticks
	label(v) = rate(v)
	axis = "y"; lo = m_ymin + 0; hi = m_ymax + 0; eval logticks
	set xrange [0.88 : 1.14 * m_xmax]
	set yrange [lo : hi]
	set xlabel "walkers (threads)"
	series = value(sprintf("m_series%d", p))
	ideal = value(sprintf("m_ideal%d", p)) + 0
	dodge(d) = 1 + 0.012 * (sty(d) - 3.5)
	# Walkers that other panels have and this one has not.
	most = value(sprintf("m_most%d", p)) + 0
	if (most < m_xmax) {
		set object 10 rect from first sqrt(most * 2.0 * most), graph 0 to \
			graph 1, graph 1 back fs transparent pattern 4 noborder \
			fc rgb "#D8D8D8"
		set label 10 "not measured" at first sqrt(1.61 * most * m_xmax), graph 0.5 center \
			tc rgb grey font small
	}
	plot sample [1 : most] "+" using 1:(ideal > 0 ? ideal * $1 : NaN) \
			with lines lc rgb pale lw 4, \
		for [d in series] dat index sprintf("%s in panel %d", d, p) \
			using ($2 * dodge(d)):3 with lines ls sty(d), \
		for [d in series] dat index sprintf("%s in panel %d", d, p) \
			using ($2 * dodge(d)):3:4:5 with yerrorbars ls sty(d) dt 1
	unset object 10
	unset label 10
}
unset multiplot
