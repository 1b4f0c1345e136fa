/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Draws beyond the plan: which cell, until when, and what that does to the
 * intervals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "judge/precision.h"

#define S UINT64_C(1000000000)

static struct runner_cell cell(unsigned draws, double draw_s, double excess)
{
	return (struct runner_cell){.draws = draws,
				    .draw_s = draw_s,
				    .needs = {.n = excess > 1,
					      .excess = {excess}}};
}

static void the_most_for_its_time(void **state)
{
	struct runner_cell c[] = {cell(6, 1, 2), cell(6, 1, 3), cell(6, 1, 0)};

	assert_int_equal(runner_choose(c, 3, 80, INFINITY), 1);
	c[1].draw_s = 2; /* half as much by second */
	assert_int_equal(runner_choose(c, 3, 80, INFINITY), 0);
	c[0].draws = 20; /* one draw more changes less */
	assert_int_equal(runner_choose(c, 3, 80, INFINITY), 1);
	/* Beyond hope it does not count for more. */
	c[0] = cell(6, 1, 400);
	c[2] = cell(6, 0.9, 4);
	assert_int_equal(runner_choose(c, 3, 80, INFINITY), 2);
	c[2] = cell(6, 1, 3);
	c[2].needs = (struct runner_needs){.n = 2, .excess = {3, 3}};
	assert_int_equal(runner_choose(c, 3, 80, INFINITY), 2);
}

static void the_most_urgent_first(void **state)
{
	struct runner_cell c[] = {cell(6, 1, 4), cell(6, 9, 2), cell(6, 9, 2)};

	c[0].needs.urgency = RUNNER_LONG;
	c[1].needs.urgency = RUNNER_CASE;
	c[2].needs.urgency = RUNNER_OPEN;
	assert_int_equal(runner_choose(c, 3, 80, INFINITY), 2);
	c[0].needs.urgency = RUNNER_NO_INTERVAL;
	assert_int_equal(runner_choose(c, 3, 80, INFINITY), 0);
	/* Others, if there is no time for those. */
	c[0].needs.urgency = RUNNER_LONG;
	assert_int_equal(runner_choose(c, 3, 80, 5), 0);
}

static void none_that_is_of_no_use(void **state)
{
	struct runner_cell c[] = {cell(6, 1, 0), cell(80, 1, 2), cell(7, 3, 2)};

	assert_int_equal(runner_choose(c, 2, 80, INFINITY), SIZE_MAX);
	assert_int_equal(runner_choose(c, 3, 80, 3), 2);
	assert_int_equal(runner_choose(c, 3, 80, 2.9), SIZE_MAX);
}

/* Twice as wide as wanted: four times the draws. */
static void the_time_that_is_left(void **state)
{
	struct runner_cell c[] = {cell(6, 1, 2), cell(6, 2, 0)};

	assert_true(fabs(runner_until_precise(c, 2, 80) - 18) < 1e-9);
	assert_true(fabs(runner_until_precise(c, 2, 10) - 4) < 1e-9);
}

/* A run that was broken off after 20 s goes on for the rest of its 30 s. */
static void the_budget_is_that_of_the_run(void **state)
{
	struct runner_cell c[] = {cell(6, 1.5, 2), cell(6, 4, 3)};
	uint64_t now = 1000 * S, from = now;
	unsigned n = 0;
	size_t at;

	assert_true(isinf(runner_budget_left(0, 20 * S, from, now)));
	while ((at = runner_choose(c, 2, 80,
				   runner_budget_left(30 * S, 20 * S, from,
						      now))) != SIZE_MAX) {
		now += (uint64_t)(c[at].draw_s * 1e9);
		c[at].draws++;
		n++;
	}
	assert_int_equal(n, 6);
	assert_int_equal(now - from, 9 * S);
	assert_int_equal(c[1].draws, 6);
}

enum { DRAWS = 40, DESIGNS = 3 };
static const char *const names[DESIGNS] = {"rcu", "leak", "rwlock"};

