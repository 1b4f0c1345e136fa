/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pthread's spin lock, as glibc has it: test-and-set, unfair, no readers. */
#ifndef PTHREAD_SPIN_H
#define PTHREAD_SPIN_H

#include <pthread.h>

#include "kind.inc"

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

VTD_INLINE void read_lock(struct lock *lock)
{
	pthread_spin_lock(&lock->spin);
}

VTD_INLINE void read_unlock(struct lock *lock)
{
	pthread_spin_unlock(&lock->spin);
}

VTD_INLINE void write_lock(struct lock *lock)
{
	pthread_spin_lock(&lock->spin);
}

VTD_INLINE void write_unlock(struct lock *lock)
{
	pthread_spin_unlock(&lock->spin);
}

#endif
