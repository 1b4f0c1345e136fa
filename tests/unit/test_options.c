/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every type of option, every bound, and the junk that must be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "options/table.h"
#include "base/suggest.h"

static struct params p;
static struct params_run run;
static struct err e;

static void *base_of(const struct option_row *row)
{
	return row->scope == OPTION_RUN ? (void *)&run : (void *)&p;
}

static void good(const char *key, const char *text, const char *formatted)
{
	const struct option_row *row = option_find(key);
	char buf[PARAMS_PATH];

	assert_non_null(row);
	if (option_parse(row, text, base_of(row), &e))
		fail_msg("%s: %s", key, e.what);
	option_format(row, base_of(row), buf, sizeof(buf));
	assert_string_equal(buf, formatted);
}

/* Refused with a message that has @why in it, and nothing was stored. */
static void bad(const char *key, const char *text, const char *why)
{
	const struct option_row *row = option_find(key);
	char before[PARAMS_PATH], after[PARAMS_PATH], start[80];

	assert_non_null(row);
	option_format(row, base_of(row), before, sizeof(before));
	e = (struct err){0};
	assert_int_equal(option_parse(row, text, base_of(row), &e), -EINVAL);
	option_format(row, base_of(row), after, sizeof(after));
	assert_string_equal(before, after);
	snprintf(start, sizeof(start), "%s: ", key);
	if (strncmp(e.what, start, strlen(start)) || !strstr(e.what, why) ||
	    !strstr(e.what, "expected "))
		fail_msg("'%s' says not '%s'", e.what, why);
}

/* The remedy of a refused value. */
static void remedy(const char *key, const char *text, const char *want)
{
	e = (struct err){0};
	assert_int_equal(option_parse(option_find(key), text, NULL, &e),
			 -EINVAL);
	if (strncmp(e.remedy, want, strlen(want)) || (!*want && e.remedy[0]))
		fail_msg("%s=%s: '%s'", key, text, e.remedy);
}

static void test_remedies(void **state)
{
	remedy("design", "RCU", "did you mean 'rcu'?");
	remedy("design", "RCU_QSBR", "did you mean 'rcu_qsbr'?");
	remedy("footprint", "64MiB", "did you mean '64M'? K, M, G and T are");
	remedy("footprint", "64mb", "did you mean '64M'?");
	remedy("footprint", "1 g", "did you mean '1G'?");
	remedy("page_size", "2MiB", "did you mean '2M'?");
	remedy("phase", "40 ms", "did you mean '40ms'?");
	remedy("phase", "1min", "did you mean '1m'?");
	remedy("phase", "5MSEC", "did you mean '5ms'?");
	remedy("sim.enabled", "True", "did you mean 'true'?");
	/* None that would be refused in its turn. */
	remedy("sim.line", "64MiB", "");
	remedy("page_size", "3MiB", "");
	remedy("footprint", "MiB", "");
	remedy("walkers", "2K", "");
}

/* A range without an end says none. */
static void test_open_range(void **state)
{
	const struct option_row row = {.key = "--budget",
				       .type = OPTION_DURATION,
				       .min = 1,
				       .max = UINT64_MAX,
				       .size = sizeof(uint64_t)};

	assert_int_equal(option_parse(&row, "60", NULL, &e), -EINVAL);
	assert_string_equal(e.what, "--budget: '60' has no unit; expected a "
				    "duration from 1ns (ns, us, ms, s, m)");
}

static int defaults(void **state)
{
	option_defaults(&run, &p);
	return 0;
}

