/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A lost CPU spoils the figures of the part it was lost in, and no others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge/summary.h"

static void figures_know_their_phases(void **state)
{
	struct record r;

	record_init(&r);
	for (enum metric_id m = METRIC_NONE + 1; m < METRIC_NR; m++)
		record_add(&r, m, 1, false);
	r.disturbed = PHASE_ALL;
	for (enum metric_id m = METRIC_NONE + 1; m < METRIC_NR; m++)
		if (metrics[m].source == SOURCE_CLOCK &&
		    strncmp(metrics[m].name, "clock_", 6))
			assert_true(record_disturbed(&r, m));
	assert_false(record_disturbed(&r, METRIC_clock_cost_ns));
	assert_false(record_disturbed(&r, METRIC_sim_l1d_misses_per_walk));
	assert_false(record_disturbed(&r, METRIC_run_delay_ns));

	r.disturbed = PHASE_CONTROL;
	for (enum metric_id m = METRIC_NONE + 1; m < METRIC_NR; m++)
		assert_int_equal(record_disturbed(&r, m),
				 metrics[m].phases == PHASE_CONTROL);
	assert_true(record_disturbed(&r, METRIC_control_ops_per_s));
	r.disturbed = PHASE_FLOOR;
	assert_true(record_disturbed(&r, METRIC_floor_dep_ns));
	assert_true(record_disturbed(&r, METRIC_walk_x_floor));
	assert_false(record_disturbed(&r, METRIC_walk_lat_ns));
	r.disturbed = PHASE_LATENCY;
	assert_true(record_disturbed(&r, METRIC_walk_x_floor));
	assert_true(record_disturbed(&r, METRIC_walk_p999_ns));
	assert_true(record_hist_disturbed(&r, "walk_single"));
	assert_true(record_disturbed(&r, METRIC_map_p99_ns));
	assert_false(record_disturbed(&r, METRIC_walk_ops_per_s));
	assert_false(record_disturbed(&r, METRIC_translate_ns));
	r.disturbed = PHASE_SIZES << 1;
	assert_true(record_disturbed(&r, METRIC_unmap_2m_ns));
	assert_false(record_disturbed(&r, METRIC_unmap_4k_ns));
	record_release(&r);

	record_init(&r);
	record_add(&r, METRIC_walk_lat_ns, 1, true);
	r.disturbed = PHASE_ALL;
	assert_false(
		record_disturbed(&r, METRIC_walk_lat_ns)); /* deterministic */
	record_release(&r);
}

/* Three repetitions: the first lost a CPU in one phase, the second in both. */
static void clean_phases_count(void **state)
{
	static const unsigned lost[] = {PHASE_LATENCY,
					PHASE_LATENCY | PHASE_THROUGHPUT, 0};
	struct store_trial t[3];
	const struct store_trial *list[3];
	struct summary_row row = {.design = "rcu", .trial = list, .n = 3};
	struct summary_lost l;

	memset(t, 0, sizeof(t));
	for (unsigned i = 0; i < 3; i++) {
		record_init(&t[i].record);
		record_add(&t[i].record, METRIC_walk_lat_ns, i + 1, false);
		record_add(&t[i].record, METRIC_walk_ops_per_s, 10 * (i + 1),
			   false);
		t[i].record.disturbed = lost[i];
		list[i] = &t[i];
	}
	assert_true(fabs(summary_median(&row, METRIC_walk_lat_ns) - 3) < 1e-9);
	assert_true(fabs(summary_median(&row, METRIC_walk_ops_per_s) - 20) <
		    1e-9);
	l = summary_lost(&row, METRIC_walk_lat_ns);
	assert_int_equal(l.lost, 2);
	assert_false(summary_all_lost(l));
	/* Where no repetition is clean, all count and it is said. */
	t[2].record.disturbed = PHASE_LATENCY;
	assert_true(fabs(summary_median(&row, METRIC_walk_lat_ns) - 2) < 1e-9);
	l = summary_lost(&row, METRIC_walk_lat_ns);
	assert_int_equal(l.lost, 3);
	assert_true(summary_all_lost(l));
	for (unsigned i = 0; i < 3; i++)
		record_release(&t[i].record);
}

