/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The verdict on an effect: by how much something changed, how sure that is,
 * and whether it matters. Pure functions of arrays, like stats/sample.h.
 *
 * Costs are compared as logarithms, so that an effect is a ratio: an effect
 * of ln(1.03) is 3 % slower. Positive is worse.
 */
#ifndef STATS_EFFECT_H
#define STATS_EFFECT_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/sample.h"

enum verdict {
	VERDICT_SAME,	/* any change is within the threshold */
	VERDICT_FASTER, /* beyond the threshold, and surely faster at all */
	VERDICT_SLOWER,
	VERDICT_INCONCLUSIVE, /* none of these can be said */
	VERDICT_NR,
};
const char *verdict_name(enum verdict v);

struct effect {
	/* ln(new / old): Hodges-Lehmann, between one-sided bounds. */
	struct estimate log;
	/* Exact signed-rank probabilities of no effect. */
	double p_slower, p_faster;
	enum verdict verdict;
};

/*
 * @alpha: what either bound of the interval may err; below it no verdict but
 * inconclusive is given when the sample is too small for such a bound.
 * @threshold: in the same unit, positive.
 *
 * Slower: the lower bound is above 0 and the effect above @threshold.
 * Faster: the mirror image. Same: both bounds are within the threshold.
 */
struct effect effect_paired(const double *log_ratio, size_t n, double alpha,
			    double threshold);
/* The smallest n with which effect_paired() can tell anything. */
size_t effect_pairs_min(double alpha);

/* 100 * (e^log - 1): what people call the change. */
double effect_percent(double log);

#endif
