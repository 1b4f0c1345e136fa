/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How precise the ratios of a cell are, against what was asked for: what
 * decides which cell is drawn next, and when it is enough.
 */
#ifndef JUDGE_PRECISION_H
#define JUDGE_PRECISION_H

#include "judge/ratio.h"
#include "run/precise.h"

/*
 * A cell is drawn until the interval of this confidence is as narrow as asked
 * for. What is reported is the one of RATIO_CONFIDENCE: looking after each draw
 * stops where the draws happen to lie close, which costs 1.5 to 2 % of it
 * (tests/unit/test_precise.c).
 */
#define PRECISION_CONFIDENCE 0.97

/*
 * Half-widths that @run asks for, ln; 0: of this class, none. With a budget and
 * no precision, margins_default.
 */
struct margins precision_wanted(const struct params_run *run);

/*
 * A runner_judge: @cell holds the trials of one cell, all its draws. What counts
 * is what tables show first of it (ratio_figures()), and what claims are about.
 */
void precision_needs(const struct params_run *run,
		     const struct question *question,
		     const struct store_trials *cell, struct runner_needs *out);

#endif
