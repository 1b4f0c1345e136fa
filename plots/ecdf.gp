# SPDX-License-Identifier: GPL-2.0-or-later
# Share of operations by what they took at most, a panel per kind; wide and
# pale the reference once more.
name = "ecdf"
foot_px = 72
wide_grey = "#D2D2D2"
more_keys = ", keyentry with lines lw 7 lc rgb wide_grey title 'twin'"
load "common.gp"

set multiplot
eval page
do for [p = 0 : panels - 1] {
	ytitle = p % cols ? "" : "share of operations"
	eval place
	axis = "x"
	lo = value(sprintf("m_xmin%d", p)) / 1.15; hi = value(sprintf("m_xmax%d", p)) * 1.15
	# Over two decades there is no room for all labels.
	label(v) = hi / lo > 60 && abs(v / 10.**floor(log10(v)) - 5) < 0.1 ? "" : ns(v)
	eval logticks
	set xtics font small
	set xrange [lo : hi]
	set yrange [0 : 100]
	set ytics nomirror 25 format "%g %%"
	set xlabel "latency of one operation"
	list = value(sprintf("m_lines%d", p))
	none = value(sprintf("m_none%d", p))
	set label 6 (none eq "-" ? "" : none) at graph 0.99, graph 0.05 right \
		font small tc rgb "#B2182B"
	plot for [d in list] dat index sprintf("%s in panel %d", d, p) using \
			(d eq "twin" ? $1 : NaN):2 with lines lw 7 lc rgb wide_grey, \
		for [d in list] dat index sprintf("%s in panel %d", d, p) using \
			(d eq "twin" ? NaN : $1):2 with lines ls sty(d), \
		for [d in list] dat index sprintf("%s in panel %d", d, p) \
			using (d eq "twin" ? NaN : $1):2 every 9::4 with points ls sty(d)
	unset label 6
}
unset multiplot
