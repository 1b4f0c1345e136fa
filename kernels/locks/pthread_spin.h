/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pthread's spin lock, as glibc has it: test-and-set, unfair, no readers. */
#ifndef PTHREAD_SPIN_H
#define PTHREAD_SPIN_H

#include <pthread.h>

#include "kind.inc"

enum { LOCK_FLAGS = 0 };

struct lock {
	pthread_spinlock_t spin;
};

static inline void lock_init(struct lock *lock)
{
	pthread_spin_init(&lock->spin, PTHREAD_PROCESS_PRIVATE);
}

static inline void lock_fini(struct lock *lock)
{
	pthread_spin_destroy(&lock->spin);
}

VTD_INLINE void write_lock(struct lock *lock, struct engine_thread *t)
{
	pthread_spin_lock(&lock->spin);
}

VTD_INLINE void write_unlock(struct lock *lock, struct engine_thread *t)
{
	pthread_spin_unlock(&lock->spin);
}

#include "no_readers.inc"

/* The lock word, written by either side. */
static inline unsigned lock_refs(bool write, unsigned thread,
				 struct engine_sync_ref *refs, unsigned *before)
{
	return lock_refs_one(write, LOCK_FLAGS, refs, before);
}

#endif
