/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How often dumps read from freed tables (race: true): counts of all draws. */
#ifndef JUDGE_RACE_H
#define JUDGE_RACE_H

#include "judge/summary.h"

struct race_sum {
	size_t draws;
	double dumps, exposed; /* that ended; of them, in a freed table */
	double freed, tables;  /* tables freed; of them read by a dump */
	double stale, foreign, garbage, wild;
	/* Share of dumps: of all, and of the draws with the least and the
	 * most. exposed == 0: @high is what the share is below, with 95 %
	 * confidence. */
	double share, low, high;
};

/* Events of one metric out of its metric.of, over all draws. */
struct count_sum {
	size_t draws;
	double events, tries;
	/* Share of tries; of no events: what it is below, with 95 %
	 * confidence: so rare that none in so many has a chance of 5 %. */
	double share;
};
/* False: no draw of @row has any tries. */
bool count_sum(const struct summary_row *row, enum metric_id metric,
	       struct count_sum *c);

/* False: no draw of @row counts a dump. */
bool race_sum(const struct summary_row *row, struct race_sum *r);

#endif
