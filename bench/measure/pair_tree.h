/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tree of one side for one case, and the memory it lies in. */
#ifndef MEASURE_PAIR_TREE_H
#define MEASURE_PAIR_TREE_H

#include "measure/pair.h"

/* Tables that a case may leave waiting for readers (pair_tree_retires()). */
enum { PAIR_RETIRED_MAX = 1536 };

struct pair_tree {
	const struct side *side;
	struct side_tree *tree;
	void *mem;
	size_t bytes;
};

/* Tables that one block of the case's operations unlinks, all threads. */
unsigned pair_tree_retires(const struct pair_case *c);

/*
 * Opens it and maps what is walked. @offset: of the engine's own data in their
 * page, a multiple of 64 below 4096. -ENOTSUP: the machine cannot run the
 * design; other errors as side->open() and map() say. pair_tree_close() in any
 * case, on a tree that was zero before.
 */
int pair_tree_open(struct pair_tree *t, const struct side *side,
		   const struct pair_case *c, const char *design, size_t offset,
		   struct err *e);
void pair_tree_close(struct pair_tree *t);

#endif