/* @n draws of a row: how long a line took in each; 0: it was not measured. */
static void mark(const double *ns, const unsigned *disturbed, size_t n,
		 unsigned *marked)
{
	struct store_trial *t = calloc(n, sizeof(*t));
	struct store_trials trials = {t, n};

	assert_non_null(t);
	for (size_t i = 0; i < n; i++) {
		t[i] = (struct store_trial){
			.cell = "c", .sweep = "s", .axes = "", .design = "rcu"};
		record_init(&t[i].record);
		t[i].record.disturbed = disturbed[i];
		if (ns[i] > 0)
			record_add(&t[i].record, METRIC_line_transfer_ns, ns[i],
				   false);
	}
	store_mark_apart(&trials);
	*marked = 0;
	for (size_t i = 0; i < n; i++) {
		*marked |= (unsigned)!!(t[i].record.disturbed & PHASE_APART)
			   << i;
		record_release(&t[i].record);
	}
	free(t);
}

/* Those that the host had further apart than others, if others are enough;
 * what it had on one core is not the nearest. */
static void draws_further_apart_do_not_count(void **state)
{
	const double ns[] = {30, 205, 28, 44, 0, 27, 40, 210, 29, 9};
	const unsigned as_lost[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, PHASE_ALL};
	const unsigned none[10] = {0};
	struct record r = {.disturbed = PHASE_APART};
	unsigned marked;

	mark(ns, as_lost, 10, &marked);
	assert_int_equal(marked, 1 << 1 | 1 << 7);
	mark(ns, none, 8, &marked);
	assert_int_equal(marked, 0);
	mark(ns, none, 0, &marked);
	assert_true(record_disturbed(&r, METRIC_walk_lat_ns));
	assert_false(record_disturbed(&r, METRIC_clock_cost_ns));
}

/* Where too few near draws have a figure, the far ones count for it, too. */
static void far_draws_count_where_near_ones_are_few(void **state)
{
	enum { DRAWS = 8, FAR = 2 };
	struct store_trial t[DRAWS];
	const struct store_trials trials = {t, DRAWS};
	const struct summary_row *row;
	struct summary s;

	for (unsigned i = 0; i < DRAWS; i++) {
		t[i] = (struct store_trial){.cell = "c",
					    .sweep = "s",
					    .axes = "",
					    .workload = "uniform",
					    .design = "rcu",
					    .repetition = i};
		record_init(&t[i].record);
		t[i].record.disturbed = i < FAR ? PHASE_APART : 0;
		record_add(&t[i].record, METRIC_walk_lat_ns, 10, false);
		if (i < 4)
			record_add(&t[i].record, METRIC_update_pass_ms, 10,
				   false);
	}
	t[1].record.disturbed |= PHASE_PASS;
	summary_make(&s, &trials, NULL);
	row = &s.cell[0].row[0];
	assert_null(summary_value(row, 0, METRIC_walk_lat_ns));
	assert_non_null(summary_value(row, FAR, METRIC_walk_lat_ns));
	assert_non_null(summary_value(row, 0, METRIC_update_pass_ms));
	assert_null(summary_value(row, 1, METRIC_update_pass_ms));
	summary_release(&s);
	for (unsigned i = 0; i < DRAWS; i++)
		record_release(&t[i].record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_know_their_phases),
		cmocka_unit_test(clean_phases_count),
		cmocka_unit_test(draws_further_apart_do_not_count),
		cmocka_unit_test(far_draws_count_where_near_ones_are_few),
	};

	return cmocka_run_group_tests_name("disturbed", tests, NULL, NULL);
}
