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

#include "store/gate.h"

static void add(struct store *s, const char *machine, double canary)
{
	struct store_gate_metric rows[] = {
		{.design = "rcu",
		 .metric = "walk_dep_4k",
		 .verdict = "same",
		 .samples = 16,
		 .change = 0.001,
		 .canary = canary},
		{.design = "rcu",
		 .metric = "map_4k",
		 .verdict = "inconclusive",
		 .change = (double)NAN,
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

static size_t canaries(struct store *s, const char *machine, const char *metric,
		       double *x, size_t max)
{
	struct err e = {0};
	size_t n = 99;

	assert_int_equal(store_gate_canaries(s, machine, "rcu", metric, x, max,
					     &n, &e),
			 0);
	return n;
}

static void canaries_are_read_back_latest_first(void **state)
{
	char path[] = "/tmp/vtdbench-test-XXXXXX";
	int fd = mkstemp(path);
	struct err e = {0};
	struct store *s;
	double x[8];

	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(store_open(&s, path, &e), 0);
	assert_int_equal(canaries(s, "m", "walk_dep_4k", x, 8), 0);
	for (int i = 1; i <= 5; i++)
		add(s, "m", i / 1000.0);
	add(s, "other", 9);
	assert_int_equal(canaries(s, "m", "walk_dep_4k", x, 8), 5);
	assert_true(fabs(x[0] - 0.005) < 1e-12);
	assert_true(fabs(x[4] - 0.001) < 1e-12);
	assert_int_equal(canaries(s, "m", "walk_dep_4k", x, 3), 3);
	assert_int_equal(canaries(s, "other", "walk_dep_4k", x, 8), 1);
	/* what was not measured is no effect of 0 */
	assert_int_equal(canaries(s, "m", "map_4k", x, 8), 0);
	store_close(s);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canaries_are_read_back_latest_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
