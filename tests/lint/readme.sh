#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# README names what there is, links lead somewhere, and every config that is
# shipped is right and named.
. "$(dirname "$0")/../cli/lib.sh"
cd "$top" || exit 2

# unnamed KIND: the names of a registry that README does not have
unnamed() {
	local name
	"$VTDBENCH" list "$1" --json |
		sed -nE 's/.*"name": *"([^"]+)".*/\1/p' >"$tmp/names"
	[ -s "$tmp/names" ] || echo "vtdbench list $1 prints no name"
	while read -r name; do
		grep -qE "(\`|vtdbench )$name\b" README.md || echo "$name"
	done <"$tmp/names"
}
unnamed designs >"$out"
none "README names every design" "$out"
unnamed commands >"$out"
none "README names every command" "$out"

# What the designs are and are not, beside those of Linux (whose driver frees
# tables while the domain lives, and whose locks are others).
ok "README says whose locks they are" grep -q "called .pthread. are the C library's" README.md
ok "and what a program's cannot have" grep -q 'nobody who holds one loses the CPU' README.md
ok "and that Linux frees" grep -q 'does free tables while the domain' README.md
"$VTDBENCH" list designs >"$tmp/designs"
unwrap 12 "$tmp/designs"
for claim in "leak .*Linux's driver frees them" "driver .*safe for owners only" "spinlock .*queued and fair, the kernel's algorithm" \
	"rwlock .*queued and fair, the kernel's algorithm" \
	"spinlock_pthread .*the C library's" \
	"rwlock_pthread .*the C library's: prefers readers, sleeps"; do
	ok "list designs: $claim" grep -q "$claim" "$tmp/designs"
done
tree | grep -vE '\.(svg|png|gz)$|^LICENSE$|^tests/lint/readme.sh$' |
	xargs -d '\n' grep -nHiE \
		"(linux('s)?|driver) (never|does not) frees?\b|leak[^|]*(\||:) *(linux|the driver)|domain goes: linux|what the driver does today|contract, as linux has it" \
		>"$out"
none "no statement about Linux that its sources contradict" "$out"

# dead_links FILE: relative links that lead nowhere
dead_links() {
	grep -oE '\]\([^)#:]+\)' "$1" | sed 's/^](//; s/)$//' |
		while read -r link; do
			[ -e "$(dirname "$1")/$link" ] || echo "$1: $link"
		done
}
tree '*.md' | while read -r file; do dead_links "$file"; done >"$out"
none "links lead somewhere" "$out"

tree 'configs/*.yaml' | grep -v '^configs/counters/' >"$tmp/configs"
ok "there are configs" test -s "$tmp/configs"
while read -r config; do
	ok "$config is right" "$VTDBENCH" check "$config"
	ok "README has ${config#configs/}" grep -q "${config#configs/}" README.md
done <"$tmp/configs"
