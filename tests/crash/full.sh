#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A disk that fills up under vtdbench run: the sizes that the results file may
# have when there is no more room, played by a limit on the size of files, and
# a few on a small disk of its own (where one can be mounted). The run says
# that the disk is full, what was finished is there, and with room again it is
# completed. powercut.c does this at every single write.
. "$(dirname "$0")/../cli/lib.sh"

cat >c.yaml <<-'END'
	repetitions: 1
	retries: 0
	phase: 1ms
	warmup: 1ms
	ops: 1024
	sim.ops: 1000
	design: [rcu, rwlock, spinlock]
	walkers: [1, 2]
	footprint: [1M, 2M]
END
run=("$VTDBENCH" run c.yaml --no-report --results)

# keys FILE
keys() {
	sqlite3 "$1" 'SELECT key FROM trial ORDER BY key'
}

# whole FILE: what is wrong with it
whole() {
	sqlite3 "$1" 'PRAGMA integrity_check' | grep -vx ok
	[ "$(sqlite3 "$1" 'SELECT count(*) FROM sqlite_master')" = 0 ] && return
	sqlite3 "$1" "SELECT 'half a trial: ' || key FROM trial
		WHERE id NOT IN (SELECT trial FROM value)"
}

# judge NAME STATUS FILE: a run into FILE that met a full disk
judge() {
	local said
	if [ "$2" != 1 ] && [ "$2" != 2 ]; then
		echo "$1: exit $2"
		cat log
		return
	fi
	grep -q 'the disk is full' log || sed "s/^/$1: /" log
	said=$(grep -oE '[0-9]+ finished trials are kept' log)
	[ -e "$3" ] || return
	whole "$3" | sed "s/^/$1: /"
	if [ -n "$said" ] && [ "${said%% *}" != "$(keys "$3" | wc -l)" ]; then
		echo "$1: $said, there are $(keys "$3" | wc -l)"
	fi
}

# go_on NAME FILE: with room again
go_on() {
	if [ -n "$(sqlite3 "$2" 'SELECT 1 FROM run' 2>/dev/null)" ]; then
		"$VTDBENCH" run --resume --no-report --results "$2"
	else
		"${run[@]}" "$2"
	fi >log 2>&1 || sed "s/^/$1: going on: /" log
	keys "$2" | diff reference - | sed "s/^/$1: going on: /"
}

ok "with room" "${run[@]}" ref
keys ref >reference
size=$(($(stat -c %s ref) / 1024))
: >wrong
full=0
for ((k = 0; k <= size + 8; k += 8)); do
	rm -f r r-journal
	(
		trap '' XFSZ
		ulimit -f $k
		"${run[@]}" r >out 2>"$tmp/log2"
	) 2>/dev/null
	status=$?
	cp log2 log 2>/dev/null
	[ $status = 0 ] && break
	full=$((full + 1))
	judge "$k KiB" $status r >>wrong
	go_on "$k KiB" r >>wrong
done
none "at sizes up to $size KiB: said, kept, completed" wrong
ok "the limit was met at each" test $full -ge $((size / 8 - 1))
is "and a file of that size fits" "$status" 0

# on_disk SIZE CMD…: with a disk of that many KiB mounted on ./disk, in a mount
# namespace of its own; what is on it afterwards goes to ./saved
on_disk() {
	mkdir -p disk saved
	# shellcheck disable=SC2016 # the inner shell expands
	unshare -rm bash -c 'mount -t tmpfs -o size="$1"k none disk || exit 99
		shift
		"$@" >out 2>log
		status=$?
		cp disk/* saved/ 2>/dev/null
		exit $status' - "$@"
}

if on_disk 64 true 2>/dev/null; then
	: >wrong
	for k in 16 40 64 88 112 136; do
		rm -rf saved
		on_disk $k "${run[@]}" disk/r
		judge "disk of $k KiB" $? saved/r >>wrong
		[ -e saved/r ] && go_on "disk of $k KiB" saved/r >>wrong
	done
	none "on a full disk too" wrong
else
	skip "on a full disk too" "no mount namespaces"
fi
