# SPDX-License-Identifier: GPL-2.0-or-later
# Table memory held over time under each reclaim policy; below, what is held
# in the end and what freeing it cost.
name = "held"
foot_px = 72
load "common.gp"

# Ticks of a linear axis of bytes, 0 to `top`, in binary units.
byteticks = 'unit = 2.0**(10 * floor(log(top) / log(1024))); '. \
	'step = 10.**floor(log10(top / unit)); '. \
	'step = top / unit / step < 2 ? step / 5 : '. \
	'top / unit / step < 5 ? step / 2 : step; '. \
	'set ytics nomirror (); do for [i = 0 : floor(top / unit / step)] { '. \
	'set ytics add ((i ? bytes(i * step * unit) : "0") i * step * unit) }'

set multiplot
eval page
nlines = m_lines + 0
do for [p = 0 : nlines - 1] {
	ytitle = p % cols ? "" : "table memory held"
	eval place
	set xrange [0 : m_over_xmax + 0]
	label(v) = bytes(v)
	axis = "y"; lo = m_over_ymin + 0; hi = m_over_ymax + 0
	skip = ceil(log(hi / lo) / log(2) / 8)
	eval lg2ticks
	set yrange [lo / 1.4 : hi * 1.4]
	set xlabel "time, ms"
	plot for [d in value(sprintf("m_lines%d", p))] \
		dat index sprintf("%s over time in panel %d", d, p) using 1:2 with lines ls sty(d)
}

unset xlabel
unset logscale
set ytics autofreq
stem = "m_group"
do for [p = nlines : panels - 1] {
	held = p == nlines && m_held ne "-"
	ytitle = held ? "table memory held" : "time / the reference's"
	eval place
	if (held) {
		ngroups = m_groups + 0
		stem = "m_group"
		eval groupticks
		set grid noxtics
		top = 1.32 * m_held_ymax
		set yrange [0 : top]
		eval byteticks
		plot for [d in m_shown] dat index "held" using \
				(strcol(2) eq d ? slot($1, d) : NaN):3:(0.84) \
				with boxes fs solid 0.95 lc rgb colour(d), \
			dat index "held" using (slot($1, strcol(2))):4:(0):($5 - $4) \
				with vectors nohead lc rgb "#222222" lw 1.4, \
			dat index "held" using (slot($1, strcol(2))):($5 < 0.8 * top ? $5 : $3):(bytes($3)) \
				with labels rotate by 90 left offset 0, 0.4 font small
		eval groupclear
	} else {
		eval ratiodots
	}
}
unset multiplot
