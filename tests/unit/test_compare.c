/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two runs with known differences, compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <errno.h>
#include <math.h>
#include <cmocka.h>

#include "views/compare.h"
#include "filled_store.h"

enum { REPETITIONS = 8 };

/*
 * A run of one cell, two designs and their reference. Each draw has a speed of
 * its own, and so has the machine.
 */
struct made {
	double rcu_ns, speed;
	double refs, misses; /* deterministic */
	uint64_t seed;
	unsigned repetitions;
	const char *machine, *params;
	bool alone;	    /* no reference */
	double transfer_ns; /* 0: one thread */
};

static void trial(struct filled *f, const struct made *m, const char *design,
		  unsigned repetition, double ns)
{
	char key[32];
	struct store_trial t = {.key = key,
				.cell = "walks/uniform/1+0+0",
				.axes = "",
				.sweep = "walks",
				.design = design,
				.workload = "uniform",
				.params = m->params ? m->params
						    : "{\"footprint\":\"1M\"}",
				.started_utc = "2026-11-22T12:00:01Z",
				.walkers = 1,
				.repetition = repetition};
	struct record r;
	struct err e = {0};

	snprintf(key, sizeof(key), "%s-%u", design, repetition);
	record_init(&r);
	record_add(&r, METRIC_walk_lat_ns, ns, false);
	if (m->transfer_ns > 0)
		record_add(&r, METRIC_line_transfer_ns, m->transfer_ns, false);
	record_add(&r, METRIC_walk_ops_per_s, 1e9 / ns, false);
	record_add(&r, METRIC_clock_step_ns, 10, false);
	record_add(&r, METRIC_walk_p50_ns, ns, false);
	record_add(&r, METRIC_refs_per_walk, m->refs, true);
	record_add(&r, METRIC_sim_l1d_misses_t2_per_walk, m->misses, true);
	record_add(&r, METRIC_tables_live, 3 + m->refs, true);
	t.record = r;
	filled_check(store_trials_add(f->store, f->run, &t, 1, &e), &e);
	record_release(&r);
}

static void make(struct filled *f, const struct made *m)
{
	const struct store_run run = {.name = "made",
				      .machine = m->machine ? m->machine : "{}",
				      .kernel = "Linux 6.1.0",
				      .compiler = "gcc 12.2.0",
				      .noise = "{}",
				      .seed = m->seed};
	struct err e = {0};

	snprintf(f->folder, sizeof(f->folder), "/tmp/compare.XXXXXX");
	if (!mkdtemp(f->folder))
		abort();
	snprintf(f->path, sizeof(f->path), "%s/r.db", f->folder);
	filled_check(store_open(&f->store, f->path, &e), &e);
	filled_check(store_run_begin(f->store, &run, &f->run, &e), &e);
	for (unsigned i = 0; i < m->repetitions; i++) {
		double speed = m->speed * (1 + 0.1 * i), wave = i % 3;

		trial(f, m, "spinlock", i, 10 * speed * (1 + 0.0001 * i));
		trial(f, m, "rcu", i, m->rcu_ns * speed * (1 + 0.001 * wave));
		if (!m->alone)
			trial(f, m, "leak", i, 10 * speed);
	}
	filled_check(store_run_end(f->store, f->run, "done", &e), &e);
}

/* Two runs loaded and compared; released by undo(). */
struct both {
	struct filled f[2];
	struct store_run run[2];
	struct store_trials trials[2];
	struct compare c;
	struct err e;
	int rc;
};

static void compare(struct both *b, const struct made *old,
		    const struct made *new_run, const char *further)
{
	const struct compare_options o = {margins_default, 0.95, further};
	struct compare_run side[2];

	memset(b, 0, sizeof(*b));
	make(&b->f[0], old);
	make(&b->f[1], new_run);
	for (int i = 0; i < 2; i++) {
		filled_check(store_run_read(b->f[i].store, b->f[i].run,
					    &b->run[i], &b->e),
			     &b->e);
		filled_check(store_trials_load(b->f[i].store, b->f[i].run,
					       STORE_VALUES, &b->trials[i],
					       &b->e),
			     &b->e);
		side[i] = (struct compare_run){&b->run[i], &b->trials[i]};
	}
	b->rc = compare_runs(&side[0], &side[1], &o, &b->c, &b->e);
}

