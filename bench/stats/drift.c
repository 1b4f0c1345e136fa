/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a series creeps away from the best that it was. */
#include <math.h>
#include <stdlib.h>

#include "../kernels/mutant.h"
#include "base/must.h"
#include "stats/changepoint.h"
#include "stats/sample.h"

/* Standard deviations of a night below which a drift is noise. */
static const double drift_least = 3;

/*
 * The standard deviation of a night, from the differences between neighbours:
 * a drift, or a step or two, hardly enters.
 */
static double noise_of(const double *x, size_t n)
{
	double *step = must_calloc(n, sizeof(*step)), noise;

	for (size_t i = 0; i + 1 < n; i++)
		step[i] = x[i + 1] - x[i];
	noise = STATS_MAD_TO_SD * stats_mad(step, n - 1) / sqrt(2);
	/* A coarse clock: most nights are equal to the night before. */
	if (!(noise > 0))
		noise = stats_sd(step, n - 1) / sqrt(2);
	free(step);
	return noise;
}

bool changepoint_drift(const double *x, size_t n, size_t nights,
		       bool less_is_worse, double change_min,
		       struct changepoint_drift *d)
{
	double sign = less_is_worse ? -1 : 1, best = INFINITY, by;

	*d = (struct changepoint_drift){.best = NAN, .last = NAN};
	if (!nights || n < 2 * nights)
		return false;
	for (size_t i = 0; i + 2 * nights <= n; i++) {
		double median = sign * stats_median(x + i, nights);

		if (median < best) {
			best = median;
			d->at = i;
		}
	}
	d->best = sign * best;
	d->last = stats_median(x + n - nights, nights);
	d->noise = noise_of(x, n);
	by = sign * d->last - best;
	return by > 0 && by >= change_min * fabs(d->best) &&
	       (by >= drift_least * d->noise || MUTANT(drift_unjudged));
}