/* A cell of @n draws, in which rcu's ratio is 1 + @off with an SD of @spread,
 * and so has that of independent walks, which no table shows. */
static struct runner_cell made(unsigned n, double off, double spread,
			       unsigned mappers)
{
	static const struct trial_plan plan = {.cell = "c"};
	struct store_trial *trial = calloc(DRAWS * DESIGNS, sizeof(*trial));
	struct runner_cell c = {.first = &plan, .draws = n};
	struct rng r;

	rng_seed(&r, 9, 0);
	for (unsigned i = 0; i < n * DESIGNS; i++) {
		struct store_trial *t = &trial[i];
		double x = i % DESIGNS ? 0 : spread * (2 * rng_double(&r) - 1);

		x += i % DESIGNS ? 0 : off;
		*t = (struct store_trial){.sweep = "s",
					  .design = names[i % DESIGNS],
					  .workload = "uniform",
					  .cell = "c",
					  .axes = "",
					  .walkers = 1,
					  .mappers = mappers,
					  .repetition = i / DESIGNS};
		record_init(&t->record);
		record_add(&t->record, METRIC_walk_lat_ns, 10 * exp(x), false);
		record_add(&t->record, METRIC_walk_ops_per_s, 1e8, false);
		record_add(&t->record, METRIC_walk_thr_ns, 99 * exp(x), false);
		record_add(&t->record, METRIC_walk_p99_ns, 30 * exp(x), false);
	}
	c.trials = (struct store_trials){.trial = trial, .n = n * DESIGNS};
	return c;
}

static void forget(struct runner_cell *c)
{
	for (size_t i = 0; i < c->trials.n; i++)
		record_release(&c->trials.trial[i].record);
	free(c->trials.trial);
}

static struct runner_needs asked(struct precision *p, unsigned n, double off,
				 double spread, unsigned mappers)
{
	struct runner_cell c = made(n, off, spread, mappers);

	precision_needs(p, &c, 1);
	forget(&c);
	return c.needs;
}

static struct runner_needs needs(const struct params_run *run, unsigned n,
				 double spread, unsigned mappers)
{
	struct precision p = {.wanted = precision_wanted(run)};

	return asked(&p, n, 0, spread, mappers);
}

/* @p is asked a claim, or two: what they are about, and their rule. */
static void ask(struct precision *p, const char *one, const char *two)
{
	static const char form[] =
		"    - {who: a, when: b, says: c, source: d, %s}\n";
	char text[1024] = "name: q\nsweeps: [{name: s}, {name: t}]\n"
			  "question:\n  claims:\n";
	size_t used = strlen(text);

	used += (size_t)snprintf(text + used, sizeof(text) - used, form, one);
	if (two)
		snprintf(text + used, sizeof(text) - used, form, two);
	question_of(text, &p->question);
	assert_int_equal(p->question.n, two ? 2 : 1);
	assert_null(p->question.claim[0].unread);
}

/* A claim that holds one cell against another needs draws of both. */
static void both_cells_of_a_claim_are_drawn(void **state)
{
	static const struct trial_plan plan[] = {
		{.cell = "c"}, {.cell = "d"}, {.cell = "e"}};
	static const char *const params[] = {"{\"free\":\"list\"}",
					     "{\"free\":\"page\"}",
					     "{\"free\":\"sync\"}"};
	struct precision p = {.wanted = margins_default,
			      .margins = margins_default};
	struct runner_cell c[3];

	ask(&p,
	    "metric: walk_thr_ns, design: rcu, where: {free: page},"
	    " against_where: {free: list}, ratio: same",
	    NULL);
	for (unsigned k = 0; k < 3; k++) {
		c[k] = made(20, 0, 0.1, 0);
		c[k].first = &plan[k];
		for (size_t i = 0; i < c[k].trials.n; i++) {
			c[k].trials.trial[i].cell = plan[k].cell;
			c[k].trials.trial[i].axes = params[k];
			c[k].trials.trial[i].params = params[k];
		}
	}
	precision_needs(&p, c, 3);
	assert_int_equal(c[0].needs.n, 1);
	assert_int_equal(c[1].needs.n, 1);
	assert_int_equal(c[2].needs.n, 0);
	for (unsigned k = 0; k < 3; k++)
		forget(&c[k]);
	precision_release(&p);
}

