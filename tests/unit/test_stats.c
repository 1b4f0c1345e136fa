/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statistics against textbook values, and against enumeration of every
 * outcome, which shares no code or algorithm with what is tested.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"
#include "stats/sample.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static void assert_near(double got, double want, double within)
{
	if (!(fabs(got - want) <= within))
		fail_msg("%.12g, not %.12g", got, want);
}

static void location_and_spread(void **state)
{
	const double x[] = {9, 1, 4, 2, 100};
	const double even[] = {4, 1, 3, 2};

	assert_near(stats_median(x, 5), 4, 0);
	assert_near(stats_median(even, 4), 2.5, 0);
	assert_near(stats_mad(x, 5), 3, 0);
	assert_near(stats_mean(even, 4), 2.5, 0);
	assert_near(stats_sd(even, 4), sqrt(5.0 / 3), 1e-12);
	assert_near(stats_sd(x, 1), 0, 0);
	/* Type 7, as R and NumPy: 1 + 0.25 * 3. */
	assert_near(stats_quantile(even, 4, 0.25), 1.75, 1e-12);
	assert_near(stats_quantile(even, 4, 0), 1, 0);
	assert_near(stats_quantile(even, 4, 1), 4, 0);
	assert_true(isnan(stats_median(x, 0)));
	assert_true(isnan(stats_mad(x, 0)));
	assert_near(x[0], 9, 0); /* the array was not sorted in place */
}

/* Of few values even the widest interval covers less than 95 %, and says so. */
static void median_interval_is_of_order_statistics(void **state)
{
	const double x[] = {30, 10, 50, 20, 40, 60, 70, 90, 80};
	struct estimate est;

	est = stats_median_interval(x, 1, 0.95);
	assert_near(est.low, 30, 0);
	assert_near(est.confidence, 0, 0);
	est = stats_median_interval(x, 3, 0.95);
	assert_near(est.value, 30, 0);
	assert_near(est.low, 10, 0);
	assert_near(est.high, 50, 0);
	assert_near(est.confidence, 0.75, 1e-12);
	assert_true(stats_median_interval(x, 5, 0.95).confidence < 0.95);
	est = stats_median_interval(x, 6, 0.95);
	assert_near(est.confidence, 1 - 2.0 / 64, 1e-12);
	est = stats_median_interval(x, 9, 0.95);
	assert_near(est.low, 20, 0);
	assert_near(est.high, 80, 0);
	assert_near(est.confidence, 1 - 20.0 / 512, 1e-12);
}

/* The interval covers the true median about as often as it says. */
static void median_interval_covers(void **state)
{
	unsigned covered = 0;
	struct rng r;

	rng_seed(&r, 5, 0);
	for (int round = 0; round < 2000; round++) {
		struct estimate est;
		double x[7];

		for (int i = 0; i < 7; i++)
			x[i] = -log(1 - rng_double(&r));
		est = stats_median_interval(x, 7, 0.9);
		covered += est.low <= log(2) && log(2) <= est.high;
		assert_near(est.confidence, 1 - 2.0 / 128, 1e-12);
	}
	assert_in_range(covered, 1950, 1988);
}

static double middle_rank(const double *x, size_t n, double v)
{
	double below = 0, same = 0;

	for (size_t i = 0; i < n; i++) {
		below += x[i] < v;
		same += x[i] <= v && x[i] >= v;
	}
	return below + (same + 1) / 2;
}

/* All 2^n signs. */
static struct test enumerate_signs(const double *x, size_t n)
{
	double size[16], rank[16], seen = 0, less = 0, greater = 0;
	size_t used = 0;

	for (size_t i = 0; i < n; i++)
		if (fabs(x[i]) > 0)
			size[used++] = fabs(x[i]);
	for (size_t i = 0; i < used; i++)
		rank[i] = middle_rank(size, used, size[i]);
	for (size_t i = 0; i < n; i++)
		if (x[i] > 0)
			seen += middle_rank(size, used, x[i]);
	for (unsigned signs = 0; signs < 1u << used; signs++) {
		double sum = 0;

		for (size_t i = 0; i < used; i++)
			sum += signs >> i & 1 ? rank[i] : 0;
		less += sum <= seen;
		greater += sum >= seen;
	}
	return (struct test){.statistic = seen,
			     .p_less = less / (1u << used),
			     .p_greater = greater / (1u << used)};
}

