/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What walkers of a replay do: each page that the trace maps (a leaf, as large
 * as it is in the table) is asked for once, between its map and its unmap, as
 * DMA does. Maps go to the walkers of a kind in turn, so each walker has a list
 * for each thread that maps, in that thread's order.
 */
#ifndef TRACE_WALKS_H
#define TRACE_WALKS_H

#include "trace/live.h"

/* "Thread @thread has done its first @count events." */
struct replay_dep {
	uint32_t thread, count;
};

struct replay_walk {
	uint64_t iova, pa;
	struct replay_dep until; /* it is unmapped; count 0: it stays */
	uint32_t from; /* events that the list's thread has done, its map too */
	uint32_t event; /* its map, index into trace->events */
	uint16_t domain;
	uint8_t prot;
};

/* Of one walker, after the maps of one thread. */
struct walk_list {
	struct replay_walk *walk;
	size_t n;
};

/* Of one kind of walkers. */
struct walk_kind {
	struct walk_list *lists; /* [walker * nthreads + thread] */
	unsigned n;		 /* walkers */
};

/* While the lists are made. */
struct walks_maker {
	struct walk_kind *kind;
	unsigned nthreads;
	struct ranges *mapped; /* per domain: where a leaf's walk is */
	uint64_t maps;	       /* so far */
};

/* Lists for @n walkers. 0 or -ENOMEM; walks_end() and walks_release() in any
 * case. */
int walks_begin(struct walks_maker *m, struct walk_kind *kind, unsigned n,
		unsigned nthreads, size_t ndomains);
void walks_end(struct walks_maker *m, size_t ndomains);
void walks_release(struct walk_kind *kind, unsigned nthreads);

/*
 * walks_event() - @event is event @at.count of its thread, and succeeded. A map
 * is in @live; an unmap took what @u says. need[list], if @need is not NULL,
 * becomes at least the walks of each list that are of what it took. 0 or
 * -ENOMEM.
 */
int walks_event(struct walks_maker *m, const struct live *live, size_t event,
		struct replay_dep at, const struct live_unmap *u,
		uint32_t *need);

#endif
