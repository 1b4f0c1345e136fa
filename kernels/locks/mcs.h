/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Concurrency Kit's queued lock of Mellor-Crummey and Scott ("Algorithms for
 * Scalable Synchronization on Shared-Memory Multiprocessors", 1991): fair, each
 * waiter watches a node of its own, no readers. Who holds the lock keeps its
 * node in the queue, so a thread has one for each lock that it may be in.
 */
#ifndef MCS_H
#define MCS_H

#include "ck.h"
#include "kind.inc"
#include "../threads.h"

enum { LOCK_FLAGS = LOCK_FIFO | LOCK_QUEUED | LOCK_HANDS_OVER };

struct lock {
	struct ck_spinlock_mcs *tail;
};

enum { MCS_HELD_MAX = 2 }; /* a nested walk's */

/* By a thread's number; `held` is its own. */
static struct mcs_thread {
	struct {
		alignas(64) struct ck_spinlock_mcs node;
	} lock[MCS_HELD_MAX];
	unsigned held;
} mcs_threads[ENGINE_THREADS_MAX + 1];

static inline void lock_init(struct lock *lock)
{
	ck_spinlock_mcs_init(&lock->tail);
}

static inline void lock_fini(struct lock *lock)
{
}

VTD_INLINE void write_lock(struct lock *lock, struct engine_thread *t)
{
	struct mcs_thread *own = &mcs_threads[t->number];

	check(own->held < MCS_HELD_MAX, "a thread is in too many locks");
	ck_spinlock_mcs_lock(&lock->tail, &own->lock[own->held++].node);
	ck_entered(lock);
}

VTD_INLINE void write_unlock(struct lock *lock, struct engine_thread *t)
{
	struct mcs_thread *own = &mcs_threads[t->number];

	ck_leaving(lock);
	ck_spinlock_mcs_unlock(&lock->tail, &own->lock[--own->held].node);
}

#include "no_readers.inc"

/* On the way in the thread's node and the lock word; on the way out the node is
 * read, since somebody may have come, and the word is written. */
static inline unsigned lock_refs(bool write, unsigned thread,
				 struct engine_sync_ref *refs, unsigned *before)
{
	const uint64_t node = ENGINE_SYNC_THREAD + 4096 * (uint64_t)thread;

	refs[0] = (struct engine_sync_ref){.pa = node, .write = true};
	refs[1] = (struct engine_sync_ref){.pa = ENGINE_SYNC_SHARED,
					   .write = true,
					   .section = lock_section(true, 0),
					   .kind = LOCK_FLAGS};
	refs[2] = (struct engine_sync_ref){.pa = node};
	refs[3] = (struct engine_sync_ref){.pa = ENGINE_SYNC_SHARED,
					   .write = true,
					   .section = ENGINE_LEAVES};
	*before = 2;
	return 4;
}

#endif
