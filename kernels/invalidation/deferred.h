/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Deferred invalidation: an unmap returns before its translations are gone.
 * What it left behind waits in a queue of its thread (Linux: of its CPU) and
 * domain, and one domain-wide invalidation, the flush, is for all of it: when
 * the queue is full, or its oldest entry old enough. Until then
 *
 *   - the IOVA must not be mapped again: a device may still reach the old page;
 *   - the tables that went are not retired.
 *
 * Who unmaps has to know when an IOVA may be used again. A flush is numbered
 * when it begins. An unmap's ticket is the number of the first flush that may
 * begin after it (engine_thread.ticket); the IOVA is free once a flush of that
 * number or a later one has ended (flush_done()), whoever did it.
 *
 * Linux has a timer; here a thread looks at the age of its queues whenever it
 * is quiescent, and leaves nothing in them when it goes offline or leaves.
 */
#ifndef INVALIDATION_DEFERRED_H
#define INVALIDATION_DEFERRED_H

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../threads.h"

struct domain;
struct engine_thread;
struct pool_page;

enum inv_flush {
	FLUSH_STRICT,	/* before unmap returns */
	FLUSH_DEFERRED, /* by a flush queue */
	INV_FLUSHES,
};

enum {
	FLUSH_SLOTS = 256, /* Linux's IOVA_FQ_SIZE; one of them stays empty */
};
/* Linux's IOVA_FQ_TIMEOUT. */
#define FLUSH_TIME_NS UINT64_C(10000000)

struct flush_entry {
	uint64_t iova, last;
	uint64_t ticket;
	struct pool_page *tables; /* its gather list, or NULL */
	unsigned ntables;
};

/* Of one thread and one domain; the owner's alone. */
struct flush_queue {
	struct domain *domain;
	size_t first, end; /* counts; slot = count % FLUSH_SLOTS */
	uint64_t since_ns; /* when entry @first, or one before it, came */
	/* Of those of the thread that hold something. */
	struct flush_queue *next, **link;
	struct flush_entry entry[FLUSH_SLOTS];
};

/* Of a domain. */
struct flush_state {
	/* Flushes begun, and the highest number of those that ended. */
	alignas(64) uint64_t begun;
	alignas(64) uint64_t done;
	/* Time for the age of queues; NULL: CLOCK_MONOTONIC_COARSE, about as
	 * coarse as a kernel's jiffies. */
	uint64_t (*now)(void *arg);
	void *arg;
	/* By engine_thread.number; made at a thread's first unmap. */
	struct flush_queue *of[ENGINE_THREADS_MAX + 1];
};

/* NULL: no memory. */
struct flush_state *flush_state_new(void);
/* Its queues are empty or their entries are nobody's any more. */
void flush_state_free(struct flush_state *s);

/* The caller's queue of @d, or NULL: no memory. */
struct flush_queue *flush_queue_get(struct flush_state *s, struct domain *d,
				    const struct engine_thread *t);

static inline size_t flush_queue_used(const struct flush_queue *q)
{
	return q->end - q->first;
}

/* As Linux's ring: with 256 slots, the 256th entry waits for a flush. */
static inline bool flush_queue_full(const struct flush_queue *q)
{
	return flush_queue_used(q) == FLUSH_SLOTS - 1;
}

/* Adds an entry; there is room. Returns its ticket. */
uint64_t flush_queue_add(struct flush_queue *q, struct flush_state *s,
			 struct engine_thread *t, uint64_t iova, uint64_t last,
			 struct pool_page *tables, unsigned ntables);

/* The oldest entry if a flush was for it, which is then off the queue; else
 * NULL. What is returned holds until the next call of these. */
const struct flush_entry *flush_queue_take(struct flush_queue *q,
					   const struct flush_state *s);

/* Whether something waits that overlaps [iova, last]. */
bool flush_queue_has(const struct flush_queue *q, uint64_t iova, uint64_t last);

/* Whether the oldest entry is of FLUSH_TIME_NS ago. */
bool flush_queue_old(const struct flush_queue *q, const struct flush_state *s);

/* No longer among those of its thread that hold something. */
void flush_queue_unlink(struct flush_queue *q);

/* Around the invalidation of a flush; flush_begin() returns its number. Any
 * thread, several at a time. */
static inline uint64_t flush_begin(struct flush_state *s)
{
	/* seq_cst, as flush_queue_add()'s load: entries that were cleared
	 * before a ticket was taken are cleared before the flush of that
	 * number */
	return __atomic_add_fetch(&s->begun, 1, __ATOMIC_SEQ_CST);
}

static inline void flush_end(struct flush_state *s, uint64_t number)
{
	uint64_t done = __atomic_load_n(&s->done, __ATOMIC_RELAXED);

	/* release: pairs with the acquire in flush_done() */
	while (done < number &&
	       !__atomic_compare_exchange_n(&s->done, &done, number, true,
					    __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
}

/* Whether an unmap with @ticket is flushed; 0: it was not deferred. */
static inline bool flush_done(const struct flush_state *s, uint64_t ticket)
{
	/* acquire: pairs with the release in flush_end(): whoever maps the
	 * IOVA again does so after the invalidation */
	return !ticket || __atomic_load_n(&s->done, __ATOMIC_ACQUIRE) >= ticket;
}

#endif
