/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A reclaimer of ours: a thread that takes what was retired, lets one grace
 * period pass and frees. Unlike call_rcu's helper of liburcu it does not wait
 * 10 ms for more: it begins with the next as soon as it is through with one.
 *
 * Protocol (tests/spin/reclaimer.pml; the labels are of its comments):
 *  - who retires pushes a chain on `stack` (F1: release; pairs with the acquire
 *    of the thread's exchange, which takes all) and then looks whether the
 *    thread sleeps;
 *  - the thread, with nothing to do, first says that it sleeps, then looks at
 *    the stack once more. Both write before they read (F2, F3: seq_cst), so one
 *    of them sees the other and no chain is left behind;
 *  - grace period first, then free (F4): the chain was unlinked before it was
 *    pushed, so the grace period that begins after the exchange covers it;
 *  - who waits for all takes a number and wakes the thread, which reads the
 *    numbers before it takes the stack (F5) and passes them on when it has
 *    freed what it took.
 *
 * A pool's reclaimers are started by the first domain that wants one and end
 * with the pool: domains come and go. After fork() the child has reclaimers of
 * its own in their place.
 */
#ifndef FREEING_RECLAIMER_H
#define FREEING_RECLAIMER_H

struct pool;
struct pool_page;
struct reclaimer;

/* Of a design; its address says whose a reclaimer is. */
struct reclaimer_ops {
	void (*grace)(void); /* waits for one grace period */
	/* Frees a chain of gather lists (by ->batch). */
	void (*reclaim)(struct pool_page *chain);
};

/*
 * reclaimer_get() - the reclaimer of @pool for @ops, started if there is none.
 * 0, -ENOMEM or -EAGAIN (no thread can be had). pool_fini() ends it, when it
 * has reclaimed everything. Context: any thread.
 */
int reclaimer_get(struct pool *pool, const struct reclaimer_ops *ops,
		  struct reclaimer **out);

/* Takes over the chain @first to @last. Any thread, never waits. */
void reclaimer_push(struct reclaimer *r, struct pool_page *first,
		    struct pool_page *last);

/*
 * Waits until everything that was pushed to reclaimers for @ops, of whatever
 * pool, has been reclaimed. The caller holds up no grace period.
 */
void reclaimers_wait(const struct reclaimer_ops *ops);

#endif