static void undo(struct both *b)
{
	compare_release(&b->c);
	for (int i = 0; i < 2; i++) {
		store_trials_release(&b->trials[i]);
		store_run_release(&b->run[i]);
		filled_close(&b->f[i]);
	}
}

static const struct compare_row *row(const struct both *b, const char *design,
				     const char *metric)
{
	for (size_t i = 0; i < b->c.nrows; i++)
		if (!strcmp(b->c.row[i].trial->design, design) &&
		    !strcmp(b->c.row[i].metric, metric))
			return &b->c.row[i];
	fail_msg("no row %s %s", design, metric);
	return NULL;
}

static const struct made base = {.rcu_ns = 20,
				 .speed = 1,
				 .refs = 4,
				 .misses = 0.5,
				 .seed = 7,
				 .repetitions = REPETITIONS};

static void a_run_is_the_same_as_itself(void **state)
{
	struct both b;

	compare(&b, &base, &base, "refs");
	assert_int_equal(b.rc, 0);
	assert_int_equal(b.c.nrows, 6); /* three designs, two metrics */
	assert_int_equal(b.c.ratios, 4);
	assert_int_equal(b.c.exact, 9);
	assert_int_equal(b.c.exact_differ, 0);
	assert_int_equal(row(&b, "rcu", "walk_lat_ns")->method, COMPARE_RATIO);
	assert_int_equal(row(&b, "rcu", "walk_lat_ns")->change.verdict,
			 RATIO_SAME);
	assert_int_equal(row(&b, "leak", "walk_lat_ns")->method, COMPARE_TIME);
	/* Draws of a reference that differ by a factor say little of it. */
	assert_int_equal(b.c.count[RATIO_SAME], 4);
	assert_int_equal(b.c.times[RATIO_UNRESOLVED], 2);
	undo(&b);
}

static void five_percent_slower_is_seen_and_by_how_much(void **state)
{
	struct made slow = base;
	const struct compare_row *r;
	struct both b;

	slow.rcu_ns *= 1.05;
	compare(&b, &base, &slow, NULL);
	assert_int_equal(b.c.verdict, RATIO_SLOWER);
	r = row(&b, "rcu", "walk_lat_ns");
	assert_int_equal(r->change.verdict, RATIO_SLOWER);
	assert_string_equal(r->reference, "leak");
	assert_true(fabs(r->change.log.value - log(1.05)) < 1e-9);
	assert_true(r->change.log.confidence >= 1 - 0.05 / 2 - 1e-9);
	/* More operations a second is less time: the same change. */
	r = row(&b, "rcu", "walk_ops_per_s");
	assert_int_equal(r->change.verdict, RATIO_SLOWER);
	assert_true(fabs(r->change.log.value - log(1.05)) < 1e-9);
	assert_int_equal(row(&b, "spinlock", "walk_lat_ns")->change.verdict,
			 RATIO_SAME);
	undo(&b);
	/* And the other way round. */
	compare(&b, &slow, &base, NULL);
	assert_int_equal(row(&b, "rcu", "walk_lat_ns")->change.verdict,
			 RATIO_FASTER);
	assert_int_equal(b.c.count[RATIO_SLOWER], 0);
	undo(&b);
}

/* What all designs share falls out, and is said of the reference alone. */
static void a_slower_machine_is_no_regression(void **state)
{
	struct made slow = base;
	struct both b;

	slow.speed = 3;
	compare(&b, &base, &slow, NULL);
	assert_int_equal(b.c.count[RATIO_SAME], 4);
	assert_int_equal(b.c.count[RATIO_SLOWER], 0);
	assert_int_equal(b.c.times[RATIO_SLOWER], 2);
	assert_int_equal(b.c.verdict, RATIO_UNRESOLVED);
	undo(&b);
	/* Without a reference nothing can be said of a design. */
	slow.alone = true;
	compare(&b, &slow, &base, NULL);
	assert_int_equal(b.c.times[RATIO_FASTER], 4);
	assert_int_equal(b.c.count[RATIO_FASTER], 0);
	undo(&b);
}

