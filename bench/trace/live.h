/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reference for a replay: which leaves a domain has after some events,
 * without any table. A map is refused if something is mapped there; leaves
 * are the largest that alignment and @max_leaf allow; an unmap that ends
 * inside a leaf takes it whole, one that starts inside is refused.
 */
#ifndef TRACE_LIVE_H
#define TRACE_LIVE_H

#include "trace/ranges.h"
#include "trace/ftrace.h"

struct live {
	const struct trace_event *events; /* of which ranges hold indices */
	struct ranges ranges;
	unsigned max_leaf_level; /* 1, 2 or 3 */
	uint64_t bytes;		 /* mapped */
};

void live_init(struct live *l, const struct trace_event *events,
	       unsigned max_leaf_level);
void live_release(struct live *l);

/* 0, -EEXIST or -ENOMEM. @event is the index of a map. */
int live_map(struct live *l, size_t event);

/* What one unmap did, or would have done. */
struct live_unmap {
	uint64_t start, last; /* what it depends on: whole leaves */
	uint64_t maps;	      /* (parts of) maps it met */
	bool partial;	      /* left a rest of one of them */
};

/* 0, -EINVAL (starts inside a leaf) or -ENOMEM. @event: index of an unmap. */
int live_unmap(struct live *l, size_t event, struct live_unmap *u);

struct live_leaf {
	uint64_t iova, pa, bytes;
	unsigned prot;
};

/* The first leaf at or after @from; false: there is none. */
bool live_next(const struct live *l, uint64_t from, struct live_leaf *leaf);

#endif
