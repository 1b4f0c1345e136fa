/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Designs against their reference: pairs, intervals, verdicts, ranks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/rng.h"
#include "judge/ratio.h"
#include "trial/reference.h"

enum { DRAWS = 12, DESIGNS = 4 };

static const char *const names[DESIGNS] = {"rcu", "leak", "none", TWIN_DESIGN};
static struct store_trial trial[DESIGNS * DRAWS];
static struct summary summary;
static unsigned draws;

/* Each draw has its own speed, which all of it share; @ratio apart from it. */
static void make(unsigned n, const double ratio[DESIGNS], unsigned mappers)
{
	const struct store_trials all = {.trial = trial, .n = DESIGNS * n};
	struct rng r;

	rng_seed(&r, 3, 0);
	draws = n;
	for (unsigned d = 0; d < n; d++) {
		double speed = 10 * (1 + rng_double(&r));

		for (unsigned i = 0; i < DESIGNS; i++) {
			struct store_trial *t = &trial[d * DESIGNS + i];
			double jitter = 1 + 0.002 * (rng_double(&r) - 0.5);

			*t = (struct store_trial){.sweep = "s",
						  .design = names[i],
						  .workload = "uniform",
						  .cell = "c",
						  .axes = "",
						  .walkers = !mappers,
						  .mappers = mappers,
						  .repetition = d};
			record_init(&t->record);
			record_add(&t->record, METRIC_walk_lat_ns,
				   speed * ratio[i] * jitter, false);
			record_add(&t->record, METRIC_walk_ops_per_s,
				   1e9 / (speed * ratio[i] * jitter), false);
		}
	}
	summary_make(&summary, &all, NULL);
	assert_int_equal(summary.ncells, 1);
}

static void drop(void)
{
	summary_release(&summary);
	for (unsigned i = 0; i < DESIGNS * draws; i++)
		record_release(&trial[i].record);
}

static const struct summary_row *row(const char *design)
{
	const struct summary_cell *c = &summary.cell[0];

	for (size_t i = 0; i < c->nrows; i++)
		if (!strcmp(c->row[i].design, design))
			return &c->row[i];
	fail_msg("no row %s", design);
	return NULL;
}

static struct ratio ratio(const struct summary_row *of, enum metric_id metric)
{
	const struct summary_cell *c = &summary.cell[0];
	struct ratio r;

	assert_string_equal(ratio_reference(c)->design, "leak");
	assert_true(ratio_of(c, of, ratio_reference(c), metric,
			     &margins_default, &r));
	return r;
}

static void draws_are_paired(void **state)
{
	static const double is[DESIGNS] = {1.02, 1, 0.9, 1};
	struct ratio r;

	make(DRAWS, is, 0);
	/* The draws differ by a factor of two, the ratios by 0.2 %. */
	r = ratio(row("rcu"), METRIC_walk_lat_ns);
	assert_true(fabs(exp(r.log.value) - 1.02) < 0.002);
	assert_int_equal(r.verdict, RATIO_SLOWER);
	assert_true(r.log.confidence >= 0.95);
	r = ratio(row("rcu"), METRIC_walk_ops_per_s); /* of time, too */
	assert_int_equal(r.verdict, RATIO_SLOWER);
	r = ratio(row("none"), METRIC_walk_lat_ns);
	assert_int_equal(r.verdict, RATIO_FASTER);
	r = ratio(&summary.cell[0].twin, METRIC_walk_lat_ns);
	assert_int_equal(r.verdict, RATIO_SAME);
	drop();
}

/* Of two cells: no draw is lost because the other cell's was disturbed. */
static void draws_of_two_cells_are_not_paired(void **state)
{
	static const double is[DESIGNS] = {1.02, 1, 0.9, 1};
	double *x;

	make(DRAWS, is, 0);
	for (unsigned i = 0; i < DESIGNS * DRAWS; i++) {
		unsigned lost = i % DESIGNS ? DRAWS - 1 : 0;

		if (i % DESIGNS < 2 && (trial[i].repetition == lost ||
					trial[i].repetition == DRAWS / 2))
			trial[i].record.disturbed = PHASE_LATENCY;
	}
	assert_int_equal(ratio_draws(row("rcu"), row("leak"),
				     METRIC_walk_lat_ns, &x),
			 DRAWS - 3);
	free(x);
	for (unsigned i = 0; i < DESIGNS * DRAWS; i++)
		trial[i].cell = i % DESIGNS ? "d" : "c";
	assert_int_equal(ratio_draws(row("rcu"), row("leak"),
				     METRIC_walk_lat_ns, &x),
			 DRAWS - 2);
	free(x);
	drop();
}