static void test_integer(void **state)
{
	good("walkers", "0", "0");
	good("walkers", "1024", "1024");
	good("walkers", "0x10", "16");
	good("seed", "18446744073709551615", "18446744073709551615");
	bad("walkers", "10x", "'10x' has 'x' after the number");
	bad("walkers", "1025", "out of range; expected an integer from 0");
	bad("walkers", "-1", "negative");
	bad("walkers", "", "no value");
	bad("walkers", " 1", "no number");
	bad("walkers", "+1", "no number");
	bad("walkers", "0x", "no number");
	bad("walkers", "1.5", "whole");
	bad("walkers", "two", "no number");
	bad("walkers", "4K", "'K' after the number");
	bad("seed", "18446744073709551616", "out of range");
	bad("iotlb.sets", "63", "power of two");
	good("iotlb.sets", "0", "0");
	good("iotlb.sets", "65536", "65536");
	bad("iotlb.ways", "0", "out of range");
	bad("iotlb.ways", "17", "from 1 to 16");
}

static void test_size(void **state)
{
	good("footprint", "64M", "64M");
	good("footprint", "4096", "4K");
	good("footprint", "0x1000", "4K");
	good("footprint", "1T", "1T");
	good("footprint", "12K", "12K");
	assert_int_equal(p.work.footprint_bytes, 12288);
	bad("footprint", "0", "out of range; expected a size");
	bad("footprint", "129T", "from 4K to 128T");
	bad("footprint", "16777216T", "out of range");
	bad("footprint", "5000", "multiple of 4K");
	bad("footprint", "64MB", "'MB' after the number");
	bad("footprint", "64m", "'m' after the number");
	bad("footprint", "1.5G", "whole");
	bad("footprint", "M", "no number");
	good("page_size", "2M", "2M");
	good("page_size", "2048K", "2M");
	bad("page_size", "8K", "expected 4K, 2M or 1G");
}

static void test_duration(void **state)
{
	good("phase", "1ms", "1ms");
	good("phase", "10m", "10m");
	good("phase", "1500us", "1500us");
	good("phase", "2s", "2s");
	good("phase", "3000000ns", "3ms");
	good("warmup", "0", "0ns");
	bad("phase", "40", "has no unit; expected a duration from 1ms");
	bad("phase", "40 ms", "after the number");
	bad("phase", "40msx", "'msx' after the number");
	bad("phase", "999us", "out of range");
	bad("phase", "601s", "out of range");
	bad("phase", "ms", "no number");
	bad("phase", "0", "out of range");
}

static void test_number(void **state)
{
	good("hot_fraction", "0.25", "0.25");
	good("hot_fraction", "1", "1");
	good("hot_probability", "0", "0");
	good("hot_probability", "1e-3", "0.001");
	bad("hot_fraction", "0", "out of range; expected a number from");
	bad("hot_fraction", "1.01", "out of range");
	bad("hot_fraction", "nan", "no number");
	bad("hot_fraction", "inf", "no number");
	bad("hot_fraction", "0x1p-1", "after the number");
	bad("hot_fraction", "0.5x", "'x' after the number");
	bad("hot_fraction", "-0.5", "out of range");
	bad("hot_fraction", "", "no value");
	bad("hot_fraction", "half", "no number");
}

static void test_bool_and_names(void **state)
{
	good("sim.enabled", "false", "false");
	good("sim.enabled", "yes", "true");
	good("sim.enabled", "off", "false");
	bad("sim.enabled", "1", "neither true nor false");
	bad("sim.enabled", "", "no value");
	good("format", "first_stage", "first_stage");
	assert_int_equal(p.engine.format, VTD_FS);
	good("reclaim", "empty", "empty");
	assert_int_equal(p.engine.reclaim, RECLAIM_EMPTY);
	bad("format", "third_stage", "second_stage or first_stage");
	good("memory", "node:3", "node:3");
	good("memory", "remote", "remote");
	bad("memory", "node:", "no number of a node");
	bad("memory", "node:x", "no number of a node");
	bad("memory", "here", "or node:N");
	good("design", "all", designs[0]->name);
	for (size_t i = 0; designs[i]; i++)
		good("design", designs[i]->name, designs[i]->name);
	bad("design", "rcuu", "no 'rcuu'");
	assert_string_equal(e.remedy, "did you mean 'rcu'?");
	bad("workload", "", "no value");
}

