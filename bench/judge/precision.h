/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the cells of a run have not told yet, against what its config asks for:
 * what decides which cell is drawn next, and when it is enough. A config that
 * has claims asks whether they hold; any other, how wide intervals are.
 */
#ifndef JUDGE_PRECISION_H
#define JUDGE_PRECISION_H

#include "judge/ratio.h"
#include "plan/question.h"
#include "run/precise.h"

/*
 * A cell is drawn until the interval of this confidence is as narrow as asked
 * for. What is reported is the one of RATIO_CONFIDENCE: looking after each draw
 * stops where the draws happen to lie close, which costs 1.5 to 2 % of it
 * (tests/unit/test_precise.c).
 */
#define PRECISION_CONFIDENCE 0.97

/*
 * A claim is decided in a cell by the interval of this confidence: looking for
 * that after each draw stops where chance has pushed the value, which an
 * interval of RATIO_CONFIDENCE does not bear (the same).
 */
#define PRECISION_DECIDED 0.995

/*
 * Where the interval of PRECISION_CONFIDENCE is narrower than this share of
 * what is asked for and the claim not decided, the ratio is where the claim's
 * bound is, and more draws are of no use.
 */
#define PRECISION_HOPELESS 0.25

/*
 * Half-widths that @run asks for, ln; 0: of this class, none. With a budget and
 * no precision, margins_default.
 */
struct margins precision_wanted(const struct params_run *run);

struct precision {
	struct margins wanted;
	bool decide;
	unsigned draws_max; /* of a cell */
	struct margins margins, shown;
	struct question question;
};

/* A runner_judge: @arg is a struct precision, zeroed before. */
int precision_begin(void *arg, struct store *s, int64_t run, struct err *e);
void precision_needs(void *arg, struct runner_cell *cell, size_t n);
void precision_release(struct precision *p);

#endif
