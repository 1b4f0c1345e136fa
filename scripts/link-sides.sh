#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Links the objects of one side into shared objects, each in another order:
#
#   link-sides.sh FOLDER ORDERS "LINK COMMAND" "LIBRARIES" OBJECT…
#
# makes FOLDER/engine-0.so … engine-(ORDERS-1).so. Where a linker puts code has
# moved a loop's time by 27 %, so the gate compares over several orders. The
# order is a function of its number: the same builds give the same files.
set -eu

folder=$1 orders=$2 link=$3 libraries=$4
shift 4
mkdir -p "$folder"
rm -f "$folder"/engine-*.so
for ((i = 0; i < orders; i++)); do
	mapfile -t objects < <(printf '%s\n' "$@" |
		shuf --random-source=<(yes "$i"))
	# shellcheck disable=SC2086 # words of a command
	$link -o "$folder/engine-$i.so.tmp" "${objects[@]}" $libraries
	mv "$folder/engine-$i.so.tmp" "$folder/engine-$i.so"
done
