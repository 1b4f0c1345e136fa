#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# tables walk against tables that Linux built; tables build against walk.
. "$(dirname "$0")/lib.sh"

# same NAME FILE FILE
same() {
	if cmp -s "$2" "$3"; then
		pass "$1"
	else
		fail "$1"
		diff "$2" "$3" | head -n 10 | sed 's/^/# /'
	fi
}

linux=$top/tests/data/e1000e.tables.gz
zcat "$top/tests/data/e1000e.leaves.csv.gz" >leaves.csv

for root in 0x114b28000 0x115518000 0x1148aa000; do
	ok "walk of $root" "$VTDBENCH" tables walk "$linux" --root $root --levels 3
	{ echo iova,size,pa,perm && sed -n "s/^$root,//p" leaves.csv; } >want
	same "its leaves are those of Linux" "$out" want
	cp want "$root.csv"
done

ok "walk from the root table" \
	"$VTDBENCH" tables walk "$linux" --root-table 0x1148a6000
is "every device is listed" "$(sed -n '2,/^$/p' "$out" | grep -c ',ok$')" 6
has '^00:05.0,3,second_stage,3,0x114b28000,ok$' "$out"
sed '1,/^domain,/d' "$out" | cut -d, -f2- >got
tail -n +2 leaves.csv >want
same "and every leaf of every domain" got want
ok "one device" "$VTDBENCH" tables walk "$linux" \
	--root-table 0x1148a6000 --device 00:05.0
same "has its domain's leaves" "$out" 0x114b28000.csv
ok "a device that is not there faults" "$VTDBENCH" tables walk "$linux" \
	--root-table 0x1148a6000 --device 00:06.0 --iova 0x1000
has '^0x1000,r,fault:2$' "$out"

ok "requests" "$VTDBENCH" tables walk "$linux" --root 0x114b28000 --levels 3 \
	--iova 0xff8c1123,0xff8c1000,w,4096,w,0x1000,0x8000000000
printf '%s\n' iova,access,result 0xff8c1123,r,0x124527123 \
	0xff8c1000,w,0x124527000 0x1000,w,fault:5 0x1000,r,fault:6 \
	0x8000000000,r,fault:4 >want
same "are answered with PA or reason" "$out" want
printf '# two\n\n0xff8c1123\n 0x1000 , w\n' >list
ok "requests from a file" "$VTDBENCH" tables walk "$linux" \
	--root 0x114b28000 --levels 3 --iova list
is "as many answers" "$(wc -l <"$out")" 3
"$VTDBENCH" tables walk "$linux" --root 0x114b28000 --levels 3 \
	--iova - <list >got
same "and from standard input" got "$out"

# ---- build ----
cat >ops.csv <<-OPS
	# mixed sizes and permissions
	map,0x0,0x1000000,0x400000,rw
	map,0x40000000,0x80000000,1073741824,r

	map,0x1000000,0x5000,4096,w
	map,0x1003000,0x9000,8192,rw
	unmap,0x200000,0x200000
	unmap,0x1003000,4096
OPS
cat >want <<-LEAVES
	iova,size,pa,perm
	0x0,2097152,0x1000000,rw
	0x1000000,4096,0x5000,w
	0x1004000,4096,0xa000,rw
	0x40000000,1073741824,0x80000000,r
LEAVES
designs=$(sed -n 's/^DESIGN(\(.*\))$/\1/p' "$top/kernels/designs/registry.def")
for design in $designs; do
	for levels in 3 4 5; do
		ok "$design, $levels levels" "$VTDBENCH" tables build ops.csv \
			--design "$design" --levels $levels --base 0x7000000 \
			--out image
		has '"leaves": 4, "failed": 0' "$out"
		is "the image has the bytes said" "$(stat -c %s image)" \
			"$(sed -E 's/.*"bytes": ([0-9]+).*/\1/' "$out")"
		root=$(sed -E 's/.*"root": "([^"]+)".*/\1/' "$out")
		ok "walked" "$VTDBENCH" tables walk image --root "$root" \
			--levels $levels --base 0x7000000
		same "it has the leaves" "$out" want
	done
done
printf 'map,0xffff800000000000,0x200000,0x200000,rw\n' |
	"$VTDBENCH" tables build - --design none --levels 4 --base 0 \
		--format first_stage --out image >got
root=$(sed -E 's/.*"root": "([^"]+)".*/\1/' got)
ok "first stage" "$VTDBENCH" tables walk image --root "$root" --levels 4 \
	--format first_stage --iova 0xffff800000000123,w,0x800000000000,0
printf '%s\n' iova,access,result 0xffff800000000123,w,0x200123 \
	0x800000000000,r,fault:80 0x0,r,fault:71 >want
same "is canonical" "$out" want

