/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Location and spread of a sample, and the bootstrap. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/mutant.h"
#include "base/must.h"
#include "base/rng.h"
#include "stats/sample.h"

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Caller frees. */
static double *sorted_copy(const double *x, size_t n)
{
	double *copy = must_calloc(n, sizeof(*copy));

	memcpy(copy, x, n * sizeof(*copy));
	qsort(copy, n, sizeof(*copy), by_value);
	return copy;
}

static double quantile_sorted(const double *x, size_t n, double q)
{
	double place = q * (double)(n - 1);
	size_t below = (size_t)place;

	if (below + 1 >= n)
		return x[n - 1];
	return x[below] + (place - (double)below) * (x[below + 1] - x[below]);
}

double stats_mean(const double *x, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += x[i];
	return n ? sum / (double)n : NAN;
}

double stats_sd(const double *x, size_t n)
{
	double mean = stats_mean(x, n), squares = 0;

	for (size_t i = 0; i < n; i++)
		squares += (x[i] - mean) * (x[i] - mean);
	if (!n)
		return NAN;
	return n > 1 ? sqrt(squares / (double)(n - 1)) : 0;
}

double stats_quantile(const double *x, size_t n, double q)
{
	double *sorted, value;

	if (!n)
		return NAN;
	sorted = sorted_copy(x, n);
	value = quantile_sorted(sorted, n, q);
	free(sorted);
	return value;
}

double stats_median(const double *x, size_t n)
{
	return stats_quantile(x, n, 0.5);
}

double stats_mad(const double *x, size_t n)
{
	double median = stats_median(x, n), mad;
	double *off;

	if (!n)
		return NAN;
	off = sorted_copy(x, n);
	for (size_t i = 0; i < n; i++)
		off[i] = fabs(x[i] - median);
	mad = stats_median(off, n);
	free(off);
	return mad;
}

struct estimate stats_bootstrap_median(const double *x, size_t n,
				       double confidence, unsigned resamples,
				       uint64_t seed)
{
	double tail = (1 - confidence) / 2;
	struct estimate est = {NAN, NAN, NAN, 0};
	double *medians, *draw;
	struct rng r;

	if (!n || !resamples)
		return est;
	est = (struct estimate){.value = stats_median(x, n),
				.confidence = n > 1 ? confidence : 0};
	medians = must_calloc(resamples, sizeof(*medians));
	draw = must_calloc(n, sizeof(*draw));
	rng_seed(&r, seed, 0);
	for (unsigned b = 0; b < resamples; b++) {
		for (size_t i = 0; i < n; i++)
			draw[i] = x[rng_below(&r, n)];
		qsort(draw, n, sizeof(*draw), by_value);
		medians[b] = quantile_sorted(draw, n, 0.5);
	}
	qsort(medians, resamples, sizeof(*medians), by_value);
	est.low = quantile_sorted(medians, resamples, tail);
	est.high = quantile_sorted(medians, resamples,
				   MUTANT(bootstrap_tail) ? 1 - 2 * tail
							  : 1 - tail);
	free(medians);
	free(draw);
	return est;
}
