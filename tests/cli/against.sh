#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# run --against: another build's reference in every cell, and what is said of a
# build that does not fit.
. "$(dirname "$0")/lib.sh"

engine_of leak slow side/side_slow.h '1i #define SLOW_PER_MILLE 1000'
engine_of none none

cat >one.yaml <<'Y'
workload: uniform
design: [leak, rcu]
footprint: 1M
repetitions: 6
phase: 1ms
warmup: 100us
Y
ok "a sweep beside another build" "$VTDBENCH" run --wait one.yaml \
	--against slow --results one.sqlite
has '^  other ' "$out"
has '^  twin ' "$out"
is "a row of each draw" "$(sqlite3 one.sqlite \
	"SELECT design, count(*) FROM trial GROUP BY design")" \
	"$(printf '%s\n' 'leak|6' 'other|6' 'rcu|6' 'twin|6')"
ok "which are no trials of the plan" "$VTDBENCH" report latest \
	--results one.sqlite
has '12 of 12 trials' "$out"
# Twice as long is seen through any noise.
is "the other build is slower" "$(sqlite3 one.sqlite "
	SELECT avg(v) > 1.5 FROM (SELECT o.value / l.value AS v
	FROM value o JOIN trial a ON a.id = o.trial AND a.design = 'other'
	JOIN trial b ON b.design = 'leak' AND b.repetition = a.repetition
	JOIN value l ON l.trial = b.id AND l.metric = o.metric
	WHERE o.metric = 'walk_lat_ns')")" 1

fails 2 "a build without the design" "$VTDBENCH" run --wait one.yaml \
	--against none --results two.sqlite
has 'no design leak' "$err"
lacks '0 of 12 trials' "$err"
fails 2 "a folder without a build" "$VTDBENCH" run --wait one.yaml \
	--against . --results two.sqlite
has 'make sides' "$err"
