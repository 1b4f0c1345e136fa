/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One timed batch on one side of a comparison of builds (measure/pair.h). */
#ifndef MEASURE_PAIR_BATCH_H
#define MEASURE_PAIR_BATCH_H

#include <stdatomic.h>
#include <stdbool.h>

#include "measure/pair_tree.h"

/* What the threads of a case do again and again. */
struct pair_work {
	const struct pair_case *c;
	struct pair_ops ops[SIDE_THREADS];
	unsigned repeats; /* of the operations, in a batch */
};

struct pair_batch {
	double ns[2];	/* per operation and thread; [1]: unmaps */
	bool lost;	/* a thread was without its CPU */
	uint64_t sum;	/* of what thread 0's walks returned */
	uint64_t wrong; /* faults and errors */
	int error;	/* the first -errno */
};

/* The second thread of contended cases; spins while it waits for a batch. */
struct pair_helper;
/* NULL with *e: it could not be started or pinned. */
struct pair_helper *pair_helper_start(unsigned cpu, struct err *e);
void pair_helper_stop(struct pair_helper *h);

/*
 * Enters @tree, warms up with a share of the work, does the work timed, and
 * leaves. @helper is needed by cases of two threads.
 */
void pair_batch_run(const struct pair_tree *tree, const struct pair_work *work,
		    struct pair_helper *helper, struct pair_batch *b);

#endif
