/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the threads of a replay share: how far each is. Those that replay events
 * publish it after each of them; devices after some walks, for each of their
 * lists. Nobody polls another's line in a loop without a pause: see
 * replay_walk.c.
 */
#ifndef MEASURE_REPLAY_PARTS_H
#define MEASURE_REPLAY_PARTS_H

#include "measure/replay.h"

/* Of a thread that replays events, of a device's list, or of a CPU walker. */
struct replay_part {
	_Alignas(64) uint64_t done; /* events or walks; see replay_publish() */

	_Alignas(64) uint64_t wait_ticks;
	uint64_t waits, held_peak, end;
	uint64_t walked, late; /* walks, and pages that were gone before */
	bool strangers;	       /* others have been seen to keep its CPU busy */
};

/* That is all: of a thread that comes to no more, also because it gave up. */
#define REPLAY_OVER UINT64_MAX

/* Parts: of threads, of the devices' lists (in the order of those, as a
 * dependency names them), of CPU walkers. */
static inline size_t replay_parts(const struct replay_plan *plan)
{
	return (size_t)plan->nthreads * (1 + plan->devices.n) + plan->walkers.n;
}

static inline struct replay_part *replay_walker_part(const struct replay *r,
						     unsigned walker)
{
	return &r->parts[(size_t)r->plan->nthreads * (1 + r->plan->devices.n) +
			 walker];
}

/* Words of r->seen for each walker: how far each thread was when it was last
 * looked at, and how far its list is; whole lines. */
static inline size_t replay_seen(const struct replay_plan *plan)
{
	return (2 * (size_t)plan->nthreads + 7) & ~(size_t)7;
}

/* release: pairs with the acquire in replay_done(): whoever sees the count sees
 * the table entries that these events wrote; or these walks are over. */
static inline void replay_publish(struct replay_part *p, uint64_t done)
{
	__atomic_store_n(&p->done, done, __ATOMIC_RELEASE);
}

static inline uint64_t replay_done(const struct replay_part *p)
{
	/* acquire: pairs with the release in replay_publish() */
	return __atomic_load_n(&p->done, __ATOMIC_ACQUIRE);
}

/* Lets others have the CPU, while @p waits for one of them. */
void replay_give_way(struct replay_part *p);

/* A batch of a walker, of a CPU or a device. */
void replay_walk(struct worker *w, const struct batch *b);

#endif
