/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Concurrency Kit's big-reader lock: a reader writes a line of its own and no
 * shared one; a writer looks at the line of every thread that ever read. A
 * writer keeps new readers out and waits for those inside; among writers, and
 * between a writer and readers that wait, whoever is fastest gets in. Waiters
 * spin.
 */
#ifndef PERCPU_READ_H
#define PERCPU_READ_H

#include "ck.h"
#include "kind.inc"
#include "../threads.h"

enum { LOCK_FLAGS = LOCK_SHARED | LOCK_STOPS_READERS };

struct lock {
	struct ck_brlock ck;
	/* By a thread's number. It stays known to the lock when the thread
	 * goes: the next one of that number takes it over. */
	struct percpu_reader {
		alignas(64) struct ck_brlock_reader ck;
		bool known; /* written and read by its thread alone */
	} reader[ENGINE_THREADS_MAX + 1];
};

/* @lock is zero-filled: that is what all its readers have to be. */
static inline void lock_init(struct lock *lock)
{
	ck_brlock_init(&lock->ck);
}

static inline void lock_fini(struct lock *lock)
{
}

static __attribute__((noinline)) void
percpu_reader_register(struct lock *lock, struct percpu_reader *reader)
{
	ck_brlock_read_register(&lock->ck, &reader->ck);
	reader->known = true;
}

VTD_INLINE void read_lock(struct lock *lock, struct engine_thread *t)
{
	struct percpu_reader *reader = &lock->reader[t->number];

	if (__builtin_expect(!reader->known, 0))
		percpu_reader_register(lock, reader);
	ck_brlock_read_lock(&lock->ck, &reader->ck);
	ck_entered(lock);
}

VTD_INLINE void read_unlock(struct lock *lock, struct engine_thread *t)
{
	ck_leaving(lock);
	ck_brlock_read_unlock(&lock->reader[t->number].ck);
}

VTD_INLINE void write_lock(struct lock *lock, struct engine_thread *t)
{
	ck_brlock_write_lock(&lock->ck);
	ck_entered(lock);
}

VTD_INLINE void write_unlock(struct lock *lock, struct engine_thread *t)
{
	ck_leaving(lock);
	ck_brlock_write_unlock(&lock->ck);
}

/* A reader writes its line, looks whether there is a writer, and writes its
 * line when it leaves. A writer says that it is there and looks at all lines. */
static inline unsigned lock_refs(bool write, unsigned thread,
				 struct engine_sync_ref *refs, unsigned *before)
{
	const uint64_t own = ENGINE_SYNC_THREAD + 4096 * (uint64_t)thread;
	struct engine_sync_ref *word = &refs[write ? 0 : 1];

	*before = 2;
	refs[0] = (struct engine_sync_ref){
		.pa = write ? ENGINE_SYNC_SHARED : own, .write = true};
	refs[1] = (struct engine_sync_ref){.pa = write ? ENGINE_SYNC_READERS
						       : ENGINE_SYNC_SHARED};
	word->section = lock_section(write, LOCK_FLAGS);
	word->kind = LOCK_FLAGS;
	refs[2] = (struct engine_sync_ref){
		.pa = refs[0].pa, .write = true, .section = ENGINE_LEAVES};
	return 3;
}

#endif
