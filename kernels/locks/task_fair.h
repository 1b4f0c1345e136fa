/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Concurrency Kit's task-fair reader-writer lock, by tickets: readers and
 * writers get in in the order in which they came, waiters spin. */
#ifndef TASK_FAIR_H
#define TASK_FAIR_H

#include "ck.h"
#include "kind.inc"

enum {
	LOCK_FLAGS = LOCK_SHARED | LOCK_FIFO | LOCK_STOPS_READERS |
		     LOCK_STOPS_WRITERS
};

struct lock {
	struct ck_tflock_ticket ck;
};

static inline void lock_init(struct lock *lock)
{
	ck_tflock_ticket_init(&lock->ck);
}

static inline void lock_fini(struct lock *lock)
{
}

VTD_INLINE void read_lock(struct lock *lock, struct engine_thread *t)
{
	ck_tflock_ticket_read_lock(&lock->ck);
	ck_entered(lock);
}

VTD_INLINE void read_unlock(struct lock *lock, struct engine_thread *t)
{
	ck_leaving(lock);
	ck_tflock_ticket_read_unlock(&lock->ck);
}

VTD_INLINE void write_lock(struct lock *lock, struct engine_thread *t)
{
	ck_tflock_ticket_write_lock(&lock->ck);
	ck_entered(lock);
}

VTD_INLINE void write_unlock(struct lock *lock, struct engine_thread *t)
{
	ck_leaving(lock);
	ck_tflock_ticket_write_unlock(&lock->ck);
}

/* Its two words: one line. */
static inline unsigned lock_refs(bool write, unsigned thread,
				 struct engine_sync_ref *refs, unsigned *before)
{
	return lock_refs_one(write, LOCK_FLAGS, refs, before);
}

#endif