static void a_small_change_is_within_the_margin(void **state)
{
	struct made slow = base;
	char words[48];
	struct both b;

	slow.rcu_ns *= 1.005;
	compare(&b, &base, &slow, NULL);
	ratio_words(&row(&b, "rcu", "walk_lat_ns")->change, words,
		    sizeof(words));
	assert_string_equal(words, "same within 1 %");
	undo(&b);
}

/* No interval is there that does not cover what it is to. */
static void too_few_draws_have_no_interval(void **state)
{
	struct made few = base, slow;
	const struct compare_row *r;
	struct both b;

	few.repetitions = 4;
	slow = few;
	slow.rcu_ns *= 2;
	compare(&b, &few, &slow, NULL);
	assert_int_equal(b.c.verdict, RATIO_UNRESOLVED);
	r = row(&b, "rcu", "walk_lat_ns");
	assert_true(fabs(r->change.log.value - log(2)) < 1e-9);
	assert_true(r->change.log.confidence <= 0);
	assert_true(isinf(r->change.log.low) && isinf(r->change.log.high));
	assert_int_equal(compare_draws_min(&b.c), 5); /* 2 / 252 < 0.05 / 6 */
	undo(&b);
	few.repetitions = slow.repetitions = 5;
	compare(&b, &few, &slow, NULL);
	assert_int_equal(b.c.verdict, RATIO_SLOWER);
	undo(&b);
}

static void exact_figures_are_explained(void **state)
{
	struct made more = base;
	const struct compare_row *r;
	struct both b;

	more.refs = 5;
	more.misses = 1.5;
	compare(&b, &base, &more, NULL);
	assert_int_equal(b.c.exact_differ, 9);
	assert_int_equal(b.c.verdict, RATIO_SLOWER);
	r = row(&b, "rcu", "refs_per_walk");
	assert_string_equal(r->text, "+1 reference per walk (4 -> 5)");
	assert_int_equal(r->change.verdict, RATIO_SLOWER);
	r = row(&b, "rcu", "sim_l1d_misses_t2_per_walk");
	assert_string_equal(r->text, "L1d misses per walk at table level 2: "
				     "0.50 -> 1.50");
	r = row(&b, "rcu", "tables_live"); /* neither better nor worse */
	assert_string_equal(r->text, "+1 table (7 -> 8)");
	assert_true(r->moved);
	undo(&b);
	more.seed = 8;
	compare(&b, &base, &more, NULL);
	assert_true(b.c.exact_left);
	assert_int_equal(b.c.exact, 0);
	undo(&b);
}

static void other_parameters_are_left_out(void **state)
{
	struct made other = base;
	struct both b;

	other.params = "{\"footprint\":\"1G\"}";
	compare(&b, &base, &other, NULL);
	assert_int_equal(b.rc, -EINVAL);
	assert_non_null(strstr(b.e.what, "nothing in common"));
	assert_non_null(strstr(b.e.what, "footprint is 1M in A and 1G in B"));
	undo(&b);
}

/* Where the host had the CPUs in the two runs is no change of a design. */
static void cpus_elsewhere_are_left_out(void **state)
{
	struct made near = base, far = base;
	struct both b;

	near.transfer_ns = 30;
	far.transfer_ns = 44;
	compare(&b, &near, &far, NULL);
	assert_int_equal(b.rc, 0);
	assert_int_equal(b.c.nleft_out, 0);
	assert_true(b.c.ratios > 0);
	undo(&b);
	far.transfer_ns = 205;
	compare(&b, &near, &far, NULL);
	assert_int_equal(b.rc, 0);
	assert_int_equal(b.c.ratios, 0);
	assert_int_equal(b.c.nleft_out, 3);
	assert_non_null(strstr(b.c.left_out[0],
			       "a line took 30 ns from CPU to CPU in A, 205"));
	undo(&b);
}

