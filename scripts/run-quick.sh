#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What `make run` does once the program is built: the quick sweep, its table
# on standard output, its plots in results/quick. run-quick.sh PROGRAM
set -eu

cd "$(dirname "$0")/.."
mkdir -p results
"$1" run configs/quick.yaml --results results/vtdbench.sqlite \
	--plots results/quick
echo
echo "Plots: results/quick (SVG and PNG, each with its data and script)"
echo "Table again: $1 report latest"
