/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replays a trace under a design: one domain object for each domain of the
 * trace, all from one pool; afterwards their leaves must be exactly those
 * that the events leave behind.
 *
 * With several threads an event runs on the thread of the CPU that recorded
 * it (CPU mod threads). An event waits for the last events on other threads
 * that touched the same IOVAs of the same domain, so a page is mapped,
 * unmapped and reused in the order of the trace; nothing else is ordered.
 */
#ifndef TRACE_REPLAY_H
#define TRACE_REPLAY_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../kernels/engine.h"
#include "trace/replay_plan.h"
#include "stats/singles.h"
#include "trace/ftrace.h"

struct replay_config {
	const struct design *design;
	unsigned nthreads; /* at least 1 */
	/* 3 to 5, second stage; 0 = the fewest that the IOVAs need */
	unsigned levels;
	unsigned max_leaf_level; /* 1, 2 or 3 */
	enum engine_reclaim reclaim;
	struct pool *pool;     /* of replay_plan_tables() pages or more */
	struct iotlb *iotlb;   /* NULL: none */
	uint64_t max_events;   /* replay the first so many; 0 = all */
	unsigned sample_every; /* time one event in so many; 0 = none */

	/*
	 * Called by each thread. enter: first, to pin it; an error ends the
	 * replay. edge: right before its first event (@end false) and after
	 * its last. Either may be NULL.
	 */
	int (*enter)(void *arg, unsigned thread, struct err *e);
	void (*edge)(void *arg, unsigned thread, bool end);
	void *arg;
	const volatile sig_atomic_t *stop; /* non-zero: give up; may be NULL */

	/* Called for each live leaf at the end, domains and IOVAs ascending;
	 * may be NULL. */
	void (*leaf)(void *arg, uint16_t domain, uint64_t iova, uint64_t bytes,
		     uint64_t pa);
};

struct replay_result {
	uint64_t events;
	/* Time of one event on its thread, waiting for others not counted:
	 * the median over blocks of 256 events. */
	double event_ns;
	double wall_ns; /* from the common start to the last thread's end */
	double wait_ns; /* of all threads together */
	uint64_t waits; /* events that had to wait */
	struct singles map, unmap; /* sampled events, clock cost taken off */
	uint64_t wrong_results;	   /* events that returned what they must not */
	uint64_t wrong_leaves;	   /* missing, extra or different at the end */
	char first_wrong[200];
	uint64_t tables_live;	   /* reachable at the end */
	uint64_t tables_held_end;  /* not reusable at the end */
	uint64_t tables_held_peak; /* the most seen at the end of a block */
	uint64_t tables_retired;
	struct iotlb_stats iotlb; /* of all threads */
};

/*
 * replay_run() - clock_init() must have been called. Returns 0 (look at
 * wrong_*), -EINVAL (levels, threads), -ENOMEM, -ENOTSUP (design), -EINTR, or
 * what cfg->enter returned. *res needs replay_result_release() either way.
 */
int replay_run(const struct trace *t, const struct replay_config *cfg,
	       struct replay_result *res, struct err *e);

/* The same with a plan made before; cfg's nthreads, levels, max_leaf_level
 * and max_events are the plan's. Plans can be run any number of times. */
int replay_run_plan(const struct replay_plan *plan,
		    const struct replay_config *cfg, struct replay_result *res,
		    struct err *e);
void replay_result_release(struct replay_result *res);

#endif
