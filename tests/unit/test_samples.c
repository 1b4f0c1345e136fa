/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Samples stay evenly spread when there are more of them than room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "measure/samples.h"

static double quantile(const struct samples *s, double q)
{
	return samples_quantile(&s, 1, q);
}

static void few_are_exact(void **state)
{
	struct samples s;

	assert_int_equal(samples_init(&s), 0);
	assert_true(isnan(quantile(&s, 0.5)));
	for (int i = 0; i <= 100; i++)
		samples_add(&s, (i * 37) % 101);
	assert_true(fabs(quantile(&s, 0) - 0) < 1e-6);
	assert_true(fabs(quantile(&s, 0.5) - 50) < 1e-6);
	assert_true(fabs(quantile(&s, 0.995) - 99.5) < 1e-4);
	assert_true(fabs(quantile(&s, 1) - 100) < 1e-6);
	samples_clear(&s);
	assert_true(isnan(quantile(&s, 0.5)));
	samples_release(&s);
}

static void many_are_thinned_evenly(void **state)
{
	enum { N = SAMPLES_MAX * 9 + 5 };
	struct samples s;

	assert_int_equal(samples_init(&s), 0);
	for (int i = 0; i < N; i++)
		samples_add(&s, i);
	assert_true(s.n > SAMPLES_MAX / 4 && s.n <= SAMPLES_MAX);
	for (size_t i = 1; i < s.n; i++)
		assert_true((uint64_t)(s.v[i] - s.v[i - 1]) == s.stride);
	assert_true(fabs(quantile(&s, 0.5) / N - 0.5) < 0.01);
	assert_true(quantile(&s, 1) > N - 2.0 * (double)s.stride);
	samples_release(&s);
}

static void several_count_together(void **state)
{
	struct samples a, b;
	const struct samples *both[] = {&a, &b};

	assert_int_equal(samples_init(&a), 0);
	assert_int_equal(samples_init(&b), 0);
	for (int i = 0; i < 99; i++)
		samples_add(i < 33 ? &a : &b, i < 33 ? 1 : 2);
	assert_true(fabs(samples_quantile(both, 2, 0.3) - 1) < 1e-6);
	assert_true(fabs(samples_quantile(both, 2, 0.5) - 2) < 1e-6);
	samples_release(&a);
	samples_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_are_exact),
		cmocka_unit_test(many_are_thinned_evenly),
		cmocka_unit_test(several_count_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