/* Within the margin of updates, beyond that of walks. */
static void margins_are_of_a_class(void **state)
{
	static const double is[DESIGNS] = {1.02, 1, 1.05, 1};

	make(DRAWS, is, 1);
	assert_int_equal(ratio(row("rcu"), METRIC_walk_lat_ns).verdict,
			 RATIO_SAME);
	assert_int_equal(ratio(row("none"), METRIC_walk_lat_ns).verdict,
			 RATIO_SLOWER);
	drop();
	make(DRAWS, is, 2);
	assert_int_equal(ratio(row("none"), METRIC_walk_lat_ns).verdict,
			 RATIO_SAME);
	drop();
}

static void five_draws_say_nothing(void **state)
{
	static const double is[DESIGNS] = {2, 1, 0.5, 1};
	struct ratio r;

	make(5, is, 0);
	r = ratio(row("rcu"), METRIC_walk_lat_ns);
	assert_true(r.log.confidence < 0.95);
	assert_int_equal(r.verdict, RATIO_UNRESOLVED);
	drop();
	make(6, is, 0);
	assert_int_equal(ratio(row("rcu"), METRIC_walk_lat_ns).verdict,
			 RATIO_SLOWER);
	drop();
}

/* Of a design that ended nothing it is known that it is slower. */
static void a_rate_of_0_counts(void **state)
{
	static const double is[DESIGNS] = {1, 1, 1, 1};
	struct ratio r;
	char text[16];

	make(6, is, 2);
	for (unsigned i = 0; i < DESIGNS * 6; i++)
		record_add(&trial[i].record, METRIC_update_ops_per_s,
			   strcmp(trial[i].design, "rcu") ? 1e6 : 0, false);
	r = ratio(row("rcu"), METRIC_update_ops_per_s);
	assert_int_equal(r.draws, 6);
	assert_int_equal(r.verdict, RATIO_SLOWER);
	ratio_brief(&r, text, sizeof(text));
	assert_string_equal(text, ">99*");
	drop();

	/* A time is endless where nothing ended; not where nothing was
	 * measured, nor where another took the CPU. */
	for (unsigned missing = 0; missing < 3; missing++) {
		make(6, is, 2);
		for (unsigned i = 0; i < DESIGNS * 6; i++) {
			struct record *rec = &trial[i].record;

			if (strcmp(trial[i].design, "rcu")) {
				record_add(rec, METRIC_translate_ns, 10, false);
				continue;
			}
			record_missing(rec, METRIC_translate_ns,
				       missing == 1 ? "nothing was measured"
						    : RECORD_NONE_ENDED);
			if (missing == 2)
				rec->disturbed =
					metrics[METRIC_translate_ns].phases;
		}
		ratio_of(&summary.cell[0], row("rcu"), row("leak"),
			 METRIC_translate_ns, &margins_default, &r);
		assert_int_equal(r.draws, missing ? 0 : 6);
		if (!missing)
			assert_int_equal(r.verdict, RATIO_SLOWER);
		drop();
	}
}

static void unequal_loss_is_not_judged(void **state)
{
	static const double is[DESIGNS] = {2, 1, 2, 1};

	make(DRAWS, is, 0);
	for (unsigned i = 0; i < DESIGNS * DRAWS; i++) {
		record_add(&trial[i].record, METRIC_batches, 10, false);
		record_add(&trial[i].record, METRIC_batches_lost,
			   !strcmp(trial[i].design, "rcu") ? 5 : 1, false);
	}
	assert_int_equal(ratio(row("rcu"), METRIC_walk_lat_ns).verdict,
			 RATIO_UNEQUAL);
	assert_int_equal(ratio(row("none"), METRIC_walk_lat_ns).verdict,
			 RATIO_SLOWER);
	drop();
}