# ---- bad input ----
# refused NAME PATTERN FILE-TEXT: build says where and why, writes nothing
refused() {
	rm -f image
	printf '%b' "$3" >bad.csv
	fails 2 "$1" "$VTDBENCH" tables build bad.csv --design none --levels 3 \
		--base 0 --out image
	has "$2" "$err"
	ok "no image" test ! -e image
}
refused "mapped twice" '^vtdbench: bad.csv:2: EEXIST' \
	'map,0,0,4096,rw\nmap,0,0,4096,r\n'
refused "not aligned" 'bad.csv:1: EINVAL' 'map,1,0,4096,rw\n'
refused "beyond the width" 'bad.csv:1: EINVAL' 'map,0x8000000000,0,4096,r\n'
refused "trailing junk" "bad.csv:1: .*'map,0,0,10x,rw'" 'map,0,0,10x,rw\n'
refused "unknown operation" 'bad.csv:3:' '\n#\nremap,0,0\n'
refused "a field short" 'bad.csv:1: expected unmap' 'unmap,0\n'
refused "a bad permission" 'bad.csv:1:' 'map,0,0,4096,x\n'
printf 'map,0,0,4096,rw\nmap,0,0,4096,rw\n' >bad.csv
ok "kept going" "$VTDBENCH" tables build bad.csv --design none --levels 3 \
	--base 0 --out image --keep-going
has '"failed": 1' "$out"
has 'bad.csv:2: EEXIST' "$err"

fails 2 "no list" "$VTDBENCH" tables build no.csv --design none --levels 3 \
	--base 0 --out image
has 'no.csv: No such file' "$err"
fails 2 "no design" "$VTDBENCH" tables build ops.csv --design nine --levels 3 \
	--base 0 --out image
fails 2 "no such folder" "$VTDBENCH" tables build ops.csv --design none \
	--levels 3 --base 0 --out no/image
has 'no/image: cannot write: No such file or directory' "$err"
if [ -w /dev/full ]; then
	ln -s /dev/full full
	fails 1 "a full disk" "$VTDBENCH" tables build ops.csv --design none \
		--levels 3 --base 0 --out full
	has 'full: cannot write: No space left on device' "$err"
	is "nothing is removed" "$([ -c full ] && echo there)" there
fi
echo before >kept
fails 2 "a list with an error" "$VTDBENCH" tables build bad.csv --design none \
	--levels 3 --base 0 --out kept
is "replaces nothing" "$(cat kept)" before
fails 2 "base not aligned" "$VTDBENCH" tables build ops.csv --design none \
	--levels 3 --base 12 --out image
fails 2 "no levels" "$VTDBENCH" tables build ops.csv --design none --base 0 \
	--out image
fails 2 "no verb" "$VTDBENCH" tables
fails 2 "unknown verb" "$VTDBENCH" tables wlak
ok "help" "$VTDBENCH" tables --help
ok "help of walk" "$VTDBENCH" tables walk --help
has '--root-table' "$out"

walk() {
	fails 2 "$1" "$VTDBENCH" tables walk "${@:3}"
	has "$2" "$err"
}
walk "no image" 'none.bin: No such file' none.bin --root 0 --levels 3
head -c 3000 "$linux" >cut.gz
walk "truncated gzip" 'cut.gz: gzip is truncated' cut.gz --root 0 --levels 3
zcat "$linux" | head -c 20000 >cut.bin
walk "truncated snapshot" 'truncated: 4 of 21 pages' cut.bin --root 0 --levels 3
head -c 5000 /dev/zero >odd.bin
walk "odd size" 'odd.bin: 5000 bytes' odd.bin --root 0 --levels 3
walk "root not there" 'no page at the root 0x7000' "$linux" --root 0x7000 \
	--levels 3
walk "bad number" "'10x'" "$linux" --root 10x --levels 3
walk "bad levels" 'out of range' "$linux" --root 0x114b28000 --levels 6
walk "bad list" "--iova:1: .*'zz'" "$linux" --root 0x114b28000 --levels 3 \
	--iova 1,zz
printf '0x1000\n0x2000,q\n' >list
walk "bad list file" "list:2: .*'0x2000,q'" "$linux" --root 0x114b28000 \
	--levels 3 --iova list
walk "bad device" "'05'" "$linux" --root-table 0x1148a6000 --device 05
walk "neither root" '--root' "$linux" --levels 3
walk "base of a snapshot" 'own addresses' "$linux" --root 0x114b28000 \
	--levels 3 --base 4096
# a leaf at level 3 that is not aligned, and a table that is not there
printf '\203\0\1\0\0\0\0\0\3\0\0\100\0\0\0\0' >broken.bin
head -c 4080 /dev/zero >>broken.bin
walk "broken entries" '2 broken entries' broken.bin --root 0 --levels 3
has 'fault:c' "$err"
has 'fault:7' "$err"
