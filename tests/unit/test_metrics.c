/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registry of metrics: what its rows say of each other holds together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "trial/metric.h"

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n > m && !strcmp(text + n - m, end);
}

static void names_have_ids(void **state)
{
	enum metric_id one = metric_of("ipc"), other;
	const char *kept;
	char name[] = "ipc";

	for (enum metric_id m = METRIC_NONE + 1; m < METRIC_NR; m++) {
		assert_int_equal(metric_of(metrics[m].name), m);
		assert_ptr_equal(metric_row(m), &metrics[m]);
	}
	assert_int_equal(metric_of("llc_misses_per_op"),
			 METRIC_llc_misses_per_op);
	/* A counter's id is new, and the same for the same name. */
	assert_true(one >= METRIC_KNOWN);
	assert_null(metric_row(one));
	assert_null(metric_row(METRIC_NONE));
	kept = metric_keep(name, &other);
	name[0] = 'x';
	assert_int_equal(other, one);
	assert_string_equal(kept, "ipc");
	assert_int_not_equal(metric_of(name), one);
}

static void rows_fit_together(void **state)
{
	unsigned ranks = 0, last = 0;

	for (enum metric_id m = METRIC_NONE + 1; m < METRIC_NR; m++) {
		const struct metric *row = &metrics[m];

		print_message("%s\n", row->name);
		assert_true(row->help && *row->help);
		if (row->op)
			assert_true(ends_with(row->name, "_ns") ||
				    ends_with(row->name, "_ms"));
		if (row->rate)
			assert_string_equal(metrics[row->rate].unit, "1/s");
		assert_int_equal(row->from_block != METRIC_NONE,
				 row->quantile > 0);
		if (row->from_block)
			assert_string_equal(metrics[row->from_block].unit, "%");
		/* What a thread without its CPU cannot spoil has no clock. */
		if (row->source == SOURCE_SIM || row->source == SOURCE_OS)
			assert_int_equal(row->phases, PHASE_NONE);
		ranks += row->rank > 0;
		last = row->rank > last ? row->rank : last;
	}
	assert_int_equal(ranks, last); /* 1, 2, … each once */
	for (unsigned rank = 1; rank <= last; rank++) {
		unsigned n = 0;

		for (size_t m = 0; m < METRIC_NR; m++)
			n += metrics[m].rank == rank;
		assert_int_equal(n, 1);
	}
}

static void sizes_have_a_phase_each(void **state)
{
	unsigned seen = 0;

	for (size_t i = 0; i < MAP_SIZES; i++) {
		const struct map_size_row *row = &map_sizes[i];
		unsigned bit = metrics[row->map].phases;

		assert_int_equal(bit, (unsigned)PHASE_SIZES << i);
		assert_int_equal(bit, metrics[row->unmap].phases);
		assert_false(seen & bit);
		seen |= bit;
		assert_true(row->slots >= 1 && row->slots <= 64);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_have_ids),
		cmocka_unit_test(rows_fit_together),
		cmocka_unit_test(sizes_have_a_phase_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
