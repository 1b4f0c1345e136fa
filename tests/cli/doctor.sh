#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vtdbench doctor and vtdbench counters: true on any machine.
. "$(dirname "$0")/lib.sh"

export VTDBENCH_DATADIR=$top

ok "doctor" "$VTDBENCH" doctor
unwrap 6 "$out"
checks="cpu smt core.kinds numa clock pmu perf huge.pages memory disk quota frequency noise priority gnuplot"
for check in $checks; do
	has "^(ok|warn) +$check: ." "$out"
done
# What is not ok says what follows and what to do.
grep '^warn' "$out" | grep -vE '.+ — .+ — .+' >"$tmp/short"
none "every warning has consequence and remedy" "$tmp/short"
is "nothing on stderr" "$(cat "$err")" ""

ok "doctor --json" "$VTDBENCH" doctor --json
if command -v python3 >/dev/null; then
	cp "$out" doctor.json
	ok "is JSON with every check" python3 -c '
import json, sys
d = json.load(open("doctor.json"))
assert d["possible"] is True
names = [c["name"] for c in d["checks"]]
assert len(names) == len(set(names)) >= 13, names
for c in d["checks"]:
    assert c["status"] in ("ok", "warn"), c
    assert (c["status"] == "ok") == (c["remedy"] == ""), c
assert d["environment"]["kernel"]["release"]
assert len(d["environment"]["fingerprint"]) == 16
'
else
	skip "is JSON with every check" "no python3"
fi

mkdir closed bin
ln -s /nonexistent bin/gnuplot
ok "without gnuplot" env PATH="$tmp/bin" "$VTDBENCH" doctor
unwrap 6 "$out"
has "^warn +gnuplot: .*apt-get" "$out"
ok "any results folder that exists" mkdir results
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	chmod 755 . && chmod 555 results
	fails 4 "a folder that cannot be written" setpriv --reuid=65534 \
		--regid=65534 --clear-groups "$VTDBENCH" doctor
	unwrap 6 "$out"
	has "^no +disk: .*results.* — .+ — .+" "$out"
elif [ "$(id -u)" != 0 ]; then
	chmod 555 results
	fails 4 "a folder that cannot be written" "$VTDBENCH" doctor
	unwrap 6 "$out"
	has "^no +disk: .*results.* — .+ — .+" "$out"
else
	skip "a folder that cannot be written" "root, and no setpriv"
fi
fails 2 "doctor with an argument" "$VTDBENCH" doctor now
has "see vtdbench doctor --help" "$err"
fails 2 "doctor with an unknown option" "$VTDBENCH" doctor --jason
ok "doctor --help" "$VTDBENCH" doctor --help
has "^Exit status" "$out"

ok "counters" "$VTDBENCH" counters
for group in cache cycles numa software tlb; do
	has "^$group - " "$out"
done
has "VOLUNTARY +os +counted +os::voluntary_switches" "$out"
lacks "= .*OPS" "$out"
ok "counters of a group" "$VTDBENCH" counters cycles
has "cycles_per_op \[1\] = CYCLES / OPS" "$out"
for pmu in skx clx icx spr amd64_fam19h_zen3 amd64_fam19h_zen4 perf; do
	ok "counters of $pmu" "$VTDBENCH" counters --pmu $pmu
	lacks " unknown " "$out"
	has " $pmu::" "$out"
done
ok "a group by its path" "$VTDBENCH" counters "$top/configs/counters/tlb.yaml"
fails 4 "a PMU nobody has" "$VTDBENCH" counters cycles --pmu pentium
has "no events for PMU pentium" "$out"
fails 2 "a group that does not exist" "$VTDBENCH" counters cash
has "no counter group 'cash'" "$err"
has "vtdbench counters" "$err"
printf 'name: x\nhelp: [\n' >bad.yaml
fails 2 "a group that is no YAML" "$VTDBENCH" counters ./bad.yaml
has "bad.yaml:[0-9]+:[0-9]+: " "$err"
printf 'name: x\ncolour: red\n' >bad.yaml
fails 2 "a group with an unknown key" "$VTDBENCH" counters ./bad.yaml
has "bad.yaml:2:1: unknown key 'colour'" "$err"
fails 2 "two groups" "$VTDBENCH" counters cache tlb
ok "counters --help" "$VTDBENCH" counters --help