/* What claims are about is decided, and nothing else is asked. */
static void claims_are_to_be_decided(void **state)
{
	struct precision p = {.wanted = margins_default,
			      .margins = margins_default};
	struct runner_needs n;

	ask(&p, "metric: walk_thr_ns, design: rcu, ratio: same", NULL);
	n = asked(&p, 20, 0, 0.1, 0);
	assert_int_equal(n.n, 1);
	assert_int_equal(n.phases, metrics[METRIC_walk_thr_ns].phases);
	assert_false(n.whole);
	assert_int_equal(asked(&p, 20, 0, 0.005, 0).n, 0);
	/* However wide: it is none of the same. */
	assert_int_equal(asked(&p, 20, 0.3, 0.1, 0).n, 0);
	/* However narrow: it may be or not. */
	assert_int_equal(asked(&p, 20, 0.0095, 0.008, 0).n, 1);
	/* But for more draws than anybody has. */
	assert_int_equal(asked(&p, 20, 0.0098, 0.001, 0).n, 0);
	/* No interval can be had of eight at this confidence. */
	assert_true(isinf(asked(&p, 8, 0.3, 0.005, 0).excess[0]));
	assert_int_equal(asked(&p, 9, 0.3, 0.005, 0).n, 0);
	precision_release(&p);
	/* Draws of what the figures come from alone have no single operations. */
	ask(&p, "metric: walk_p99_ns, design: rcu, ratio: same", NULL);
	assert_true(asked(&p, 20, 0, 0.1, 0).whole);
	precision_release(&p);
	/* It is not about this cell. */
	ask(&p, "sweep: t, metric: walk_thr_ns, design: rcu, ratio: same",
	    NULL);
	assert_int_equal(asked(&p, 20, 0, 0.1, 0).n, 0);
	precision_release(&p);
}

/* Whether what was asked is open, and what it takes. */
static void open_claims_come_first(void **state)
{
	struct precision p = {.wanted = margins_default,
			      .margins = margins_default,
			      .draws_max = 80};
	struct runner_needs n;

	ask(&p,
	    "metric: [walk_lat_ns, walk_thr_ns], design: [rcu, rwlock],"
	    " ratio: slower",
	    NULL);
	/* rwlock contradicts it: what rcu is, is of interest, and no more. */
	n = asked(&p, 20, 0.05, 0.15, 0);
	assert_int_equal(n.n, 2);
	assert_int_equal(n.urgency, RUNNER_CASE);
	/* It is about where the bound is. */
	n = asked(&p, 20, 0.01, 0.15, 0);
	assert_int_equal(n.urgency, RUNNER_LONG);
	precision_release(&p);
	ask(&p, "metric: walk_lat_ns, design: [rcu, rwlock], ratio: slower",
	    "metric: walk_thr_ns, design: rcu, ratio: slower");
	/* Of the cell's two figures the one that decides a claim. */
	n = asked(&p, 20, 0.05, 0.15, 0);
	assert_int_equal(n.n, 1);
	assert_int_equal(n.urgency, RUNNER_OPEN);
	assert_int_equal(n.phases, metrics[METRIC_walk_thr_ns].phases);
	assert_int_equal(asked(&p, 8, 0.1, 0.15, 0).urgency,
			 RUNNER_NO_INTERVAL);
	precision_release(&p);
}

