/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The step as the strongest period of the lengths: the sum of cos(2π d / s)
 * is highest where all d are near to multiples of s. Unlike a search for a
 * divisor it needs no allowance for rounding, which blurs small steps more
 * than large ones.
 */
#include <math.h>
#include <stdlib.h>

#include "base/must.h"
#include "machine/clock_step.h"

enum {
	POINTS = 8,    /* looked at per peak, whose width is 1 / longest */
	FINEST = 1000, /* steps in the longest length */
	REFINEMENTS = 40,
};

/* Rounding leaves 0.41 of the peak at 2 ticks; noise and work stay below. */
static const double PEAK_MIN = 0.4;
/* Multiples of a frequency are as high as itself, beside noise. */
static const double AS_HIGH = 0.9;

static int by_length(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* How well a @frequency fits: 1 exactly, 0 not at all. @delta is sorted. */
static double fit(const uint64_t *delta, size_t n, double frequency)
{
	double sum = 0;

	for (size_t i = 0, next; i < n; i = next) {
		for (next = i; next < n && delta[next] == delta[i]; next++)
			;
		sum += (double)(next - i) *
		       cos(2 * M_PI * frequency * (double)delta[i]);
	}
	return sum / (double)n;
}

/* The top of the peak between @low and @high. */
static double top(const uint64_t *delta, size_t n, double low, double high)
{
	for (int i = 0; i < REFINEMENTS; i++) {
		double a = low + (high - low) / 3, b = high - (high - low) / 3;

		if (fit(delta, n, a) < fit(delta, n, b))
			low = a;
		else
			high = b;
	}
	return (low + high) / 2;
}

double clock_step_find(uint64_t *delta, size_t n)
{
	double longest, lowest, highest, by, best = 0, step = 1;
	double *fits;
	size_t points;

	qsort(delta, n, sizeof(*delta), by_length);
	while (n && !delta[0]) {
		delta++;
		n--;
	}
	/* The rest above was interrupted. */
	n -= n / 20;
	if (!n)
		return 1;
	longest = (double)delta[n - 1];
	/* A step is no longer than what was measured; rounding is allowed. */
	lowest = 1 / (1.25 * (double)delta[n / 100] + 2);
	highest = fmin(0.5, FINEST / longest);
	by = 1 / (POINTS * longest);
	points = highest > lowest ? (size_t)((highest - lowest) / by) + 3 : 0;
	fits = must_calloc(points, sizeof(*fits));
	for (size_t i = 0; i < points; i++) {
		fits[i] = fit(delta, n, lowest + (double)i * by);
		best = fmax(best, fits[i]);
	}
	/* The lowest of the frequencies that fit is the step itself. */
	for (size_t i = 1; i + 1 < points && step <= 1; i++) {
		double at = lowest + (double)i * by;

		if (fits[i] >= PEAK_MIN && fits[i] >= AS_HIGH * best &&
		    fits[i] >= fits[i - 1] && fits[i] >= fits[i + 1])
			step = 1 / top(delta, n, at - by, at + by);
	}
	free(fits);
	return step;
}
