/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The gate's decisions on samples whose truth is known: how often it cries
 * wolf, what it finds, what it makes of the machine's past.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "judge/gate_levels.h"
#include "judge/gate_samples.h"
#include "base/rng.h"

static double normal(struct rng *r)
{
	return sqrt(-2 * log(1 - rng_double(r))) *
	       cos(2 * M_PI * rng_double(r));
}

/* What processes say of two equal builds: each draws from the same lot. */
enum shape { NORMAL, BIMODAL, HEAVY, SHAPES };

static double one_side(struct rng *r, enum shape shape, double sd)
{
	if (shape == BIMODAL) /* code that is well or badly placed */
		return (rng_double(r) < 0.3 ? 3 * sd : 0) + normal(r) * sd / 10;
	if (shape == HEAVY)
		return normal(r) * sd / fmax(0.05, rng_double(r));
	return normal(r) * sd;
}

/* Looks until a verdict, at samples of ln(new / old) = @change. */
static enum ratio_verdict decide(struct rng *r, enum shape shape, double sd,
				 double change, double margin, unsigned *looks)
{
	double sample[GATE_PROCESSES];
	struct ratio of = {.margin = margin};

	for (*looks = 0; *looks < GATE_LOOKS; ++*looks) {
		for (; of.draws < gate_look_processes[*looks]; of.draws++)
			sample[of.draws] = change + one_side(r, shape, sd) -
					   one_side(r, shape, sd);
		gate_judge(sample, &of);
		if (of.verdict != RATIO_UNRESOLVED)
			break;
	}
	return of.verdict;
}

static void the_budget_is_kept(void **state)
{
	double sample[GATE_PROCESSES] = {0};

	assert_int_equal(gate_look_processes[GATE_LOOKS - 1], GATE_PROCESSES);
	for (unsigned i = 0; i < GATE_LOOKS; i++) {
		struct ratio of = {.margin = 1,
				   .draws = gate_look_processes[i]};

		if (i)
			assert_true(gate_look_processes[i] >
				    gate_look_processes[i - 1]);
		/* a sample of that size can give such an interval at all */
		gate_judge(sample, &of);
		assert_int_equal(of.verdict, RATIO_SAME);
		assert_true(GATE_LOOKS * (1 - of.log.confidence) <= 0.003);
		of.draws = 11;
		gate_judge(sample, &of);
		assert_int_equal(of.verdict, RATIO_UNRESOLVED);
	}
}

/* 0.3 % of decisions at most, with a margin too small to help. */
static void no_change_is_none(void **state)
{
	enum { DECISIONS = 600 };
	unsigned looks;
	struct rng r;

	for (enum shape shape = 0; shape < SHAPES; shape++) {
		unsigned different = 0;

		rng_seed(&r, 1, shape);
		for (unsigned i = 0; i < DECISIONS; i++)
			different += decide(&r, shape, 0.02, 0, 1e-6, &looks) !=
				     RATIO_UNRESOLVED;
		/* 1.8 expected at most; more than 8 in 5000 runs at most one */
		if (different > 8)
			fail_msg("shape %d: %u of %d different", (int)shape,
				 different, DECISIONS);
	}
}

static void slowdowns_are_found(void **state)
{
	static const struct {
		double sd, change, margin;
	} rows[] = {{0.003, 0.01, 0.005}, /* a walk */
		    {0.01, 0.03, 0.015},  /* a map */
		    {0.04, 0.10, 0.05}};  /* two threads */
	unsigned looks;
	struct rng r;

	rng_seed(&r, 2, 0);
	for (unsigned k = 0; k < 3; k++) {
		unsigned found = 0;

		for (unsigned i = 0; i < 200; i++)
			found += decide(&r, NORMAL, rows[k].sd,
					log1p(rows[k].change), rows[k].margin,
					&looks) == RATIO_SLOWER;
		if (found < 190)
			fail_msg("row %u: found %u of 200", k, found);
	}
}

