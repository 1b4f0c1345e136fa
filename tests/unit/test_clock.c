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
#include "machine/clock_step.h"
#include "base/rng.h"

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
	check_clock(true);
}

static void clock_gettime_on_request(void **state)
{
	check_clock(false);
	assert_string_equal(clock_info()->source, "clock_gettime");
	assert_true(*clock_info()->reason);
}

static void never_goes_back(void **state)
{
	struct err e = {0};
	uint64_t last, now;

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

	assert_int_equal(clock_init(true, &e), 0);
	for (double ns = 1000; ns < 1e12; ns *= 10)
		assert_true(fabs(clock_ns(clock_ticks(ns)) / ns - 1) < 0.01);
}

/* As another process found it, unless that does not hold. */
static void found_by_another(void **state)
{
	struct clock_info found;
	struct err e = {0};

	assert_int_equal(clock_init(true, &e), 0);
	found = *clock_info();
	assert_int_equal(clock_init(false, &e), 0);
	assert_int_equal(clock_adopt(&found, &e), 0);
	assert_true(clock_info()->ticks_per_ns == found.ticks_per_ns ||
		    found.reason[0]);
	assert_string_equal(clock_info()->source, found.source);

	found.ticks_per_ns *= 1.1;
	assert_int_equal(clock_adopt(&found, &e), 0);
	if (!found.reason[0])
		assert_true(clock_info()->ticks_per_ns <
			    0.95 * found.ticks_per_ns);
	found.cost_ns = 0;
	assert_int_equal(clock_adopt(&found, &e), 0);
	assert_true(clock_info()->cost_ns > 0);

	found = (struct clock_info){
		.ticks_per_ns = 1, .cost_ns = 20, .reason = "not asked for"};
	assert_int_equal(clock_adopt(&found, &e), 0);
	assert_string_equal(clock_info()->source, "clock_gettime");
	assert_false(clock_uses_tsc);
}

/* A counter of steps of @step ticks that shows whole ones. */
static uint64_t reading(double time, double step)
{
	return (uint64_t)(floor(time / step) * step);
}

/*
 * Lengths as a counter of steps of @step ticks shows them: an interval of
 * @cost ticks and up to @work more, starting anywhere; one in @off is a tick
 * off, one in 50 was interrupted.
 */
static double step_of(double step, double cost, double work, unsigned off)
{
	enum { N = 4096 };
	static uint64_t length[N];
	struct rng r;
	double at = 1e9;

	rng_seed(&r, 5, 0);
	for (int i = 0; i < N; i++) {
		double ends;

		at += 1000 + 100 * rng_double(&r);
		ends = at + cost + work * rng_double(&r);
		if (i % 50 == 7)
			ends += 1e5 * rng_double(&r);
		length[i] = reading(ends, step) - reading(at, step);
		if (off && !rng_below(&r, off))
			length[i] += length[i] ? 2 * rng_below(&r, 2) - 1 : 1;
	}
	return clock_step_find(length, N);
}

static void near(double got, double want, double share)
{
	if (!(fabs(got / want - 1) < share))
		fail_msg("%.4f, not %.4f", got, want);
}

/* Costs as on hardware, under a hypervisor, and where reading traps. */
static void steps_need_not_be_whole(void **state)
{
	static const double steps[] = {24.457, 26, 3.33, 1,   2,   2.5,
				       5.7,    10, 36.5, 100, 19.2};
	static const double costs[] = {20, 61.5, 160};

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		for (size_t k = 0; k < sizeof(costs) / sizeof(*costs); k++) {
			double cost = costs[k];

			/* Two steps at least are in what can be seen. */
			if (4 * cost < 2 * steps[i])
				continue;
			near(step_of(steps[i], cost, 4 * cost, 0), steps[i],
			     0.005);
			near(step_of(steps[i], cost, 4 * cost, 5), steps[i],
			     0.005);
		}
	near(step_of(24.457, 2500, 10000, 5), 24.457, 0.005);
	near(step_of(279.365, 1300, 5200, 0), 279.365, 0.005);
}

static void odd_lengths(void **state)
{
	uint64_t none[1] = {0}, zeros[3] = {0}, same[] = {52, 52, 52, 52};
	uint64_t few[] = {52, 78, 0, 52, 78};

	near(clock_step_find(none, 0), 1, 0.005);
	near(clock_step_find(zeros, 3), 1, 0.005);
	near(clock_step_find(same, 4), 52, 0.005);
	near(clock_step_find(few, 5), 26, 0.005);
}

/* What the clock shows lies near multiples of its step, not of twice that. */
static void step_divides_intervals(void **state)
{
	enum { INTERVALS = 20000 };
	double ticks, at_step = 0, at_double = 0;
	struct err e = {0};
	unsigned turns;

	assert_int_equal(clock_init(true, &e), 0);
	ticks = clock_info()->step_ns * clock_info()->ticks_per_ns;
	assert_true(ticks >= 0.999);
	/* Many steps, so that even and odd numbers of them are as frequent: a
	 * turn takes a few ticks. */
	turns = 16 + 2 * (unsigned)ticks;
	for (unsigned i = 0; i < INTERVALS; i++) {
		uint64_t t = clock_start();
		volatile uint64_t x = i;

		for (unsigned k = 0; k < i % turns; k++)
			x = x * 5;
		t = clock_stop() - t;
		/* Of interruptions the small error of the step adds up. */
		if ((double)t > 20 * ticks + 4000)
			continue;
		at_step += cos(2 * M_PI * (double)t / ticks) / INTERVALS;
		at_double += cos(M_PI * (double)t / ticks) / INTERVALS;
	}
	if (ticks >= 2)
		assert_true(at_step > 0.4);
	assert_true(at_double < 0.4);
}

struct synthetic {
	struct rng r;
	double at;
};

/* 60 ticks as a counter of steps of 24.457 shows them: 48, 49, 73 or 74. */
static uint64_t sixty_ticks(void *arg)
{
	struct synthetic *s = arg;
	uint64_t from;

	s->at += 1000 + 100 * rng_double(&s->r);
	from = reading(s->at, 24.457);
	return reading(s->at + 60, 24.457) - from +
	       (rng_below(&s->r, 500) ? 0 : 100000);
}

static void means_are_not_quantised(void **state)
{
	struct synthetic s = {.at = 1e9};
	struct err e = {0};

	assert_int_equal(clock_init(true, &e), 0);
	rng_seed(&s.r, 6, 0);
	near(clock_mean_ns(sixty_ticks, &s), clock_ns(60), 0.02);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rdtscp_or_a_reason),
		cmocka_unit_test(clock_gettime_on_request),
		cmocka_unit_test(never_goes_back),
		cmocka_unit_test(ticks_and_back),
		cmocka_unit_test(found_by_another),
		cmocka_unit_test(steps_need_not_be_whole),
		cmocka_unit_test(odd_lengths),
		cmocka_unit_test(step_divides_intervals),
		cmocka_unit_test(means_are_not_quantised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
