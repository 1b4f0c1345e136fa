# SPDX-License-Identifier: GPL-2.0-or-later
# Map and unmap by size: each design's time over the reference's. A field has
# a colour only where the design was told apart.
name = "map_sizes"
left_px = 112
legend = "plot -1 with boxes fs solid 1 lc rgb '#67A9CF' title 'faster than the reference', ".\
	"-1 with boxes fs solid 1 lc rgb '#EF8A62' title 'slower', ".\
	"-1 with boxes fs solid 0 border rgb grey lc rgb 'white' title 'not told apart'"
load "common.gp"

set multiplot
eval page
do for [p = 0 : panels - 1] {
	eval place
	nrows = value(sprintf("m_rows%d", p)) + 0
	set palette defined (-2 "#67A9CF", -1 "#B5D7E8", -0.001 "#DDEBF3", 0 "#FFFFFF", \
		0.001 "#FBE5DA", 1 "#F7C4AC", 2 "#EF8A62")
	set cbrange [-2 : 2]
	unset colorbox
	unset grid
	set xrange [0.5 : words(m_shown) + 0.5]
	set yrange [nrows - 0.5 : -0.5]
	set xtics () nomirror scale 0 font small; set ytics () nomirror scale 0
	do for [d in m_shown] { set xtics add (d at(m_shown, d, 1)) }
	do for [r = 0 : nrows - 1] {
		set ytics add (value(sprintf("m_row%d_%d", p, r)) r) }
	block = sprintf("dots of panel %d", p)
	plot dat index block using (at(m_shown, strcol(2), 1)):1:(0.5):(0.5):\
			(told(strcol(6)) ? clip(log($3) / log(2)) : 0) \
			with boxxyerror fs solid 1 palette, \
		dat index block using (at(m_shown, strcol(2), 1)):1:(told(strcol(6)) ? strcol(7) : "") \
			with labels offset 0, 0.5, \
		dat index block using (at(m_shown, strcol(2), 1)):1:\
			(told(strcol(6)) ? "" : strcol(6) eq "reference" ? "1" : strcol(6) eq "same" ? "same" : strcol(7)." ?") \
			with labels offset 0, 0.5 font small tc rgb "#6E6E6E", \
		dat index block using (at(m_shown, strcol(2), 1)):1:(ns($8)) \
			with labels offset 0, -0.6 font small tc rgb "#333333"
}
unset multiplot
