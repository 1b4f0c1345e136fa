# SPDX-License-Identifier: GPL-2.0-or-later
# Time per walk against the reference's by walkers, a panel per mix of updaters.
name = "scaling"
lone_cols = 3 # three panels stand in one row
foot_px = 72
swatches = 1
load "common.gp"

set multiplot
eval page
unset xlabel
do for [p = 0 : panels - 1] {
	ytitle = p % cols ? "" : "time per walk / the reference's"
	eval place
	eval ratiodots
}
unset multiplot
