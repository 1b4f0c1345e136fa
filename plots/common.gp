# SPDX-License-Identifier: GPL-2.0-or-later
# Shared by every plot: settings, colours, reading of NAME.dat, output.
#
# A plot script sets `name`, loads this file and draws. Two ways in:
#   gnuplot NAME.gp                          writes NAME.svg and NAME.png
#   gnuplot -e "format='svg'; out='F'" NAME.gp    writes one picture to F;
#                                            png and pdf are formats, too
#
# NAME.dat is tab-separated. Its block "meta" holds key and value; each key
# becomes the variable m_KEY. The other blocks are named in their comment
# line and drawn with `index "rcu in panel 0"`; no name may begin another.

if (!exists("format")) {
	do for [f in "svg png"] { format = f; load name.".gp" }
	exit gnuplot
}
if (exists("opened")) { unset output; unset logscale }
reset
opened = 1

set encoding utf8
set datafile separator "\t"
set datafile commentschars "#"
dat = name.".dat"

keys = ""
stats dat index "meta" using (keys = keys." ".strcol(1), 0) nooutput
do for [k in keys] {
	stats dat index "meta" using (strcol(1) eq k ? (v = strcol(2), 0) : 0) \
		nooutput
	eval sprintf("m_%s = v", k)
}
panels = int(m_panels)

# --- designs: the place in registry.def decides colour, marker and dash -----
# Okabe and Ito's colours, told apart by markers and dashes in print too.
colours = "#000000 #D55E00 #E69F00 #0072B2 #56B4E9 #009E73 #CC79A7 #8C6D00 #7F7F7F #882255"
dot = format eq "svg" ? 0.7 : 1 # a marker is larger in SVG
set style line 1 lc rgb "#000000" pt 5 dt 1 lw 2 ps 1.0 * dot
set style line 2 lc rgb "#D55E00" pt 7 dt 1 lw 2 ps 1.1 * dot
set style line 3 lc rgb "#E69F00" pt 9 dt (14,4) lw 2 ps 1.2 * dot
set style line 4 lc rgb "#0072B2" pt 13 dt 1 lw 2 ps 1.3 * dot
set style line 5 lc rgb "#56B4E9" pt 11 dt (14,4) lw 2 ps 1.2 * dot
set style line 6 lc rgb "#009E73" pt 4 dt (4,3) lw 2 ps 1.1 * dot
set style line 7 lc rgb "#CC79A7" pt 6 dt 1 lw 2 ps 1.1 * dot
set style line 8 lc rgb "#8C6D00" pt 8 dt (14,4) lw 2 ps 1.2 * dot
set style line 9 lc rgb "#7F7F7F" pt 12 dt (14,4,3,4) lw 2 ps 1.3 * dot
set style line 10 lc rgb "#882255" pt 10 dt (3,3) lw 2 ps 1.2 * dot
# More than ten share colours, with thinner lines and other markers.
do for [i = 11 : 20] {
	set style line i lc rgb word(colours, i - 10) pt 1 + i % 4 dt (6,3) lw 1 ps 1.1 * dot
}
grey = "#555555"
pale = "#BBBBBB"
at(list, w, i) = i > words(list) ? 10 : word(list, i) eq w ? i : at(list, w, i + 1)
sty(d) = 1 + (at(m_designs, d, 1) - 1) % 20
colour(d) = word(colours, 1 + (sty(d) - 1) % 10)
clip(v) = v < -2 ? -2 : v > 2 ? 2 : v

# --- numbers for people ---------------------------------------------------
ns(v) = v < 0.9995e3 ? sprintf("%.3g ns", v) : \
	v < 0.9995e6 ? sprintf("%.3g µs", v / 1e3) : \
	v < 0.9995e9 ? sprintf("%.3g ms", v / 1e6) : sprintf("%.3g s", v / 1e9)
bytes(v) = v < 1024 ? sprintf("%.3g B", v) : \
	v < 1024**2 ? sprintf("%.3g KiB", v / 1024.) : \
	v < 1024**3 ? sprintf("%.3g MiB", v / 1024.**2) : \
	v < 1024**4 ? sprintf("%.3g GiB", v / 1024.**3) : \
	sprintf("%.3g TiB", v / 1024.**4)
rate(v) = v < 0.9995e3 ? sprintf("%.3g", v) : \
	v < 0.9995e6 ? sprintf("%.3g k", v / 1e3) : \
	v < 0.9995e9 ? sprintf("%.3g M", v / 1e6) : sprintf("%.3g G", v / 1e9)

