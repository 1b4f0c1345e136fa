#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Links the objects of one side into shared objects, each in another order and
# in another of the variants that the objects are there in:
#
#   link-sides.sh FOLDER ORDERS "LINK COMMAND" "LIBRARIES" OBJECT…
#
# with OBJECTs FOLDER/VARIANT/…; makes FOLDER/engine-0.so … engine-(ORDERS-1).so.
# Where code lies has moved a loop's time by 27 %, so comparisons are over
# several layouts. Order and variant are functions of the number: the same
# builds give the same files.
set -eu

folder=$1 orders=$2 link=$3 libraries=$4
shift 4
mkdir -p "$folder"
rm -f "$folder"/engine-*.so
mapfile -t variants < <(printf '%s\n' "${@#"$folder"/}" | cut -d / -f 1 |
	sort -u)
for ((i = 0; i < orders; i++)); do
	variant=$folder/${variants[i % ${#variants[@]}]}
	mapfile -t objects < <(printf '%s\n' "$@" | grep -F "$variant/" |
		shuf --random-source=<(yes "$i"))
	# shellcheck disable=SC2086 # words of a command
	$link -o "$folder/engine-$i.so.tmp" "${objects[@]}" $libraries
	mv "$folder/engine-$i.so.tmp" "$folder/engine-$i.so"
done
