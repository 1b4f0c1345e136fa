/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rank tests with exact distributions, and the intervals that invert them. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "../kernels/mutant.h"
#include "base/must.h"
#include "stats/sample.h"

/*
 * Middle ranks may be halves, so all sums here are of doubled ranks, which
 * are integers: the distribution of the sum given the ties is then counted
 * exactly: counts are at most 2^80 or 50 choose 25, sums of which a double
 * holds to the 15th digit.
 */

struct ranked {
	double value;	/* what is ranked */
	unsigned rank2; /* twice the middle rank */
	bool first;	/* of the first group; or positive */
};

static int by_ranked(const void *a, const void *b)
{
	double x = ((const struct ranked *)a)->value;
	double y = ((const struct ranked *)b)->value;

	return (x > y) - (x < y);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Ranks @r; returns the sum of t^3 - t over groups of t ties. */
static double rank(struct ranked *r, size_t n)
{
	double ties = 0;

	qsort(r, n, sizeof(*r), by_ranked);
	for (size_t i = 0, end; i < n; i = end) {
		double t;

		for (end = i + 1; end < n && r[end].value <= r[i].value; end++)
			;
		/* Ranks i + 1 to end: twice their mean. */
		for (size_t k = i; k < end; k++)
			r[k].rank2 = (unsigned)(i + 1 + end);
		t = (double)(end - i);
		ties += t * t * t - t;
	}
	return ties;
}

static double normal_below(double z)
{
	return erfc(-z / sqrt(2)) / 2;
}

static double at_most_one(double p)
{
	return p < 1 ? p : 1;
}

/* Fills in the tails from @count[0..max], the ways to each doubled sum. */
static struct test exact_tails(const double *count, size_t max, size_t seen2)
{
	double below = 0, above = 0, all = 0;
	struct test t;

	for (size_t s = 0; s <= max; s++) {
		all += count[s];
		below += s <= seen2 ? count[s] : 0;
		above += s >= seen2 ? count[s] : 0;
	}
	t.statistic = (double)seen2 / 2;
	t.p_less = (MUTANT(rank_wrong_tail) ? above : below) / all;
	t.p_greater = (MUTANT(rank_wrong_tail) ? below : above) / all;
	t.p = at_most_one(2 * fmin(t.p_less, t.p_greater));
	return t;
}

/* With continuity correction of @half on either side. */
static struct test normal_tails(double seen, double mean, double sd,
				double half)
{
	struct test t = {
		.statistic = seen, .p_less = 1, .p_greater = 1, .p = 1};

	if (sd <= 0)
		return t;
	t.p_less = normal_below((seen + half - mean) / sd);
	t.p_greater = normal_below(-(seen - half - mean) / sd);
	t.p = at_most_one(2 * fmin(t.p_less, t.p_greater));
	return t;
}

/* Ways to make each doubled sum with a subset of the doubled ranks. */
static double *count_signs(const struct ranked *r, size_t n, size_t max)
{
	double *count = must_calloc(max + 1, sizeof(*count));

	count[0] = 1;
	for (size_t i = 0; i < n; i++)
		for (size_t s = max; s >= r[i].rank2; s--)
			count[s] += count[s - r[i].rank2];
	return count;
}

struct test stats_signed_rank(const double *x, size_t n)
{
	struct ranked *r = must_calloc(n + 1, sizeof(*r));
	size_t used = 0, seen2 = 0, max;
	double ties, mean, variance;
	struct test t;

	for (size_t i = 0; i < n; i++)
		if (fabs(x[i]) > 0)
			r[used++] = (struct ranked){.value = fabs(x[i]),
						    .first = x[i] > 0};
	ties = rank(r, used);
	if (MUTANT(rank_ties_ignored))
		ties = 0;
	for (size_t i = 0; i < used; i++)
		seen2 += r[i].first ? r[i].rank2 : 0;
	max = used * (used + 1);
	if (used <= STATS_EXACT_PAIRS) {
		double *count = count_signs(r, used, max);

		t = exact_tails(count, max, seen2);
		free(count);
	} else {
		mean = (double)max / 4;
		variance =
			(double)max * (2 * (double)used + 1) / 24 - ties / 48;
		t = normal_tails((double)seen2 / 2, mean, sqrt(variance), 0.5);
	}
	free(r);
	return t;
}

/*
 * The interval between the k-th smallest and k-th largest of @n sorted
 * values, for the largest k >= 1 whose tail P(statistic < k) is at most what
 * @confidence leaves.
 */
static struct estimate invert(const double *sorted, size_t n, double confidence,
			      double (*below)(size_t k, const void *arg),
			      const void *arg)
{
	double tail = (1 - confidence) / 2 * (1 + 1e-12);
	struct estimate est;
	size_t k = 1, high = n / 2 + 1;

	/* below() grows with k: the largest that fits, by halves. */
	while (k + 1 < high) {
		size_t middle = k + (high - k) / 2;

		if (below(middle, arg) <= tail)
			k = middle;
		else
			high = middle;
	}
	est.value = n % 2 ? sorted[n / 2]
			  : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
	est.low = sorted[k - 1];
	est.high = sorted[n - k];
	est.confidence = 1 - 2 * below(k, arg);
	return est;
}

struct distribution {
	double *cumulative; /* P(statistic < k) by k; NULL: normal */
	size_t max;
	double mean, sd;
};

static double below(size_t k, const void *arg)
{
	const struct distribution *d = arg;

	if (!d->cumulative)
		return normal_below(((double)k - 0.5 - d->mean) / d->sd);
	return d->cumulative[k <= d->max + 1 ? k : d->max + 1];
}

/* From the ways to each value 0..max; takes @count over. */
static struct distribution from_counts(double *count, size_t max)
{
	struct distribution d = {.max = max};
	double all = 0, sum = 0;

	d.cumulative = must_calloc(max + 2, sizeof(double));
	for (size_t s = 0; s <= max; s++)
		all += count[s];
	for (size_t s = 0; s <= max; s++) {
		d.cumulative[s] = sum / all;
		sum += count[s];
	}
	d.cumulative[max + 1] = 1;
	free(count);
	return d;
}

/* Of the signed-rank statistic of @n values without ties. */
static struct distribution signed_rank_distribution(size_t n)
{
	size_t max = n * (n + 1) / 2;
	double *count;

	if (n > STATS_EXACT_PAIRS)
		return (struct distribution){
			.mean = (double)max / 2,
			.sd = sqrt((double)max * (2 * (double)n + 1) / 12)};
	count = must_calloc(max + 1, sizeof(*count));
	count[0] = 1;
	for (size_t i = 1; i <= n; i++)
		for (size_t s = max; s >= i; s--)
			count[s] += count[s - i];
	return from_counts(count, max);
}

struct estimate stats_hodges_lehmann(const double *x, size_t n,
				     double confidence)
{
	size_t pairs = n * (n + 1) / 2, k = 0;
	struct distribution d;
	struct estimate est;
	double *mean;

	if (!n)
		return (struct estimate){NAN, NAN, NAN, 0};
	mean = must_calloc(pairs, sizeof(*mean));
	for (size_t i = 0; i < n; i++)
		for (size_t j = i; j < n; j++)
			mean[k++] = x[i] / 2 + x[j] / 2;
	qsort(mean, pairs, sizeof(*mean), by_value);
	d = signed_rank_distribution(n);
	est = invert(mean, pairs, confidence, below, &d);
	free(d.cumulative);
	free(mean);
	return est;
}

/* Ways to choose @n of the ranks, by their doubled sum. */
static double *count_choices(const struct ranked *r, size_t all, size_t n,
			     size_t max)
{
	double *count = must_calloc((n + 1) * (max + 1), sizeof(*count));
	double *last = must_calloc(max + 1, sizeof(*last));

	count[0] = 1;
	for (size_t i = 0; i < all; i++)
		for (size_t k = i + 1 < n ? i + 1 : n; k >= 1; k--)
			for (size_t s = r[i].rank2; s <= max; s++)
				count[k * (max + 1) + s] +=
					count[(k - 1) * (max + 1) + s -
					      r[i].rank2];
	for (size_t s = 0; s <= max; s++)
		last[s] = count[n * (max + 1) + s];
	free(count);
	return last;
}

struct test stats_mann_whitney(const double *x, size_t n, const double *y,
			       size_t m)
{
	size_t all = n + m, seen2 = 0, max = 0, least2 = n * (n + 1);
	struct ranked *r = must_calloc(all + 1, sizeof(*r));
	double ties, variance;
	struct test t;

	for (size_t i = 0; i < all; i++)
		r[i] = (struct ranked){.value = i < n ? x[i] : y[i - n],
				       .first = i < n};
	ties = rank(r, all);
	for (size_t i = 0; i < all; i++) {
		seen2 += r[i].first ? r[i].rank2 : 0;
		max += r[i].rank2;
	}
	if (n <= STATS_EXACT_GROUP && m <= STATS_EXACT_GROUP) {
		double *count = count_choices(r, all, n, max);

		t = exact_tails(count, max, seen2);
		t.statistic -= (double)least2 / 2;
		free(count);
	} else {
		double nm = (double)n * (double)m, sum = (double)all;

		variance = nm / 12 * (sum + 1 - ties / (sum * (sum - 1)));
		t = normal_tails((double)(seen2 - least2) / 2, nm / 2,
				 sqrt(variance), 0.5);
	}
	free(r);
	return t;
}

/*
 * Of U without ties: partitions into at most n parts of at most m, by the
 * product (1 - q^(m+1)) … (1 - q^(m+n)) / (1 - q) … (1 - q^n).
 */
static struct distribution mann_whitney_distribution(size_t n, size_t m)
{
	double nm = (double)n * (double)m;
	size_t max = n * m;
	double *count;

	if (n > STATS_EXACT_GROUP || m > STATS_EXACT_GROUP)
		return (struct distribution){
			.mean = nm / 2,
			.sd = sqrt(nm * ((double)n + (double)m + 1) / 12)};
	count = must_calloc(max + 1, sizeof(*count));
	count[0] = 1;
	for (size_t i = 1; i <= n; i++) {
		for (size_t s = max; s >= m + i; s--)
			count[s] -= count[s - m - i];
		for (size_t s = i; s <= max; s++)
			count[s] += count[s - i];
	}
	return from_counts(count, max);
}

struct estimate stats_shift(const double *x, size_t n, const double *y,
			    size_t m, double confidence)
{
	struct distribution d;
	struct estimate est;
	double *difference;
	size_t k = 0;

	if (!n || !m)
		return (struct estimate){NAN, NAN, NAN, 0};
	difference = must_calloc(n * m, sizeof(*difference));
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < m; j++)
			difference[k++] = y[j] - x[i];
	qsort(difference, n * m, sizeof(*difference), by_value);
	d = mann_whitney_distribution(n, m);
	est = invert(difference, n * m, confidence, below, &d);
	free(d.cumulative);
	free(difference);
	return est;
}