# Ticks of a log axis: 1-2-5 over few decades, else powers of ten.
# Use: axis = "y"; lo = 3; hi = 900; label(v) = ns(v); eval logticks
logticks = 'eval sprintf("set logscale %s 10; set m%stics 1; set %stics nomirror ()", axis, axis, axis); '. \
	'steps = hi / lo > (rows > 1 ? 2e3 : 2e4) ? "1" : hi / lo > 6 ? "1 2 5" : "1 1.5 2 3 4 5 6 7 8"; '. \
	'do for [e = floor(log10(lo)) : ceil(log10(hi))] { do for [s in steps] { '. \
	'tick = s * 10.**e; '. \
	'if (tick >= 0.999 * lo && tick <= 1.001 * hi) { '. \
	'eval sprintf("set %stics add (\"%s\" %.9g)", axis, label(tick), tick) } } }'
# The same in powers of two, for thread counts and sizes; skip = every n-th.
lg2ticks = 'eval sprintf("set logscale %s 2; set m%stics 1; set %stics nomirror ()", axis, axis, axis); '. \
	'do for [e = ceil(log(lo) / log(2) - 0.001) : floor(log(hi) / log(2) + 0.001) : skip] { '. \
	'eval sprintf("set %stics add (\"%s\" %.9g)", axis, label(2.**e), 2.**e) }'

# --- the page: title, subtitle, legend, panels ----------------------------
# Panels stand in `cols` columns (set it before loading; default 2, or 1 for
# one panel); a further row makes the picture taller.
if (!exists("want_cols")) { want_cols = 2 }
cols = panels < want_cols ? panels : \
	panels == 3 && exists("lone_cols") ? 3 : want_cols
rows = ceil(panels / (1.0 * cols))
wide = exists("want_wide") ? want_wide : 900
high = exists("want_high") ? want_high : rows < 2 ? 560 : 160 + 330 * rows
# A page that the picture is a part of says what the title does, and shows what
# marks say when they are pointed at.
on_page = exists("pointed") && format eq "svg"
head_cut = on_page ? 66 : 0
high = high - head_cut
# SVG has no font name for bold; there size has to do.
large = format eq "svg" ? "sans-serif,17" : "sans:Bold,14"
caption = format eq "svg" ? "sans-serif,13" : "sans:Bold,10.5"
smaller = format eq "svg" ? "sans-serif,11" : "sans:Bold,8.5"
small = format eq "svg" ? "sans-serif,11" : "sans,9"
if (format eq "svg") {
	set terminal svg size wide,high font "sans-serif,12" noenhanced \
		background rgb "white" dashlength 0.6
} else { if (format eq "pdf") {
	# As large as the PNG: 96 pixels an inch.
	set terminal pdfcairo size wide / 96.0,high / 96.0 font "sans,10.5" \
		fontscale 0.75 noenhanced background rgb "white" dashlength 0.6 linewidth 0.6
} else {
	set terminal pngcairo size wide,high font "sans,10.5" noenhanced \
		background rgb "white" dashlength 0.6
} }
set output exists("out") ? out : name.".".format

x_px(px) = px / (1.0 * wide)
y_px(px) = 1.0 - px / (1.0 * high)
if (!exists("left_px")) { left_px = 98 }
if (!exists("foot_px")) { foot_px = 60 }
if (!exists("right_px")) { right_px = 16 }
between_px = cols > 2 ? left_px - 34 : left_px - 8
head_px = 130 - head_cut
stack_px = foot_px + 26
panel_w(i) = (wide - left_px - right_px - (cols - 1) * between_px) / (1.0 * cols)
panel_h(i) = (high - head_px - foot_px - (rows - 1) * stack_px) / (1.0 * rows)
panel_x(i) = left_px + (i % cols) * (panel_w(i) + between_px)
panel_y(i) = head_px + (i / cols) * (panel_h(i) + stack_px)
# A caption is smaller where its panel has no room for it: at most so wide is a
# character on average. Even smaller it may be too long: then it goes on in a
# second line, from the last ";" or "," that the first has room for.
fits(s, w, px) = strlen(s) * px <= w
narrow = format eq "svg" ? 6.0 : 6.7
broken(s, w, n) = n < 1 ? s : (s[n:n] eq ";" || s[n:n] eq ",") && n * narrow <= w ? \
	s[1:n]."\n".s[n + 2:*] : broken(s, w, n - 1)