static void a_quiet_metric_is_settled_at_once(void **state)
{
	unsigned looks;
	struct rng r;

	rng_seed(&r, 3, 0);
	for (unsigned i = 0; i < 100; i++) {
		assert_int_equal(decide(&r, NORMAL, 0.0005, 0, 0.005, &looks),
				 RATIO_SAME);
		assert_int_equal(looks, 0);
		assert_int_equal(decide(&r, NORMAL, 0.0005, -0.02, 0.005,
					&looks),
				 RATIO_FASTER);
	}
}

/* What cannot be judged is said to be so, not passed. */
static void noise_is_no_verdict(void **state)
{
	unsigned looks, same = 0;
	struct rng r;

	rng_seed(&r, 4, 0);
	for (unsigned i = 0; i < 200; i++)
		same += decide(&r, NORMAL, 0.5, 0, 0.005, &looks) == RATIO_SAME;
	assert_int_equal(same, 0);
}

/* One slowdown, two nights: never slower in one and the same in the other. */
static void nights_do_not_contradict(void **state)
{
	unsigned looks;
	struct rng r;

	rng_seed(&r, 5, 0);
	for (unsigned i = 0; i < 600; i++) {
		double change = 0.002 + 0.001 * (i % 7);
		enum ratio_verdict a, b;

		a = decide(&r, NORMAL, 0.003, change, 0.005, &looks);
		b = decide(&r, NORMAL, 0.003, change, 0.005, &looks);
		assert_false((a == RATIO_SLOWER && b == RATIO_SAME) ||
			     (a == RATIO_SAME && b == RATIO_SLOWER));
	}
}

/* However noisy the twin, the margins of later nights stay; an offset that it
 * keeps through a night raises them. */
static void noise_raises_no_margin(void **state)
{
	double shown[300], sample[GATE_PROCESSES];
	struct rng r;

	rng_seed(&r, 6, 0);
	for (unsigned offset = 0; offset < 2; offset++) {
		for (unsigned i = 0; i < 300; i++) {
			struct ratio of = {.draws = 14, .margin = 0.005};
			double night = offset * 0.04 * normal(&r);

			for (unsigned k = 0; k < of.draws; k++)
				sample[k] = night + 0.02 * normal(&r);
			gate_judge(sample, &of);
			shown[i] = gate_twin_shown(
				of.log.value, (of.log.high - of.log.low) / 2);
		}
		if (offset)
			assert_true(margin_raised(0.005, shown, 300) > 0.05);
		else
			assert_true(margin_raised(0.005, shown, 300) < 0.0051);
	}
}

static void unequal_losses_are_seen(void **state)
{
	assert_false(gate_lost_differs(0, 0, 0));
	assert_false(gate_lost_differs(1000, 300, 310));
	assert_false(gate_lost_differs(20, 1, 4)); /* chance */
	assert_true(gate_lost_differs(1000, 300, 500));
	assert_true(gate_lost_differs(1000, 500, 300));
	assert_false(gate_lost_differs(1000000, 300000, 320000)); /* 2 points */
}

static void cases_are_told_apart(void **state)
{
	char name[64], other[64];

	for (const struct pair_case *c = pair_cases; c->name; c++)
		for (const struct pair_case *d = pair_cases; d->name; d++)
			for (unsigned i = 0; i < pair_halves(c); i++)
				for (unsigned k = 0; k < pair_halves(d); k++) {
					pair_metric(c, i, name, sizeof(name));
					pair_metric(d, k, other, sizeof(other));
					if (c != d || i != k)
						assert_string_not_equal(name,
									other);
				}
	assert_true(pair_matches("rcu/walk_*,none/4k", "rcu", "walk_dep_4k"));
	assert_true(pair_matches("rcu/walk_*,none/4k", "none", "4k"));
	assert_false(pair_matches("rcu/walk_*,none/4k", "rcu", "4k"));
	assert_false(pair_matches("", "rcu", "4k"));
}

