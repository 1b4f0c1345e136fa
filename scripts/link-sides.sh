#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Links the engine as shared objects, for `make sides`:
#
#   link-sides.sh FOLDER ORDERS "LINK COMMAND" "LIBRARIES" OBJECT…
#
# with OBJECTs FOLDER/VARIANT/…; makes FOLDER/engine-0.so … engine-(ORDERS-1).so
# and FOLDER/link, which links one more of any number: where code lies has moved
# a loop's time by 27 %, so comparisons are over several layouts, and the gate
# draws one for each of its processes. Order and variant are functions of the
# number: the same builds give the same files. All go where the folder goes.
set -eu

folder=$1 orders=$2 link=$3 libraries=$4
shift 4
mkdir -p "$folder"
rm -f "$folder"/engine-*.so
mapfile -t variants < <(printf '%s\n' "${@#"$folder"/}" | cut -d / -f 1 |
	sort -u)
cat >"$folder/link" <<END
#!/bin/sh
# link NUMBER FILE: the objects beside this, of the variant and in the order of
# NUMBER
set -eu
cd "\$(dirname "\$0")"
set -- "\$1" "\$2" ${variants[*]}
variant=\$(shift \$((2 + \$1 % ${#variants[@]})) && echo "\$1")
exec $link -o "\$2" \$(printf '%s\n' ${*#"$folder"/} | grep "^\$variant/" |
	awk -v seed="\$1" 'BEGIN { srand(seed + 1); rand() } { print rand(), \$0 }' |
	LC_ALL=C sort | cut -d ' ' -f 2) $libraries
END
chmod 755 "$folder/link"
folder=$(cd "$folder" && pwd)
for ((i = 0; i < orders; i++)); do
	"$folder/link" "$i" "$folder/engine-$i.so.tmp"
	mv "$folder/engine-$i.so.tmp" "$folder/engine-$i.so"
done
