# SPDX-License-Identifier: GPL-2.0-or-later
# A trace replayed: time per event by design and threads, a panel per trace.
name = "replay"
swatches = 1
load "common.gp"

set multiplot
eval page
do for [p = 0 : panels - 1] {
	ytitle = p % cols ? "" : "time per event, ns"
	eval place
	ngroups = value(sprintf("m_groups%d", p)) + 0
	stem = sprintf("m_group%d_", p)
	eval groupticks
	set grid noxtics
	set yrange [0 : m_ymax + 0]
	plot for [d in m_shown] dat index sprintf("bars of panel %d", p) using \
			(strcol(2) eq d ? slot($1, d) : NaN):3:(0.84) \
			with boxes fs solid 0.95 lc rgb colour(d), \
		dat index sprintf("bars of panel %d", p) using (slot($1, strcol(2))):4:(0):($5 - $4) \
			with vectors nohead lc rgb "#222222" lw 1.4, \
		dat index sprintf("bars of panel %d", p) using (slot($1, strcol(2))):5:(sprintf("%.3g", $3)) \
			with labels center offset 0, 0.7 font small
	eval groupclear
}
unset multiplot
