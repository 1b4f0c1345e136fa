/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Single operations as a coarse clock shows them: their percentiles come from
 * means of 16, which are right, and every output can tell.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "trial/record.h"
#include "base/rng.h"
#include "stats/singles.h"

static void fill(struct singles *s, double step, double ns, double cost,
		 unsigned n)
{
	struct rng r;
	double at = 0;

	assert_int_equal(singles_init(s), 0);
	rng_seed(&r, 3, 0);
	for (unsigned i = 0; i < n; i++) {
		at += 200 + 100 * rng_double(&r);
		singles_add(s, step * (floor((at + ns + cost) / step) -
				       floor(at / step)) -
				       cost);
	}
}

/* Of 10.1 ns a clock of 10 ns shows 0 to 17: its median says one of them. */
static void blocks_where_the_clock_is_coarse(void **state)
{
	static const double quantile[] = {0.5, 0.9, 0.99};
	struct singles s;
	bool block;

	fill(&s, 10, 10.1, 23.6, 20000);
	for (size_t i = 0; i < 3; i++) {
		double ns = singles_quantile(&s, quantile[i], 10, &block);

		assert_true(block);
		if (!(ns > 9.5 && ns < 10.1 + 3 * (double)i + 0.5))
			fail_msg("%g: %g ns", quantile[i], ns);
	}
	/* As single ones where that is fine, and beyond five steps. */
	assert_true(singles_quantile(&s, 0.5, 1, &block) > 0);
	assert_false(block);
	singles_release(&s);
	fill(&s, 10, 60, 23.6, 20000);
	assert_true(singles_quantile(&s, 0.9, 10, &block) >= 50);
	assert_false(block);
	singles_release(&s);
}

static void too_few_for_a_block(void **state)
{
	struct singles s, sum;
	bool block;

	fill(&s, 10, 10.1, 23.6, 0);
	assert_true(isnan(singles_quantile(&s, 0.5, 10, &block)));
	assert_int_equal(singles_init(&sum), 0);
	singles_add(&s, 6.4);
	singles_add(&s, -3.6);
	singles_merge(&sum, &s);
	singles_merge(&sum, &s);
	assert_true(fabs(singles_quantile(&sum, 0.99, 10, &block) - 1.4) <
		    1e-9);
	assert_true(block);
	singles_release(&s);
	singles_release(&sum);
}

static void marks(void **state)
{
	struct record r;

	record_init(&r);
	record_add(&r, METRIC_clock_step_ns, 10, false);
	record_add(&r, METRIC_walk_lat_ns, 9, false);
	record_add(&r, METRIC_walk_p50_ns, 9, false);
	record_add(&r, METRIC_walk_p99_ns, 40, false);
	record_add(&r, METRIC_walk_p999_ns, 50, false);
	record_add(&r, METRIC_map_p50_ns, 40, false);
	record_add(&r, METRIC_map_from_block, 50, false);
	record_add(&r, METRIC_map_p99_ns, 400, false);
	record_add(&r, METRIC_walk_open_p50_ns, 40, false);
	assert_int_equal(record_mark(&r, METRIC_walk_lat_ns), MARK_NONE);
	assert_int_equal(record_mark(&r, METRIC_walk_p50_ns), MARK_STEPS);
	assert_int_equal(record_mark(&r, METRIC_walk_p99_ns), MARK_STEPS);
	assert_int_equal(record_mark(&r, METRIC_walk_p999_ns), MARK_NONE);
	assert_int_equal(record_mark(&r, METRIC_map_p50_ns), MARK_BLOCK);
	assert_int_equal(record_mark(&r, METRIC_map_p99_ns), MARK_NONE);
	assert_int_equal(record_mark(&r, METRIC_walk_open_p50_ns), MARK_STEPS);
	assert_int_equal(record_mark(&r, METRIC_unmap_p50_ns), MARK_NONE);
	/* What runs of older versions hold. */
	record_add_counter(&r, "walk_p50_from_block", "1", SOURCE_CLOCK, 1);
	assert_int_equal(record_mark(&r, METRIC_walk_p50_ns), MARK_BLOCK);
	assert_int_equal(record_mark(&r, METRIC_walk_p99_ns), MARK_STEPS);
	record_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_where_the_clock_is_coarse),
		cmocka_unit_test(too_few_for_a_block),
		cmocka_unit_test(marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
