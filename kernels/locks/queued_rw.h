/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The algorithm of Linux's rwlock_t: fair, all waiters spin, readers share.
 * Written from descriptions of it: Long, "qrwlock: Introducing a queue
 * read/write lock implementation", cover letters on LKML (2013, 2014), and
 * Corbet's on the queued spinlock that is inside (queued.h).
 *
 * The word counts readers above a byte of the writer's and a bit that says that
 * a writer waits. Readers add 1 and are in if there is no writer, in or
 * waiting; a writer is in if it can exchange 0 for the byte. Everyone else goes
 * through the queue of `wait`, one at a time:
 *
 *  - a reader takes its count back before it queues, adds it again at the head
 *    of the queue, and waits there for a writer that is in to leave;
 *  - a writer sets the bit, which stops readers that come from now on, and
 *    waits until the last reader has left.
 *
 * Writers leave by storing their byte, since counts of readers that are about
 * to be taken back may stand beside it. The order is that of the queue, up to
 * those who come before its head has set the bit or its count. (In the kernel a
 * reader in an interrupt does not queue; there is none here.)
 *
 * tests/spin/queued_rw.pml checks the protocol.
 */
#ifndef QUEUED_RW_H
#define QUEUED_RW_H

#include "kind.inc"
#include "queued.h"

enum {
	LOCK_FLAGS = LOCK_SHARED | LOCK_STOPS_READERS | LOCK_STOPS_WRITERS |
		     LOCK_QUEUED
};

struct lock {
	union {
		uint32_t word;
		uint8_t writer;
	};
	struct queued wait;
};

enum {
	QUEUED_RW_WRITER = 0xff,    /* a writer is in */
	QUEUED_RW_WAITING = 1 << 8, /* a writer waits for readers to leave */
	QUEUED_RW_READER = 1 << 9,  /* one of them */
	QUEUED_RW_WRITERS = QUEUED_RW_WRITER | QUEUED_RW_WAITING,
};

static inline void lock_init(struct lock *lock)
{
	*lock = (struct lock){.word = 0};
}

static inline void lock_fini(struct lock *lock)
{
}

static __attribute__((noinline)) void
queued_rw_read_wait(struct lock *lock, const struct engine_thread *t)
{
	/* relaxed: nothing was done under this count */
	__atomic_fetch_sub(&lock->word, QUEUED_RW_READER, __ATOMIC_RELAXED);
	queued_lock(&lock->wait, t);
	__atomic_fetch_add(&lock->word, QUEUED_RW_READER, __ATOMIC_RELAXED);
	/* acquire: pairs with the release in write_unlock() */
	while (__atomic_load_n(&lock->writer, __ATOMIC_ACQUIRE))
		check_spin();
	queued_unlock(&lock->wait);
}

VTD_INLINE void read_lock(struct lock *lock, struct engine_thread *t)
{
	const uint32_t stop = MUTANT(queued_rw_reader_barges)
				      ? QUEUED_RW_WRITER
				      : QUEUED_RW_WRITERS;

	/* acquire: pairs with the release in write_unlock() */
	if (__builtin_expect(__atomic_fetch_add(&lock->word, QUEUED_RW_READER,
						__ATOMIC_ACQUIRE) &
				     stop,
			     0))
		queued_rw_read_wait(lock, t);
}

VTD_INLINE void read_unlock(struct lock *lock, struct engine_thread *t)
{
	/* release: pairs with the acquire of the writer that waits for it */
	__atomic_fetch_sub(&lock->word, QUEUED_RW_READER, __ATOMIC_RELEASE);
}

/* Takes the word from @from to @to; acquire: pairs with the releases in
 * read_unlock() and write_unlock(). */
VTD_INLINE bool queued_rw_take(struct lock *lock, uint32_t from, uint32_t to)
{
	return __atomic_compare_exchange_n(&lock->word, &from, to, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static __attribute__((noinline)) void
queued_rw_write_wait(struct lock *lock, const struct engine_thread *t)
{
	queued_lock(&lock->wait, t);
	if (!queued_rw_take(lock, 0, QUEUED_RW_WRITER)) {
		/* relaxed: it publishes nothing */
		__atomic_fetch_or(&lock->word, QUEUED_RW_WAITING,
				  __ATOMIC_RELAXED);
		while (__atomic_load_n(&lock->word, __ATOMIC_RELAXED) !=
			       QUEUED_RW_WAITING ||
		       !queued_rw_take(lock, QUEUED_RW_WAITING,
				       QUEUED_RW_WRITER))
			check_spin();
	}
	queued_unlock(&lock->wait);
}

VTD_INLINE void write_lock(struct lock *lock, struct engine_thread *t)
{
	if (__builtin_expect(!queued_rw_take(lock, 0, QUEUED_RW_WRITER), 0))
		queued_rw_write_wait(lock, t);
}

VTD_INLINE void write_unlock(struct lock *lock, struct engine_thread *t)
{
	/* release: pairs with the acquire of whoever gets in next */
	__atomic_store_n(&lock->writer, 0, __ATOMIC_RELEASE);
}

/* The count of readers is written by them, too: one line. */
static inline unsigned lock_refs(bool write, unsigned thread,
				 struct engine_sync_ref *refs, unsigned *before)
{
	return lock_refs_one(write, LOCK_FLAGS, refs, before);
}

#endif
