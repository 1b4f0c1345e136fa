# SPDX-License-Identifier: GPL-2.0-or-later
# The series that changed most, night by night: levels between changes, and
# the commit that each change lies at.
name = "trend"
set datafile separator "\t"
n = 1
stats name.".dat" index "meta" using \
	(strcol(1) eq "panels" ? (n = int(strcol(2)), 0) : 0) nooutput
want_high = 170 + (n > 2 ? 250 * ceil(n / 2.0) : 310)
legend = "plot -1 with points pt 7 lc rgb '#9A9A9A' title 'a night', ".\
	"-1 with lines lw 3 lc rgb '#444444' title 'median between changes', ".\
	"-1 with lines lw 3 lc rgb '#D55E00' title 'after a change for the worse', ".\
	"-1 with lines lw 3 lc rgb '#0072B2' title 'for the better', ".\
	"-1 with lines dt 3 lw 2 lc rgb '#444444' title 'acknowledged'"
load "common.gp"
head_px = 152

tint(k) = k eq "worse" ? 0xD55E00 : k eq "better" ? 0x0072B2 : \
	k eq "moved" ? 0xAA4499 : 0x444444
# Days between ticks, so that four or five of them fit.
from = m_from + 0
to = m_to + 0
day = 86400.
span = to - from
step = span < day ? span / 2.5 : span < 4 * day ? day : span < 8 * day ? 2 * day : \
	span < 32 * day ? 7 * day : span < 70 * day ? 14 * day : \
	span < 150 * day ? 30 * day : span < 420 * day ? 91 * day : \
	ceil(span / (4 * 365 * day)) * 365 * day
set multiplot
eval page
do for [p = 0 : panels - 1] {
	ytitle = value(sprintf("m_unit%d", p))
	eval place
	set label 4 value(sprintf("m_panel%d", p)) offset 0, 1.8
	set label 6 value(sprintf("m_where%d", p)) at graph 0, graph 1 \
		offset 0, 0.6 left font small tc rgb grey
	lo = value(sprintf("m_lo%d", p)) + 0
	hi = value(sprintf("m_hi%d", p)) + 0
	set yrange [lo : hi]
	set xrange [from - 0.02 * span : to + 0.02 * span]
	set xtics time format (step < day ? "%m-%d %H:%M" : "%Y-%m-%d") step \
		nomirror font small
	set ytics autofreq nomirror format "%.4g"
	nights = sprintf("nights in panel %d", p)
	levels = sprintf("levels in panel %d", p)
	changes = sprintf("changes in panel %d", p)
	some = value(sprintf("m_changes%d", p)) + 0
	best = value(sprintf("m_drift%d", p))
	if (best ne "nan") {
		set arrow 7 from graph 0, first best + 0 to graph 1, first best + 0 \
			nohead dt 2 lw 1 lc rgb grey
		set label 7 "best of 60 days" at graph 0.99, first best + 0 \
			right offset 0, -0.6 font small tc rgb grey
	}
	base = "dat index nights using ($3 == 1 ? NaN : $1):2 ".\
		"with points pt (7) ps 0.45 lc rgb '#9A9A9A', ".\
		"dat index nights using ($3 == 1 ? $1 : NaN):2 ".\
		"with points pt 8 ps 0.8 lc rgb '#9A9A9A', ".\
		"dat index levels using 1:3:($2 - $1):(0):(tint(strcol(4))) ".\
		"with vectors nohead lw 3 lc rgb variable"
	lines = "dat index changes using (strcol(5) eq 'acknowledged' ? NaN : $1):".\
		"(lo):(0):(hi - lo):(tint(strcol(5))) ".\
		"with vectors nohead dt 2 lw 1.4 lc rgb variable, ".\
		"dat index changes using (strcol(5) eq 'acknowledged' ? $1 : NaN):".\
		"(lo):(0):(hi - lo) with vectors nohead dt 3 lw 1.4 lc rgb '#444444', ".\
		"dat index changes using (strcol(3) eq 'left' ? $1 : NaN):2:4:".\
		"(tint(strcol(5))) with labels left offset 0.6, 0 font small ".\
		"tc rgb variable, ".\
		"dat index changes using (strcol(3) eq 'right' ? $1 : NaN):2:4:".\
		"(tint(strcol(5))) with labels right offset -0.6, 0 font small ".\
		"tc rgb variable"
	eval "plot ".base.(some ? ", ".lines : "")
	unset arrow 7
	unset label 7
}
unset multiplot
