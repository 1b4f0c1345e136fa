# SPDX-License-Identifier: GPL-2.0-or-later
# What a load takes by how much is loaded from, with the sizes of the caches.
name = "levels"
kind(k) = k eq "large" ? "large pages" : "pages of 4 KiB"
ink(k) = k eq "large" ? "#0072B2" : "#D55E00"
mark(k) = k eq "large" ? 7 : 6
legend = 'plot for [k in m_pages] -1 with linespoints lc rgb ink(k) '. \
	'pt mark(k) lw 2 ps 1.1 * dot title kind(k)'
load "common.gp"

set multiplot
eval page
p = 0
ytitle = "load to use"
eval place
stats dat index word(m_pages, 1) using 1 nooutput
from = STATS_min; to = STATS_max
label(v) = bytes(v); axis = "x"; lo = from; hi = to; skip = 2
eval lg2ticks
label(v) = ns(v); axis = "y"; lo = m_ymin + 0; hi = m_ymax + 0
eval logticks
set xrange [from / 1.3 : to * 1.3]
set yrange [lo : hi]
set xlabel "memory that is loaded from"
do for [i = 0 : m_caches - 1] {
	size = value(sprintf("m_cache%d", i)) + 0
	set arrow 100 + i from first size, graph 0 to first size, graph 1 \
		nohead lc rgb "#999999" dt (6,6) lw 1 back
	text = value(sprintf("m_cachename%d", i))." (".bytes(size).")"
	last = i && i == m_caches - 1
	set label 100 + i last ? "" : text at first size, graph 0.98 right \
		rotate by 90 offset -0.7, 0 tc rgb grey font small
	set label 200 + i last ? text : "" at first size, graph 0.02 left \
		rotate by 90 offset -0.7, 0 tc rgb grey font small
}
plot for [k in m_pages] dat index k using 1:2 with lines lc rgb ink(k) lw 2, \
	for [k in m_pages] dat index k using 1:2:3:4 with yerrorbars \
		lc rgb ink(k) pt mark(k) ps 1.1 * dot lw 1.6
unset multiplot
