# SPDX-License-Identifier: GPL-2.0-or-later
# Walks a second by walkers; dashed the Universal Scalability Law, beyond what
# was measured, too.
name = "law"
foot_px = 72
want_cols = 1
legend = "plot -1 notitle"
load "common.gp"

set multiplot
eval page
do for [p = 0 : panels - 1] {
	ytitle = "walks a second, all walkers"
	eval place
	list = value(sprintf("m_designs%d", p))
	seen = value(sprintf("m_measured%d", p)) + 0
	one = value(sprintf("m_one%d", p)) + 0
	fitted = value(sprintf("m_fitted%d", p)) + 0
	# Beyond what was measured only where a law says something of it.
	label(v) = sprintf("%g", v); axis = "x"; lo = 1; hi = (fitted ? 2 : 1) * seen; skip = 1
	eval lg2ticks
	set xrange [0.9 : hi * 1.1]
	label(v) = rate(v)."/s"; axis = "y"; lo = m_ymin + 0; hi = m_ymax * 2
	eval logticks
	set yrange [lo : hi]
	set xlabel "walkers"
	if (fitted) {
		set arrow 9 from first seen, graph 0 to first seen, graph 1 nohead \
			lc rgb "#999999" lw 1 back
		set label 6 "measured up to here" at first seen, graph 0.02 left \
			rotate by 90 offset -0.7, 0 tc rgb grey font small
	}
	law = sprintf("law of panel %d", p)
	rates = sprintf("rates of panel %d", p)
	set key at graph 0.01, graph 0.99 left top Left reverse font small \
		samplen 3 spacing 1.1
	# Lines of the law, or from one median to the next where there is none.
	lines = fitted ? 'for [d in list] dat index law using '. \
		'(strcol(1) eq d ? $2 : NaN):3 with lines dt 2 lw 1.6 '. \
		'lc rgb colour(d) notitle' : \
		'for [d in list] dat index rates using '. \
		'(strcol(1) eq d ? $2 : NaN):3 with lines ls sty(d) lw 1 notitle'
	eval 'plot one > 0 ? one * x : NaN with lines dt 3 lw 1 lc rgb grey notitle, '. \
		lines.', for [d in list] dat index rates using '. \
		'(strcol(1) eq d ? $2 : NaN):3:4:5 with yerrorbars ls sty(d) dt 1 notitle, '. \
		'for [d in list] keyentry with points ls sty(d) '. \
		'title value(sprintf("m_law%d_%s", p, d))'
	unset key
	unset arrow 9
	unset label 6
}
unset multiplot
