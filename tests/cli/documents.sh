#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The command lines of the documents, as whoever copies them gives them to
# /bin/sh; those for cron with what cron has. A program that writes down its
# arguments stands for the real one, which is asked whether it knows them.
. "$(dirname "$0")/lib.sh"

mkdir -p tree/build bin && cp -r "$top/configs" tree/
cat >tree/build/vtdbench <<END
#!/bin/sh
printf '%s\n' "\$@" >$tmp/arguments
END
chmod 755 tree/build/vtdbench
cp tree/build/vtdbench bin/vtdbench

# Lines of code blocks that call the program: file, tab, command. What is said
# about a line stands behind a # or two blanks.
tree '*.md' | while read -r file; do
	awk -v file="$file" '
	/^```/ { inside = !inside; next }
	!inside { next }
	/^ *(build\/)?vtdbench / || /^[-0-9*,\/]+ +[-0-9*,\/]+ +[-0-9*,\/]+ .*vtdbench / {
		if (!/&&/) {
			sub(/^ +/, ""); sub(/  .*| +#.*/, "")
		}
		print file "\t" $0
	}' "$top/$file"
done >commands
ok "documents have commands" [ "$(wc -l <commands)" -gt 20 ]
ok "and one for cron" grep -q '^docs/nightly.md	[0-9]* [0-9]* \*' commands

# cron COMMAND: as cron runs it; a % would be a newline
cron() {
	env -i HOME="$tmp" LOGNAME=nobody SHELL=/bin/sh PATH=/usr/bin:/bin \
		/bin/sh -c "$1"
}

# by_hand COMMAND: in a source tree, with the program installed
by_hand() {
	env -i HOME="$tmp" PATH="$tmp/bin:/usr/bin:/bin" /bin/sh -c "$1"
}

# known ARGUMENT…: what is unknown to the program, or is not there
known() {
	local verb=$1 argument
	shift
	"$VTDBENCH" "$verb" --help >help 2>/dev/null || echo "no $verb"
	for argument; do
		case $argument in
		--*) grep -qE -- "(^|[ [])${argument%%=*}\b" help || echo "$argument" ;;
		configs/*) [ -e "tree/$argument" ] || echo "$argument" ;;
		esac
	done
}

while IFS=$'\t' read -r file command; do
	rm -f arguments
	if [[ $command =~ ^[-0-9*,/]+\  ]]; then
		line=$(sed -E 's/^([^ ]+ +){5}//' <<<"$command")
		line=${line//\/srv\/vtdbench/$tmp/tree}
		ok "$file, cron: $command" cron "$line"
		lacks '%' <(echo "$line")
	else
		(cd tree && by_hand "$command") >"$out" 2>"$err"
		is "$file: $command" $? 0
	fi
	mapfile -t arguments <arguments
	known "${arguments[@]}" >unknown
	none "the program knows ${arguments[*]}" unknown
done <commands