static void signed_rank_matches_enumeration(void **state)
{
	struct rng r;

	rng_seed(&r, 11, 0);
	for (int round = 0; round < 300; round++) {
		size_t n = 1 + rng_below(&r, 11);
		struct test want, got;
		double x[16];

		/* Few distinct values: ties and zeros in most rounds. */
		for (size_t i = 0; i < n; i++)
			x[i] = round % 2 ? rng_double(&r) - 0.4
					 : (double)rng_below(&r, 7) - 3;
		want = enumerate_signs(x, n);
		got = stats_signed_rank(x, n);
		assert_near(got.statistic, want.statistic, 0);
		assert_near(got.p_less, want.p_less, 1e-12);
		assert_near(got.p_greater, want.p_greater, 1e-12);
		assert_near(got.p,
			    fmin(1, 2 * fmin(want.p_less, want.p_greater)),
			    1e-12);
	}
}

/* Pairs of one value in @set and one outside, the first greater. */
static double count_u(const double *all, size_t n, unsigned set)
{
	double u = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			if ((set >> i & 1) && !(set >> j & 1))
				u += (all[i] > all[j]) / 2.0 +
				     (all[i] >= all[j]) / 2.0;
	return u;
}

/* All ways to choose which n of the n + m values are x. */
static struct test enumerate_choices(const double *x, size_t n, const double *y,
				     size_t m)
{
	double all[16], seen, less = 0, greater = 0, ways = 0;

	memcpy(all, x, n * sizeof(*x));
	memcpy(all + n, y, m * sizeof(*y));
	seen = count_u(all, n + m, (1u << n) - 1);
	for (unsigned set = 0; set < 1u << (n + m); set++)
		if (__builtin_popcount(set) == (int)n) {
			double u = count_u(all, n + m, set);

			less += u <= seen;
			greater += u >= seen;
			ways++;
		}
	return (struct test){.statistic = seen,
			     .p_less = less / ways,
			     .p_greater = greater / ways};
}

static void mann_whitney_matches_enumeration(void **state)
{
	struct rng r;

	rng_seed(&r, 12, 0);
	for (int round = 0; round < 100; round++) {
		size_t n = 1 + rng_below(&r, 5), m = 1 + rng_below(&r, 5);
		struct test want, got;
		double x[8], y[8];

		for (size_t i = 0; i < n; i++)
			x[i] = round % 2 ? rng_double(&r)
					 : (double)rng_below(&r, 5);
		for (size_t i = 0; i < m; i++)
			y[i] = round % 2 ? rng_double(&r)
					 : (double)rng_below(&r, 5);
		want = enumerate_choices(x, n, y, m);
		got = stats_mann_whitney(x, n, y, m);
		assert_near(got.statistic, want.statistic, 0);
		assert_near(got.p_less, want.p_less, 1e-12);
		assert_near(got.p_greater, want.p_greater, 1e-12);
	}
}

/* Hollander and Wolfe, table 3.1: Hamilton depression scale factor IV. */
static const double before[] = {1.83, 0.50, 1.62, 2.48, 1.68,
				1.88, 1.55, 3.06, 1.30};
static const double after[] = {0.878, 0.647, 0.598, 2.05, 1.06,
			       1.29,  1.06,  3.14,  1.29};

static void textbook_pairs(void **state)
{
	double d[COUNT(before)];
	struct estimate est;
	struct test t;

	for (size_t i = 0; i < COUNT(d); i++)
		d[i] = after[i] - before[i];
	t = stats_signed_rank(d, COUNT(d));
	assert_near(t.statistic, 5, 0);
	assert_near(t.p_less, 0.0195, 0.0001);
	est = stats_hodges_lehmann(d, COUNT(d), 0.96);
	assert_near(est.value, -0.46, 0.0005);
	assert_near(est.low, -0.786, 0.0005);
	assert_near(est.high, -0.010, 0.0005);
	assert_near(est.confidence, 0.961, 0.0005);
}

/* Hollander and Wolfe, table 4.1: permeability of human chorioamnion. */
static const double term[] = {0.80, 0.83, 1.89, 1.04, 1.45,
			      1.38, 1.91, 1.64, 0.73, 1.46};
static const double early[] = {1.15, 0.88, 0.90, 0.74, 1.21};

static void textbook_groups(void **state)
{
	struct test t = stats_mann_whitney(term, 10, early, 5);
	struct estimate est = stats_shift(early, 5, term, 10, 0.95);

	assert_near(t.statistic, 35, 0);
	assert_near(t.p_greater, 0.1272, 0.00005);
	assert_near(est.value, 0.305, 1e-9);
}

/*
 * The interval is what the exact test does not reject: just inside each end
 * p exceeds what is asked, just outside it does not.
 */
/* Beyond the exact range, with few distinct values. Independent signs: the
 * variance is the sum of the squared middle ranks, over 4. */
