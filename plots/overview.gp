# SPDX-License-Identifier: GPL-2.0-or-later
# The run's headlines: a group of lines each, a dot a design, the reference at 1.
name = "overview"
unset logscale
reset
set datafile separator "\t"
left_px = 150
right_px = 40
foot_px = 84
swatches = 1
ngroups = 0
stats name.".dat" index "meta" using \
	(strcol(1) eq "groups0" ? (ngroups = int(strcol(2)), 0) : 0) nooutput
want_high = 220 + 74 * ngroups
load "common.gp"

set multiplot
eval page
p = 0
eval place
unset label 5
block = "dots of panel 0"
label(v) = sprintf("%g", v)
axis = "x"; lo = m_ymin + 0; hi = m_ymax + 0; eval logticks
set xrange [lo : hi]
set yrange [ngroups * slots : 0]
set ytics ()
unset ytics
set border 1
set grid x noytics lt 1 lc rgb "#E4E4E4" lw 0.7
set xlabel "time / time of the reference: left is faster, right is slower"
set label 8 (m_held eq "-" ? "" : m_held) at screen x_px(16), screen y_px(high - 14) \
	left font small tc rgb grey
do for [g = 0 : ngroups - 1] {
	blow = value(sprintf("m_bandlow%d", g)) + 0
	bhigh = value(sprintf("m_bandhigh%d", g)) + 0
	set object 40 + g rect from first blow, first g * slots + 0.3 \
		to first bhigh, first (g + 1) * slots - 0.3 back fs solid 1 noborder fc rgb "#DADADA"
	caption_g = value(sprintf("m_group0_%d", g))
	sub_g = value(sprintf("m_sub0_%d", g))
	set label 20 + g caption_g at graph 0, first g * slots + slots / 2.0 - 0.7 \
		right offset -1.5, 0
	set label 300 + g sub_g at graph 0, first g * slots + slots / 2.0 + 1.2 \
		right offset -1.5, 0 font small tc rgb grey
	none_g = value(sprintf("m_none%d", g))
	none_g = none_g eq "-" ? "" : none_g
	set label 400 + g none_g at graph 0.99, first g * slots + slots - 1 right font small tc rgb "#B2182B"
	if (g) { set arrow 20 + g from graph -0.2, first g * slots \
		to graph 1, first g * slots nohead lc rgb "#D0D0D0" lw 1 back }
}
set arrow 9 from first 1, graph 0 to first 1, graph 1 nohead lc rgb grey lw 1.4 back
marks = says("3", "(slot($1, strcol(2)))")
plot for [d in m_shown] dat index block using \
		(strcol(2) eq d && $5 > $4 ? $3 : NaN):(slot($1, d)):4:5 \
		with xerrorbars pt 7 ps 0.01 lw 1.8 lc rgb colour(d), \
	for [d in m_shown] dat index block using \
		(strcol(2) eq d && !told(strcol(6)) ? $3 : NaN):(slot($1, d)) \
		with points pt 7 ps 1.1 * dot lc rgb "white", \
	for [d in m_shown] dat index block using \
		(strcol(2) eq d && !told(strcol(6)) ? $3 : NaN):(slot($1, d)) \
		with points pt 6 ps 1.1 * dot lw 1.6 lc rgb colour(d), \
	for [d in m_shown] dat index block using \
		(strcol(2) eq d && told(strcol(6)) ? $3 : NaN):(slot($1, d)) \
		with points pt 7 ps 1.3 * dot lc rgb colour(d), \
	dat index block using ($5 > $3 ? $5 : $3):(slot($1, strcol(2))):(said(7)) \
		with labels left offset 0.9, 0 font small @marks
unset multiplot
