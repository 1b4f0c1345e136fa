/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The histogram against sorted arrays of the same values. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>
#include <cmocka.h>

#include "stats/hist.h"
#include "base/rng.h"

enum { N = 20000 };

/* Values of all magnitudes: a random number of random bits. */
static uint64_t any_value(struct rng *r)
{
	return rng_u64(r) >> rng_below(r, 64);
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* What the header promises: within 1/64 above, exact below 128. */
static void assert_close(uint64_t got, uint64_t want)
{
	assert_true(got >= want);
	if (want < 1u << HIST_SUB_LG2)
		assert_true(got == want);
	else
		assert_true(got - want <= want >> (HIST_SUB_LG2 - 1));
}

static void quantiles_match_sorted(void **state)
{
	static const double q[] = {0,	0.001, 0.1,   0.25,   0.5,
				   0.9, 0.99,  0.999, 0.9999, 1};
	static uint64_t value[N];
	struct hist *h = hist_new();
	struct rng r;
	double sum = 0;

	rng_seed(&r, 7, 0);
	for (int i = 0; i < N; i++) {
		value[i] = any_value(&r);
		sum += (double)value[i];
		hist_add(h, value[i]);
	}
	qsort(value, N, sizeof(*value), by_value);
	assert_int_equal(hist_count(h), N);
	for (size_t i = 0; i < sizeof(q) / sizeof(*q); i++) {
		double rank = q[i] * N < 1 ? 1 : ceil(q[i] * N - 1e-9);

		assert_close(hist_quantile(h, q[i]), value[(size_t)rank - 1]);
	}
	assert_true(hist_min(h) <= value[0]);
	assert_close(hist_max(h), value[N - 1]);
	assert_true(fabs(hist_mean(h) / (sum / N) - 1) < 1.0 / 64);
	hist_free(h);
}

static void empty_is_zero(void **state)
{
	struct hist *h = hist_new();

	assert_int_equal(hist_count(h), 0);
	assert_int_equal(hist_min(h), 0);
	assert_int_equal(hist_max(h), 0);
	assert_int_equal(hist_quantile(h, 0.5), 0);
	assert_true(hist_mean(h) == 0);
	hist_add_n(h, 5, 3);
	hist_clear(h);
	assert_int_equal(hist_count(h), 0);
	assert_int_equal(hist_max(h), 0);
	hist_free(h);
}

static void counts_ranks_exactly(void **state)
{
	struct hist *h = hist_new();

	for (uint64_t v = 1; v <= 100; v++)
		hist_add(h, v);
	for (uint64_t p = 1; p <= 100; p++)
		assert_int_equal(hist_quantile(h, (double)p / 100), p);
	hist_free(h);
}

struct seen {
	uint64_t next, total;
	unsigned buckets;
};

static void look(void *arg, uint64_t low, uint64_t high, uint64_t n)
{
	struct seen *s = arg;

	assert_true(low >= s->next || !s->buckets);
	assert_true(high >= low);
	assert_true(low < 128 ? high == low : high - low < low >> 6);
	s->next = high + 1;
	s->total += n;
	s->buckets++;
}

/* Powers of two and their neighbours, where buckets change width. */
static void buckets_tile_the_range(void **state)
{
	struct hist *h = hist_new();
	struct seen s = {0};

	for (int bit = 0; bit < 64; bit++)
		for (int d = -1; d <= 1; d++)
			hist_add(h, (UINT64_C(1) << bit) + (uint64_t)d);
	hist_each(h, look, &s);
	assert_int_equal(s.total, 3 * 64);
	assert_true(hist_max(h) >= (UINT64_C(1) << 63) + 1);
	hist_add(h, UINT64_MAX);
	assert_true(hist_max(h) == UINT64_MAX);
	assert_true(hist_quantile(h, 1) == UINT64_MAX);
	hist_free(h);
}

static void merges(void **state)
{
	struct hist *all = hist_new(), *part[4], *sum = hist_new();
	struct rng r;
	char *a, *b;

	rng_seed(&r, 8, 0);
	for (int i = 0; i < 4; i++)
		part[i] = hist_new();
	for (int i = 0; i < N; i++) {
		uint64_t v = any_value(&r), n = 1 + rng_below(&r, 3);

		hist_add_n(all, v, n);
		hist_add_n(part[i % 4], v, n);
	}
	for (int i = 0; i < 4; i++) {
		hist_merge(sum, part[i]);
		hist_free(part[i]);
	}
	a = hist_encode(all);
	b = hist_encode(sum);
	assert_string_equal(a, b);
	assert_int_equal(hist_count(all), hist_count(sum));
	free(a);
	free(b);
	hist_free(all);
	hist_free(sum);
}

static void encodes_and_decodes(void **state)
{
	struct hist *h = hist_new(), *back = hist_new();
	struct rng r;
	char *a, *b;

	a = hist_encode(h);
	assert_string_equal(a, "");
	assert_int_equal(hist_decode(back, a), 0);
	free(a);
	rng_seed(&r, 9, 0);
	for (int i = 0; i < N; i++)
		hist_add(h, any_value(&r));
	a = hist_encode(h);
	assert_int_equal(hist_decode(back, a), 0);
	b = hist_encode(back);
	assert_string_equal(a, b);
	assert_int_equal(hist_count(back), N);
	for (double q = 0; q <= 1; q += 0.01)
		assert_true(hist_quantile(h, q) == hist_quantile(back, q));
	free(a);
	free(b);
	hist_free(h);
	hist_free(back);
}

static void refuses_damaged_text(void **state)
{
	static const char *const bad[] = {
		"x",
		" ",
		"5",
		"5:",
		":5",
		"5:1 ",
		"5:0",
		"5:-1",
		"-5:1",
		"5:1,6:1",
		"5:1  6",
		"6:1 5:1",
		"5:1:",
		"129:1x",
		"257:1", /* not the low end of a bucket */
		"5:1 5:1",
		"99999999999999999999:1",
		"5:18446744073709551615 6:1", /* the total overflows */
	};
	struct hist *h = hist_new();

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (hist_decode(h, bad[i]) != -EINVAL)
			fail_msg("accepted \"%s\"", bad[i]);
	assert_int_equal(hist_decode(h, "0:1 127:3 256:9"), 0);
	assert_int_equal(hist_count(h), 13);
	hist_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles_match_sorted),
		cmocka_unit_test(empty_is_zero),
		cmocka_unit_test(counts_ranks_exactly),
		cmocka_unit_test(buckets_tile_the_range),
		cmocka_unit_test(merges),
		cmocka_unit_test(encodes_and_decodes),
		cmocka_unit_test(refuses_damaged_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
