# SPDX-License-Identifier: GPL-2.0-or-later
# Share of an unmap that is invalidation, strict and deferred, by cell.
name = "invalidation"
want_cols = 1
foot_px = 86
load "common.gp"

set multiplot
eval page
ngroups = m_groups + 0
stem = "m_group"
ytitle = "of an unmap, %"
p = 0
eval place
group_drop = -0.9
eval groupticks
set grid noxtics ytics
do for [g = 0 : ngroups - 1] {
	set label 60 + g value(sprintf("m_service%d", g)) \
		at first g * slots + slots / 2.0, graph 0 center \
		offset 0, -2.0 font small tc rgb grey
	set label 80 + g value(sprintf("m_mappers%d", g)) \
		at first g * slots + slots / 2.0, graph 0 center \
		offset 0, -3.0 font small tc rgb grey
}
set yrange [-4 : 108]
set ytics nomirror 25
plot for [d in m_shown] dat index "rows" using \
	(strcol(2) eq d ? slot($1, d) : NaN):4:5:6 with yerrorbars pt 7 ps 0.01 lw 1.6 lc rgb colour(d), \
	for [d in m_shown] dat index "rows" using \
	(strcol(2) eq d && strcol(3) eq "deferred" ? slot($1, d) : NaN):4 with points pt 7 ps 1.1 * dot lc rgb "white", \
	for [d in m_shown] dat index "rows" using \
	(strcol(2) eq d && strcol(3) eq "deferred" ? slot($1, d) : NaN):4 with points pt 6 ps 1.1 * dot lw 1.6 lc rgb colour(d), \
	for [d in m_shown] dat index "rows" using \
	(strcol(2) eq d && strcol(3) eq "strict" ? slot($1, d) : NaN):4 with points pt 7 ps 1.2 * dot lc rgb colour(d)
eval groupclear
unset multiplot
