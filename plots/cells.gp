# SPDX-License-Identifier: GPL-2.0-or-later
# Each cell's first figure by design over the reference's. A field has a colour
# only where the design was told apart, and none where it did not run.
name = "cells"
unset logscale
reset
set datafile separator "\t"
set encoding utf8 # for strlen()
nrows = 0
longest = 0
shown = 0
stats name.".dat" index "meta" using \
	(strcol(1) eq "rows0" ? (nrows = int(strcol(2)), 0) : 0) nooutput
# Room for the longest caption: at most so wide a character on average.
stats name.".dat" index "meta" using (strcol(1)[1:5] eq "row0_" && \
	strlen(strcol(2)) > longest ? (longest = strlen(strcol(2)), 0) : 0) nooutput
stats name.".dat" index "meta" using \
	(strcol(1) eq "shown" ? (shown = words(strcol(2)), 0) : 0) nooutput
# A caption is never cut: of two alike the cells would not be known.
left_px = 30 + 6.3 * longest
right_px = 20
want_wide = left_px + 70 * shown + right_px
want_wide = want_wide < 900 ? 900 : want_wide
foot_px = 20
want_high = 190 + 24 * nrows
legend = "plot -1 with boxes fs solid 1 lc rgb '#67A9CF' title 'faster than the reference', ".\
	"-1 with boxes fs solid 1 lc rgb '#EF8A62' title 'slower', ".\
	"-1 with boxes fs solid 0 border rgb grey lc rgb 'white' title 'not told apart', ".\
	"-1 with boxes fs pattern 4 border rgb grey lc rgb '#BBBBBB' title 'not run'"
load "common.gp"

set multiplot
eval page
p = 0
eval place
unset label 4
unset label 5
set palette defined (-2 "#67A9CF", -1 "#B5D7E8", -0.001 "#DDEBF3", 0 "#FFFFFF", \
	0.001 "#FBE5DA", 1 "#F7C4AC", 2 "#EF8A62")
set cbrange [-2 : 2]
unset colorbox
unset grid
set xrange [0.5 : words(m_shown) + 0.5]
set yrange [nrows - 0.5 : -0.5]
set xtics () nomirror scale 0 font small
unset xtics
set x2range [0.5 : words(m_shown) + 0.5]
set x2tics () scale 0 font small offset 0, -0.4
do for [d in m_shown] { set x2tics add (d at(m_shown, d, 1)) }
set ytics () nomirror scale 0 font small
do for [r = 0 : nrows - 1] { set ytics add (value(sprintf("m_row0_%d", r)) r) }
do for [r = 0 : nrows - 1] { do for [i = 1 : words(m_shown)] {
	set object 1 + r * words(m_shown) + i rect from i - 0.5, r - 0.5 to i + 0.5, r + 0.5 \
		back fs pattern 4 border rgb "#DDDDDD" fc rgb "#BBBBBB" } }
block = "dots of panel 0"
plot dat index block using (at(m_shown, strcol(2), 1)):1:(0.5):(0.5):\
		(told(strcol(6)) ? clip(log($3) / log(2)) : 0) \
		with boxxyerror fs solid 1 border rgb "#DDDDDD" palette, \
	dat index block using (at(m_shown, strcol(2), 1)):1:(told(strcol(6)) ? strcol(7) : "") \
		with labels font small, \
	dat index block using (at(m_shown, strcol(2), 1)):1:\
		(told(strcol(6)) ? "" : strcol(6) eq "reference" ? "1" : strcol(6) eq "same" ? "same" : strcol(7)." ?") \
		with labels font small tc rgb "#6E6E6E"
unset multiplot