static void signed_rank_of_ties(void **state)
{
	enum { N = 90, DISTINCT = 3 };
	double x[N], variance = 0, mean = N * (N + 1) / 4.0, above = 0, z;
	struct test t;

	for (int i = 0; i < N; i++) {
		int value = 1 + i % DISTINCT;
		double rank = N / DISTINCT * (value - 0.5) + 0.5;

		x[i] = i % 7 < 3 ? -value : value;
		variance += rank * rank / 4;
		above += x[i] > 0 ? rank : 0;
	}
	t = stats_signed_rank(x, N);
	z = (above - 0.5 - mean) / sqrt(variance);
	assert_near(t.statistic, above, 0);
	assert_near(t.p_greater, erfc(z / sqrt(2)) / 2, 1e-12);
}

static void interval_inverts_signed_rank(void **state)
{
	const double step = 1e-7, asked = 0.9;
	struct rng r;

	rng_seed(&r, 13, 0);
	for (int round = 0; round < 50; round++) {
		size_t n = 6 + rng_below(&r, 40);
		struct estimate est;
		double x[64], moved[64];

		for (size_t i = 0; i < n; i++)
			x[i] = rng_double(&r) + rng_double(&r);
		est = stats_hodges_lehmann(x, n, asked);
		assert_true(est.confidence >= asked);
		assert_true(est.low <= est.value && est.value <= est.high);
		for (int side = 0; side < 2; side++)
			for (int out = 0; out < 2; out++) {
				double at = side ? est.high : est.low;
				bool up = side == out;

				at += up ? step : -step;
				for (size_t i = 0; i < n; i++)
					moved[i] = x[i] - at;
				assert_int_equal(stats_signed_rank(moved, n).p >
							 1 - asked,
						 !out);
			}
	}
}

static void interval_inverts_mann_whitney(void **state)
{
	const double step = 1e-7, asked = 0.95;
	struct rng r;

	rng_seed(&r, 14, 0);
	for (int round = 0; round < 50; round++) {
		size_t n = 5 + rng_below(&r, 15), m = 5 + rng_below(&r, 15);
		double x[32], y[32], moved[32];
		struct estimate est;

		for (size_t i = 0; i < n; i++)
			x[i] = rng_double(&r);
		for (size_t i = 0; i < m; i++)
			y[i] = rng_double(&r) * 1.5;
		est = stats_shift(x, n, y, m, asked);
		assert_true(est.confidence >= asked);
		for (int side = 0; side < 2; side++)
			for (int out = 0; out < 2; out++) {
				double at = side ? est.high : est.low;
				bool up = side == out;

				at += up ? step : -step;
				for (size_t i = 0; i < m; i++)
					moved[i] = y[i] - at;
				assert_int_equal(
					stats_mann_whitney(moved, m, x, n).p >
						1 - asked,
					!out);
			}
	}
}

static void too_small_says_so(void **state)
{
	const double x[] = {3, 1, 2};
	struct estimate est = stats_hodges_lehmann(x, 3, 0.95);

	assert_near(est.low, 1, 0);
	assert_near(est.high, 3, 0);
	assert_near(est.confidence, 0.75, 1e-12);
	assert_near(stats_signed_rank(x, 0).p, 1, 0);
	assert_true(isnan(stats_hodges_lehmann(x, 0, 0.95).value));
}

/* Where the exact method ends, the normal one goes on nearly unchanged. */
static void normal_continues_exact(void **state)
{
	struct test exact, normal;
	struct rng r;
	double x[64];

	rng_seed(&r, 15, 0);
	for (int i = 0; i < 51; i++)
		x[i] = rng_double(&r) - 0.42;
	exact = stats_signed_rank(x, 50);
	x[50] = 1e-9; /* hardly changes the statistic */
	normal = stats_signed_rank(x, 51);
	assert_true(exact.p > 0.001 && exact.p < 0.9);
	assert_near(normal.p / exact.p, 1, 0.08);
	exact = stats_mann_whitney(x, 25, x + 25, 25);
	normal = stats_mann_whitney(x, 25, x + 24, 26);
	assert_near(normal.p, exact.p, 0.15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(location_and_spread),
		cmocka_unit_test(median_interval_is_of_order_statistics),
		cmocka_unit_test(median_interval_covers),
		cmocka_unit_test(signed_rank_matches_enumeration),
		cmocka_unit_test(signed_rank_of_ties),
		cmocka_unit_test(mann_whitney_matches_enumeration),
		cmocka_unit_test(textbook_pairs),
		cmocka_unit_test(textbook_groups),
		cmocka_unit_test(interval_inverts_signed_rank),
		cmocka_unit_test(interval_inverts_mann_whitney),
		cmocka_unit_test(too_small_says_so),
		cmocka_unit_test(normal_continues_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
