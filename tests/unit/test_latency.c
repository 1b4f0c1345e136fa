/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Latencies of the machine: the chain that is walked, that batches which lost
 * their CPU are thrown away, and what is read back of a file.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../kernels/aligned.h"
#include "machine/clock.h"
#include "machine/latency.h"
#include "machine/latency_batch.h"

static void test_chain(void **state)
{
	for (size_t n = 1; n <= 1024; n *= 2) {
		struct latency_node *node = aligned_zalloc(64, n, 64), *at;
		size_t steps = 0;

		assert_non_null(node);
		latency_chain(node, n);
		at = node;
		do
			at = at->next;
		while (++steps <= n && at != node);
		assert_int_equal(steps, n);
		free(node);
	}
}

/* Every other batch is lost, and would say something else. */
static bool half_lost(void *arg, uint64_t n, double *ns)
{
	unsigned *calls = arg;
	bool good = ++*calls & 1;

	*ns = (double)n * (good ? 1e4 : 7e9);
	return good;
}

static bool all_lost(void *arg, uint64_t n, double *ns)
{
	*ns = 1e9;
	return false;
}

static void test_lost(void **state)
{
	unsigned calls = 0;
	json_t *f = latency_of_timed(half_lost, &calls, 2);

	assert_true(fabs(json_real_value(json_object_get(f, "ns")) - 5e3) < 1);
	assert_true(fabs(json_real_value(json_object_get(f, "high")) - 5e3) <
		    1);
	assert_int_equal(json_integer_value(json_object_get(f, "batches")),
			 LATENCY_BATCHES);
	assert_true(json_integer_value(json_object_get(f, "lost")) > 5);
	json_decref(f);
	f = latency_of_timed(all_lost, NULL, 1);
	assert_true(json_is_null(f));
	json_decref(f);
}

/* Ten times the work takes longer: nothing was optimised away. */
static void work(void *arg, uint64_t n)
{
	volatile unsigned *x = arg;

	for (uint64_t i = 0; i < 10 * n; i++)
		(*x)++;
}

static void less_work(void *arg, uint64_t n)
{
	volatile unsigned *x = arg;

	for (uint64_t i = 0; i < n; i++)
		(*x)++;
}

static void test_work(void **state)
{
	unsigned x = 0;
	json_t *much = latency_of_work(work, &x);
	json_t *less = latency_of_work(less_work, &x);
	json_t *ns = json_object_get(much, "ns");

	/* A machine on which not one batch of 90 kept its CPU says so. */
	if (ns && json_object_get(less, "ns"))
		assert_true(json_real_value(ns) >
			    2 * json_real_value(json_object_get(less, "ns")));
	json_decref(much);
	json_decref(less);
}

static const char file[] =
	"{\"format\": 1, \"fingerprint\": \"abc\","
	" \"levels\": [{\"level\": \"L1d\", \"large\": {\"ns\": 1.5},"
	" \"small\": null}, {\"level\": \"L2\", \"large\": {\"ns\": -3}}, 7],"
	" \"costs\": [{\"name\": \"spinlock\", \"each\": {\"ns\": 5}}],"
	" \"transfer\": [{\"one_way\": {\"ns\": 30}},"
	" {\"one_way\": {\"ns\": 50}}, {\"one_way\": null},"
	" {\"one_way\": {\"ns\": 40}}]}";

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void test_load(void **state)
{
	char dir[] = "/tmp/test_latency.XXXXXX", results[64];
	char path[LATENCY_PATH];
	json_t *l;

	assert_non_null(mkdtemp(dir));
	snprintf(results, sizeof(results), "%s/r.sqlite", dir);
	assert_null(latency_load(results, "abc"));
	assert_true(latency_path(results, "abc", path));
	put(path, file);
	l = latency_load(results, "abc");
	assert_non_null(l);
	assert_true(latency_level_ns(l, "L1d", true) == 1.5);
	assert_true(isnan(latency_level_ns(l, "L1d", false)));
	assert_true(isnan(latency_level_ns(l, "L2", true)));
	assert_true(isnan(latency_level_ns(l, "L9", true)));
	assert_true(latency_cost_ns(l, "spinlock") == 5);
	assert_true(isnan(latency_cost_ns(l, "none")));
	assert_true(latency_transfer_ns(l) == 40);
	json_decref(l);

	/* Another machine's under this one's name; another form; damaged. */
	put(path, "{\"format\": 1, \"fingerprint\": \"abd\"}");
	assert_null(latency_load(results, "abc"));
	put(path, "{\"format\": 2, \"fingerprint\": \"abc\"}");
	assert_null(latency_load(results, "abc"));
	for (size_t n = 0; n < sizeof(file) - 1; n += 7) {
		char cut[sizeof(file)] = "";

		memcpy(cut, file, n);
		put(path, cut);
		assert_null(latency_load(results, "abc"));
	}
	put(path, "[]");
	assert_null(latency_load(results, "abc"));
	unlink(path);
	rmdir(dir);

	/* Beside a file of the working folder; too long. */
	assert_true(latency_path("r.sqlite", "abc", path));
	assert_string_equal(path, "latency-abc.json");
	memset(path, 'a', sizeof(path) - 1);
	path[0] = path[4090] = '/';
	path[4095] = '\0';
	assert_false(latency_path(strdupa(path), "abc", path));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_work),
		cmocka_unit_test(test_load),
	};
	struct err e = {0};

	if (clock_init(true, &e))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