/* Without claims: each figure is to be told apart, or the same. */
static void verdicts_are_to_be_had(void **state)
{
	const struct params_run run = {.decide = true};
	struct precision p = {.wanted = precision_wanted(&run),
			      .margins = margins_default,
			      .decide = true,
			      .draws_max = 80};
	struct runner_cell c;

	assert_true(runner_adapts(&run));
	/* However wide, and however narrow. */
	assert_int_equal(asked(&p, 20, 0.3, 0.1, 0).n, 0);
	assert_int_equal(asked(&p, 20, 0, 0.005, 0).n, 0);
	assert_true(asked(&p, 20, 0.013, 0.012, 0).n);
	assert_int_equal(asked(&p, 20, 0.013, 0.012, 0).urgency, RUNNER_OPEN);
	assert_int_equal(asked(&p, 8, 0, 0.005, 0).urgency, RUNNER_NO_INTERVAL);
	/* By the margin of its class. */
	assert_true(asked(&p, 20, 0.05, 0.1, 1).n);
	p.margins.of[RATIO_CONTENDED] = 0.2;
	assert_int_equal(asked(&p, 20, 0.05, 0.1, 1).n, 0);
	/* What no table shows first has a verdict, too. */
	c = made(20, 0, 0, 1);
	for (size_t i = 0; i < c.trials.n; i++) {
		static const enum metric_id known[] = {METRIC_translate_ns,
						       METRIC_event_ns,
						       METRIC_update_ops_per_s};
		struct record *r = &c.trials.trial[i].record;

		for (unsigned k = 0; k < 3; k++)
			record_add(r, known[k], 100, false);
		record_add(r, METRIC_update_pass_ms,
			   i % DESIGNS || i % 2 ? 1 : 1.5, false);
	}
	precision_needs(&p, &c, 1);
	assert_int_equal(c.needs.n, 1);
	assert_int_equal(c.needs.phases, metrics[METRIC_update_pass_ms].phases);
	forget(&c);
}

static void what_is_not_precise(void **state)
{
	struct params_run run = {.precision = {.walk = 0.01}};
	struct runner_needs n = needs(&run, 20, 0.1, 0);

	assert_int_equal(n.n, 1);
	assert_true(n.excess[0] > 1 && n.excess[0] < 10);
	assert_int_equal(n.phases, PHASE_LATENCY);
	/* The same, four times as many. */
	assert_true(needs(&run, 40, 0.1, 0).excess[0] < n.excess[0]);
	assert_int_equal(needs(&run, 20, 0.005, 0).n, 0);
	/* No interval can be had of six at this confidence. */
	n = needs(&run, 6, 0.005, 0);
	assert_int_equal(n.n, 2);
	assert_true(isinf(n.excess[0]));
	assert_int_equal(needs(&run, 7, 0.005, 0).n, 0);
	/* Nobody asked about several threads. */
	assert_int_equal(needs(&run, 20, 0.1, 1).n, 0);
	run.precision.contended = 0.01;
	assert_int_equal(needs(&run, 20, 0.1, 1).n, 1);
	run = (struct params_run){.budget_ns = 1};
	assert_int_equal(needs(&run, 20, 0.1, 0).n, 1);
	assert_int_equal(needs(&run, 20, 0.1, 1).n, 0); /* 10 % are enough */
}

static double normal(struct rng *r)
{
	return sqrt(-2 * log(1 - rng_double(r))) *
	       cos(2 * 3.14159265358979 * rng_double(r));
}

/* One draw in ten comes from a wider distribution. */
static double uneven(struct rng *r)
{
	return normal(r) * (rng_below(r, 10) ? 0.5 : 3);
}

/* How often the interval of RATIO_CONFIDENCE holds the true 0, when draws end
 * once it is narrow (@half) or once it tells the value from 0 (half 0). */