/* A run of before there was a key did what was done then. */
static void a_key_that_one_has_not(void **state)
{
	static const char *const params[] = {
		"{\"footprint\":\"1M\",\"inv.service_ns\":\"500\"}",
		"{\"footprint\":\"1M\",\"inv.service_ns\":\"0\"}"};
	struct made other = base;
	struct both b;

	for (int then = 0; then < 2; then++) {
		other.params = params[then];
		compare(&b, &base, &other, NULL);
		assert_int_equal(b.rc, then ? 0 : -EINVAL);
		if (!then)
			assert_non_null(strstr(
				b.e.what,
				"inv.service_ns is 0 in A and 500 in B"));
		undo(&b);
		compare(&b, &other, &base, NULL);
		assert_int_equal(b.rc, then ? 0 : -EINVAL);
		if (!then)
			assert_non_null(strstr(
				b.e.what,
				"inv.service_ns is 500 in A and 0 in B"));
		undo(&b);
	}
}

static void another_machine_is_told(void **state)
{
	struct made other = base;
	char why[256];
	struct both b;

	other.machine = "{\"cpu\":\"Other CPU\"}";
	compare(&b, &base, &other, NULL);
	assert_false(
		compare_same_machine(&b.run[0], &b.run[1], why, sizeof(why)));
	assert_string_equal(why, "CPU model is unknown in A, Other CPU in B");
	assert_true(
		compare_same_machine(&b.run[0], &b.run[0], why, sizeof(why)));
	undo(&b);
}

static const enum form form[] = {FORM_TEXT, FORM_MARKDOWN, FORM_JSON};

/* Percentiles that the clock is too coarse for say so. */
static void every_form_has_the_marks(void **state)
{
	static const char *const wanted[] = {"  walk_p50_ns     ~13.50,~13.50 ",
					     "| walk_p50_ns | ~13.50,~13.50 |",
					     "\"old_clock\": \"steps\""};
	struct compare_output o;
	struct both b;

	compare(&b, &base, &base, "^walk_p50");
	o = (struct compare_output){&b.c, &b.run[0], &b.run[1], "", ""};
	for (unsigned i = 0; i < 3; i++) {
		char *text = NULL;
		size_t size = 0;
		FILE *out = open_memstream(&text, &size);

		forms_print(&compare_forms, &o, form[i], out);
		fclose(out);
		if (!strstr(text, wanted[i]))
			fail_msg("no \"%s\" in:\n%s", wanted[i], text);
		if (i == 0)
			assert_non_null(strstr(text, "\n~ within five steps"));
		free(text);
	}
	undo(&b);
}

static void every_form_has_the_verdict(void **state)
{
	static const char *const wanted[] = {"+5.00 [+4.90, +5.11]  slower",
					     "[+4.90, +5.11] | **slower** |",
					     "\"verdict\": \"slower\"",
					     "\tslower\n"};
	struct made slow = base;
	struct compare_output o;
	struct both b;

	slow.rcu_ns *= 1.05;
	compare(&b, &base, &slow, NULL);
	o = (struct compare_output){&b.c, &b.run[0], &b.run[1], "", ""};
	for (unsigned i = 0; i < 4; i++) {
		char why[256], *text = NULL;
		size_t size = 0;
		FILE *out = open_memstream(&text, &size);

		if (i < 3)
			forms_print(&compare_forms, &o, form[i], out);
		else
			assert_int_equal(compare_forest(&o, out, why), 1);
		fclose(out);
		if (!strstr(text, wanted[i]))
			fail_msg("no \"%s\" in:\n%s", wanted[i], text);
		free(text);
	}
	undo(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_is_the_same_as_itself),
		cmocka_unit_test(five_percent_slower_is_seen_and_by_how_much),
		cmocka_unit_test(a_slower_machine_is_no_regression),
		cmocka_unit_test(a_small_change_is_within_the_margin),
		cmocka_unit_test(too_few_draws_have_no_interval),
		cmocka_unit_test(exact_figures_are_explained),
		cmocka_unit_test(other_parameters_are_left_out),
		cmocka_unit_test(cpus_elsewhere_are_left_out),
		cmocka_unit_test(a_key_that_one_has_not),
		cmocka_unit_test(another_machine_is_told),
		cmocka_unit_test(every_form_has_the_marks),
		cmocka_unit_test(every_form_has_the_verdict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
