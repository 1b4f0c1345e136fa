/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Universal Scalability Law: what is put in comes out again. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "stats/usl.h"

enum { POINTS = 6, DRAWS = 12 };
static const double n[POINTS] = {1, 2, 4, 8, 16, 32};

static const struct usl made[] = {
	{1e8, 0, 0},	  {1e8, 0.05, 0}, {1e8, 0.02, 0.001}, {3e6, 0.9, 0.02},
	{2e9, 0, 0.0005}, {1e8, 1, 0},	  {7e7, 1.5, 0.1},
};
enum { MADE = sizeof(made) / sizeof(*made) };

static void near(double got, double want, double within)
{
	if (!(fabs(got - want) <= within))
		fail_msg("%.9g, not %.9g", got, want);
}

static void test_exact(void **state)
{
	double x[POINTS];
	struct usl f;

	for (size_t k = 0; k < MADE; k++)
		for (size_t points = 3; points <= POINTS; points++) {
			for (size_t i = 0; i < points; i++)
				x[i] = usl_at(&made[k], n[i]);
			assert_true(usl_fit(n, x, points, &f));
			near(f.lambda / made[k].lambda, 1, 1e-6);
			near(f.sigma, made[k].sigma, 1e-6);
			near(f.kappa, made[k].kappa, 1e-6);
		}
}

/* More than linear: nothing may be below 0, and the fit is the best such. */
static void test_bounds(void **state)
{
	const double x[3] = {1, 2.2, 4.8}, three[3] = {1, 2, 4};
	struct usl f;

	assert_true(usl_fit(three, x, 3, &f));
	assert_true(f.sigma == 0 && f.kappa == 0);
	assert_true(f.lambda > 1 && f.lambda < 1.2);
	assert_true(isinf(usl_most(&f)));
}

static void test_refuses(void **state)
{
	const double two[] = {1, 1, 2, 2}, ok[] = {1, 2, 3};
	const double x[] = {1, 1, 2, 2}, none[] = {1, 0, 2};
	struct usl f;

	assert_false(usl_fit(two, x, 4, &f));
	assert_false(usl_fit(ok, x, 2, &f));
	assert_false(usl_fit(ok, none, 3, &f));
	assert_false(usl_fit(ok, x, 0, &f));
}

static void test_most(void **state)
{
	/* sqrt((1 - 0.02) / 0.001) = 31.3 */
	near(usl_most(&made[2]), 31.305, 0.001);
	assert_true(usl_at(&made[2], 31.3) > usl_at(&made[2], 30));
	assert_true(usl_at(&made[2], 31.3) > usl_at(&made[2], 33));
	near(usl_most(&made[6]), 1, 0);
}

/*
 * Draws with noise of 2 %: the intervals hold what was put in about as often as
 * they say. 95 % asked for, 85 % of 200 are not fewer by chance (p < 1e-6).
 */
static void test_intervals(void **state)
{
	double x[DRAWS * POINTS];
	unsigned held[2] = {0};
	struct rng rng;

	rng_seed(&rng, 1, 0);
	for (unsigned trial = 0; trial < 200; trial++) {
		const struct usl *m = &made[2];
		struct usl_estimate e;

		for (size_t i = 0; i < DRAWS * POINTS; i++) {
			double noise = 0;

			for (int k = 0; k < 12; k++)
				noise += rng_double(&rng);
			x[i] = usl_at(m, n[i % POINTS]) *
			       (1 + 0.02 * (noise - 6));
		}
		assert_true(usl_estimate(n, x, POINTS, DRAWS, 0.95, &e));
		assert_int_equal(e.draws, DRAWS);
		held[0] += e.sigma.low <= m->sigma && m->sigma <= e.sigma.high;
		held[1] += e.kappa.low <= m->kappa && m->kappa <= e.kappa.high;
		assert_true(e.kappa.high < 2 * m->kappa);
	}
	assert_true(held[0] >= 170 && held[1] >= 170);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact),	  cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_refuses),	  cmocka_unit_test(test_most),
		cmocka_unit_test(test_intervals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
