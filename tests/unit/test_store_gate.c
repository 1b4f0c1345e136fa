/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gates in the store: what is kept, and what later nights read of it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "judge/gate_store.h"
#include "store/gate.h"

static void add(struct store *s, const char *machine, double canary)
{
	struct store_gate_metric rows[] = {
		{.design = "rcu",
		 .metric = "walk_dep_4k",
		 .verdict = "same",
		 .samples = 16,
		 .change = 0.001,
		 .low = -0.001,
		 .high = 0.003,
		 .canary = canary},
		/* what was not measured is no effect of 0 */
		{.design = "rcu",
		 .metric = "map_4k",
		 .verdict = "not resolved",
		 .change = (double)NAN,
		 .low = (double)NAN,
		 .high = (double)NAN,
		 .canary = (double)NAN},
	};
	struct store_gate g = {.machine = machine,
			       .old_name = "a",
			       .new_name = "b",
			       .version = "1",
			       .conclusion = "no regression",
			       .started_utc = "2026-01-01T00:00:00Z",
			       .metric = rows,
			       .n = 2};
	struct err e = {0};

	assert_int_equal(store_gate_add(s, &g, &e), 0);
}

static struct store *empty(char *path)
{
	int fd = mkstemp(path);
	struct err e = {0};
	struct store *s;

	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(store_open(&s, path, &e), 0);
	return s;
}

static size_t twins(struct store *s, const char *machine, unsigned last,
		    double *sum)
{
	struct store_gate_twin *twin;
	struct err e = {0};
	size_t n = 99;

	assert_int_equal(store_gate_twins(s, machine, last, &twin, &n, &e), 0);
	*sum = 0;
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(twin[i].design, "rcu");
		assert_string_equal(twin[i].metric, "walk_dep_4k");
		assert_true(fabs(twin[i].half - 0.002) < 1e-12);
		*sum += twin[i].value;
	}
	free(twin);
	return n;
}

static void twins_are_read_back(void **state)
{
	char path[] = "/tmp/vtdbench-test-XXXXXX";
	struct store *s = empty(path);
	double sum;

	assert_int_equal(twins(s, "m", 8, &sum), 0);
	for (int i = 1; i <= 5; i++)
		add(s, "m", i / 1000.0);
	add(s, "other", 9);
	assert_int_equal(twins(s, "m", 8, &sum), 5);
	assert_true(fabs(sum - 0.015) < 1e-12);
	assert_int_equal(twins(s, "m", 2, &sum), 2);
	assert_true(fabs(sum - 0.009) < 1e-12);
	assert_int_equal(twins(s, "other", 8, &sum), 1);
	store_close(s);
	unlink(path);
}

/* A twin of 4 % that its interval of 0.2 % does not explain. */
static void margins_rise_by_what_the_twin_showed(void **state)
{
	char path[] = "/tmp/vtdbench-test-XXXXXX";
	struct store *s = empty(path);
	double margin[PAIR_CLASSES];
	struct err e = {0};

	add(s, "m", 0.0019);
	assert_int_equal(gate_margins(s, "m", margin, &e), 0);
	for (unsigned i = 0; i < PAIR_CLASSES; i++)
		assert_true(fabs(margin[i] - log1p(pair_classes[i].least)) <
			    1e-12);
	for (int i = 0; i < 3; i++)
		add(s, "m", -0.042);
	assert_int_equal(gate_margins(s, "m", margin, &e), 0);
	assert_true(fabs(margin[PAIR_CLASS_walk] - MARGIN_TWIN * 0.04) < 1e-6);
	assert_true(fabs(margin[PAIR_CLASS_update] -
			 log1p(pair_classes[PAIR_CLASS_update].least)) < 1e-12);
	assert_int_equal(gate_margins(s, "other", margin, &e), 0);
	assert_true(margin[PAIR_CLASS_walk] < 0.006);
	assert_int_equal(gate_margins(NULL, "m", margin, &e), 0);
	assert_true(margin[PAIR_CLASS_walk] < 0.006);
	store_close(s);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(twins_are_read_back),
		cmocka_unit_test(margins_rise_by_what_the_twin_showed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
