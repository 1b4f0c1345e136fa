# SPDX-License-Identifier: GPL-2.0-or-later
# IOTLB hit ratio above, translate latency below, by workload.
name = "iotlb"
want_cols = 1
want_high = 640
foot_px = 86
load "common.gp"

# Above: hits; below, with the captions: latency. No gap of captions between.
stack_px = 40

set multiplot
eval page
ngroups = m_groups + 0
stem = "m_group"
unless_none(text) = text eq "-" ? "" : text
do for [p = 0 : 1] {
	ytitle = p ? "one translate takes" : "lookups that hit, %"
	eval place
	group_drop = p ? -0.9 : 999
	eval groupticks
	set grid noxtics ytics
	if (p == 0) {
		set yrange [-4 : 108]
		set ytics nomirror 25
		plot for [d in m_shown] dat index "rows" using \
			(strcol(2) eq d ? slot($1, d) : NaN):3:4:5 with yerrorbars ls sty(d)
	} else {
		do for [g = 0 : ngroups - 1] {
			set label 60 + g value(sprintf("m_threads%d", g)) \
				at first g * slots + slots / 2.0, graph 0 center \
				offset 0, -2.0 font small tc rgb grey
			set label 80 + g unless_none(value(sprintf("m_axes%d", g))) \
				at first g * slots + slots / 2.0, graph 0 center \
				offset 0, -3.0 font small tc rgb grey
		}
		label(v) = ns(v)
		axis = "y"; lo = m_ymin + 0; hi = m_ymax + 0; eval logticks
		set yrange [lo : hi]
		plot for [d in m_shown] dat index "rows" using \
			(strcol(2) eq d ? slot($1, d) : NaN):6:7:8 with yerrorbars ls sty(d)
	}
	eval groupclear
}
unset multiplot
