/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clock against the kernel's; no absolute times, CI machines are slow. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "machine/clock.h"

static void check_clock(bool allow_tsc)
{
	const struct clock_info *c = clock_info();
	struct err e = {0};
	double best = 1;

	assert_int_equal(clock_init(allow_tsc, &e), 0);
	assert_true(c->ticks_per_ns > 0);
	assert_true(c->cost_ns > 0);
	assert_true(c->step_ns > 0);
	/* Either the counter or the reason, never a silent fallback. */
	assert_true(!strcmp(c->source, "rdtscp") == !*c->reason);

	/* Both clocks agree over an interval that nothing interrupts. */
	for (int i = 0; i < 50; i++) {
		uint64_t ns = clock_monotonic_ns(), t = clock_start();
		double ours, theirs;

		while (clock_monotonic_ns() - ns < 2000000)
			;
		ours = clock_ns(clock_stop() - t);
		theirs = (double)(clock_monotonic_ns() - ns);
		best = fmin(best, fabs(ours / theirs - 1));
	}
	assert_true(best < 0.005);
}

static void rdtscp_or_a_reason(void **state)
{
	(void)state;
	check_clock(true);
}

static void clock_gettime_on_request(void **state)
{
	(void)state;
	check_clock(false);
	assert_string_equal(clock_info()->source, "clock_gettime");
	assert_true(*clock_info()->reason);
}

static void never_goes_back(void **state)
{
	struct err e = {0};
	uint64_t last, now;

	(void)state;
	assert_int_equal(clock_init(true, &e), 0);
	last = clock_start();
	for (int i = 0; i < 100000; i++) {
		now = i % 2 ? clock_start() : clock_stop();
		assert_true(now >= last);
		last = now;
	}
}

static void ticks_and_back(void **state)
{
	struct err e = {0};

	(void)state;
	assert_int_equal(clock_init(true, &e), 0);
	for (double ns = 1000; ns < 1e12; ns *= 10)
		assert_true(fabs(clock_ns(clock_ticks(ns)) / ns - 1) < 0.01);
}

enum { LENGTHS = 2000, INTERVALS = 20000 };

/*
 * The step divides every interval, give or take a rounded tick; and if it is
 * said to be very fine, lengths are seen that a coarser clock cannot show.
 */
static void step_divides_intervals(void **state)
{
	static unsigned count[LENGTHS + 4];
	unsigned off = 0, odd = 0, near = 0;
	struct err e = {0};
	uint64_t step;

	(void)state;
	assert_int_equal(clock_init(true, &e), 0);
	step = clock_ticks(clock_info()->step_ns);
	assert_true(step >= 1);
	for (unsigned i = 0; i < INTERVALS; i++) {
		uint64_t t = clock_start(), d;
		volatile uint64_t x = i;

		for (unsigned k = 0; k < i % 16; k++)
			x = x * 5;
		d = clock_stop() - t;
		if (d < LENGTHS)
			count[d]++;
	}
	for (uint64_t d = 1; d < LENGTHS; d++) {
		bool often = count[d] > INTERVALS / 100;

		if (step >= 4 && d % step > 2 && d % step < step - 2)
			off += count[d];
		odd += (d + step / 2) / step % 2 ? count[d] : 0;
		near += often && (count[d + 2] > INTERVALS / 100 ||
				  count[d + 3] > INTERVALS / 100);
	}
	assert_true(off < INTERVALS / 20);
	/* Twice the step does not divide them. */
	assert_true(odd > INTERVALS / 100);
	assert_true(step >= 4 || near);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rdtscp_or_a_reason),
		cmocka_unit_test(clock_gettime_on_request),
		cmocka_unit_test(never_goes_back),
		cmocka_unit_test(ticks_and_back),
		cmocka_unit_test(step_divides_intervals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
