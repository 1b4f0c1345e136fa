/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a series of nights changes its level, and whether it creeps away from
 * the best it was. Pure functions of arrays, like stats/sample.h: the same
 * values give the same answer.
 *
 * Change points are found by E-divisive (Matteson, James, "A Nonparametric
 * Approach for Multiple Change Point Analysis of Multivariate Data", JASA 109,
 * 2014), in a window that slides over the series, splitting generously and
 * merging strictly, as Fleming, Kołaczkowski and others do it ("Hunter: Using
 * Change Point Detection to Hunt for Performance Regressions", ICPE 2023; now
 * Apache Otava). Two things differ:
 *
 * - Values far out in a window are pulled in to four standard deviations
 *   (estimated from the median absolute deviation) first: a night that is ten
 *   times slower counts as one bad night, no more.
 * - Significance comes from permutations of the nights (as Matteson and James
 *   have it), not from Student's t. Hunter tests the best of all splits with a
 *   t-test as if it had been the only one; noise then passes ten times as often
 *   as p says (1.3 % of 20 000 windows of 30 at p 0.1 %). The best split of
 *   a permuted series is chosen likewise, so here p holds whatever the noise
 *   is distributed like. The price: of a young series few permutations
 *   differ, and a step waits until there are enough: 4 nights against 13, or
 *   7 against 7. Permutations of a series without a change end early (Besag,
 *   Clifford, "Sequential Monte Carlo p-values", Biometrika 78, 1991).
 *
 * p assumes that nights are exchangeable while nothing changes. Nights that
 * resemble their neighbours (a virtual machine that moves to another host now
 * and then) are changes, if not of the code.
 */
#ifndef STATS_CHANGEPOINT_H
#define STATS_CHANGEPOINT_H

#include <stdbool.h>
#include <stddef.h>

struct changepoint_options {
	size_t window;	   /* values looked at together */
	size_t segment;	   /* the least values between two changes, >= 2 */
	double p;	   /* of a change in pure noise */
	double change_min; /* share; smaller changes do not matter */
};
/* 30 nights, segments of 4, 0.001, 2 %. */
extern const struct changepoint_options changepoint_defaults;

struct changepoint {
	size_t at;	      /* the first value after the change */
	double before, after; /* medians of the segments it parts */
	double p;
};

/*
 * Change points of @x, ascending, to @out, which has room for n / segment.
 * Returns their number. NaN must not be in @x. Aborts without memory.
 */
size_t changepoint_find(const double *x, size_t n,
			const struct changepoint_options *o,
			struct changepoint *out);

struct changepoint_drift {
	double best;  /* median of the best nights in a row */
	double last;  /* median of the last */
	double noise; /* standard deviation of a night */
	size_t at;    /* the best nights begin here */
};

/*
 * Whether the last @nights of @x are worse than the best that as many nights in
 * a row before them were: by the share @change_min at least, and by three
 * standard deviations of a night. (The best of 50 medians of 7 is that far from
 * another one in hardly one series of noise in a thousand.) Larger is worse
 * unless @less_is_worse. *@d is filled if there are 2 * @nights values; with
 * fewer there is no drift.
 */
bool changepoint_drift(const double *x, size_t n, size_t nights,
		       bool less_is_worse, double change_min,
		       struct changepoint_drift *d);

#endif
