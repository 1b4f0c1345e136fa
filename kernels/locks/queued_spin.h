/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The algorithm of Linux's spinlock_t (queued.h): fair, waiters spin, no
 * readers. */
#ifndef QUEUED_SPIN_H
#define QUEUED_SPIN_H

#include "kind.inc"
#include "queued.h"

enum { LOCK_FLAGS = LOCK_FIFO | LOCK_QUEUED };

struct lock {
	struct queued queued;
};

static inline void lock_init(struct lock *lock)
{
	lock->queued.word = 0;
}

static inline void lock_fini(struct lock *lock)
{
}

VTD_INLINE void write_lock(struct lock *lock, struct engine_thread *t)
{
	queued_lock(&lock->queued, t);
}

VTD_INLINE void write_unlock(struct lock *lock, struct engine_thread *t)
{
	queued_unlock(&lock->queued);
}

#include "no_readers.inc"

/* The word; nodes only for those who wait. */
static inline unsigned lock_refs(bool write, unsigned thread,
				 struct engine_sync_ref *refs, unsigned *before)
{
	return lock_refs_one(write, LOCK_FLAGS, refs, before);
}

#endif
