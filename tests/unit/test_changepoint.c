/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Series with known changes, and many with none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <math.h>
#include <string.h>
#include <cmocka.h>

#include "stats/changepoint.h"
#include "base/rng.h"

enum { NIGHTS = 240, ROUNDS = 40 };

static double normal(struct rng *r)
{
	double u = 1 - rng_double(r), v = rng_double(r);

	return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

/* @n nights at 10 with a share of noise. */
static void nights(double *x, size_t n, double noise, struct rng *r)
{
	for (size_t i = 0; i < n; i++)
		x[i] = 10 * exp(noise * normal(r));
}

static void scale(double *x, size_t from, size_t end, double by)
{
	for (size_t i = from; i < end; i++)
		x[i] *= by;
}

static size_t find(const double *x, size_t n, struct changepoint *c)
{
	double correlation;

	return changepoint_find(x, n, &changepoint_defaults, c, &correlation);
}

/* Whether @c is at @at, give or take a night. */
static bool is_at(const struct changepoint *c, size_t at)
{
	return c->at + 1 >= at && c->at <= at + 1;
}

/* A step of 5 % in noise of 1 %, as soon as 4 nights have it. */
static void a_step_is_found_at_its_night(void **state)
{
	static const size_t after[] = {4, 8, 30, 100};
	size_t found = 0, there = 0;
	struct rng r;

	rng_seed(&r, 1, 0);
	for (int round = 0; round < ROUNDS; round++)
		for (size_t k = 0; k < 4; k++) {
			struct changepoint c[NIGHTS];
			double x[NIGHTS];
			size_t at = 17 + (size_t)round, n = at + after[k];
			size_t nc;

			nights(x, n, 0.01, &r);
			scale(x, at, n, round % 2 ? 1.05 : 1 / 1.05);
			nc = find(x, n, c);
			if (nc != 1 || !is_at(&c[0], at))
				continue;
			found++;
			there += c[0].at == at;
			assert_true(c[0].evidence > 10);
			assert_true(fabs(c[0].after / c[0].before -
					 (round % 2 ? 1.05 : 1 / 1.05)) < 0.02);
		}
	assert_true(found >= 4 * ROUNDS * 92 / 100);
	assert_true(there >= 4 * ROUNDS * 85 / 100);
}

static void several_steps_are_told_apart(void **state)
{
	struct changepoint c[NIGHTS];
	double x[NIGHTS];
	struct rng r;

	rng_seed(&r, 2, 0);
	nights(x, NIGHTS, 0.005, &r);
	scale(x, 40, 52, 1.2); /* there and back, within a window */
	scale(x, 120, NIGHTS, 1.05);
	scale(x, 180, NIGHTS, 1.05);
	assert_int_equal(find(x, NIGHTS, c), 4);
	assert_true(is_at(&c[0], 40) && is_at(&c[1], 52));
	assert_true(is_at(&c[2], 120) && is_at(&c[3], 180));
	assert_true(c[0].after > c[0].before && c[1].after < c[1].before);
}

/*
 * A level from night @start on for @length nights: both its edges are found as
 * soon as four nights have them, and stay as nights are added.
 */
static void a_plateau_is_never_forgotten(void **state)
{
	static const double noise[] = {.3,  -.9, .8, -.2, -1.1, .5,
				       1.2, -.6, .1, -.4, .9,	-.7};

	for (size_t start = 14; start <= 52; start++)
		for (size_t length = 4; length <= 12; length++) {
			size_t end = start + length;
			double x[60];

			for (size_t i = 0; i < 60; i++)
				x[i] = (i >= start && i < end ? 110 : 100) +
				       noise[i * 7 % 12];
			for (size_t n = start; n <= 60; n++) {
				struct changepoint c[NIGHTS];
				size_t edges = n >= end + 4 ? 2
							    : n >= start + 4;

				assert_int_equal(find(x, n, c), edges);
				if (edges > 0)
					assert_int_equal(c[0].at, start);
				if (edges > 1)
					assert_int_equal(c[1].at, end);
			}
		}
}

/*
 * What was declared stays: the changes of the first n nights are the first
 * changes of n + 1, by the night that each was declared at, whatever comes.
 */
static void nothing_is_taken_back(void **state)
{
	size_t declared = 0;
	struct rng r;

	rng_seed(&r, 9, 0);
	for (int round = 0; round < ROUNDS; round++) {
		struct changepoint was[NIGHTS], is[NIGHTS];
		size_t nwas = 0, nis;
		double x[NIGHTS];

		nights(x, NIGHTS, 0.02, &r);
		for (int k = 0; k < 8; k++) {
			size_t at = rng_below(&r, NIGHTS);
			size_t end = at + rng_below(&r, 40);

			scale(x, at, end < NIGHTS ? end : NIGHTS,
			      0.9 + 0.2 * rng_double(&r));
		}
		for (size_t n = 1; n <= NIGHTS; n++, nwas = nis) {
			nis = find(x, n, is);
			assert_true(nis >= nwas);
			for (size_t i = 0; i < nwas; i++) {
				assert_int_equal(is[i].first, was[i].first);
				assert_int_equal(is[i].seen, was[i].seen);
				assert_true(is[i].at <= is[i].seen);
			}
			for (size_t i = 0; i < nis; i++)
				was[i] = is[i];
		}
		declared += nwas;
	}
	assert_true(declared > 3 * ROUNDS);
}

/* Noise with long tails: every tenth night is up to twice as slow. */
static void busy_nights(double *x, size_t n, struct rng *r)
{
	nights(x, n, 0.01, r);
	for (size_t i = 0; i < n; i++)
		if (!rng_below(r, 10))
			x[i] *= 1 + rng_double(r);
}

/*
 * The rates that docs/trend.md states, of 60 nights: 0.5 % of independent
 * series have a false change, 1 % of those with long tails.
 */
static void noise_is_a_change_as_rarely_as_stated(void **state)
{
	enum { SERIES = 2000 };
	struct changepoint c[NIGHTS];
	size_t alarms[2] = {0, 0};
	double x[60];
	struct rng r;

	rng_seed(&r, 3, 0);
	for (int i = 0; i < SERIES; i++)
		for (int busy = 0; busy < 2; busy++) {
			if (busy)
				busy_nights(x, 60, &r);
			else
				nights(x, 60, 0.05, &r);
			alarms[busy] += find(x, 60, c) > 0;
		}
	/* 10 and 21 are expected; three standard deviations more. */
	assert_in_range(alarms[0], 0, 20);
	assert_in_range(alarms[1], 0, 35);
}

/* Each night is nine tenths of the night before. */
static void nights_that_wander_are_not_judged(void **state)
{
	struct changepoint c[NIGHTS];
	double x[NIGHTS], correlation;
	size_t said = 0, mistaken = 0, found = 0;
	struct rng r;

	rng_seed(&r, 10, 0);
	for (int round = 0; round < 10 * ROUNDS; round++) {
		double by = normal(&r);

		for (size_t i = 0; i < NIGHTS; i++) {
			x[i] = 100 + 5 * by;
			by = 0.9 * by + sqrt(1 - 0.81) * normal(&r);
		}
		changepoint_find(x, 120, &changepoint_defaults, c,
				 &correlation);
		said += correlation > 0.5;
		nights(x, 120, 0.05, &r);
		/* A change is no correlation. */
		scale(x, 60, 120, 1.5);
		found += changepoint_find(x, 120, &changepoint_defaults, c,
					  &correlation) == 1;
		mistaken += correlation > 0;
	}
	assert_true(said >= 9 * ROUNDS);
	assert_true(mistaken <= ROUNDS / 4);
	assert_true(found >= 97 * ROUNDS / 10);
}

static void an_outlier_is_no_change(void **state)
{
	struct changepoint c[NIGHTS];
	double x[60];
	struct rng r;

	rng_seed(&r, 4, 0);
	for (size_t at = 0; at < 60; at += 3) {
		nights(x, 60, 0.005, &r);
		x[at] *= at % 2 ? 10 : 0.1;
		assert_int_equal(find(x, 60, c), 0);
		/* Nor does it hide one. */
		scale(x, 30, 60, 1.05);
		assert_int_equal(find(x, 60, c), 1);
		assert_true(is_at(&c[0], 30));
	}
	/* Three bad nights in a row are no new level yet, four are. */
	nights(x, 60, 0.005, &r);
	scale(x, 57, 60, 1.5);
	assert_int_equal(find(x, 60, c), 0);
	x[56] *= 1.5;
	assert_int_equal(find(x, 60, c), 1);
	assert_int_equal(c[0].at, 56);
	/* Nor are three odd nights at first. */
	nights(x, 60, 0.005, &r);
	scale(x, 0, 3, 1.5);
	assert_int_equal(find(x, 60, c), 0);
}

static void small_changes_do_not_matter(void **state)
{
	struct changepoint_options o = changepoint_defaults;
	struct changepoint c[NIGHTS];
	double x[60], correlation;
	struct rng r;

	rng_seed(&r, 5, 0);
	nights(x, 60, 0.001, &r);
	scale(x, 30, 60, 1.015);
	assert_int_equal(find(x, 60, c), 0);
	o.change_min = 0.01;
	assert_int_equal(changepoint_find(x, 60, &o, c, &correlation), 1);
}

static void odd_series_are_no_trouble(void **state)
{
	struct changepoint c[NIGHTS];
	struct changepoint_drift d;
	double x[60];

	for (size_t i = 0; i < 60; i++)
		x[i] = 7;
	for (size_t n = 0; n <= 60; n++) {
		assert_int_equal(find(x, n, c), 0);
		assert_false(changepoint_drift(x, n, 7, false, 0.02, &d));
	}
	/* Two levels without any noise; and from nothing to something. */
	scale(x, 30, 60, 2);
	assert_int_equal(find(x, 60, c), 1);
	assert_int_equal(c[0].at, 30);
	scale(x, 0, 30, 0);
	assert_int_equal(find(x, 60, c), 1);
	assert_int_equal(c[0].at, 30);
	/* Seven nights have no four on either side. */
	assert_int_equal(find(x + 26, 7, c), 0);
	/* Below nothing, too; and where a sum is not exact any more. */
	for (size_t i = 0; i < 60; i++)
		x[i] = i < 30 ? -5 : -7;
	assert_int_equal(find(x, 60, c), 1);
	assert_int_equal(c[0].at, 30);
	for (size_t i = 0; i < 60; i++)
		x[i] = 7 + 0.001 * (double)(i * 7 % 12);
	x[20] = 1e300;
	assert_int_equal(find(x, 60, c), 0);
}

/* Years of nights take no time to speak of, and a change is still seen. */
static void a_long_history_is_judged(void **state)
{
	enum { YEARS = 4000 };
	static struct changepoint c[YEARS];
	static double x[YEARS];
	struct rng r;

	rng_seed(&r, 12, 0);
	nights(x, YEARS, 0.005, &r);
	scale(x, YEARS - 6, YEARS, 1.05);
	assert_int_equal(find(x, YEARS, c), 1);
	assert_int_equal(c[0].at, YEARS - 6);
}

static void equal_series_have_equal_changes(void **state)
{
	struct changepoint a[NIGHTS] = {{0}}, b[NIGHTS] = {{0}};
	double x[NIGHTS];
	struct rng r;

	rng_seed(&r, 6, 0);
	busy_nights(x, NIGHTS, &r);
	scale(x, 100, NIGHTS, 1.03);
	assert_int_equal(find(x, NIGHTS, a), find(x, NIGHTS, b));
	assert_memory_equal(a, b, sizeof(a));
}

/* 0.08 % a night, in noise of 1 %: no night stands out. */
static void a_slow_drift_is_found(void **state)
{
	size_t found = 0;
	struct rng r;

	rng_seed(&r, 7, 0);
	for (int round = 0; round < ROUNDS; round++) {
		struct changepoint_drift d;
		double x[60];

		nights(x, 60, 0.01, &r);
		for (size_t i = 0; i < 60; i++)
			x[i] *= exp((round % 2 ? -0.0008 : 0.0008) * (double)i);
		found += changepoint_drift(x, 60, 7, round % 2, 0.02, &d);
		assert_true(fabs(d.last / d.best - 1) > 0.02);
		/* The same the other way round is an improvement. */
		assert_false(
			changepoint_drift(x, 60, 7, !(round % 2), 0.02, &d));
	}
	assert_true(found >= ROUNDS - 2);
}

static void noise_is_no_drift(void **state)
{
	enum { SERIES = 1500 };
	size_t alarms[2] = {0, 0};
	double x[60];
	struct rng r;

	rng_seed(&r, 8, 0);
	for (int i = 0; i < SERIES; i++) {
		struct changepoint_drift d;

		nights(x, 60, 0.02, &r);
		alarms[0] += changepoint_drift(x, 60, 7, false, 0, &d);
		assert_true(d.noise > 0.1 && d.noise < 0.4);
		busy_nights(x, 60, &r);
		alarms[1] += changepoint_drift(x, 60, 7, false, 0, &d);
	}
	/* One in a thousand; with long tails 4 of the last 7 may be bad. */
	assert_in_range(alarms[0], 0, 5);
	assert_in_range(alarms[1], 0, 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_step_is_found_at_its_night),
		cmocka_unit_test(several_steps_are_told_apart),
		cmocka_unit_test(a_plateau_is_never_forgotten),
		cmocka_unit_test(nothing_is_taken_back),
		cmocka_unit_test(noise_is_a_change_as_rarely_as_stated),
		cmocka_unit_test(nights_that_wander_are_not_judged),
		cmocka_unit_test(a_long_history_is_judged),
		cmocka_unit_test(an_outlier_is_no_change),
		cmocka_unit_test(small_changes_do_not_matter),
		cmocka_unit_test(odd_series_are_no_trouble),
		cmocka_unit_test(equal_series_have_equal_changes),
		cmocka_unit_test(a_slow_drift_is_found),
		cmocka_unit_test(noise_is_no_drift),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