static double covers(double (*draw)(struct rng *), double half, unsigned runs)
{
	unsigned held = 0;
	struct rng r;

	rng_seed(&r, 5, (uint64_t)(1000 * half));
	for (unsigned k = 0; k < runs; k++) {
		struct estimate e = {0};
		bool enough = false;
		double x[80];

		for (unsigned n = 0; n < 80 && !enough;) {
			x[n++] = draw(&r);
			if (n < 6)
				continue;
			e = stats_hodges_lehmann(x, n,
						 half > 0 ? PRECISION_CONFIDENCE
							  : RATIO_CONFIDENCE);
			if (half <= 0)
				enough = e.low > 0 || e.high < 0;
			else
				enough = e.confidence >= PRECISION_CONFIDENCE &&
					 (e.high - e.low) / 2 <= half;
			if (half > 0 && (enough || n == 80))
				e = stats_hodges_lehmann(x, n,
							 RATIO_CONFIDENCE);
		}
		held += e.low <= 0 && e.high >= 0;
	}
	return (double)held / runs;
}

static void narrow_intervals_still_cover(void **state)
{
	static const double half[] = {1.2, 0.76, 0.61, 0.49, 0.39};
	double sum = 0;

	for (size_t i = 0; i < 5; i++) {
		double a = covers(normal, half[i], 1000);
		double b = covers(uneven, half[i], 1000);

		print_message("half-width %.2f SD: %.1f %%, uneven %.1f %%\n",
			      half[i], 100 * a, 100 * b);
		/* 0.95 less three standard errors of this simulation */
		assert_true(a >= 0.925 && b >= 0.925);
		sum += a + b;
	}
	assert_true(sum / 10 >= 0.935);
	/* The simulation sees it where draws end for the value. */
	assert_true(covers(normal, 0, 300) < 0.85);
}

/*
 * Of claims whose bound is @far SDs of a draw from the truth 0: how often they
 * end on the wrong side, by the interval that is reported, and on none.
 */
static void decides(double (*draw)(struct rng *), double far, unsigned runs,
		    double *wrong, double *open)
{
	struct rng r;

	*wrong = *open = 0;
	rng_seed(&r, 6, (uint64_t)(1000 * far));
	for (unsigned k = 0; k < runs; k++) {
		struct estimate e = {0};
		bool enough = false;
		double x[40];
		unsigned n = 0;

		while (n < 40 && !enough) {
			x[n++] = draw(&r) - far;
			if (n < 9)
				continue;
			e = stats_hodges_lehmann(x, n, PRECISION_DECIDED);
			enough = e.low > 0 || e.high < 0;
		}
		e = stats_hodges_lehmann(x, n, RATIO_CONFIDENCE);
		*wrong += e.low > 0;
		*open += e.low <= 0 && e.high >= 0;
	}
	*wrong /= runs;
	*open /= runs;
}

static void claims_are_decided_rightly(void **state)
{
	static const double far[] = {0, 0.1, 0.2, 0.4, 0.8};

	for (size_t i = 0; i < 5; i++) {
		double wrong[2], open[2];

		decides(normal, far[i], 1000, &wrong[0], &open[0]);
		decides(uneven, far[i], 1000, &wrong[1], &open[1]);
		print_message("bound at %.1f SD: wrong %.1f %%, open %.0f %%; "
			      "uneven %.1f, %.0f %%\n",
			      far[i], 100 * wrong[0], 100 * open[0],
			      100 * wrong[1], 100 * open[1]);
		assert_true(wrong[0] < 0.05 && wrong[1] < 0.05);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_most_for_its_time),
		cmocka_unit_test(the_most_urgent_first),
		cmocka_unit_test(none_that_is_of_no_use),
		cmocka_unit_test(the_time_that_is_left),
		cmocka_unit_test(the_budget_is_that_of_the_run),
		cmocka_unit_test(what_is_not_precise),
		cmocka_unit_test(claims_are_to_be_decided),
		cmocka_unit_test(both_cells_of_a_claim_are_drawn),
		cmocka_unit_test(open_claims_come_first),
		cmocka_unit_test(verdicts_are_to_be_had),
		cmocka_unit_test(narrow_intervals_still_cover),
		cmocka_unit_test(claims_are_decided_rightly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
