/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pthread's reader-writer lock, as glibc has it by default: it prefers readers,
 * a writer may wait for as long as they come, and who waits long sleeps. */
#ifndef PTHREAD_RWLOCK_H
#define PTHREAD_RWLOCK_H

#include <pthread.h>

#include "kind.inc"

enum { LOCK_FLAGS = LOCK_SHARED | LOCK_SLEEPS };

struct lock {
	pthread_rwlock_t rwlock;
};

static inline void lock_init(struct lock *lock)
{
	pthread_rwlock_init(&lock->rwlock, NULL);
}

static inline void lock_fini(struct lock *lock)
{
	pthread_rwlock_destroy(&lock->rwlock);
}

VTD_INLINE void read_lock(struct lock *lock, struct engine_thread *t)
{
	pthread_rwlock_rdlock(&lock->rwlock);
}

VTD_INLINE void read_unlock(struct lock *lock, struct engine_thread *t)
{
	pthread_rwlock_unlock(&lock->rwlock);
}

VTD_INLINE void write_lock(struct lock *lock, struct engine_thread *t)
{
	pthread_rwlock_wrlock(&lock->rwlock);
}

VTD_INLINE void write_unlock(struct lock *lock, struct engine_thread *t)
{
	pthread_rwlock_unlock(&lock->rwlock);
}

/* The count of readers is written by them, too: one line. */
static inline unsigned lock_refs(bool write, unsigned thread,
				 struct engine_sync_ref *refs, unsigned *before)
{
	return lock_refs_one(write, LOCK_FLAGS, refs, before);
}

#endif
