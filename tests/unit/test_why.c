/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a walk takes what it takes: sums by hand, and what is missing. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "figures/why.h"

static const char machine[] =
	"{\"levels\": ["
	" {\"level\": \"L1d\", \"large\": {\"ns\": 1}, \"small\": {\"ns\": 2}},"
	" {\"level\": \"L2\", \"large\": {\"ns\": 4}, \"small\": {\"ns\": 5}},"
	" {\"level\": \"L3\", \"large\": {\"ns\": 20}, \"small\": {\"ns\": "
	"30}},"
	" {\"level\": \"memory\", \"large\": {\"ns\": 100}, \"small\": "
	"{\"ns\": 200}}],"
	" \"costs\": [{\"name\": \"spinlock\", \"each\": {\"ns\": 7}},"
	" {\"name\": \"rwlock_read\", \"each\": {\"ns\": 11}},"
	" {\"name\": \"atomic_add\", \"each\": {\"ns\": 5}}],"
	" \"transfer\": [{\"one_way\": {\"ns\": 50}}]}";

static struct store_trial trial;
static const struct store_trial *trials[] = {&trial};
static struct summary_row row;
static json_t *latency;

static void put(enum metric_id metric, double value)
{
	record_add(&trial.record, metric, value, false);
}

/* Four entries: 2.5 in L1d, 1 in L2, 0.3 in the last level, 0.2 from memory. */
static void make(const char *design, double own_refs)
{
	record_release(&trial.record);
	trial = (struct store_trial){.design = design, .params = "{}"};
	record_init(&trial.record);
	row = (struct summary_row){.design = design, .trial = trials, .n = 1};
	put(METRIC_walk_lat_ns, 50);
	put(METRIC_floor_dep_ns, 30);
	put(METRIC_sim_refs_per_walk, 1 + 4 + own_refs);
	put(METRIC_sim_sync_misses_per_walk, 0);
	put(METRIC_sim_l1d_misses_t1_per_walk, 1);
	put(METRIC_sim_l1d_misses_t2_per_walk, 0.5);
	put(METRIC_sim_l2_misses_t1_per_walk, 0.4);
	put(METRIC_sim_l2_misses_t2_per_walk, 0.1);
	put(METRIC_sim_llc_misses_t1_per_walk, 0.2);
}

static void near(double got, double want)
{
	if (fabs(got - want) > 1e-9)
		fail_msg("%.12g, not %.12g", got, want);
}

static void test_adds_up(void **state)
{
	const double loads = 2.5 * 1 + 1 * 4 + 0.3 * 20 + 0.2 * 100;
	struct why w;

	make("none", 0);
	assert_int_equal(why_of(latency, &row, &w), WHY_KNOWN);
	near(w.entries[WHY_L1D], 2.5);
	near(w.entries[WHY_L2], 1);
	near(w.entries[WHY_LLC], 0.3);
	near(w.entries[WHY_MEMORY], 0.2);
	near(w.loads_ns, loads);
	near(w.own_ns, 0);
	near(w.expected_ns, loads);
	near(w.unexplained, 1 - loads / 50);
	near(w.floor_ns, 30);

	/* Its lock, and lines that another CPU wrote. */
	make("spinlock", 2);
	put(METRIC_sim_coherence_misses_per_walk, 0.1);
	assert_int_equal(why_of(latency, &row, &w), WHY_KNOWN);
	near(w.loads_ns, loads);
	near(w.own_ns, 7 + 0.1 * 50);
	near(w.expected_ns, loads + 12);

	/* Small pages. */
	make("none", 0);
	trial.params = "{\"huge_pages\": \"off\"}";
	assert_int_equal(why_of(latency, &row, &w), WHY_KNOWN);
	near(w.loads_ns, 2.5 * 2 + 1 * 5 + 0.3 * 30 + 0.2 * 200);
}

static void test_missing(void **state)
{
	json_t *less = json_deep_copy(latency);
	struct why w;

	make("none", 0);
	assert_int_equal(why_of(NULL, &row, &w), WHY_NO_LATENCY);
	/* Memory was not measured, and is needed. */
	json_array_remove(json_object_get(less, "levels"), 3);
	assert_int_equal(why_of(less, &row, &w), WHY_NO_LATENCY);
	/* A machine without a third level. */
	json_decref(less);
	less = json_deep_copy(latency);
	json_array_remove(json_object_get(less, "levels"), 2);
	assert_int_equal(why_of(less, &row, &w), WHY_KNOWN);
	near(w.loads_ns, 2.5 * 1 + 1.3 * 4 + 0.2 * 100);
	json_decref(less);

	put(METRIC_one_stage_lat_ns, 40);
	assert_int_equal(why_of(latency, &row, &w), WHY_NO_WALK);
	make("of another build", 0);
	assert_int_equal(why_of(latency, &row, &w), WHY_NO_WALK);
	record_release(&trial.record);
	record_init(&trial.record);
	row.design = "none";
	assert_int_equal(why_of(latency, &row, &w), WHY_NO_WALK);
	put(METRIC_walk_lat_ns, 50);
	assert_int_equal(why_of(latency, &row, &w), WHY_NO_SIM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_adds_up),
		cmocka_unit_test(test_missing),
	};
	int failed;

	record_init(&trial.record);
	latency = json_loads(machine, 0, NULL);
	if (!latency)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	json_decref(latency);
	record_release(&trial.record);
	return failed;
}
