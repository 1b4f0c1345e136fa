# SPDX-License-Identifier: GPL-2.0-or-later
# Claims, each with its ratios on lines of their own: what is claimed is grey.
name = "claims"
unset logscale
reset
set datafile separator "\t"
nrows = 0
stats name.".dat" index "meta" using \
	(strcol(1) eq "rows" ? (nrows = int(strcol(2)), 0) : 0) nooutput
want_high = 200 + 22 * nrows
left_px = 330
right_px = 28
legend = "plot -1 with points pt 7 lc rgb '#009E73' title 'supported', ".\
	"-1 with points pt 7 lc rgb '#D55E00' title 'contradicted', ".\
	"-1 with points pt 6 lc rgb '#555555' title 'not resolved here'"
load "common.gp"

tint(v) = v eq "supported" ? 0x009E73 : v eq "contradicted" ? 0xD55E00 : 0x555555
hollow(v) = v ne "supported" && v ne "contradicted"
set multiplot
eval page
p = 0
eval place
unset label 4; unset label 5
least = m_least + 0; most = m_most + 0
cut(v) = v < least ? least : v > most ? most : v
set yrange [nrows - 0.4 : -0.7]
label(v) = sprintf("%g", v)
axis = "x"; lo = least; hi = most; eval logticks
set xrange [lo : hi]
set xlabel "time / time of what it is held against: right is slower" offset 0, 0.4
set style textbox opaque margins 0.3, 0.2 fillcolor rgb "white" noborder
set ytics () nomirror scale 0 font small
do for [r = 0 : nrows - 1] {
	if (value(sprintf("m_claim%d", r)) + 0) {
		set label 20 + r value(sprintf("m_row%d", r)) \
			at screen x_px(16), first r left font small front boxed
	} else { set ytics add (value(sprintf("m_row%d", r)) r) }
}
set grid x noy lt 1 lc rgb "#E4E4E4" lw 0.7
set arrow 9 from first 1, graph 0 to first 1, graph 1 nohead lc rgb grey lw 1.4 back
block = "ratios"
plot dat index block using (cut($5)):1:(cut($5)):(cut($6)):($1 - 0.36):($1 + 0.36) \
		with boxxyerror fs solid 1 noborder lc rgb "#E9E9E9", \
	dat index block using (cut($2)):1:(cut($3)):(cut($4)):(tint(strcol(7))) \
		with xerrorbars pt 7 ps 0.01 lw 1.6 lc rgb variable, \
	dat index block using (hollow(strcol(7)) ? NaN : cut($2)):1:(tint(strcol(7))) \
		with points pt 7 ps 1.1 * dot lc rgb variable, \
	dat index block using (hollow(strcol(7)) ? cut($2) : NaN):1 \
		with points pt 7 ps 1.1 * dot lc rgb "white", \
	dat index block using (hollow(strcol(7)) ? cut($2) : NaN):1:(tint(strcol(7))) \
		with points pt 6 ps 1.1 * dot lw 1.4 lc rgb variable
unset arrow 9
unset multiplot
