/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The screen a run ends with: which cells, what marks, how long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "document/page.h"
#include "judge/headline.h"
#include "outputs/screen.h"
#include "plan/product.h"
#include "trial/reference.h"

enum { DRAWS = 6 };

static struct store *store;
static int64_t run_id;
static char path[64], *text;
static unsigned order;

static int setup(void **state)
{
	const struct store_run run = {
		.name = "x", .title = "Why?", .config_text = *state};
	struct err e = {0};
	int fd;

	strcpy(path, "/tmp/vtdbench-screen-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	assert_int_equal(store_open(&store, path, &e), 0);
	assert_int_equal(store_run_begin(store, &run, &run_id, &e), 0);
	order = 0;
	return 0;
}

static int teardown(void **state)
{
	store_close(store);
	unlink(path);
	free(text);
	text = NULL;
	return 0;
}

struct figure {
	enum metric_id metric;
	double value;
};

/* Six draws of @design with @f, ended by METRIC_NONE, a little apart. */
static void add(const char *sweep, const char *design, const char *threads,
		const struct figure *f)
{
	struct err e = {0};

	for (unsigned d = 0; d < DRAWS; d++) {
		char key[64];
		struct store_trial t = {.key = key,
					.cell = threads,
					.axes = "",
					.sweep = sweep,
					.design = design,
					.workload = "uniform",
					.params = "{}",
					.started_utc = "2026-01-01T00:00:00Z",
					.index = order,
					.repetition = d};

		assert_int_equal(sscanf(threads, "%u/%u/%u", &t.walkers,
					&t.mappers, &t.dumpers),
				 3);
		snprintf(key, sizeof(key), "%u", order++);
		record_init(&t.record);
		for (const struct figure *i = f; i->metric; i++)
			record_add(&t.record, i->metric,
				   i->value * (1 + 0.0001 * d), false);
		assert_int_equal(store_trials_add(store, run_id, &t, 1, &e), 0);
		record_release(&t.record);
	}
}

static void add_one(const char *sweep, const char *design, const char *threads,
		    enum metric_id metric, double value)
{
	const struct figure f[] = {{metric, value}, {METRIC_NONE, 0}};

	add(sweep, design, threads, f);
}

static void print(void)
{
	struct err e = {0};
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(screen_print(store, run_id, "pics", out, &e), 0);
	fclose(out);
	if (getenv("SHOW"))
		fputs(text, stderr);
}

/* The words in the line of @first. */
static unsigned line_of(const char *first, char word[16][24])
{
	char start[32];
	const char *at;
	unsigned n = 0;

	snprintf(start, sizeof(start), "\n  %s ", first);
	at = strstr(text, start);
	if (!at)
		fail_msg("no line of %s in:\n%s", first, text);
	for (at++; n < 16 && *at != '\n'; n++) {
		at += strspn(at, " ");
		snprintf(word[n], sizeof(word[n]), "%.*s",
			 (int)strcspn(at, " \n"), at);
		at += strcspn(at, " \n");
	}
	return n;
}

/* Two designs are not enough: one has to be a reference. */
static void without_a_reference(void **state)
{
	add_one("a", "spinlock", "1/0/0", METRIC_walk_ops_per_s, 1e8);
	add_one("a", "rcu", "1/0/0", METRIC_walk_ops_per_s, 1e8);
	print();
	if (!strstr(text, "no cell has a reference (driver, leak or none)"))
		fail_msg("what is missing is not said:\n%s", text);
}

/* Of an operation, by threads and metrics alone, whatever the sweeps are. */
static void cells_are_found_by_rule(void **state)
{
	static const double rates[] = {1e8, 0.5e8};
	static const char *const design[] = {"leak", "spinlock"};
	char head[16][24], line[16][24];

	for (unsigned i = 0; i < 2; i++) {
		const char *d = design[i];
		double slow = rates[0] / rates[i];
		const struct figure freeing[] = {
			{METRIC_tables_retired, 3},
			{METRIC_unmap_p50_ns, 40 * slow},
			{METRIC_table_bytes_held_peak, i ? 4096 : 8192},
			{METRIC_NONE, 0}};

		add_one("a", d, "1/0/0", METRIC_walk_ops_per_s, rates[i]);
		add_one("b", d, "1/0/0", METRIC_walk_ops_per_s, 7);
		add_one("a", d, "2/0/0", METRIC_walk_ops_per_s, rates[i] * 3);
		add_one("a", d, "8/0/0", METRIC_walk_ops_per_s,
			i ? rates[i] / 4 : rates[i]);
		add_one("c", d, "1/1/0", METRIC_update_ops_per_s,
			i ? 0 : rates[i]);
		add_one("d", d, "0/1/0", METRIC_map_4k_ns, 10 * slow);
		add_one("d2", d, "0/2/0", METRIC_event_ns, 10);
		add("e", d, "0/1/0", freeing);
	}
	print();
	assert_int_equal(line_of("design", head), 8);
	assert_int_equal(line_of("spinlock", line), 8);
	assert_non_null(strstr(text, "Why?"));
	/* Alone: the first cell, not the 7 of sweep b. */
	assert_string_equal(head[1], "alone");
	assert_string_equal(line[1], "2.00*");
	/* Of several the most. */
	assert_non_null(strstr(text, " 8 "));
	assert_string_equal(line[2], "8.00*");
	/* It never got to map: a bound, not nothing. */
	assert_string_equal(head[3], "walker");
	assert_string_equal(line[3], ">99*");
	assert_string_equal(head[4], "4K");
	assert_string_equal(line[4], "2.00*");
	assert_string_equal(head[5], "freeing");
	assert_string_equal(line[5], "2.00*");
	assert_string_equal(head[6], "event");
	assert_string_equal(line[6], "1.00");
	assert_string_equal(head[7], "held");
	assert_string_equal(line[7], "4.00K");
	/* What no sweep has is no column. */
	assert_null(strstr(text, "dump"));
	line_of("leak", line);
	assert_string_equal(line[1], "1");
	assert_string_equal(line[7], "8.00K");
}

/* One figure @value of rcu against leak, and what is printed of it. */
static const char *mark_of(double value, unsigned spoilt)
{
	static char line[16][24];
	struct err e = {0};

	add_one("a", "leak", "1/0/0", METRIC_walk_lat_ns, 10);
	add_one("a", TWIN_DESIGN, "1/0/0", METRIC_walk_lat_ns, 10.001);
	for (unsigned d = 0; d < DRAWS; d++) {
		char key[16];
		struct store_trial t = {.key = key,
					.cell = "1/0/0",
					.axes = "",
					.sweep = "a",
					.design = "rcu",
					.workload = "uniform",
					.params = "{}",
					.started_utc = "2026-01-01T00:00:00Z",
					.walkers = 1,
					.repetition = d};

		snprintf(key, sizeof(key), "r%u", d);
		record_init(&t.record);
		record_add(&t.record, METRIC_walk_lat_ns,
			   d < spoilt ? 10 : value, false);
		assert_int_equal(store_trials_add(store, run_id, &t, 1, &e), 0);
		record_release(&t.record);
	}
	print();
	line_of("twin", line);
	assert_string_equal(line[1], "1.00");
	line_of("rcu", line);
	return line[1];
}

static void what_a_run_says_so_far(void **state)
{
	static const char *const design[] = {"leak", "rcu", "spinlock"};
	struct store_trials trials;
	struct summary s;
	struct err e = {0};
	char said[96];

	for (unsigned i = 0; i < 3; i++) {
		add_one("a", design[i], "1/0/0", METRIC_walk_lat_ns, 10 + i);
		add_one("a", design[i], "2/0/0", METRIC_walk_lat_ns, 10 - i);
	}
	assert_int_equal(store_cell_load(store, run_id, "1/0/0", &trials, &e),
			 0);
	assert_int_equal(trials.n, 3 * DRAWS);
	summary_make(&s, &trials, NULL);
	headline_brief(&s, said, sizeof(said));
	assert_string_equal(said, "walk alone: spinlock 1.20 +-0.0 %");
	summary_release(&s);
	store_trials_release(&trials);
}

/* By threads, the first of the config, where there is something to compare. */
static void the_first_headline_of_a_plan(void **state)
{
	struct trial_plan t[] = {
		{.p = {.walkers = 1, .design = "leak"},
		 .group = 3,
		 .cell = "later"},
		{.p = {.walkers = 1, .design = "rcu"},
		 .group = 3,
		 .cell = "later"},
		{.p = {.walkers = 1, .design = "leak"},
		 .group = 0,
		 .cell = "lonely"},
		{.p = {.walkers = 2, .design = "leak"},
		 .group = 1,
		 .cell = "two"},
		{.p = {.walkers = 2, .design = "rcu"},
		 .group = 1,
		 .cell = "two"},
		{.p = {.walkers = 1, .design = "rcu"},
		 .group = 2,
		 .cell = "first"},
		{.p = {.walkers = 1, .design = "leak"},
		 .group = 2,
		 .cell = "first"},
		{.p = {.walkers = 1, .design = "rcu_qsbr"},
		 .group = 4,
		 .cell = "no reference"},
		{.p = {.walkers = 1, .design = "rcu"},
		 .group = 4,
		 .cell = "no reference"},
	};
	struct plan plan = {.trials = t, .ntrials = sizeof(t) / sizeof(*t)};

	assert_string_equal(headline_planned(&plan), "first");
	plan.ntrials = 5;
	assert_string_equal(headline_planned(&plan), "later");
	plan.trials = t + 2;
	plan.ntrials = 3;
	assert_string_equal(headline_planned(&plan), "two");
	plan.ntrials = 1;
	assert_null(headline_planned(&plan));
}

static void apart_is_starred(void **state)
{
	assert_string_equal(mark_of(10.3, 0), "1.03*");
	assert_non_null(strstr(text, "walks 0 of 2, margin 1.0 %."));
}

static void unresolved_is_said(void **state)
{
	/* Two of six draws saw no difference. */
	assert_string_equal(mark_of(10.3, 2), "1.01~");
	assert_non_null(strstr(text, "walks 1 of 2, margin 1.0 %, to +-1.5 %"));
}

/* A cell is of a class by its threads, however wide the margins are. */
static void equal_margins_are_told_apart(void **state)
{
	for (unsigned i = 0; i < 2; i++) {
		add_one("a", i ? "rcu" : "leak", "1/0/0", METRIC_walk_lat_ns,
			10 + 5 * i);
		add_one("b", i ? "rcu" : "leak", "0/1/0", METRIC_map_4k_ns,
			10 + 5 * i);
		add_one("c", i ? "rcu" : "leak", "2/0/0", METRIC_walk_ops_per_s,
			10 + 5 * i);
	}
	print();
	assert_non_null(strstr(text, "walks 0 of 1, margin 10 %;"));
	assert_non_null(strstr(text, "updates 0 of 1, margin 10 %;"));
	assert_non_null(strstr(text, "several threads 0 of 1,"));
}

static void bounds_have_no_digits(void **state)
{
	assert_string_equal(mark_of(179800, 0), ">99*");
}

static void it_fits(void **state)
{
	static char name[60][16];
	size_t lines = 0, wide = 0;

	for (unsigned i = 0; i < 60; i++) {
		snprintf(name[i], sizeof(name[i]), "design_%u", i);
		add_one("a", i ? name[i] : "leak", "1/0/0", METRIC_walk_lat_ns,
			10 + i);
	}
	print();
	for (const char *p = text; *p; p++) {
		wide = *p == '\n' ? 0 : wide + 1;
		lines += *p == '\n';
		assert_true(wide <= PAGE_WIDTH);
	}
	assert_int_equal(lines, SCREEN_LINES);
	assert_non_null(strstr(text, " designs more\n"));
	assert_non_null(strstr(text, "Tables: "));
	assert_non_null(strstr(text, "Pictures: pics/overview.png"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(without_a_reference, setup,
						teardown),
		cmocka_unit_test_setup_teardown(cells_are_found_by_rule, setup,
						teardown),
		cmocka_unit_test_setup_teardown(what_a_run_says_so_far, setup,
						teardown),
		cmocka_unit_test(the_first_headline_of_a_plan),
		cmocka_unit_test_setup_teardown(apart_is_starred, setup,
						teardown),
		cmocka_unit_test_setup_teardown(unresolved_is_said, setup,
						teardown),
		cmocka_unit_test_prestate_setup_teardown(
			equal_margins_are_told_apart, setup, teardown,
			"margin: {walk: 10%, update: 10%}\n"),
		cmocka_unit_test_setup_teardown(bounds_have_no_digits, setup,
						teardown),
		cmocka_unit_test_setup_teardown(it_fits, setup, teardown),
	};

	unsetenv("COLUMNS");
	return cmocka_run_group_tests_name("screen", tests, NULL, NULL);
}
