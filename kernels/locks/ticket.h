/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Concurrency Kit's ticket lock: fair, all waiters watch one word, no readers. */
#ifndef TICKET_H
#define TICKET_H

#include "ck.h"
#include "kind.inc"

enum { LOCK_FLAGS = LOCK_FIFO };

struct lock {
	struct ck_spinlock_ticket ck;
};

static inline void lock_init(struct lock *lock)
{
	ck_spinlock_ticket_init(&lock->ck);
}

static inline void lock_fini(struct lock *lock)
{
}

VTD_INLINE void write_lock(struct lock *lock, struct engine_thread *t)
{
	ck_spinlock_ticket_lock(&lock->ck);
	ck_entered(lock);
}

VTD_INLINE void write_unlock(struct lock *lock, struct engine_thread *t)
{
	ck_leaving(lock);
	ck_spinlock_ticket_unlock(&lock->ck);
}

#include "no_readers.inc"

/* The lock word, written by either side. */
static inline unsigned lock_refs(bool write, unsigned thread,
				 struct engine_sync_ref *refs, unsigned *before)
{
	return lock_refs_one(write, LOCK_FLAGS, refs, before);
}

#endif
