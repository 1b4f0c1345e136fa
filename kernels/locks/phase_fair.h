/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Concurrency Kit's phase-fair reader-writer lock: phases of readers and of one
 * writer take turns, waiters spin. A reader waits for one writer at most, a
 * writer for the writers before it and a phase of readers each. Brandenburg and
 * Anderson, "Spin-based reader-writer synchronization for multiprocessor
 * real-time systems", Real-Time Systems 46 (2010).
 */
#ifndef PHASE_FAIR_H
#define PHASE_FAIR_H

#include "ck.h"
#include "kind.inc"

enum { LOCK_FLAGS = LOCK_SHARED | LOCK_STOPS_READERS | LOCK_STOPS_WRITERS };

struct lock {
	struct ck_pflock ck;
};

static inline void lock_init(struct lock *lock)
{
	ck_pflock_init(&lock->ck);
}

static inline void lock_fini(struct lock *lock)
{
}

VTD_INLINE void read_lock(struct lock *lock, struct engine_thread *t)
{
	ck_pflock_read_lock(&lock->ck);
	ck_entered(lock);
}

VTD_INLINE void read_unlock(struct lock *lock, struct engine_thread *t)
{
	ck_leaving(lock);
	ck_pflock_read_unlock(&lock->ck);
}

VTD_INLINE void write_lock(struct lock *lock, struct engine_thread *t)
{
	ck_pflock_write_lock(&lock->ck);
	ck_entered(lock);
}

VTD_INLINE void write_unlock(struct lock *lock, struct engine_thread *t)
{
	ck_leaving(lock);
	ck_pflock_write_unlock(&lock->ck);
}

/* Its four counters: one line. */
static inline unsigned lock_refs(bool write, unsigned thread,
				 struct engine_sync_ref *refs, unsigned *before)
{
	return lock_refs_one(write, LOCK_FLAGS, refs, before);
}

#endif
