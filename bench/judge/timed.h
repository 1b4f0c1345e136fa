/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The metrics that are times of one operation, for outputs that want those. */
#ifndef JUDGE_TIMED_H
#define JUDGE_TIMED_H

struct timed {
	const char *op;	    /* "walk_lat" */
	const char *metric; /* its time */
	const char *unit;   /* "ns" or "ms" */
	const char *rate;   /* metric of operations per second, or NULL */
};

extern const struct timed timed[]; /* ended by op == NULL */

#endif