capt(s, w) = fits(s, w, 7.2) || fits(s, w, narrow) ? s : broken(s, w, strlen(s) - 1)
captfont(s, w) = fits(s, w, 7.2) ? caption : smaller
captup(s, w) = capt(s, w) eq s ? 0.7 : 1.8
# Puts the next plot into panel `p`, its caption above it and `ytitle` beside
# it (a label: gnuplot would put a ylabel where the tick labels are).
place = 'set lmargin at screen x_px(panel_x(p)); '. \
	'set rmargin at screen x_px(panel_x(p) + panel_w(p)); '. \
	'set tmargin at screen y_px(panel_y(p)); '. \
	'set bmargin at screen y_px(panel_y(p) + panel_h(p)); '. \
	'above = value(sprintf("m_panel%d", p)); '. \
	'set label 4 capt(above, panel_w(p)) at graph 0, graph 1 '. \
	'offset 0, captup(above, panel_w(p)) left font captfont(above, panel_w(p)); '. \
	'set label 5 ytitle at screen x_px(panel_x(p) - 80), graph 0.5 center '. \
	'rotate by 90'
ytitle = ""
set xlabel offset 0, 0.4

# Draws what stands once on the page; the legend shows the designs in m_shown
# (boxes with `swatches = 1`) and more_keys, unless `legend` holds a plot
# command of its own. Call it inside multiplot.
set border 3 lc rgb grey lw 1
set tics nomirror out scale 0.6
set grid x y lt 1 lc rgb "#E4E4E4" lw 0.7
set style fill solid 0.9 noborder
set bars small
unset key
if (!exists("legend")) {
	legend = 'plot -1 notitle, for [d in m_shown] keyentry '. \
		(exists("swatches") ? "with boxes fs solid 0.95 lc rgb colour(d)" : \
		"with linespoints ls sty(d)").' title d'. \
		(exists("more_keys") ? more_keys : "")
}
page = (on_page ? "" : 'set label 1 m_title at screen x_px(16), screen y_px(22) left font large; '. \
	'set label 2 m_subtitle at screen x_px(16), screen y_px(46) left tc rgb grey font small; '. \
	'set label 3 m_note at screen x_px(16), screen y_px(62) left tc rgb grey font small; '). \
	'unset border; unset tics; unset grid; set xrange [0:1]; set yrange [0:1]; '. \
	'set key at screen x_px(10), screen y_px(76 - head_cut) left top Left reverse horizontal maxrows 1 width -1 samplen 2.2; '. \
	legend.'; '. \
	'unset label 1; unset label 2; unset label 3; unset key; '. \
	'set border 3 lc rgb grey lw 1; set tics out scale 0.6; '. \
	'set xtics nomirror; set ytics nomirror; '. \
	'set grid x y lt 1 lc rgb "#E4E4E4" lw 0.7; set autoscale'

# --- bars in groups: group g (first column) and design (second) -----------
# A slot for every design in m_shown, the same in each group.
slots = words(m_shown) + 1
slot(g, d) = g * slots + at(m_shown, d, 1)
# Captions of the groups under the axis. Use: ngroups = 3; stem = "m_group"
groupticks = 'unset xtics; set xrange [0.3 : ngroups * slots - 0.3]; '. \
	'do for [g = 0 : ngroups - 1] { '. \
	'set label 20 + g value(sprintf("%s%d", stem, g)) '. \
	'at first g * slots + slots / 2.0, graph 0 center offset 0, group_drop; '. \
	'if (g) { set arrow 20 + g from first g * slots, graph 0 '. \
	'to first g * slots, graph 1 nohead lc rgb "#D0D0D0" lw 1 back } }'
groupclear = 'do for [g = 0 : ngroups - 1] { unset label 20 + g; '. \
	'if (g) { unset arrow 20 + g } }'
group_drop = -0.9

