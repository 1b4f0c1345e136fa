/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fits of the Universal Scalability Law. */
#include "stats/usl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"

enum { TERMS = 3 }; /* 1 / lambda, and sigma and kappa over it */

/* What a term multiplies in n / X(n). */
static double term(unsigned k, double n)
{
	return k == 0 ? 1 : k == 1 ? n - 1 : n * (n - 1);
}

/* Gaussian elimination with pivots, in place. False: not to be told apart. */
static bool solve(double a[TERMS][TERMS + 1], unsigned size)
{
	for (unsigned c = 0; c < size; c++) {
		unsigned pivot = c;

		for (unsigned r = c + 1; r < size; r++)
			if (fabs(a[r][c]) > fabs(a[pivot][c]))
				pivot = r;
		if (fabs(a[pivot][c]) < 1e-12 * fabs(a[0][0]))
			return false;
		for (unsigned k = 0; k <= size; k++) {
			double other = a[c][k];

			a[c][k] = a[pivot][k];
			a[pivot][k] = other;
		}
		for (unsigned r = 0; r < size; r++)
			for (unsigned k = size + 1; r != c && k-- > c;)
				a[r][k] -= a[c][k] * a[r][c] / a[c][c];
	}
	return true;
}

/* Least squares with the terms whose bit is in @terms; the others are 0. */
static bool least(const double *n, const double *x, size_t points,
		  unsigned terms, double to[TERMS])
{
	double a[TERMS][TERMS + 1] = {{0}};
	unsigned of[TERMS], size = 0;

	for (unsigned k = 0; k < TERMS; k++) {
		to[k] = 0;
		if (terms & 1U << k)
			of[size++] = k;
	}
	for (size_t i = 0; i < points; i++) {
		double each = x[i] / n[i]; /* 1 / what is fitted: the weight */

		for (unsigned r = 0; r < size; r++) {
			double v = each * term(of[r], n[i]);

			for (unsigned c = 0; c < size; c++)
				a[r][c] += v * each * term(of[c], n[i]);
			a[r][size] += v;
		}
	}
	if (!solve(a, size))
		return false;
	for (unsigned r = 0; r < size; r++)
		to[of[r]] = a[r][size] / a[r][r];
	return true;
}

static double error(const double *n, const double *x, size_t points,
		    const double t[TERMS])
{
	double sum = 0;

	for (size_t i = 0; i < points; i++) {
		double v = 0;

		for (unsigned k = 0; k < TERMS; k++)
			v += t[k] * term(k, n[i]);
		v = v * x[i] / n[i] - 1;
		sum += v * v;
	}
	return sum;
}

bool usl_fit(const double *n, const double *x, size_t points, struct usl *fit)
{
	double best = INFINITY, t[TERMS];
	size_t different = points > 0;

	for (size_t i = 0; i < points; i++) {
		if (!(x[i] > 0) || !(n[i] > 0))
			return false;
		different += i && n[i] > n[i - 1];
	}
	if (different < USL_POINTS_MIN)
		return false;
	/* The best of those that leave nothing below 0: of few terms, all
	 * choices of which are 0 can be tried. */
	for (unsigned terms = 1; terms < 1U << TERMS; terms += 2) {
		double e;

		if (!least(n, x, points, terms, t) || !(t[0] > 0) || t[1] < 0 ||
		    t[2] < 0)
			continue;
		e = error(n, x, points, t);
		if (e < best) {
			best = e;
			*fit = (struct usl){1 / t[0], t[1] / t[0], t[2] / t[0]};
		}
	}
	return best < INFINITY;
}

double usl_at(const struct usl *f, double n)
{
	return f->lambda * n /
	       (1 + f->sigma * (n - 1) + f->kappa * n * (n - 1));
}

double usl_most(const struct usl *f)
{
	if (!(f->kappa > 0))
		return INFINITY;
	return f->sigma < 1 ? fmax(1, sqrt((1 - f->sigma) / f->kappa)) : 1;
}

bool usl_estimate(const double *n, const double *x, size_t points, size_t draws,
		  double confidence, struct usl_estimate *e)
{
	double *lambda = must_calloc(3 * draws, sizeof(*lambda));
	double *sigma = lambda + draws, *kappa = sigma + draws;
	size_t fitted = 0;
	struct usl f;

	for (size_t i = 0; i < draws; i++) {
		if (!usl_fit(n, x + i * points, points, &f))
			continue;
		lambda[fitted] = f.lambda;
		sigma[fitted] = f.sigma;
		kappa[fitted++] = f.kappa;
	}
	if (fitted) {
		e->draws = fitted;
		e->lambda = stats_median_interval(lambda, fitted, confidence);
		e->sigma = stats_median_interval(sigma, fitted, confidence);
		e->kappa = stats_median_interval(kappa, fitted, confidence);
		e->fit = (struct usl){e->lambda.value, e->sigma.value,
				      e->kappa.value};
	}
	free(lambda);
	return fitted;
}
