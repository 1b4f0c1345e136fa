/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When a difference between two builds is one: looks at growing samples with
 * the error budget spread over them, thresholds from what no change at all
 * has looked like here, and confirmation on fresh samples. Pure functions.
 *
 * A sample is what one process says: ln(new / old), the median over batches
 * that alternated between the two. Where code and data lie is drawn anew for
 * each, and both sides draw alike: so without a change samples are symmetric
 * about 0, and the exact signed-rank bound holds whatever their distribution.
 */
#ifndef JUDGE_GATE_DECIDE_H
#define JUDGE_GATE_DECIDE_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/effect.h"

enum {
	GATE_LOOKS = 4,
	GATE_PROCESSES = 128,	     /* samples at the last look */
	GATE_CONFIRM_PROCESSES = 24, /* fresh ones for a candidate */
	GATE_HISTORY = 30,	     /* nights that a threshold is made from */
	GATE_HISTORY_MIN = 5,	     /* fewer say nothing */
};

/* Samples at each look, and what either bound may err there: in sum 0.3 %. */
extern const unsigned gate_look_processes[GATE_LOOKS];
extern const double gate_look_alpha[GATE_LOOKS];

enum gate_verdict {
	GATE_OPEN,	   /* needs more samples */
	GATE_SAME,	   /* no slowdown as large as the goal */
	GATE_FASTER,	   /* beyond the threshold */
	GATE_SLOWER,	   /* beyond the threshold: to be confirmed */
	GATE_INCONCLUSIVE, /* all samples used, and none of these */
	GATE_VERDICTS,
};
const char *gate_verdict_name(enum gate_verdict v);

/*
 * gate_judge() - @n samples at look @look. @threshold: smaller slowdowns are
 * none. @goal: a slowdown to be found, above @threshold. Both as logarithms
 * of a ratio. @effect: at the look's confidence.
 */
enum gate_verdict gate_judge(const double *sample, size_t n, unsigned look,
			     double threshold, double goal,
			     struct effect *effect);

/* Whether fresh samples say slower once more; 1 % by chance. */
bool gate_confirms(const double *sample, size_t n, double threshold,
		   struct effect *effect);

/* Fewer samples than this confirm nothing. */
size_t gate_confirm_min(void);

/*
 * The threshold of a metric: @least, or three robust standard deviations of
 * the effects (logarithms) that the old build had against itself in the last
 * @n nights, whichever is more.
 */
double gate_threshold(double least, const double *canary, size_t n);

/*
 * Whether batches were dropped more often on one side than on the other, out
 * of @tried each: then what is left may be a selection. Two proportions
 * differ by more than 5 points and 4 standard errors.
 */
bool gate_lost_differs(size_t tried, size_t lost_old, size_t lost_new);

#endif
