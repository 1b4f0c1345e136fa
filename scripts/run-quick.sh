#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What `make run` does once the program is built: the quick sweep, its table
# on standard output, its plots in a folder. run-quick.sh PROGRAM
set -eu

cd "$(dirname "$0")/.."
mkdir -p results
"$1" run configs/quick.yaml --results results/vtdbench.sqlite
"$1" report latest --results results/vtdbench.sqlite --out results/quick
"$1" plot latest --results results/vtdbench.sqlite --out results/quick
