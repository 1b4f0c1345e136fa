/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that make a trend share; private to bench/judge/trend*.c. */
#ifndef JUDGE_TREND_PARTS_H
#define JUDGE_TREND_PARTS_H

#include "judge/trend.h"

/*
 * The name and the nights of @t->options, by time; nights that are still
 * running are none. Errors as trend_make().
 */
int trend_find_nights(struct store *s, struct trend *t, struct err *e);
void trend_free_night(struct trend_night *night);

/* The series' copy of what it needs of @t, and all of a series freed. */
void trend_own_trial(struct store_trial *to, const struct store_trial *t);
void trend_free_series(struct trend_series *s);

/* Changes, drift, acknowledgements and ranges of the series in @t. */
void trend_judge(struct trend *t);

#endif
