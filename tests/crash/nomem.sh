#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Memory that runs out under each command of ./allocators: every allocation
# fails, one in a process of its own (nomem.c). Never a crash; a message that
# speaks of memory and a status of the man page that is no verdict, or all that
# was to be written, as ever.
#
# NOMEM_EVERY=N takes one place in N (default 8: all take minutes), NOMEM_ONLY=NAME
# one command, NOMEM_SAVE=FILE keeps what is wrong in FILE.1, FILE.2 … To see a
# place: NOMEM_SHOW=1 NOMEM_AT=PLACE LD_PRELOAD=build/tests/crash/nomem.so COMMAND.
. "$(dirname "$0")/../cli/lib.sh"

vtdbench=$(realpath "$VTDBENCH") in=$tmp/in
preload=$(realpath "${BUILD:-$top/build}")/tests/crash/nomem.so
# A command that is killed leaves its folder behind: here.
export vtdbench in VTDBENCH_DATADIR=$top TMPDIR=$tmp
mkdir in
cat >in/small.yaml <<-'END'
	name: small
	repetitions: 1
	retries: 0
	phase: 1ms
	warmup: 1ms
	ops: 1024
	sim.ops: 1000
	design: [rcu, none]
	footprint: 1M
END
sed 's/footprint: .*/footprint: [1M, 2M]/' in/small.yaml >in/two.yaml
for i in 1 2; do
	"$vtdbench" run in/small.yaml --no-report --results in/db
	"$vtdbench" run --shard $i/2 in/two.yaml --no-report \
		--results in/part$i
done >log 2>&1 || sed 's/^/# /' log
cp in/db in/half
sqlite3 in/half "PRAGMA foreign_keys = 1; DELETE FROM run WHERE id = 1;
	DELETE FROM trial WHERE id =
		(SELECT max(id) FROM trial WHERE design != 'twin');
	UPDATE run SET status = 'interrupted'"
zcat "$top/tests/data/e1000e.trace.gz" | head -n 400 >in/trace
gzip -k in/trace
cp "$top/tests/data/e1000e.tables.gz" in/tables.gz
printf 'map,0x0,0x1000000,0x400000,rw\nunmap,0x1000,4096\n' >in/ops.csv
[ -e "$(dirname "$VTDBENCH")/sides/engine-0.so" ] &&
	cp -r "$(dirname "$VTDBENCH")/sides" in/side

# Without valgrind, which takes a minute.
mkdir in/path
ln -s "$(command -v timeout)" "$(command -v env)" in/path
[ -e in/side ] && PATH=$in/path "$vtdbench" gate --baseline in/side \
	--candidate in/side --no-store --exact-only --only none/walk_dep_4k \
	--format json >in/gate.json
mkdir in/own
sed '1i # table: cells
s/^name = .*/name = "mine"/' "$top/plots/cells.gp" >in/own/mine.gp

# The last is what pthread_create() says.
speaks='memory|Resource temporarily unavailable'

# finished N: so many trials of the plan are in db, each with its values
finished() {
	[ "$(sqlite3 db "SELECT count(*) FROM trial
		WHERE status = 'ok' AND design != 'twin' AND id IN (SELECT trial FROM value)")" = "$1" ]
}

# A run of its own to resume: one at a time is measured.
fresh_half() {
	cp "$in/half" db && sqlite3 db 'UPDATE run SET uuid = hex(randomblob(16))'
}

# once FOLDER COMMAND [PLACE]: runs it there, with an allocation that fails at
# PLACE; its output in out, its errors in FOLDER.err; returns its status
once() {
	rm -rf "$1"
	mkdir "$1"
	(
		cd "$1" || exit 2
		mode=${3:+NOMEM_AT=$3}
		# shellcheck disable=SC2030 # as the command sees it
		vtdbench="timeout -k 1 60 env LD_PRELOAD=$preload ${mode:-NOMEM_LOG=$1.log} $vtdbench"
		eval "$2" >out 2>"$1.err"
	) </dev/null
}

# judge PLACE CHECK COMMAND REFERENCE STATUS: what is wrong, if anything
judge() {
	local place=$1 check=$2 command=$3 reference=$4 status folder=$tmp/$1
	once "$folder" "$command" "$place" 2>/dev/null
	status=$?
	case $status in
	"$5")
		if [ "$check" = same ]; then
			# a text may say where it lacks something
			diff -r "$reference" "$folder" >"$folder.diff" ||
				grep -rq 'out of memory' "$folder"
		else
			(cd "$folder" && eval "$check") >"$folder.diff" 2>&1
		fi || {
			echo "$place: exit $status, and it is damaged"
			head -n 5 "$folder.diff"
		}
		;;
	1 | 2 | 4)
		grep -qiE "$speaks" "$folder.err" "$folder/out" || {
			echo "$place: exit $status, and says"
			head -n 5 "$folder.err"
		}
		;;
	*)
		echo "$place: exit $status"
		head -n 5 "$folder.err"
		;;
	esac
	rm -rf "$folder" "$folder".*
}

# starve NAME CHECK COMMAND
starve() {
	local reference=$tmp/reference every=${NOMEM_EVERY:-8} places status
	once "$reference" "$3" ''
	status=$?
	mapfile -t places < <(awk -v n="$every" '!/libhwloc|liburcu/ && i++ % n == 0 { print $1 }' \
		"$reference.log")
	: >wrong
	[ ${#places[@]} -gt 0 ] || echo "no place was seen" >wrong
	for place in "${places[@]}"; do
		while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do
			wait -n
		done
		judge "$place" "$2" "$3" "$reference" $status >>wrong &
	done
	wait
	[ -z "${NOMEM_SAVE:-}" ] || cp wrong "$NOMEM_SAVE.$tests"
	none "$1: ${#places[@]} places: ${3#*vtdbench }" wrong
	rm "$reference.log"
}

while IFS='|' read -r name check command; do
	name=${name// /} check=${check# } check=${check% }
	[[ $name == '#'* || $name != "${NOMEM_ONLY:-$name}" ]] && continue
	starve "$name" "$check" "${command# }"
done <"$top/tests/crash/allocators"
"$VTDBENCH" list commands | awk '/^  / { print $1 }' | sort >verbs
sed -n 's/^\([a-z]*\) |.*/\1/p' "$top/tests/crash/allocators" | sort -u >rows
comm -23 verbs rows >missing
none "every command is in allocators" missing
