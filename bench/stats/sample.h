/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statistics of small samples: pure functions of arrays, which they neither
 * keep nor change. NaN must not be in them. An empty array gives NaN. Memory
 * for a sorted copy is taken and returned; without it the program aborts.
 *
 * Sources: Hollander, Wolfe, Chicken, Nonparametric Statistical Methods,
 * 3rd ed., chapters 3 and 4; Hyndman, Fan 1996 for quantiles (type 7).
 */
#ifndef STATS_SAMPLE_H
#define STATS_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

double stats_mean(const double *x, size_t n);
double stats_sd(const double *x, size_t n); /* of the sample; 0 if n < 2 */
double stats_median(const double *x, size_t n);
double stats_quantile(const double *x, size_t n, double q); /* q in [0,1] */
/*
 * Median absolute deviation from the median. Times STATS_MAD_TO_SD it
 * estimates the standard deviation of normal data.
 */
double stats_mad(const double *x, size_t n);
#define STATS_MAD_TO_SD 1.4826

struct estimate {
	double value, low, high;
	/*
	 * What the interval really covers: at least what was asked, unless
	 * the sample is too small; then the widest interval there is, and
	 * what that covers.
	 */
	double confidence;
};

/*
 * Median with an interval between order statistics, whatever the distribution.
 * It covers 1 - 2^(1 - n) at most: 95 % takes six values.
 */
struct estimate stats_median_interval(const double *x, size_t n,
				      double confidence);

struct test {
	double statistic;
	double p_less, p_greater; /* one-sided: of values <= or >= seen */
	double p;		  /* two-sided */
};

/*
 * Wilcoxon's signed-rank test that @x is symmetric about 0. Zeros are left
 * out, ties get middle ranks. Exact (also with ties) for up to
 * STATS_EXACT_PAIRS non-zero values, else normal with a tie correction.
 */
enum { STATS_EXACT_PAIRS = 80 };
struct test stats_signed_rank(const double *x, size_t n);

/*
 * Hodges-Lehmann: the median of the means of all pairs (i <= j), with the
 * interval that inverts the signed-rank test.
 */
struct estimate stats_hodges_lehmann(const double *x, size_t n,
				     double confidence);

/*
 * Mann-Whitney: U counts the pairs in which x > y, ties as halves. Exact
 * (also with ties) while both have at most STATS_EXACT_GROUP values, else
 * normal with tie and continuity correction.
 */
enum { STATS_EXACT_GROUP = 25 };
struct test stats_mann_whitney(const double *x, size_t n, const double *y,
			       size_t m);

/*
 * Hodges-Lehmann shift of @y against @x: the median of all y - x, with the
 * interval that inverts the Mann-Whitney test.
 */
struct estimate stats_shift(const double *x, size_t n, const double *y,
			    size_t m, double confidence);

#endif
