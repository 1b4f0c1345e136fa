/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Disjoint address ranges, each with a value, in a treap: a balanced search
 * tree whose shape comes from random priorities (Seidel, Aragon 1996). Every
 * operation takes O(log n) expected, plus the ranges that it removes.
 */
#ifndef TRACE_RANGES_H
#define TRACE_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct range {
	uint64_t start, last; /* last is inclusive */
	uint64_t value;
};

struct ranges {
	struct ranges_node *nodes; /* index 0 is "none" */
	uint32_t root, free;
	uint32_t used, room;
	uint32_t seed;
	size_t n; /* ranges */
};

void ranges_init(struct ranges *r);
void ranges_release(struct ranges *r);

/*
 * ranges_set() - [start, last] now has @value, whatever had it before; ranges
 * that reach beyond keep their rest. -ENOMEM: nothing changed.
 */
int ranges_set(struct ranges *r, uint64_t start, uint64_t last, uint64_t value);

/* The same without a value: nothing is there afterwards. */
int ranges_clear(struct ranges *r, uint64_t start, uint64_t last);

/* The first range that reaches @from or beyond; false: there is none. */
bool ranges_next(const struct ranges *r, uint64_t from, struct range *found);

#endif
