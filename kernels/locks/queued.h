/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A queued spinlock, as Linux's: fair, four bytes. queued_spin.h is the kind of
 * lock, queued_rw.h has one inside. Written from descriptions of the algorithm:
 * Mellor-Crummey and Scott, "Algorithms for Scalable Synchronization on
 * Shared-Memory Multiprocessors", ACM TOCS 9 (1991), for the queue; Corbet,
 * "MCS locks and qspinlocks", LWN, March 2014, for how it fits into a word.
 *
 * The word is a byte `locked`, a byte `pending` and the `tail` of a queue: the
 * number of the thread that came last, 0 without a queue.
 *
 * Free, the word is 0, and one compare-and-exchange takes it; leaving stores
 * one byte. Whoever finds it locked and nobody waiting sets `pending` and
 * watches the word: so two threads need no queue. Everyone else puts its node
 * at the tail of the queue and watches that node, each a line of its own. The
 * head of the queue watches the word until both bytes are 0, takes the lock,
 * and makes the next one head. `pending` is set only while the tail is 0, and
 * the whole word is 0 for those who take it at once: nobody overtakes.
 *
 * A thread waits for one lock at a time and does not need its node to hold one,
 * so it has one node for all locks.
 *
 * tests/spin/queued_spin.pml checks the protocol.
 */
#ifndef QUEUED_H
#define QUEUED_H

#include "../check.h"
#include "../engine.h"
#include "../mutant.h"
#include "../threads.h"

struct queued {
	union {
		uint32_t word;
		struct {
			uint8_t locked, pending;
			uint16_t tail;
		};
		uint16_t holder; /* locked and pending */
	};
};
_Static_assert(sizeof(struct queued) == 4 && ENGINE_THREADS_MAX <= UINT16_MAX,
	       "a tail names any thread");

enum {
	QUEUED_LOCKED = 1,
	QUEUED_PENDING = 1 << 8,
	QUEUED_HOLDER = 0xffff,
	QUEUED_TAIL_LG2 = 16,
};

/* A thread's place in a queue. */
struct queued_node {
	alignas(64) uint16_t next; /* number of who comes after it, 0: nobody */
	bool head;		   /* it is its turn to watch the word */
};
static struct queued_node queued_nodes[ENGINE_THREADS_MAX + 1];

/* Takes the word or becomes `pending`, as long as nobody waits. False: the
 * caller has to queue. */
static inline bool queued_pend(struct queued *q)
{
	uint32_t word = __atomic_load_n(&q->word, __ATOMIC_RELAXED);
	uint32_t next;

	do {
		if (word & ~(uint32_t)QUEUED_LOCKED)
			return false;
		next = word ? word | QUEUED_PENDING : QUEUED_LOCKED;
		/* acquire: pairs with the release in queued_unlock() if this
		 * takes the lock */
	} while (!__atomic_compare_exchange_n(&q->word, &word, next, true,
					      __ATOMIC_ACQUIRE,
					      __ATOMIC_RELAXED));
	if (!word)
		return true;
	/* acquire: pairs with the release in queued_unlock() */
	while (__atomic_load_n(&q->locked, __ATOMIC_ACQUIRE))
		check_spin();
	/* relaxed: nobody else writes these bytes while `pending` is set, and
	 * what the section does is published when it ends */
	__atomic_store_n(&q->holder, QUEUED_LOCKED, __ATOMIC_RELAXED);
	return true;
}

/* The caller is at the head of the queue: takes the lock and leaves the queue,
 * which the thread after it then heads. */
static inline void queued_take(struct queued *q, struct queued_node *node,
			       unsigned self)
{
	uint32_t word;
	unsigned next;

	/* acquire: pairs with the release in queued_unlock() */
	while ((word = __atomic_load_n(&q->word, __ATOMIC_ACQUIRE)) &
	       QUEUED_HOLDER)
		check_spin();
	/* relaxed, as in queued_pend() */
	if (word >> QUEUED_TAIL_LG2 == self &&
	    __atomic_compare_exchange_n(&q->word, &word, QUEUED_LOCKED, false,
					__ATOMIC_RELAXED, __ATOMIC_RELAXED))
		return;
	__atomic_store_n(&q->locked, QUEUED_LOCKED, __ATOMIC_RELAXED);
	/* acquire: pairs with the release in queued_wait(), so that its reset
	 * of its node comes before what is written there now */
	while (!(next = __atomic_load_n(&node->next, __ATOMIC_ACQUIRE)))
		check_spin();
	/* release: pairs with the acquire of who waits there */
	__atomic_store_n(&queued_nodes[next].head, true, __ATOMIC_RELEASE);
}

static __attribute__((noinline, unused)) void
queued_wait(struct queued *q, const struct engine_thread *t)
{
	struct queued_node *node = &queued_nodes[t->number];
	unsigned before;

	check(t->number, "a thread that has not entered takes a lock");
	if (queued_pend(q))
		return;
	__atomic_store_n(&node->next, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&node->head, false, __ATOMIC_RELAXED);
	/* release: the reset above comes first for who finds us at the tail;
	 * acquire: pairs with that of the thread before us */
	before = __atomic_exchange_n(&q->tail, (uint16_t)t->number,
				     __ATOMIC_ACQ_REL);
	if (before) {
		/* release: pairs with the acquire in queued_take() */
		__atomic_store_n(&queued_nodes[before].next,
				 (uint16_t)t->number, __ATOMIC_RELEASE);
		/* acquire: pairs with the release in queued_take() */
		while (!__atomic_load_n(&node->head, __ATOMIC_ACQUIRE))
			check_spin();
	}
	queued_take(q, node, t->number);
}

/* Context: @t is between enter and leave. */
VTD_INLINE void queued_lock(struct queued *q, const struct engine_thread *t)
{
	uint32_t word = 0;
	uint16_t holder = 0;

	if (MUTANT(queued_overtaken) &&
	    __atomic_compare_exchange_n(&q->holder, &holder, QUEUED_LOCKED,
					false, __ATOMIC_ACQUIRE,
					__ATOMIC_RELAXED))
		return;
	/* acquire: pairs with the release in queued_unlock() */
	if (__builtin_expect(!__atomic_compare_exchange_n(
				     &q->word, &word, QUEUED_LOCKED, false,
				     __ATOMIC_ACQUIRE, __ATOMIC_RELAXED),
			     0))
		queued_wait(q, t);
}

VTD_INLINE void queued_unlock(struct queued *q)
{
	/* release: pairs with the acquire of whoever takes the lock next */
	if (MUTANT(queued_pending_cleared))
		__atomic_store_n(&q->holder, 0, __ATOMIC_RELEASE);
	else
		__atomic_store_n(&q->locked, 0, __ATOMIC_RELEASE);
}

#endif
