/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Times of single operations, and their means over 16 in a row: what is within
 * a few steps of the clock is a multiple of its step, but the mean of many is
 * not, since operations begin anywhere between two steps. One per thread
 * while recording, merged after the join.
 */
#ifndef STATS_SINGLES_H
#define STATS_SINGLES_H

#include <stdbool.h>

#include "stats/hist.h"

enum { SINGLES_BLOCK = 16 };

struct singles {
	struct hist *one;   /* ns */
	struct hist *block; /* ns of SINGLES_BLOCK operations together */
	double sum;	    /* of the @n operations of no block yet */
	unsigned n;
};

int singles_init(struct singles *s); /* 0 or -ENOMEM */
void singles_release(struct singles *s);
void singles_clear(struct singles *s);		/* all zero: nothing */
void singles_add(struct singles *s, double ns); /* hot; < 0 by the noise */
void singles_merge(struct singles *into, const struct singles *from);

/* Shorter single operations say more about a clock of @step_ns. */
double singles_least_ns(double step_ns);

/*
 * The quantile @q of single operations in ns; where that is below
 * singles_least_ns(), the quantile of blocks instead, per operation, and
 * *@from_block says so. Operations too few for a block are one together;
 * where no blocks were kept it is the single operation's all the same.
 * NaN: none.
 */
double singles_quantile(const struct singles *s, double q, double step_ns,
			bool *from_block);

/* A time for a histogram of whole ns. */
static inline uint64_t singles_round(double ns)
{
	return ns > 0 ? (uint64_t)(ns + 0.5) : 0;
}

#endif
