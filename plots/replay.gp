# SPDX-License-Identifier: GPL-2.0-or-later
# A trace replayed: time per event against the reference's, a panel per trace.
name = "replay"
foot_px = 72
swatches = 1
load "common.gp"

set multiplot
eval page
unset xlabel
do for [p = 0 : panels - 1] {
	ytitle = p % cols ? "" : "time per event / the reference's"
	eval place
	eval ratiodots
}
unset multiplot
