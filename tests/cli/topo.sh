#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vtdbench topo: machines of several shapes, and every way to get it wrong.
. "$(dirname "$0")/lib.sh"

two='synthetic:package:2 node:1 core:4 pu:2'
one='synthetic:node:1 core:2 pu:1'
data=$top/tests/unit/data

ok "the live machine" "$VTDBENCH" topo
has '^Measures  yes' "$out"
has '^compact +1  [0-9]+ ' "$out"
none "nothing on stderr" "$err"
ok "help" "$VTDBENCH" topo --help
has '^  cross_node +threads' "$out"
has '^  interleave +page' "$out"

ok "two packages" "$VTDBENCH" topo --topology "$two"
has '^Measures  no: the topology is synthetic' "$out"
has '^    core 4    CPU 8 9$' "$out"
has '^same_core +1  0 ' "$out"
has '^one_per_node +1 ' "$out"
has '^ +2  0,8 ' "$out"
has 'not possible: 4 threads, but 2 nodes' "$out"
ok "by variable" env VTDBENCH_TOPOLOGY="$two" "$VTDBENCH" topo
has '16 allowed CPUs' "$out"
ok "the option wins" env VTDBENCH_TOPOLOGY="$two" "$VTDBENCH" topo \
	--topology "$one"
has '2 allowed CPUs' "$out"

ok "one placement" "$VTDBENCH" topo --topology "$data/memory-only.xml" \
	--placement compact --threads 4 --memory remote
has '^compact +4  0-3 +node 2$' "$out"
has '^node 2, 1024 MiB, memory only' "$out"
has '^   1    21   28   10$' "$out"
ok "a list" "$VTDBENCH" topo --topology "$two" --placement list \
	--cpus 9,0-1 --threads 3 --memory node:0
has '^list +3  9,0-1 +node 0$' "$out"

ok "JSON" "$VTDBENCH" topo --topology "$two" --json --threads 2
tr -d ' \n' <"$out" >flat
has '"cpus":\[0,8\],"memory_nodes":\[0\],"placement":"scatter"' flat
has '"measurable":false' flat

# What makes no sense on the machine
for args in "same_core --threads 2" "cross_node" "one_per_node" \
	"compact --threads 3" "compact --memory remote"; do
	# shellcheck disable=SC2086
	fails 4 "one node: $args" "$VTDBENCH" topo --topology "$one" \
		--placement $args
	none "nothing on stdout: $args" "$out"
done

# Bad input
fails 2 "no such placement" "$VTDBENCH" topo --placement compakt
has compakt "$err"
fails 2 "no such policy" "$VTDBENCH" topo --memory near
has 'local, node:N, interleave and remote' "$err"
fails 2 "no such node" "$VTDBENCH" topo --topology "$two" --memory node:7
has 'nodes: 0-1' "$err"
fails 2 "a CPU that is not allowed" "$VTDBENCH" topo \
	--topology "$data/shuffled.xml" --placement list --cpus 2
has 'allowed: 0-1,4-5' "$err"
fails 2 "a list without CPUs" "$VTDBENCH" topo --placement list
fails 2 "a bad list" "$VTDBENCH" topo --placement list --cpus 0-
for n in 0 -1 x 2x 99999 ''; do
	fails 2 "threads '$n'" "$VTDBENCH" topo --threads "$n"
done
for spec in nothing '' 'synthetic:' 'synthetic:node:0' \
	'synthetic:pu:999999999' missing.xml "$data/cut.xml" \
	"$data/not-hwloc.xml"; do
	fails 2 "topology '${spec#"$data/"}'" "$VTDBENCH" topo \
		--topology "$spec"
	has '^.*topo: topology' "$err"
done
: >empty.xml
fails 2 "an empty file" "$VTDBENCH" topo --topology empty.xml
fails 2 "a variable of hwloc" env HWLOC_XMLFILE=other.xml "$VTDBENCH" topo
has HWLOC_XMLFILE "$err"
fails 2 "an unknown option" "$VTDBENCH" topo --nodes
fails 2 "an argument" "$VTDBENCH" topo live
# shellcheck disable=SC2016
fails 1 "a full disk" bash -c '"$0" topo >/dev/full' "$VTDBENCH"
