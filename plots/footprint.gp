# SPDX-License-Identifier: GPL-2.0-or-later
# Time of a walk against the reference's by footprint, with the floor and
# where the leaf entries outgrow a cache.
name = "footprint"
foot_px = 72
swatches = 1
more_keys = ", keyentry with lines lc rgb pale dt 1 lw 5 title 'floor'"
load "common.gp"

set multiplot
eval page
unset xlabel
do for [p = 0 : panels - 1] {
	ytitle = p % cols ? "" : "a dependent walk / the reference's"
	eval place
	set label 7 "footprint" at graph 0, graph 0 right offset -1, -0.9 font small tc rgb grey
	do for [i = 0 : m_caches - 1] {
		at_x = value(sprintf("m_cache%d_%d", p, i)) + 0
		if (at_x > 0) {
			at_x = at_x * slots + slots / 2.0
			set arrow 100 + i from first at_x, graph 0 to first at_x, graph 1 \
				nohead lc rgb "#999999" dt (6,6) lw 1 back
			set label 100 + i value(sprintf("m_cachename%d", i))." ".\
				bytes(value(sprintf("m_cachebytes%d", i)) + 0) \
				at first at_x, graph 0.02 left rotate by 90 \
				offset -0.6, 0 tc rgb grey font small
		}
	}
	eval ratiodots
	do for [i = 0 : m_caches - 1] { unset arrow 100 + i; unset label 100 + i }
}
unset multiplot
