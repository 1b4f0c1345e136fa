/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How often a comparison errs, and what it finds: runs made of real draws.
 *
 * tests/unit/data/draws.txt has 24 draws of one build. Dealt out at random to
 * two runs, what all designs of a cell showed in a draw together, they are two
 * runs of one build, of which nothing may be called faster or slower.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "judge/compare.h"

enum {
	DRAWS = 24,
	SIDE = DRAWS / 2,
	FIGURES = 160,
	COPIES = 3, /* of every cell: as many ratios as quick.yaml has */
	TRIALS = COPIES * FIGURES * DRAWS,
};

/* A figure of a design in all draws; those of a cell stand together. */
static struct figure {
	char sweep[16], workload[16], design[16];
	unsigned walkers, mappers;
	enum metric_id metric;
	double value[DRAWS]; /* 0: none */
} figure[FIGURES];
static size_t nfigures;

static struct rng rng;
static char cells[COPIES][FIGURES][64]; /* of a copy, by its first figure */

/* One run. */
static struct side {
	struct store_trial trial[TRIALS];
	size_t n;
	struct store_run run;
} side[2];

static int load(void **state)
{
	FILE *in = fopen("tests/unit/data/draws.txt", "r");
	char line[1024], name[64], text[24];

	assert_non_null(in);
	while (fgets(line, sizeof(line), in)) {
		struct figure *f = &figure[nfigures];
		int at, more;

		if (*line == '#')
			continue;
		assert_true(nfigures++ < FIGURES);
		assert_int_equal(sscanf(line, "%15s %15s %u %u %15s %63s%n",
					f->sweep, f->workload, &f->walkers,
					&f->mappers, f->design, name, &at),
				 6);
		f->metric = metric_of(name);
		for (int d = 0; d < DRAWS; d++, at += more) {
			assert_int_equal(
				sscanf(line + at, " %23s%n", text, &more), 1);
			f->value[d] = *text == '-' ? 0 : atof(text);
		}
	}
	fclose(in);
	return 0;
}

static bool same_cell(const struct figure *a, const struct figure *b)
{
	return a->walkers == b->walkers && a->mappers == b->mappers &&
	       !strcmp(a->sweep, b->sweep);
}

/* The trial of @f's design in draw @d of the run, which may be new. */
static struct store_trial *trial_of(struct side *s, const struct figure *f,
				    const char *cell, unsigned d)
{
	struct store_trial *t;

	for (size_t i = s->n; i-- > 0;)
		if (s->trial[i].repetition == d &&
		    !strcmp(s->trial[i].design, f->design) &&
		    s->trial[i].cell == cell)
			return &s->trial[i];
	assert_true(s->n < TRIALS);
	t = &s->trial[s->n++];
	*t = (struct store_trial){.cell = cell,
				  .axes = "",
				  .sweep = f->sweep,
				  .design = f->design,
				  .workload = f->workload,
				  .params = "{}",
				  .walkers = f->walkers,
				  .mappers = f->mappers,
				  .repetition = d};
	record_init(&t->record);
	return t;
}

static void shuffle(unsigned order[DRAWS])
{
	for (unsigned i = 0; i < DRAWS; i++)
		order[i] = i;
	for (unsigned i = DRAWS - 1; i > 0; i--) {
		unsigned k = (unsigned)(rng_double(&rng) * (i + 1));
		unsigned was = order[i];

		order[i] = order[k];
		order[k] = was;
	}
}

