# SPDX-License-Identifier: GPL-2.0-or-later
# Latency by percentile, x = 1/(1-p): walks, and updates while a dump runs.
name = "latency"
load "common.gp"

set multiplot
eval page
do for [p = 0 : panels - 1] {
	ytitle = p % cols ? "" : "one operation takes"
	eval place
	set logscale x 10
	unset mxtics
	set xtics nomirror ("50 %%" 2, "90 %%" 10, "99 %%" 100, "99.9 %%" 1e3, \
		"99.99 %%" 1e4, "99.999 %%" 1e5)
	set xrange [1.1 : m_xmax + 0]
	label(v) = ns(v)
	axis = "y"; lo = m_ymin + 0; hi = m_ymax + 0; eval logticks
	set yrange [lo : hi]
	set xlabel (p / cols == rows - 1 ? "share of operations at most this slow" : "")
	few = value(sprintf("m_few%d", p))
	set label 6 (few eq "-" ? "" : "hardly ever got to run: ".few) \
		at graph 0.98, graph 0.06 right font small tc rgb "#B2182B"
	plot for [d in value(sprintf("m_series%d", p))] \
		dat index sprintf("%s in panel %d", d, p) using 2:4 with lines ls sty(d), \
		for [d in value(sprintf("m_series%d", p))] \
		dat index sprintf("%s in panel %d", d, p) using 2:($5 > 0 ? $4 : NaN) with points ls sty(d)
}
unset multiplot
