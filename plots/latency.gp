# SPDX-License-Identifier: GPL-2.0-or-later
# Latency at percentiles against the reference's: walks, and updates while a
# dump runs.
name = "latency"
foot_px = 72
swatches = 1
load "common.gp"

set multiplot
eval page
unset xlabel
do for [p = 0 : panels - 1] {
	ytitle = p % cols ? "" : "latency / the reference's"
	eval place
	eval ratiodots
}
unset multiplot
