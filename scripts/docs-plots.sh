#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Draws the pictures of docs/plots.md from a stored run, with few colours so
# that they stay small (needs ImageMagick).
#
#   scripts/docs-plots.sh RESULTS [RUN]
set -eu
results=$(realpath "$1") run=${2:-latest}
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${VTDBENCH:-build/vtdbench}" plot "$run" --results "$results" \
	--out "$folder" --format png >/dev/null
mkdir -p docs/img
for picture in "$folder"/*.png; do
	convert "$picture" +dither -colors 112 -strip \
		"png8:docs/img/$(basename "$picture")"
done
ls -l docs/img
