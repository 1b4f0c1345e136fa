/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Universal Scalability Law (Gunther, Guerrilla Capacity Planning, 2007):
 * n threads do
 *
 *	X(n) = lambda n / (1 + sigma (n - 1) + kappa n (n - 1))
 *
 * operations a second. lambda is what one thread does, sigma the share that
 * threads do one after the other, kappa what each two of them cost each other
 * (a line that goes to and fro). With kappa > 0 there is a most, beyond which
 * more threads do less.
 */
#ifndef STATS_USL_H
#define STATS_USL_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/sample.h"

enum { USL_POINTS_MIN = 3, USL_POINTS_MAX = 64 };

struct usl {
	double lambda, sigma, kappa;
};

/*
 * usl_fit() - least squares of the relative errors of n / X(n), which is linear
 * in the parameters, none of them below 0. @n ascending. False: fewer than
 * USL_POINTS_MIN different numbers of threads, or a rate that is not above 0.
 */
bool usl_fit(const double *n, const double *x, size_t points, struct usl *fit);
double usl_at(const struct usl *fit, double n);
/* Threads that do the most; INFINITY: there is no such number. */
double usl_most(const struct usl *fit);

/* Of several draws, each fitted by itself: medians with their intervals. */
struct usl_estimate {
	struct estimate lambda, sigma, kappa;
	struct usl fit; /* the medians */
	size_t draws;
};
/* @x: @draws rows of @points. False: no draw could be fitted. */
bool usl_estimate(const double *n, const double *x, size_t points, size_t draws,
		  double confidence, struct usl_estimate *e);

#endif