static void samples_are_read_back(void **state)
{
	static const char *const bad[] = {
		"",
		"{",
		"[]",
		"{\"samples\": 1}",
		"{\"samples\": [{}]}",
		"{\"samples\": [{\"design\": \"rcu\", \"metric\": \"m\", "
		"\"class\": \"none of these\", \"triples\": 1, \"tried\": 1, "
		"\"lost\": [0, 0, 0], \"ns\": [1, 1, 1]}]}"};
	struct gate_samples s;
	struct err e = {0};

	for (unsigned i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(gate_samples_read(&s, bad[i], &e), -EPROTO);
	assert_int_equal(
		gate_samples_read(
			&s,
			"{\"samples\": [{\"design\": \"rcu\", \"metric\": "
			"\"map_4k\", \"class\": \"update\", \"triples\": 8, "
			"\"tried\": 9, \"lost\": [0, 1, 2], \"ns\": [1.5, 2, "
			"null], \"change\": 0.25, \"canary\": -0.5}]}",
			&e),
		0);
	assert_int_equal(s.n, 1);
	assert_int_equal(s.sample[0].class, PAIR_CLASS_update);
	assert_int_equal(s.sample[0].lost[PAIR_NEW], 2);
	assert_true(fabs(s.sample[0].change - 0.25) < 1e-12);
	assert_true(fabs(s.sample[0].ns[PAIR_OLD] - 1.5) < 1e-12);
	gate_samples_release(&s);
}

/* A reference more at level 2 shows in walks that end at 1 and at 2. */
static void the_level_is_named(void **state)
{
	struct gate_exact exact[] = {
		{.design = "rcu",
		 .of = "walk_dep_4k",
		 .metric = "reads_per_op",
		 .old_value = 10,
		 .new_value = 11},
		{.design = "rcu",
		 .of = "walk_dep_2m",
		 .metric = "reads_per_op",
		 .old_value = 9,
		 .new_value = 10},
	};
	struct gate g = {.exact = exact, .nexact = 2};
	char text[128];

	gate_levels(&g, "rcu", "walk_dep_4k", "reads_per_op", text,
		    sizeof(text));
	assert_string_equal(text, "level 2 +1");
	exact[1].new_value = 9;
	gate_levels(&g, "rcu", "walk_dep_4k", "reads_per_op", text,
		    sizeof(text));
	assert_string_equal(text, "level 1 +1");
	gate_levels(&g, "rcu", "map_4k", "reads_per_op", text, sizeof(text));
	assert_string_equal(text, "");
}

/* Of a time that changed while nothing that is counted did. */
static void layout_is_asked_about(void **state)
{
	struct gate_exact exact = {.design = "rcu", .of = "map_4k"};
	struct gate_metric m = {.c = pair_cases, .design = "rcu"};
	struct gate g = {.exact_compared = 9, .exact = &exact, .nexact = 1};

	assert_false(gate_is_layout(&g, &m)); /* not resolved */
	m.change.ratio.verdict = RATIO_SLOWER;
	assert_true(gate_is_layout(&g, &m));
	pair_metric(m.c, 0, exact.of, sizeof(exact.of));
	assert_false(gate_is_layout(&g, &m));
	strcpy(exact.design, "none");
	assert_true(gate_is_layout(&g, &m));
	strcpy(g.no_instructions, "valgrind is not installed");
	assert_false(gate_is_layout(&g, &m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_budget_is_kept),
		cmocka_unit_test(no_change_is_none),
		cmocka_unit_test(slowdowns_are_found),
		cmocka_unit_test(a_quiet_metric_is_settled_at_once),
		cmocka_unit_test(noise_is_no_verdict),
		cmocka_unit_test(nights_do_not_contradict),
		cmocka_unit_test(noise_raises_no_margin),
		cmocka_unit_test(unequal_losses_are_seen),
		cmocka_unit_test(cases_are_told_apart),
		cmocka_unit_test(samples_are_read_back),
		cmocka_unit_test(the_level_is_named),
		cmocka_unit_test(layout_is_asked_about),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
