/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Change points by windowed E-divisive, split and merge. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/mutant.h"
#include "stats/changepoint.h"
#include "base/rng.h"
#include "stats/sample.h"

const struct changepoint_options changepoint_defaults = {
	.window = 30, .segment = 4, .p = 0.001, .change_min = 0.02};

/*
 * Splits are accepted at a p this many times larger than changes: a change
 * may be hidden by another one in its window until that one is split off.
 */
static const double generous = 10;

/* Standard deviations from the median beyond which values are pulled in. */
static const double far_out = 4;

/* A change point on trial, among its neighbours. */
struct candidate {
	size_t at;
	double p;
	bool judged; /* since its surroundings changed */
};

struct finder {
	const double *x;
	size_t n;
	const struct changepoint_options *o;
	struct candidate *c; /* ascending */
	size_t nc;
	double *pulled; /* the values under test */
};

static void *must(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

/* ---- the statistic ----------------------------------------------------------
 */

/*
 * The values with what lies far out pulled in to what most of them span, so
 * that one bad night counts as one bad night and not as ten. All stay where
 * more than half of them are equal: there is no span then.
 */
static void pull_in(const double *x, size_t n, double *to)
{
	double middle = stats_median(x, n);
	double far = far_out * STATS_MAD_TO_SD * stats_mad(x, n);

	for (size_t i = 0; i < n; i++)
		to[i] = far > 0 ? fmax(middle - far, fmin(middle + far, x[i]))
				: x[i];
}

/*
 * The largest energy distance, weighted by the sizes of the two sides, over
 * all splits that leave @least values on either side (Matteson, James,
 * equation 5, with alpha = 1). *@at: the first value of the right side.
 */
static double best_split(const double *r, size_t n, size_t least, size_t *at)
{
	double left = 0, across = 0, right = 0, best = -INFINITY;

	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++)
			right += fabs(r[i] - r[k]);
	*at = least;
	for (size_t i = 0; i + least < n; i++) {
		double to_left = 0, to_right = 0, a, b, q;

		for (size_t k = 0; k < i; k++)
			to_left += fabs(r[i] - r[k]);
		for (size_t k = i + 1; k < n; k++)
			to_right += fabs(r[i] - r[k]);
		left += to_left; /* value i changes sides */
		right -= to_right;
		across += to_right - to_left;
		if (i + 1 < least)
			continue;
		a = (double)(i + 1);
		b = (double)(n - i - 1);
		q = a * b / (a + b) *
		    (2 * across / (a * b) - 2 * left / (a * (a - 1)) -
		     2 * right / (b * (b - 1)));
		if (q > best) {
			best = q;
			*at = i + 1;
		}
	}
	return best;
}

static void shuffle(double *x, size_t n, struct rng *r)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = rng_below(r, i);
		double swap = x[i - 1];

		x[i - 1] = x[k];
		x[k] = swap;
	}
}

/*
 * The probability that nights in any other order have a split as good as
 * @seen; exact enough to be compared with @level, no more. @x is permuted.
 */
static double permutation_p(double *x, size_t n, size_t least, double seen,
			    double level)
{
	size_t most = (size_t)ceil(5 / level) - 1, as_good = 0, done = 0, at;
	struct rng r;

	rng_seed(&r, 1, n);
	while (done < most) {
		shuffle(x, n, &r);
		done++;
		/* Equal but for rounding is as good. */
		as_good += best_split(x, n, least, &at) >= seen * (1 - 1e-9);
		/* It can only get above the level now. */
		if ((double)(as_good + 1) > level * (double)(most + 1))
			break;
	}
	return (double)(as_good + 1) / (double)(done + 1);
}

/*
 * Whether the best split, at the least distance from an end, is but the
 * shadow of a better one that is nearer to it: two or three nights of their
 * own, of which nobody knows yet whether they are a new level. Then the nights
 * at that end are left out of [*lo, *hi).
 */
static bool shadow(const struct finder *f, size_t at, size_t *lo, size_t *hi)
{
	size_t n = *hi - *lo, least = f->o->segment, nearer;

	if (least <= 2 || (at > least && at + least < n))
		return false;
	best_split(f->pulled, n, 2, &nearer);
	if (nearer < least)
		*lo += nearer;
	else if (n - nearer < least)
		*hi -= n - nearer;
	else
		return false;
	return true;
}

/*
 * The best split of the values [lo, hi) to *@at, and its p; as exact as it
 * takes to compare it with @level.
 */
static double split(struct finder *f, size_t lo, size_t hi, double level,
		    size_t *at)
{
	size_t least = f->o->segment, best;
	double seen;

	do {
		if (hi - lo < 2 * least)
			return 1;
		pull_in(f->x + lo, hi - lo, f->pulled);
		seen = best_split(f->pulled, hi - lo, least, &best);
	} while (shadow(f, best, &lo, &hi));
	*at = lo + best;
	if (MUTANT(changepoint_unjudged))
		return 0;
	if (!(seen > 0))
		return 1;
	return permutation_p(f->pulled, hi - lo, least, seen, level);
}