static void test_text(void **state)
{
	char longest[PARAMS_NAME], longer[PARAMS_NAME + 1];

	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	good("name", longest, longest);
	bad("name", longer, "64 characters");
	bad("name", "", "no value");
	bad("name", "a/b", "'/' is not allowed");
	good("title", "", "");
	good("cpus", "0,2-3", "0,2-3");
	good("cpus", "", "");
	bad("cpus", "0,", "no CPU list");
	bad("cpus", "0,,1", "no CPU list");
	bad("cpus", "a", "no CPU list");
	bad("cpus", "1-", "no CPU list");
}

/* What holds for every row, also for those that are added later. */
static void test_rows(void **state)
{
	const struct option_row *row;
	char text[PARAMS_PATH], again[PARAMS_PATH], name[64];

	for (size_t i = 0; (row = option_at(i)); i++) {
		option_accepts(row, text, sizeof(text));
		assert_true(text[0]);
		assert_true(row->help && row->help[0]);
		assert_true(row->help[strlen(row->help) - 1] != '.');
		assert_ptr_equal(option_find(row->key), row);
		option_environment(row, name, sizeof(name));
		assert_true(!strncmp(name, "VTDBENCH_", 9));
		/* What is printed can be read back and means the same. */
		assert_int_equal(
			option_parse(row, row->initial, base_of(row), &e), 0);
		option_format(row, base_of(row), text, sizeof(text));
		assert_int_equal(option_parse(row, text, base_of(row), &e), 0);
		option_format(row, base_of(row), again, sizeof(again));
		assert_string_equal(text, again);
		/* As a plan without the row, and nothing else, is silent. */
		assert_int_equal(option_is_silent(row, text),
				 row->flags & OPTION_ADDED && !row->before);
		if (row->before) {
			assert_int_equal(option_parse(row, row->before,
						      base_of(row), &e),
					 0);
			option_format(row, base_of(row), text, sizeof(text));
			assert_string_equal(text, row->before);
			assert_true(option_is_silent(row, text));
		}
		if (row->type <= OPTION_NUMBER)
			assert_int_equal(option_parse(row, "10x", NULL, &e),
					 -EINVAL);
		if (row->type == OPTION_INT && row->max < UINT64_MAX) {
			snprintf(text, sizeof(text), "%" PRIu64, row->max + 1);
			assert_int_equal(option_parse(row, text, NULL, &e),
					 -EINVAL);
		}
	}
	assert_null(option_find("iotlb"));
	assert_true(option_is_group("iotlb"));
	assert_false(option_is_group("iot"));
}

static void test_suggest(void **state)
{
	assert_int_equal(suggest_distance("walkers", "walkers"), 0);
	assert_int_equal(suggest_distance("wlakers", "walkers"), 1);
	assert_int_equal(suggest_distance("", "abc"), 3);
	assert_int_equal(suggest_distance("kitten", "sitting"), 3);
	assert_string_equal(option_nearest("walker", -1), "walkers");
	assert_string_equal(option_nearest("desing", -1), "design");
	assert_string_equal(option_nearest("iotlb.set", -1), "iotlb.sets");
	assert_string_equal(option_nearest("sets", -1), "iotlb.sets");
	assert_null(option_nearest("xyzzyxyzzy", -1));
	assert_null(option_nearest("repetition", OPTION_TRIAL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_remedies),
		cmocka_unit_test(test_open_range),
		cmocka_unit_test_setup(test_integer, defaults),
		cmocka_unit_test_setup(test_size, defaults),
		cmocka_unit_test_setup(test_duration, defaults),
		cmocka_unit_test_setup(test_number, defaults),
		cmocka_unit_test_setup(test_bool_and_names, defaults),
		cmocka_unit_test_setup(test_text, defaults),
		cmocka_unit_test_setup(test_rows, defaults),
		cmocka_unit_test(test_suggest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
