/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Location and spread of a sample. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/mutant.h"
#include "base/must.h"
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

struct estimate stats_median_interval(const double *x, size_t n,
				      double confidence)
{
	struct estimate est = {NAN, NAN, NAN, 0};
	/* P(at most k of n values lie below the median), k = 0 at first */
	double term = ldexp(1, -(int)n), tail = term;
	size_t k = 0;
	double *v;

	if (!n)
		return est;
	v = sorted_copy(x, n);
	est.value = quantile_sorted(v, n, 0.5);
	est.confidence = n > 1 ? 1 - 2 * tail : 0;
	while (2 * (k + 1) < n - 1) {
		term *= (double)(n - k) / (double)(k + 1);
		tail += term;
		if (1 - 2 * tail < confidence)
			break;
		est.confidence = 1 - 2 * tail;
		k++;
	}
	est.low = v[k];
	est.high = v[n - 1 - k - (MUTANT(interval_tail) && k + 1 < n)];
	free(v);
	return est;
}
