# SPDX-License-Identifier: GPL-2.0-or-later
# Effects of a comparison, one a line, with their intervals and the threshold.
name = "forest"
set datafile separator "\t"
set encoding utf8 # for strlen()
nrows = 0
longest = 0
stats name.".dat" index "meta" using \
	(strcol(1) eq "rows" ? (nrows = int(strcol(2)), 0) : 0) nooutput
# Room for the longest caption: at most so wide a character on average.
stats name.".dat" index "meta" using (strcol(1)[1:3] eq "row" && \
	strcol(1) ne "rows" && strlen(strcol(2)) > longest ? \
	(longest = strlen(strcol(2)), 0) : 0) nooutput
want_high = 190 + 19 * nrows
right_px = 28
left_px = 30 + 6.8 * longest
want_wide = left_px + 500 > 900 ? left_px + 500 : 900
legend = "plot -1 with points pt 7 lc rgb '#D55E00' title 'slower', ".\
	"-1 with points pt 7 lc rgb '#0072B2' title 'faster', ".\
	"-1 with points pt 7 lc rgb '#7F7F7F' title 'the same', ".\
	"-1 with points pt 6 lc rgb '#7F7F7F' title 'not resolved'"
load "common.gp"

most = m_most + 0
threshold = m_threshold + 0
tint(v) = v eq "slower" ? 0xD55E00 : v eq "faster" ? 0x0072B2 : 0x7F7F7F
hollow(v) = !told(v) && v ne "same"
cut(v) = v < -most ? -most : v > most ? most : v
set multiplot
eval page
p = 0
eval place
unset label 4; unset label 5
set yrange [nrows - 0.4 : -0.6]
set xrange [-(most < 100 ? most : 100) : most] # nothing is faster than 100 %
set xlabel "change of cost from old to new [%]: + is slower" offset 0, 0.4
set xtics nomirror
set ytics () nomirror scale 0 font small
do for [r = 0 : nrows - 1] { set ytics add (value(sprintf("m_row%d", r)) r) }
unset grid
set grid x lt 1 lc rgb "#E4E4E4" lw 0.7
set object 1 rectangle from -threshold, graph 0 to threshold, graph 1 back \
	fs solid 1 noborder fc rgb "#F0F0F0"
set arrow 1 from 0, graph 0 to 0, graph 1 nohead lc rgb grey lw 1
plot dat index "effects" using (cut($2)):1:(cut($3)):(cut($4)):(tint(strcol(5))) \
		with xerrorbars pt 7 ps 0.01 lw 1.6 lc rgb variable, \
	dat index "effects" using (hollow(strcol(5)) ? NaN : cut($2)):1:(tint(strcol(5))) \
		with points pt 7 ps 0.9 lc rgb variable, \
	dat index "effects" using (hollow(strcol(5)) ? cut($2) : NaN):1:(tint(strcol(5))) \
		with points pt 6 ps 0.9 lc rgb variable
unset object 1
unset arrow 1
unset multiplot
