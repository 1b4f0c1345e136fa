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

# A node with CPUs and no memory; a node of CPUs that may not be used
ok "a node without memory" "$VTDBENCH" topo --topology "$data/memoryless.xml"
has '^Local +CPU 0 on node 2, the nearest with memory' "$out"
has '^  node 0, no memory$' "$out"
has '^compact +1  0 +node 2$' "$out"
ok "remote of it" "$VTDBENCH" topo --topology "$data/memoryless.xml" \
	--placement list --cpus 1 --threads 1 --memory remote
has '^list +1  1 +node 2$' "$out"
fails 2 "memory on it" "$VTDBENCH" topo --topology "$data/memoryless.xml" \
	--memory node:0
has 'no memory; nodes: 1-2' "$err"
for file in half-without-node not-allowed memoryless; do
	ok "a plan on $file" "$VTDBENCH" check "$top/configs/quick.yaml" \
		--set "topology=$data/$file.xml"
	has '^  memory local: CPUs? 0(-1)? on node [12], the nearest' "$out"
	lacks '(left out|local).*no NUMA node' "$out"
done
ok "no such note where all have memory" "$VTDBENCH" check \
	"$top/configs/quick.yaml" --set "topology=$two"
lacks '^  memory local' "$out"
fails 2 "nothing left to run" "$VTDBENCH" check "$top/configs/quick.yaml" \
	--set "topology=$one" --set placement=cross_node
has 'nothing is left to run: .*cross_node' "$err"
lacks 'vtdbench check' "$err" # we are in it

# Kinds of cores
ok "kinds of cores" "$VTDBENCH" topo --topology "$data/hybrid.xml"
has '^Kinds +core kind 0: 2 cores, CPUs 0-3, IntelCore, up to 5200 MHz' "$out"
has '^ +core kind 1: 3 cores, CPUs 4-6, IntelAtom' "$out"
has '^cache .*, core kind 1$' "$out"
has '^L1d       48 KiB' "$out"
has '^L1d       32 KiB' "$out"
has '^ +4  0,2,1,3 +node 0$' "$out"
lacks '^ +[0-9]+  .*[4-6] +node' "$out"
ok "another kind" "$VTDBENCH" topo --topology "$data/hybrid.xml" --core-kind 1
has '^compact +1  4 ' "$out"
ok "any kind" "$VTDBENCH" topo --topology "$data/hybrid.xml" --core-kind any
has '^ +7  0,2,4-6,1,3 +node 0$' "$out"
fails 2 "no kind" "$VTDBENCH" topo --topology "$data/hybrid.xml" --core-kind x
has "there are one, any, and the numbers" "$err"
fails 4 "no such kind" "$VTDBENCH" topo --topology "$data/hybrid.xml" \
	--core-kind 2
ok "kinds as JSON" "$VTDBENCH" topo --topology "$data/hybrid.xml" --json
tr -d ' \n' <"$out" >flat
has '"core_kind":1,"cores":3,"cpus":3,"mhz_max":3900,"type":"IntelAtom"' flat
ok "a plan on one kind" "$VTDBENCH" check "$top/configs/quick.yaml" \
	--set "topology=$data/hybrid.xml" --set core_kind=1,any
fails 2 "core_kind is checked" "$VTDBENCH" check "$top/configs/quick.yaml" \
	--set core_kind=fast
has 'core_kind' "$err"

# Numbers of nodes that Linux does not have
ok "node 1030" "$VTDBENCH" topo --topology "$data/large-numbers.xml" \
	--memory interleave
has '^compact +1  0 +interleaved over nodes 1030,2047$' "$out"
ok "node 1030 as JSON" "$VTDBENCH" topo --json --memory node:2047 \
	--topology "$data/large-numbers.xml"
tr -d ' \n' <"$out" >flat
has '"memory_nodes":\[2047\]' flat

# One number for the memory of the machine
memory=$(awk '/^MemTotal:/ { printf "%.1f", $2 / 1048576 }' /proc/meminfo)
fails 2 "more than the machine has" "$VTDBENCH" check \
	"$top/configs/quick.yaml" --set footprint=127T
has "has $memory GiB of memory" "$err"
"$VTDBENCH" doctor >said || true
has "memory: .* of the machine's $memory GiB are available" said

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
mkdir folder.xml && mkfifo pipe.xml
head -c 1500 "$data/hybrid.xml" >half.xml
head -n -1 "$data/hybrid.xml" >no-end.xml
tr '<' '>' <"$data/hybrid.xml" >turned.xml
head -c 5000 /dev/zero >zero.xml
for file in empty folder pipe half no-end turned zero; do
	fails 2 "a file: $file" timeout 20 "$VTDBENCH" topo \
		--topology $file.xml
	has "topo: topology $file.xml: (not|Is)" "$err"
done
fails 2 "a file of hwloc 3" "$VTDBENCH" topo --topology "$data/hwloc-3.xml"
has 'of hwloc 3; .*lstopo --export-xml-flags v2 FILE.xml' "$err"
for shape in pu:1 numa:300,pu:2 'numa:1024,pu:4' 'numa:2(indexes=2000,3000),pu:2' \
	'[numa],pu:4'; do
	ok "odd: $shape" timeout 60 "$VTDBENCH" topo --topology \
		"synthetic:${shape//,pu/ pu}"
	has '^compact +1  ' "$out"
done
fails 2 "a level too wide" timeout 20 "$VTDBENCH" topo --topology \
	synthetic:16384
fails 2 "a variable of hwloc" env HWLOC_XMLFILE=other.xml "$VTDBENCH" topo
has HWLOC_XMLFILE "$err"
fails 2 "an unknown option" "$VTDBENCH" topo --nodes
fails 2 "an argument" "$VTDBENCH" topo live
# shellcheck disable=SC2016
fails 1 "a full disk" bash -c '"$0" topo >/dev/full' "$VTDBENCH"
