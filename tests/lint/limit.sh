#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/limit counts the time in which a command had a CPU: neighbours do not
# make a test fail, and what spins, hangs or leaves children behind is ended.
. "$(dirname "$0")/../cli/lib.sh"
limit=$top/tests/limit

# burn TICKS: until this process had the CPU for so many hundredths of a second
cat >burn <<'SH'
#!/bin/bash
hertz=$(getconf CLK_TCK)
until [ "${had:-0}" -ge "$1" ]; do
	for ((i = 0; i < 1000; i++)); do :; done
	read -ra stat <"/proc/$$/stat"
	had=$(((stat[13] + stat[14]) * 100 / hertz))
done
SH
chmod +x burn

fails 7 "the exit status is the command's" "$limit" 60 sh -c 'exit 7'
fails 139 "also when it died of a signal" "$limit" 60 sh -c 'kill -SEGV $$'
fails 124 "what spins is ended" "$limit" 2 sh -c 'while :; do :; done'
has '^limit: took longer than 2 s$' "$err"
fails 124 "what spins in a child as well" "$limit" 2 \
	sh -c "$tmp/burn 100000 & wait"
for _ in $(seq 100); do # it has to be given a CPU to end
	left=$(pgrep -fc "$tmp/burn 100000")
	[ "$left" = 0 ] && break
	sleep 0.1
done
is "the child, too" "$left" 0
fails 124 "what waits for ever is ended" "$limit" 1 sleep 1000
has '^limit: had no CPU for 1 s$' "$err"

# Four on one CPU: 0.7 s of it take nearly three by the clock.
cpu=$(taskset -cp $$ | sed 's/.*[ ,-]//')
neighbours=()
for _ in 1 2 3; do
	taskset -c "$cpu" timeout 60 sh -c 'while :; do :; done' &
	neighbours+=($!)
done
start=$EPOCHREALTIME
ok "neighbours do not count" "$limit" 2 taskset -c "$cpu" ./burn 110
took=$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { print int(b - a) }')
kill "${neighbours[@]}"
ok "though it took longer than the limit" test "$took" -ge 2

# tests/run says why.
printf '#!/bin/sh\necho 1..1\nsleep 1000\n' >hangs
chmod +x hangs
fails 1 "tests/run counts it as a failure" "$top/tests/run" --timeout 1 \
	"$tmp/hangs"
has 'not ok - .*hangs: had no CPU for 1 s' "$out"

# A child of a test that is ended before it is a program takes nothing along.
for _ in $(seq 20); do
	sleep 1 >/dev/null 2>&1 &
	kill -HUP $!
	wait $! 2>/dev/null
done
ok "the folder of a test stays" test -d "$tmp"
