/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When a difference between two builds is one: looks at growing samples, an
 * error budget shared by them, and one margin. Pure functions.
 *
 * A sample is what one process says: ln(new / old), the median over batches
 * that alternated between the two. The order in which either was linked, and
 * where code and data lie, are drawn anew for each, and both sides draw alike:
 * so without a change samples are symmetric about 0, and the interval that
 * inverts the exact signed-rank test covers whatever their distribution.
 */
#ifndef JUDGE_GATE_DECIDE_H
#define JUDGE_GATE_DECIDE_H

#include "judge/ratio.h"

enum { GATE_LOOKS = 6, GATE_PROCESSES = 80 /* at the last look */ };

/* Samples at each look. */
extern const unsigned gate_look_processes[GATE_LOOKS];
/* What the interval of a look covers: all of them err in 0.3 %. */
#define GATE_CONFIDENCE (1 - 0.003 / GATE_LOOKS)

/* Judges r->draws samples by r->margin: fills in the interval and the verdict,
 * which is final unless it is RATIO_UNRESOLVED. */
void gate_judge(const double *sample, struct ratio *r);

/* margin_shown() of @twin +- @half. */
double gate_twin_shown(double twin, double half);

/*
 * Whether batches were dropped more often on one side than on the other, out
 * of @tried each: then what is left may be a selection. Two proportions
 * differ by more than 5 points and 4 standard errors.
 */
bool gate_lost_differs(size_t tried, size_t lost_old, size_t lost_new);

#endif
