/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Concurrency Kit's fetch-and-store lock: test and test-and-set, waiters spin,
 * whoever is fastest gets it; no readers. */
#ifndef UNFAIR_H
#define UNFAIR_H

#include "ck.h"
#include "kind.inc"

enum { LOCK_FLAGS = 0 };

struct lock {
	struct ck_spinlock_fas ck;
};

static inline void lock_init(struct lock *lock)
{
	ck_spinlock_fas_init(&lock->ck);
}

static inline void lock_fini(struct lock *lock)
{
}

VTD_INLINE void write_lock(struct lock *lock, struct engine_thread *t)
{
	ck_spinlock_fas_lock(&lock->ck);
	ck_entered(lock);
}

VTD_INLINE void write_unlock(struct lock *lock, struct engine_thread *t)
{
	ck_leaving(lock);
	ck_spinlock_fas_unlock(&lock->ck);
}

#include "no_readers.inc"

/* The lock word, written by either side. */
static inline unsigned lock_refs(bool write, unsigned thread,
				 struct engine_sync_ref *refs, unsigned *before)
{
	return lock_refs_one(write, LOCK_FLAGS, refs, before);
}

#endif