/* ---- split ------------------------------------------------------------------
 */

static void add(struct finder *f, size_t at)
{
	size_t i = f->nc;

	for (size_t k = 0; k < f->nc; k++)
		if (f->c[k].at == at)
			return;
	for (; i > 0 && f->c[i - 1].at > at; i--)
		f->c[i] = f->c[i - 1];
	f->c[i] = (struct candidate){.at = at};
	f->nc++;
}

/* Candidates in [lo, hi), by bisection. Returns the last, or @lo. */
static size_t divide(struct finder *f, size_t lo, size_t hi)
{
	size_t at, last;
	double level = fmin(1, generous * f->o->p);

	if (split(f, lo, hi, level, &at) > level)
		return lo;
	add(f, at);
	divide(f, lo, at);
	last = divide(f, at, hi);
	return last;
}

static void split_windows(struct finder *f)
{
	size_t window = f->o->window, start = 0;

	while (start + 2 * f->o->segment <= f->n) {
		size_t end = start + window < f->n ? start + window : f->n;
		size_t last = divide(f, start, end);

		/* Past the last change, and by half a window at least. */
		start = last > start + window / 2 ? last : start + window / 2;
	}
}

/* ---- merge ------------------------------------------------------------------
 */

/* The nights candidate @i parts: to its neighbours, a window at most. */
static void surroundings(const struct finder *f, size_t i, size_t *lo,
			 size_t *hi)
{
	size_t at = f->c[i].at, window = f->o->window;

	*lo = i ? f->c[i - 1].at : 0;
	*hi = i + 1 < f->nc ? f->c[i + 1].at : f->n;
	if (at - *lo > window)
		*lo = at - window;
	if (*hi - at > window)
		*hi = at + window;
}

static void unjudge(struct finder *f, size_t i)
{
	if (i > 0)
		f->c[i - 1].judged = false;
	if (i + 1 < f->nc)
		f->c[i + 1].judged = false;
}

/* Puts each candidate where it splits its surroundings best, and judges it. */
static void judge_all(struct finder *f)
{
	/* Moves come to rest after one or two rounds; a bound, in any case. */
	for (int round = 0; round < 8; round++) {
		bool all = true;

		for (size_t i = 0; i < f->nc; i++) {
			size_t lo, hi, at = f->c[i].at;

			if (f->c[i].judged)
				continue;
			surroundings(f, i, &lo, &hi);
			f->c[i].p = split(f, lo, hi, f->o->p, &at);
			f->c[i].judged = true;
			if (at != f->c[i].at) {
				f->c[i].at = at;
				unjudge(f, i);
				all = false;
			}
		}
		if (all)
			return;
	}
}

static void describe(const struct finder *f, size_t i, struct changepoint *c)
{
	size_t at = f->c[i].at, lo = i ? f->c[i - 1].at : 0;
	size_t hi = i + 1 < f->nc ? f->c[i + 1].at : f->n;

	*c = (struct changepoint){
		.at = at,
		.before = stats_median(f->x + lo, at - lo),
		.after = stats_median(f->x + at, hi - at),
		.p = f->c[i].p,
	};
}

/* By what share; from nothing to something is more than any. */
static double change(const struct changepoint *c)
{
	double by = fabs(c->after - c->before);

	if (!(by > 0))
		return 0;
	return fabs(c->before) > 0 ? by / fabs(c->before) : INFINITY;
}

/* The candidate that is to go first; f->nc: all may stay. */
static size_t weakest(const struct finder *f)
{
	double least = INFINITY, p = 0;
	size_t improbable = f->nc, small = f->nc;

	for (size_t i = 0; i < f->nc; i++) {
		struct changepoint c;

		describe(f, i, &c);
		if (c.p > f->o->p && c.p > p) {
			p = c.p;
			improbable = i;
		}
		if (change(&c) < f->o->change_min && change(&c) < least) {
			least = change(&c);
			small = i;
		}
	}
	return improbable < f->nc ? improbable : small;
}

static void merge(struct finder *f)
{
	for (;;) {
		size_t i;

		judge_all(f);
		i = weakest(f);
		if (i == f->nc)
			return;
		unjudge(f, i);
		f->nc--;
		memmove(f->c + i, f->c + i + 1, (f->nc - i) * sizeof(*f->c));
	}
}

size_t changepoint_find(const double *x, size_t n,
			const struct changepoint_options *o,
			struct changepoint *out)
{
	struct finder f = {.x = x, .n = n, .o = o};

	f.c = must(calloc(n + 1, sizeof(*f.c)));
	f.pulled = must(calloc(n + 1, sizeof(*f.pulled)));
	split_windows(&f);
	merge(&f);
	for (size_t i = 0; i < f.nc; i++)
		describe(&f, i, &out[i]);
	free(f.c);
	free(f.pulled);
	return f.nc;
}
