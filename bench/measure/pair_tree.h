/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A side as a contestant: its tree for one case, the memory that it lies in,
 * and the design that it looks like to the crew and to the cache model.
 */
#ifndef MEASURE_PAIR_TREE_H
#define MEASURE_PAIR_TREE_H

#include "measure/crew.h"
#include "measure/pair.h"

/* Tables that a batch may leave waiting for readers (pair_retires()). */
enum { PAIR_RETIRED_MAX = 512 };

struct pair_tree {
	struct worker_group group; /* first: side_design finds the tree by it */
	struct worker worker[SIDE_THREADS];
	const struct side *side;
	struct side_tree *tree; /* NULL: closed */
	const struct pair_case *c;
	const struct pair_ops *ops; /* of each thread */
	void *mem;
	size_t bytes;
};

/*
 * Stands for the side that a worker of a struct pair_tree is of. Whatever the
 * executor, exec[] runs the case's; there are no more functions than the crew
 * and cachesim_walks() call. One tree at a time is entered.
 */
extern const struct design side_design;

/* Closed, with a worker for each of @cpus, as many as the case has threads. */
void pair_tree_init(struct pair_tree *t, const struct side *side,
		    const struct pair_case *c, const struct pair_ops *ops,
		    const unsigned *cpus);

/*
 * Opens it and maps what is walked. @offset: of the engine's own data in their
 * page, a multiple of 64 below 4096. -ENOTSUP: the machine cannot run the
 * design; other errors as side->open() and map() say. pair_tree_close() in any
 * case.
 */
int pair_tree_open(struct pair_tree *t, const char *design, size_t offset,
		   struct err *e);
void pair_tree_close(struct pair_tree *t); /* closed already: nothing */

#endif
