# SPDX-License-Identifier: GPL-2.0-or-later
# Share of dumps that read a table after it was freed, by cell.
name = "race"
want_cols = 1
foot_px = 72
load "common.gp"

set multiplot
eval page
ngroups = m_groups + 0
stem = "m_group"
unless_none(text) = text eq "-" ? "" : text
ytitle = "of all dumps, %"
p = 0
eval place
group_drop = -0.9
eval groupticks
set grid noxtics ytics
do for [g = 0 : ngroups - 1] {
	set label 80 + g unless_none(value(sprintf("m_axes%d", g))) \
		at first g * slots + slots / 2.0, graph 0 center \
		offset 0, -2.0 font small tc rgb grey
}
set yrange [-4 : 108]
set ytics nomirror 25
plot for [d in m_shown] dat index "rows" using \
	(strcol(2) eq d ? slot($1, d) : NaN):3:4:5 with yerrorbars ls sty(d)
eval groupclear
unset multiplot
