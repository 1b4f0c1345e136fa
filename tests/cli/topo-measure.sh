#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vtdbench topo --measure: what it says, what it keeps, and where it refuses.
. "$(dirname "$0")/lib.sh"

fails 4 "a synthetic machine is not measured" "$VTDBENCH" topo --measure \
	--topology 'synthetic:node:2 core:2 pu:2'
has 'not measured: the topology is synthetic' "$err"
fails 4 "nor one of a file" "$VTDBENCH" topo --measure \
	--topology "$top/tests/unit/data/hybrid.xml"
none "nothing on stdout" "$out"
for option in '--placement compact' '--cpus 0' '--threads 1' '--core-kind any'; do
	# shellcheck disable=SC2086 # words
	fails 2 "no $option" "$VTDBENCH" topo --measure $option
	has 'places no threads' "$err"
done
ok "nothing was kept" [ ! -e results ]

ok "it measures" "$VTDBENCH" topo --measure --results kept/r.sqlite
has '^level +bytes +large pages +pages of 4 KiB$' "$out"
has '^L1d ' "$out"
has '^memory ' "$out"
has '^a queued spinlock, taken and left +[0-9.]+ \[' "$out"
tr '\n' ' ' <"$out" >flat
has '[0-9]+ batches counted, [0-9]+ in which a thread lost its CPU did not' flat
fingerprint=$("$VTDBENCH" doctor --json |
	sed -nE 's/.*"fingerprint": *"([0-9a-f]+)".*/\1/p' | head -n 1)
file=kept/latency-$fingerprint.json
has "kept in $file" "$err"
is "the page is no wider" "$(LC_ALL=C.UTF-8 awk 'length > 100' "$out")" ""
ls kept >"$out"
is "and nothing else is" "$(cat "$out")" "latency-$fingerprint.json"

ok "on one CPU, as JSON" taskset -c "$(awk '/^Cpus_allowed_list/ {
	split($2, c, "[-,]"); print c[1] }' /proc/self/status)" \
	"$VTDBENCH" topo --measure --json --results one/r.sqlite
has '"transfer": \[\]' "$out"
is "which is what is kept" "$(cat one/latency-*.json)" "$(cat "$out")"

# Figures of the file: NAME KIND NS
if ! command -v python3 >/dev/null; then
	skip "the figures" "no python3"
	exit
fi
python3 - "$file" >figures <<'END'
import json, sys
l = json.load(open(sys.argv[1]))
for level in l["levels"]:
    for kind in "large", "small":
        if level.get(kind):
            print(level["level"], kind, level[kind]["ns"])
for cost in l["costs"]:
    if cost["each"]:
        print(cost["name"], "-", cost["each"]["ns"])
pairs = {(p["from"], p["to"]) for p in l["transfer"]}
cpus = {c for p in pairs for c in p}
print("pairs", len(pairs), len(cpus) * (len(cpus) - 1) // 2)
for f in [p["large"] for p in l["load"]] + [p["small"] for p in l["load"]]:
    assert not f or f["low"] <= f["ns"] <= f["high"]
END
# value NAME KIND: empty where no batch kept its CPU
value() {
	awk -v name="$1" -v kind="$2" '$1 == name && $2 == kind { print $3 }' figures
}
l1=$(value L1d small) memory=$(value memory small)
if [ "$l1" ] && [ "$memory" ]; then
	ok "memory takes much longer than the first cache ($l1, $memory ns)" \
		awk "BEGIN { exit !($memory > 2 * $l1) }"
else
	skip "memory takes much longer than the first cache" "not measured"
fi
lock=$(value spinlock -)
if [ "$l1" ] && [ "$lock" ]; then
	ok "a lock takes longer than a load ($lock ns)" \
		awk "BEGIN { exit !($lock > $l1) }"
else
	skip "a lock takes longer than a load" "not measured"
fi
read -r _ pairs want < <(grep '^pairs' figures)
is "each two CPUs once" "$pairs" "$want"
