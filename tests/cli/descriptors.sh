#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# replay --descriptors: what Linux submits for the same unmaps.
. "$(dirname "$0")/lib.sh"

strict=$top/tests/data/strict.trace
lazy=$top/tests/data/nvme-qi.trace.gz
designs=$(sed -n 's/^DESIGN(\(.*\))$/\1/p' "$top/kernels/designs/registry.def")

for design in $designs; do
	ok "strict, $design" "$VTDBENCH" replay "$strict" --descriptors \
		--design "$design"
	cp "$out" got
	ok "are Linux's" diff "$top/tests/data/strict.descriptors.csv" got
done
# No table goes in any of these but with those of 1G, 2M and above.
ok "with the hint" "$VTDBENCH" replay "$strict" --descriptors --hint
is "the first says that only a leaf changed" "$(sed -n 2p "$out")" \
	"5,0x100f2,0xffffffffd040"
is "what is of a domain has no hint" "$(grep -c '^15,0x100e2,0x0$' "$out")" 1

# rules NAME SPAN < EVENTS: "+ LINE IOVA LAST SECONDS" a map, "- ..." an unmap,
# "! LINE" a flush, by line. No page is mapped again without a flush since its
# unmap; flushes are no more than one for 255 unmaps, for 10 ms, and for each
# reuse that could not wait.
rules() {
	awk '
	function hex(s, i, v) {
		s = tolower(s)
		for (i = 1; i <= length(s); i++)
			v = v * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
		return v
	}
	function page(s) { return hex(substr(s, 1, length(s) - 3)) }
	$1 == "!" { flushes++; split("", waits); next }
	{
		for (p = page($3); p < page($4); p++)
			if ($1 == "-") {
				waits[p] = 1
				reused[p] = 1
			} else if (p in reused) {
				n++
				early += p in waits
			}
		unmaps += $1 == "-"
		first = first ? first : $5
		last = $5
	}
	END {
		most = unmaps / 255 + (last - first) * 100 + n
		print (n ? "pages are reused" : "no page is reused")
		print early + 0 " without a flush"
		if (flushes >= int(unmaps / 1024) && flushes <= most)
			print "as many flushes as the rule has"
		else
			print flushes " flushes of " unmaps " unmaps"
	}'
}
# 4 CPUs with a queue of 255 each in Linux, one here.
events() {
	zcat "$lazy" | sed -nE \
		-e '=;s/.* ([0-9.]+): (un)?map: IOMMU: iova=0x0*([0-9a-f]+) - 0x0*([0-9a-f]+) .*/\2map \3 \4 \1/p' \
		-e 's/.*iotlb_inv dmar0: 0x300e2 0x0 .*/flush/p' |
		awk '/^[0-9]+$/ { line = $1; next }
			$1 == "map" { print "+", line, $2, $3, $4 }
			$1 == "unmap" { print "-", line, $2, $3, $4 }
			$1 == "flush" { print "!", line }'
}
events >trace_events
rules <trace_events >linux
has '^pages are reused$' linux
has '^0 without a flush$' linux
has '^as many flushes' linux
grep -v '^!' trace_events | rules >none
lacks '^0 without a flush$' none
for design in driver rcu rwlock; do
	ok "deferred, $design" "$VTDBENCH" replay "$lazy" --descriptors \
		--flush deferred --design "$design"
	is "all of the domain" "$(tail -n +2 "$out" | cut -d, -f2,3 | sort -u)" \
		0x100e2,0x0
	{ grep -v "^!" trace_events && tail -n +2 "$out" | sed 's/^\([0-9]*\),.*/! \1/'; } |
		sort -s -n -k 2,2 >ours
	rules <ours >held_to
	has '^0 without a flush$' held_to
	has '^as many flushes' held_to
done
ok "strict of the same" "$VTDBENCH" replay "$lazy" --descriptors
is "one each" "$(tail -n +2 "$out" | wc -l)" "$(grep -c "^-" trace_events)"
is "page-selective" "$(tail -n +2 "$out" | cut -d, -f2 | sort -u)" 0x100f2

fails 2 "several designs" "$VTDBENCH" replay "$strict" --descriptors --design all
has 'shows one design' "$err"
fails 2 "several threads" "$VTDBENCH" replay "$strict" --descriptors --threads 2
fails 2 "two kinds of list" "$VTDBENCH" replay "$strict" --descriptors --dump
