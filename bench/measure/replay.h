/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A recorded trace as a batch: one domain for each domain of the trace, made
 * before the batch and gone after it; the crew replays all events, which is
 * when the batch ends; then the leaves must be those that the events leave
 * behind.
 *
 * An event runs on the thread of the CPU that recorded it (CPU mod threads). It
 * waits for the last events on other threads that touched the same IOVAs of the
 * same domain, so a page is mapped, unmapped and reused in the order of the
 * trace; nothing else is ordered. Devices and CPU walkers ask for each page
 * that is mapped, once; unmaps wait for devices (replay_walk.c).
 */
#ifndef MEASURE_REPLAY_H
#define MEASURE_REPLAY_H

#include "measure/batch.h"
#include "trace/replay_check.h"

/* What of a thread the others read, or that lasts for one replay. */
struct replay_part;

struct replay {
	const struct replay_plan *plan; /* of all contestants */
	struct engine_config engine;	/* of the domains; their numbers vary */
	struct domain **domains;	/* of the replay under way */
	struct replay_part *parts;	/* see replay_parts() */
	uint64_t *seen;			/* of walkers; see replay_seen() */
	replay_leaf *leaf;		/* NULL, or called after each replay */
	/* NULL, or called for each descriptor that is submitted; one thread
	 * replays. Time is the trace's then. */
	replay_submitted *submitted;
	void *arg;
	uint64_t freed_before; /* pages of the pool, when it began */
	uint64_t *tickets;     /* per event, of deferred unmaps; NULL: strict */
	uint32_t line;	       /* of the last unmap, for @submitted */
	uint64_t now;	       /* ns: time of the event under way */

	/* Of the last replay: */
	double wall_ns;		 /* from the start to the last thread's end */
	uint64_t waits;		 /* events that had to wait for another, or
				    for a device */
	double rate_kept;	 /* at mapper_rate: the least of a thread */
	double walks_kept;	 /* of CPU walkers' walks, those not too late */
	uint64_t tables_live;	 /* reachable at the end */
	uint64_t tables_retired; /* unlinked before, those below not counted */
	uint64_t tables_freed;	 /* by unmaps, and reusable */
	uint64_t held_peak;	 /* tables, the most at the end of a block */
	uint64_t held_end;	 /* when reclamation had caught up */
	uint64_t invalidations;	 /* of the IOTLB */
};

/* @plan outlives it. NULL: no memory. */
struct replay *replay_new(const struct replay_plan *plan,
			  const struct engine_config *engine);
void replay_free(struct replay *r); /* NULL is nothing */
/* Hands every descriptor of @q to @submitted. Before the first replay. */
void replay_observe(struct replay *r, struct inv_queue *q,
		    replay_submitted *submitted, void *arg);

/* Before a batch of @g: makes the domains. 0, or why that cannot be. */
int replay_begin(struct replay *r, const struct worker_group *g, struct err *e);

/*
 * Every thread replays its events; b->which of: all at once, in blocks whose
 * time is in worker.update; or some, the same in every contestant's n-th batch,
 * timed alone, in worker.tail. A wrong answer is worker_wrong()'s.
 */
enum { REPLAY_BLOCKS, REPLAY_SINGLES };
batch_run batch_replay;

/*
 * After it: checks the leaves, fills what is of the last replay, lets the
 * domains go and checks that all tables came back; what is wrong is of g's
 * first worker. The batch failed: @b is NULL, and the domains only go.
 */
void replay_end(struct replay *r, struct worker_group *g,
		const struct batch *b);

#endif
