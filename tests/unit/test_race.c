/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sums of what dumps read from freed tables, and what none of them says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "judge/race.h"

enum { DRAWS = 3 };

static struct store_trial trial[DRAWS];
static const struct store_trial *list[DRAWS] = {&trial[0], &trial[1],
						&trial[2]};

static struct race_sum sum(const double dumps[DRAWS],
			   const double exposed[DRAWS])
{
	const struct summary_row row = {
		.design = "driver", .trial = list, .n = DRAWS};
	struct race_sum r;

	for (int i = 0; i < DRAWS; i++) {
		struct record *rec = &trial[i].record;

		record_init(rec);
		record_add(rec, METRIC_race_dumps, dumps[i], false);
		record_add(rec, METRIC_race_dumps_exposed, exposed[i], false);
		record_add(rec, METRIC_race_tables_freed, 1000, false);
		record_add(rec, METRIC_race_tables_exposed, 7, false);
	}
	assert_true(race_sum(&row, &r));
	for (int i = 0; i < DRAWS; i++)
		record_release(&trial[i].record);
	return r;
}

/* Draws count by their dumps; one without any says nothing. */
static void counts_are_of_all_draws(void **state)
{
	struct race_sum r = sum((double[]){100, 0, 300}, (double[]){50, 0, 30});

	assert_int_equal(r.draws, 2);
	assert_true(fabs(r.share - 80.0 / 400) < 1e-12);
	assert_true(fabs(r.low - 0.1) < 1e-12 && fabs(r.high - 0.5) < 1e-12);
	assert_true(r.freed == 2000 && r.tables == 14);
}

/* None in 300: below 1 %, or there would have been one in 95 of 100 runs. */
static void none_has_a_bound(void **state)
{
	struct race_sum r = sum((double[]){100, 100, 100}, (double[]){0, 0, 0});

	assert_true(r.share == 0);
	assert_true(fabs(pow(1 - r.high, 300) - 0.05) < 1e-9);
}

static void nothing_counted_is_nothing(void **state)
{
	const struct summary_row row = {.design = "driver", .trial = list};
	struct race_sum r;

	assert_false(race_sum(&row, &r));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_are_of_all_draws),
		cmocka_unit_test(none_has_a_bound),
		cmocka_unit_test(nothing_counted_is_nothing)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
