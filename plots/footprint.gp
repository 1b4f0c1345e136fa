# SPDX-License-Identifier: GPL-2.0-or-later
# Walk latency against footprint, with the floor and the cache sizes.
name = "footprint"
more_keys = ", keyentry with lines lc rgb pale dt 1 lw 5 title 'floor'"
load "common.gp"

set multiplot
eval page
do for [p = 0 : panels - 1] {
	ytitle = p % cols ? "" : "one dependent walk takes"
	eval place
	label(v) = bytes(v)
	lo = m_xmin + 0; hi = m_xmax + 0
	octaves = log(hi / lo) / log(2)
	skip = ceil(octaves / (cols > 1 ? 5.0 : 12.0)); skip = skip < 1 ? 1 : skip
	axis = "x"; eval lg2ticks
	set xrange [lo / 1.25 : hi * 1.25]
	label(v) = ns(v)
	axis = "y"; lo = m_ymin + 0; hi = m_ymax + 0; eval logticks
	set yrange [lo : hi]
	set xlabel "footprint: IOVA space mapped"
	do for [i = 0 : m_caches - 1] {
		at_x = value(sprintf("m_cache%d_%d", p, i)) + 0
		if (at_x > 1.1 * m_xmin && at_x < 1.1 * m_xmax) {
			set arrow 100 + i from first at_x, graph 0 to first at_x, graph 1 \
				nohead lc rgb "#999999" dt (6,6) lw 1 back
			set label 100 + i value(sprintf("m_cachename%d", i))." ".\
				bytes(value(sprintf("m_cachebytes%d", i)) + 0) \
				at first at_x, graph 0.02 left rotate by 90 \
				offset -0.6, 0 tc rgb grey font small
		}
	}
	plot dat index sprintf("floor in panel %d", p) using 2:3 with lines lc rgb pale lw 5, \
		for [d in value(sprintf("m_series%d", p))] \
		dat index sprintf("%s in panel %d", d, p) using 2:3 with lines ls sty(d), \
		for [d in value(sprintf("m_series%d", p))] \
		dat index sprintf("%s in panel %d", d, p) using 2:3:4:5 with yerrorbars ls sty(d) dt 1
	do for [i = 0 : m_caches - 1] { unset arrow 100 + i; unset label 100 + i }
}
unset multiplot