/* A machine as fast as it likes; design @slow takes @by times as long. */
static void deal(const char *slow, double by, unsigned draws)
{
	double speed[2] = {1, 0.5 + rng_double(&rng)};
	unsigned order[DRAWS];
	const char *cell = NULL;

	side[0].n = side[1].n = 0;
	for (size_t c = 0; c < COPIES; c++)
		for (size_t i = 0; i < nfigures; i++) {
			const struct figure *f = &figure[i];
			bool rate = metrics[f->metric].better == BETTER_HIGHER;

			if (!i || !same_cell(f, f - 1)) {
				shuffle(order);
				cell = cells[c][i];
				snprintf(cells[c][i], sizeof(cells[c][i]),
					 "%.15s-%zu-%zu", f->sweep, c, i);
			}
			for (unsigned d = 0; d < 2 * draws; d++) {
				unsigned of = d / draws;
				double time = speed[of];

				if (of && !strcmp(f->design, slow))
					time *= by;
				record_add(&trial_of(&side[of], f, cell,
						     d % draws)
						    ->record,
					   f->metric,
					   f->value[order[d]] *
						   (rate ? 1 / time : time),
					   false);
			}
		}
}

/* Of the ratios of @design, or NULL: all others than rcu. */
struct seen {
	size_t slower, faster, of;
};

static void compare(struct seen *rcu, struct seen *others, bool quiet)
{
	const struct compare_options o = {margins_default, 0.99, NULL};
	struct compare_run of[2];
	struct compare c;
	struct err e = {0};

	for (int i = 0; i < 2; i++) {
		static struct store_trials trials[2];

		trials[i] = (struct store_trials){side[i].trial, side[i].n};
		of[i] = (struct compare_run){&side[i].run, &trials[i]};
		side[i].run.seed = (uint64_t)i; /* nothing is exact here */
	}
	assert_int_equal(compare_runs(&of[0], &of[1], &o, &c, &e), 0);
	for (size_t i = 0; i < c.nrows; i++) {
		const struct compare_row *r = &c.row[i];
		struct seen *s = strcmp(r->trial->design, "rcu") ? others : rcu;

		if (r->method != COMPARE_RATIO ||
		    (quiet && strcmp(r->trial->sweep, "sizes") &&
		     strcmp(r->trial->sweep, "footprint")))
			continue;
		s->of++;
		s->slower += r->change.verdict == RATIO_SLOWER;
		s->faster += r->change.verdict == RATIO_FASTER;
	}
	compare_release(&c);
	for (int i = 0; i < 2; i++)
		for (size_t k = 0; k < side[i].n; k++)
			record_release(&side[i].trial[k].record);
}

static void one_build_is_not_told_from_itself(void **state)
{
	enum { PAIRS = 200 };
	size_t pairs = 0, named = 0, all = 0;

	rng_seed(&rng, 11, 0);
	for (int i = 0; i < PAIRS; i++) {
		struct seen rcu = {0}, others = {0};
		size_t n;

		/* From too few for any interval to as many as there are. */
		deal("", 1, i % 4 ? SIDE : 6);
		compare(&rcu, &others, false);
		n = rcu.slower + rcu.faster + others.slower + others.faster;
		named += n;
		pairs += n > 0;
		all += rcu.of + others.of;
	}
	print_message("%zu of %zu ratios named, in %zu of %d comparisons\n",
		      named, all, pairs, PAIRS);
	assert_true(all / PAIRS > 200);
	assert_true(pairs <= PAIRS / 100);
}

/* 10 %, in cells whose draws differ by 2 % at most, for the most part. */
static void a_slower_design_is_found(void **state)
{
	struct seen rcu = {0}, others = {0};

	rng_seed(&rng, 12, 0);
	for (int i = 0; i < 10; i++) {
		deal("rcu", 1.1, SIDE);
		compare(&rcu, &others, true);
	}
	print_message("%zu of %zu found, %zu + %zu of %zu others named\n",
		      rcu.slower, rcu.of, others.slower, others.faster,
		      others.of);
	assert_true(rcu.slower * 100 >= rcu.of * 90);
	assert_int_equal(rcu.faster + others.slower + others.faster, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_build_is_not_told_from_itself),
		cmocka_unit_test(a_slower_design_is_found),
	};

	return cmocka_run_group_tests(tests, load, NULL);
}