static void ranks_are_shared(void **state)
{
	static const double is[DESIGNS] = {1.004, 1, 1.5, 1};
	const struct summary_cell *c;
	unsigned rank[DESIGNS];

	make(DRAWS, is, 0);
	c = &summary.cell[0];
	/* The twin is no design; rows are as registered. */
	assert_int_equal(c->nrows, 3);
	assert_string_equal(c->row[0].design, "none");
	assert_int_equal(c->twin.n, DRAWS);
	ratio_ranks(c, METRIC_walk_lat_ns, &margins_default, rank);
	assert_int_equal(rank[row("leak") - c->row], 1);
	assert_int_equal(rank[row("rcu") - c->row], 1);
	assert_int_equal(rank[row("none") - c->row], 3);
	ratio_ranks(c, METRIC_event_ns, &margins_default, rank);
	assert_int_equal(rank[0], 0);
	drop();
}

/* A run whose twin was @ratio of its reference, in six draws, every other one
 * @spread times more and less. */
static int64_t past(struct store *s, double ratio, double spread,
		    const char *host)
{
	const struct store_run run = {.name = "x",
				      .host = host,
				      .config_text = "margin: {update: 4%}\n"};
	struct store_trial t[2];
	struct err e = {0};
	int64_t id;

	assert_int_equal(store_run_begin(s, &run, &id, &e), 0);
	for (unsigned d = 0; d < 6; d++) {
		char key[2][32];

		for (unsigned i = 0; i < 2; i++) {
			snprintf(key[i], sizeof(key[i]), "k%u%s", d,
				 i ? "." TWIN_DESIGN : "");
			t[i] = (struct store_trial){
				.key = key[i],
				.cell = "c",
				.axes = "",
				.sweep = "s",
				.design = i ? TWIN_DESIGN : "leak",
				.workload = "uniform",
				.params = "{}",
				.started_utc = "2026-01-01T00:00:00Z",
				.walkers = 1,
				.repetition = d,
			};
			record_init(&t[i].record);
			record_add(&t[i].record, METRIC_walk_open_p50_ns,
				   !i	   ? 10
				   : d % 2 ? 10 * ratio * spread
					   : 10 * ratio / spread,
				   false);
			/* Designs are compared by its rate. */
			record_add(&t[i].record, METRIC_walk_thr_ns, 10 + i,
				   false);
		}
		assert_int_equal(store_trials_add(s, id, t, 2, &e), 0);
		record_release(&t[0].record);
		record_release(&t[1].record);
	}
	return id;
}

static void past_twins_set_the_margin(void **state)
{
	char path[] = "/tmp/vtdbench-ratio-XXXXXX";
	int fd = mkstemp(path);
	struct margins m;
	struct store *s;
	struct err e = {0};
	int64_t first, last;

	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	assert_int_equal(store_open(&s, path, &e), 0);
	first = past(s, 0.98, 1, "here");
	past(s, 1.5, 1, "elsewhere");
	past(s, 1.2, 1.4, "here"); /* noise is no difference */
	last = past(s, 1.3, 1, "here");
	/* Not by its own twin, nor by that of another machine. */
	assert_int_equal(margins_load(&m, s, first, &e), 0);
	assert_true(fabs(m.of[RATIO_WALK] - margins_default.of[RATIO_WALK]) <
		    1e-12);
	assert_int_equal(margins_load(&m, s, last, &e), 0);
	/* The quantile is nearly the larger of two values. */
	assert_true(m.of[RATIO_WALK] < -MARGIN_TWIN * log(0.98) + 1e-9);
	assert_true(m.of[RATIO_WALK] > -MARGIN_TWIN * log(0.98) * 0.99);
	/* As its config says. */
	assert_true(fabs(m.of[RATIO_UPDATE] - log1p(0.04)) < 1e-12);
	assert_true(fabs(m.of[RATIO_CONTENDED] -
			 margins_default.of[RATIO_CONTENDED]) < 1e-12);
	store_close(s);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(draws_are_paired),
		cmocka_unit_test(draws_of_two_cells_are_not_paired),
		cmocka_unit_test(margins_are_of_a_class),
		cmocka_unit_test(five_draws_say_nothing),
		cmocka_unit_test(a_rate_of_0_counts),
		cmocka_unit_test(unequal_loss_is_not_judged),
		cmocka_unit_test(ranks_are_shared),
		cmocka_unit_test(past_twins_set_the_margin),
	};

	return cmocka_run_group_tests_name("ratio", tests, NULL, NULL);
}
