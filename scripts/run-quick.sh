#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What `make run` does once the program is built: the quick sweep, its plots
# in results/quick and there all of it on one page, report.html; one screen on
# standard output. run-quick.sh PROGRAM
set -eu

cd "$(dirname "$0")/.."
mkdir -p results
"$1" run configs/quick.yaml --results results/vtdbench.sqlite \
	--plots results/quick
"$1" report quick --results results/vtdbench.sqlite \
	--html results/quick/report.html
echo 'All of it on one page: results/quick/report.html'
echo 'How to read it: README.md; the pictures: docs/plots.md'