# --- ratios as dots in groups: block "dots of panel N" ---------------------
# Filled where told apart, else open; the group's margin is grey, darker in it
# what the reference shows against itself (m_bandlowP_G), where that is known.
# Beyond the bound the ratio is written. Numbers that are wider than a slot are
# written upwards, for which there is room on top. Use it for panel p.
told(v) = v eq "faster" || v eq "slower"
# (Labels of no row at all make gnuplot 5.4 crash: so they are empty instead.)
bound(v) = v[1:1] eq ">" || v[1:1] eq "<"
said(c) = told(strcol(6)) || bound(strcol(c)) ? strcol(c) : ""
# What a dot of the block says when it is pointed at, where pictures can: the
# marks on it cannot be seen. Behind a plot command; x and y are columns.
says(x, y) = on_page ? \
	', dat index block using '.x.':'.y.':(strcol(2)." ".strcol(7)." [".strcol(4).", ".strcol(5)."], ".strcol(6)) '. \
	'with labels hypertext point pt 7 ps 1.4 * dot lc rgb "#FF000000"' : ""
span = 'do for [g = 0 : ngroups - 1] { '. \
	'm = value(sprintf("m_margin%d_%d", p, g)) + 0; '. \
	'set object 40 + g rect from first g * slots + 0.2, first 1.0 / m '. \
	'to first (g + 1) * slots - 0.2, first m back fs solid 1 noborder fc rgb "#E9E9E9"; '. \
	'band = sprintf("%d_%d", p, g); if (exists("m_bandlow".band)) { '. \
	'set object 140 + g rect from first g * slots + 0.2, first value("m_bandlow".band) + 0 '. \
	'to first (g + 1) * slots - 0.2, first value("m_bandhigh".band) + 0 back '. \
	'fs solid 1 noborder fc rgb "#CFCFCF" }; '. \
	'subs = value(sprintf("m_sub%d_%d", p, g)); '. \
	'subs = subs eq "-" ? "" : subs; set label 300 + g subs '. \
	'at first g * slots + slots / 2.0, graph 0 center offset 0, group_drop - 1.1 '. \
	'font small tc rgb grey }'
ratiodots = 'ngroups = value(sprintf("m_groups%d", p)) + 0; '. \
	'stem = sprintf("m_group%d_", p); eval groupticks; eval span; '. \
	'label(v) = sprintf("%g", v); axis = "y"; lo = m_ymin + 0; hi = m_ymax + 0; '. \
	'eval logticks; set grid noxtics ytics; '. \
	'set yrange [lo : hi * (hi / lo)**(30.0 / panel_h(p))]; '. \
	'set arrow 9 from graph 0, first 1 to graph 1, first 1 nohead lc rgb grey lw 1 back; '. \
	'none = value(sprintf("m_none%d", p)); '. \
	'set label 6 (none eq "-" ? "" : none) at graph 0.99, graph 0.97 right '. \
	'font small tc rgb "#B2182B"; '. \
	'block = sprintf("dots of panel %d", p); '. \
	'turn = panel_w(p) < 28 * ngroups * slots ? 90 : 0; '. \
	'plot dat index block using (strcol(2) eq "floor" ? $1 * slots + slots / 2.0 : NaN):3:'. \
	'(slots / 2.0 - 0.3) with xerrorbars pt 7 ps 0.01 lw 4 lc rgb pale, '. \
	'for [d in m_shown] dat index block using '. \
	'(strcol(2) eq d && $5 > $4 ? slot($1, d) : NaN):3:4:5 '. \
	'with yerrorbars pt 7 ps 0.01 lw 1.6 lc rgb colour(d), '. \
	'for [d in m_shown] dat index block using '. \
	'(strcol(2) eq d && !told(strcol(6)) ? slot($1, d) : NaN):3 '. \
	'with points pt 7 ps 1.1 * dot lc rgb "white", '. \
	'for [d in m_shown] dat index block using '. \
	'(strcol(2) eq d && !told(strcol(6)) ? slot($1, d) : NaN):3 '. \
	'with points pt 6 ps 1.1 * dot lw 1.6 lc rgb colour(d), '. \
	'for [d in m_shown] dat index block using '. \
	'(strcol(2) eq d && told(strcol(6)) ? slot($1, d) : NaN):3 '. \
	'with points pt 7 ps 1.2 * dot lc rgb colour(d), '. \
	'dat index block using (slot($1, strcol(2))):($5 > $3 ? $5 : $3):(said(7)) '. \
	'with labels left rotate by turn offset turn ? 0 : -1.6, 0.6 font small'. \
	says("(slot($1, strcol(2)))", "3").'; '. \
	'eval groupclear; unset label 6; unset arrow 9; '. \
	'do for [g = 0 : ngroups - 1] { unset object 40 + g; unset object 140 + g; unset label 300 + g }'
