#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# race: true. A dump beside unmaps that free tables steps into freed ones under
# the driver, and under no design that says it is safe for foreign walkers.
. "$(dirname "$0")/lib.sh"

cat >race.yaml <<-END
	name: race
	repetitions: 1
	design: $(every_design)
	workload: table_churn
	race: true
	walkers: 0
	mappers: 1
	dumpers: 1
	footprint: 4M
	phase: 40ms
	warmup: 1ms
	ops: 1024
	sim.enabled: false
	question:
	  claims:
	    - &says
	      who: Some One
	      when: 31 May 2022
	      says: A dump steps into freed tables.
	      source: https://example.org/a
	      metric: race_dumps_exposed
	      design: driver
	      count: some
	    - <<: *says
	      says: Not under these.
	      design: [leak, rcu]
	      count: none
END

# count METRIC WHERE: its sum over the trials
count() {
	"$VTDBENCH" export latest --results r.sqlite --format csv |
		awk -F, -v metric="$1" -v want="$2" '$7 == metric &&
			(want == "driver") == ($3 == "driver" || $3 == "twin") {
				n += $10 } END { print n + 0 }'
}

if [ "$(nproc)" -lt 2 ]; then
	skip "a dumper beside a mapper" "needs two CPUs"
	exit
fi

# By chance none of so few is caught, or on a busy machine no dump ended in a
# design: then once more.
for ((i = 0; i < 10; i++)); do
	rm -f r.sqlite
	ok "it runs" "$VTDBENCH" run race.yaml --results r.sqlite
	grep -q '^  driver ' "$out" && grep -q '^  rcu ' "$out" &&
		[ "$(count race_dumps_exposed driver)" -gt 0 ] && break
done
has '^  driver ' "$out"
has 'in a freed table' "$out"
ok "dumps of the driver were in freed tables" \
	[ "$(count race_dumps_exposed driver)" -gt 0 ]
ok "and showed what had never been there" [ "$(($(count race_leaves_foreign \
	driver) + $(count race_leaves_garbage driver)))" -gt 0 ]
ok "others dumped, too" [ "$(count race_dumps others)" -gt 0 ]
is "and were in none" "$(count race_dumps_exposed others)" 0
is "nothing was timed" "$("$VTDBENCH" export latest --results r.sqlite \
	--format csv | grep -cE ',(map|unmap|dump)_[a-z0-9]*(ns|ms),')" 0
ok "the tables" "$VTDBENCH" report latest --results r.sqlite
has 'read/million' "$out"

ok "what it says of its claims" "$VTDBENCH" answer race --results r.sqlite
has '^Claim 1 of 2: supported' "$out"
has 'Rule: race_dumps_exposed of driver: some' "$out"
has ' driver +- +[0-9]+ of [0-9]+, [0-9.e+]+ % ' "$out"
has '^Claim 2 of 2: supported' "$out"
has ' rcu +- +none of [0-9]+, < [0-9.e-]+ % ' "$out"
lacks 'time, by draw' "$out"
ok "as JSON" "$VTDBENCH" answer race --results r.sqlite --format json
has '"share_below": 0' "$out"

ok "a picture" "$VTDBENCH" plot latest --only race --results r.sqlite \
	--out pictures
ok "is there" [ -s pictures/race.svg ]

sed 's/^dumpers: 1/dumpers: 0/' race.yaml >none.yaml
fails 2 "without dumpers there is nothing to run" "$VTDBENCH" check none.yaml
has 'takes both and no walkers' "$err"

# --- without: the driver is left out, and it is said ----------------------------

sed '/^race/d; s/^design: .*/design: [driver, rcu]/' race.yaml >time.yaml
ok "with times" "$VTDBENCH" check time.yaml
has 'safe for walkers of their own ranges only' "$out"
