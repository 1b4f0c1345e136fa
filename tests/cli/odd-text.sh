#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Text of users on its way to terminals and documents, and the program's own
# text on terminals without UTF-8 and of 80 columns.
. "$(dirname "$0")/lib.sh"
v=$VTDBENCH
esc=$'\033' control=$'[\001-\010\013-\037\177]'

# clean NAME FILE: no byte in it that a terminal would obey
clean() {
	if LC_ALL=C grep -q "$control" "$2"; then
		fail "$1: control characters in $2"
	else
		pass "$1: no control character"
	fi
}

# ---- where text comes in
config='repetitions: 1
phase: 1ms
warmup: 0ns
footprint: 1M
ops: 512
design: [leak, rcu]
sim: {enabled: false}'
printf '%s\n' "$config" >good.yaml
for title in 'a\e[31mb' 'one\ntwo' 'a\u009b2Jb'; do
	{
		printf '%s\n' "$config"
		printf 'title: "%s"\n' "$title"
	} >bad.yaml
	fails 2 "title $title" "$v" check bad.yaml
	has '^vtdbench: bad.yaml:8:8: title: a control character in it' "$err"
done
fails 2 "in a --set" "$v" check good.yaml --set "title=a${esc}b"
clean "in a --set" "$err"
fails 2 "in a context" "$v" run good.yaml --context "a=b${esc}[2J"
has 'control character' "$err"
clean "in a context" "$err"
printf '"w\\e[2Jalkers": 1\n' >key.yaml
fails 2 "in a key" "$v" check key.yaml
has 'unknown key .w.x1b.2Jalkers' "$err"
clean "in a key" "$err"
fails 2 "in the name of a file" "$v" check "no${esc}[31m.yaml"
has 'no.x1b.31m.yaml: No such file' "$err"
clean "in the name of a file" "$err"
cp good.yaml "good${esc}[31m.yaml"
ok "in the name of a good file" "$v" check "good${esc}[31m.yaml"
clean "in the name of a good file" "$out"
cat >group.yaml <<-'END'
	name: odd
	help: "a\e[31mb"
END
fails 2 "in a counter group" "$v" counters ./group.yaml
has 'group.yaml:2:7: a control character in the help' "$err"

# ---- in a results file that somebody else wrote
ok "a run" "$v" -q run good.yaml --no-report --results r.sqlite --context a=b
if command -v sqlite3 >/dev/null; then
	sqlite3 r.sqlite "
		UPDATE run SET title = 'a' || char(27) || '[31mb' || char(10) ||
			'# c', name = 'x' || char(27), kernel = char(155),
			compiler = 'cc' || char(7), host = char(10) || 'h';
		UPDATE trial SET cell = replace(cell, '/', '/' || char(27)),
			axes = 'trace:' || char(27) || '[2J' || char(10) || 'x',
			sweep = 's' || char(27), status = 'wrong',
			reason = 'r' || char(10) || char(27) WHERE id = 1;
		INSERT INTO missing SELECT id, 'c' || char(27), char(7)
			FROM trial;
		UPDATE value SET unit = 'u' || char(27) WHERE metric LIKE 'floor%'"
	ok "its report" "$v" report latest --results r.sqlite
	clean "its report" "$out"
	has '^a.x1b.31mb.x0a# c' "$out"
	for format in $("$v" list outputs --json |
		sed -nE 's/.*"name": *"([^"]+)".*/\1/p'); do
		"$v" export latest --format "$format" --results r.sqlite \
			>"$out" 2>"$err"
		clean "as $format" "$out"
		clean "as $format" "$err"
	done
	ok "as Markdown" "$v" export latest --format markdown --results r.sqlite
	lacks '^# c' "$out"
	"$v" trend --results r.sqlite >"$out" 2>"$err"
	clean "its trend" "$out"
	sqlite3 r.sqlite "UPDATE run SET config_text =
		'question: {claims: [{\"w\\e[2J\": \"a\\e[31mb\"}]}'"
	for format in text markdown json; do
		ok "its answer as $format" "$v" answer latest \
			--format "$format" --results r.sqlite
		has 'w.{1,6}\[2J' "$out"
		clean "its answer as $format" "$out"
	done
	"$v" export nothing --results r.sqlite >"$out" 2>"$err"
	clean "the list of runs" "$err"
else
	skip "a results file of somebody else" "no sqlite3"
fi

# ---- without UTF-8
ascii() { # NAME FILE…: only ASCII in them
	local name=$1
	shift
	if cat "$@" | LC_ALL=C grep -qP '[^\x00-\x7f]'; then
		fail "$name: not ASCII"
	else
		pass "$name: ASCII"
	fi
}
export LC_ALL=C
commands=$("$v" --help | sed -nE 's/^  ([a-z]+) .*/\1/p' | sort -u)
for command in "" $commands "tables walk" "tables build" "trend ack"; do
	# shellcheck disable=SC2086 # two words
	"$v" $command --help >"$out" 2>"$err"
	ascii "help of $command" "$out" "$err"
	is "help of $command: 80 columns" "$(awk 'length > 80' "$out")" ""
done
"$v" list >"$out" 2>"$err"
ascii "list" "$out" "$err"
"$v" report latest --results r.sqlite >"$out" 2>"$err"
ascii "report" "$out" "$err"
unset LC_ALL
# In pictures and Markdown there is more: those are files in UTF-8.
cd "$top" || exit 2
tree 'bench/*.c' 'bench/*.h' 'bench/*.def' |
	grep -vE '^bench/(figures/|trial/(map_sizes|metrics)\.def$)|_(forest|plot)\.c$|markdown\.c$' |
	while read -r file; do
		sed -E 's,/\*([^*]|\*[^/])*(\*/|$),,; s,^ \*.*,,' "$file" |
			grep -P '".*[^\x00-\x7f].*"' | sed "s,^,$file: ,"
	done >"$out"
none "the program's own text is ASCII" "$out"
