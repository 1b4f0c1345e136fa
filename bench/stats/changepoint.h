/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a series of nights changes its level, and whether it creeps away from
 * the best it was. Pure functions of arrays, like stats/sample.h: the same
 * values give the same answer.
 *
 * The series is read night by night, as it came in. Each night asks whether
 * the nights since the last change are better told as two levels than as one:
 * a level costs the sum of absolute distances from its median, in units of the
 * noise, and a second one costs the penalty on top (optimal partitioning with
 * an L1 cost; Jackson and others, "An Algorithm for Optimal Partitioning of
 * Data on an Interval", IEEE Signal Processing Letters 12, 2005, one change at
 * a time). What was declared stays declared, whatever comes later: later
 * nights may move its place, up to the night that first saw it, and add
 * changes behind it. So the verdict about the first n nights is part of the
 * verdict about n + 1. docs/adr/0012-changes-stay.md says why.
 *
 * Noise is 0.886 times the mean absolute difference between neighbours (that
 * is a standard deviation if they are normal), the largest tenth of the
 * differences counting as the largest of the rest: a night that is ten times
 * slower is one bad night, and hides nothing.
 *
 * All this assumes that nights are independent while nothing changes. Where
 * they resemble their neighbours (a virtual machine that moves to another host
 * now and then) a level wanders without a change: the penalty grows with the
 * correlation of neighbours, and where that is plain nothing is declared.
 */
#ifndef STATS_CHANGEPOINT_H
#define STATS_CHANGEPOINT_H

#include <stdbool.h>
#include <stddef.h>

struct changepoint_options {
	size_t segment;	   /* the least values on either side, >= 2 */
	double penalty;	   /* of a change, in units of the noise */
	double change_min; /* share; smaller changes do not matter */
};
/* 4 nights, 10, 2 %. */
extern const struct changepoint_options changepoint_defaults;

struct changepoint {
	size_t at;	      /* the first value after the change */
	size_t first;	      /* @at, as it was declared */
	size_t seen;	      /* the value that declared it */
	double before, after; /* medians of the segments it parts */
	double evidence;      /* when declared; above the penalty */
};

/*
 * Changes of @x, ascending, to @out, which has room for n / segment. Returns
 * their number. @correlation: how much a night resembles the one before (the
 * coefficient of a first order autoregression) if that is so much, and so sure,
 * that no change is declared any more; else 0. What is not finite must not be
 * in @x. Aborts without memory.
 */
size_t changepoint_find(const double *x, size_t n,
			const struct changepoint_options *o,
			struct changepoint *out, double *correlation);

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
