/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every kind of lock of kernels/locks/registry.inc, for programs that go
 * through all of them. */
#ifndef TESTS_LOCKS_H
#define TESTS_LOCKS_H

#include <pthread.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../kernels/aligned.h"
#include "../kernels/engine.h"
#include "../kernels/threads.h"
/* What kinds include, before their names change. */
#include "../kernels/locks/ck.h"
#include "../kernels/locks/queued.h"

struct lock_kind {
	const char *name;
	unsigned flags; /* enum lock_flags */
	size_t bytes;	/* of a lock, to be zero-filled before init() */
	void (*init)(void *lock);
	void (*fini)(void *lock);
	void (*enter)(void *lock, struct engine_thread *t, bool write);
	void (*leave)(void *lock, struct engine_thread *t, bool write);
	/* @n empty sections, inlined. */
	void (*sections)(void *lock, struct engine_thread *t, bool write,
			 uint64_t n);
	/* Sections of the write side until *@stop, in each of which *@last
	 * becomes @self. Returns their number; *@taken: those in which it was
	 * not. */
	uint64_t (*turns)(void *lock, struct engine_thread *t, unsigned self,
			  unsigned *last, const int *stop, uint64_t *taken);
	unsigned (*refs)(bool write, unsigned thread,
			 struct engine_sync_ref *refs, unsigned *before);
};

#define LOCK_TEXT_(x) #x
#define LOCK_TEXT(x)  LOCK_TEXT_(x)
/* clang-format would take its path for a division */
/* clang-format off */
#define LOCK_HEADER(x)	 LOCK_TEXT(../kernels/locks/x.h)
/* clang-format on */
#define LOCK_PASTE(a, b) a##_##b
#define LOCK_CAT(a, b)	 LOCK_PASTE(a, b)
#define LOCK_NAME(x)	 LOCK_CAT(x, LOCK_KIND)
#define LOCK_BODY	 "../../tests/lock_kind.inc"
#include "../kernels/locks/registry.inc"
#define LOCK_ROWS
static const struct lock_kind *const lock_kinds[] = {
#include "../kernels/locks/registry.inc"
};
#undef LOCK_ROWS
enum { LOCK_KINDS = sizeof(lock_kinds) / sizeof(*lock_kinds) };

/* A lock of its own; lock_free() frees it. NULL without memory. */
static inline void *lock_new(const struct lock_kind *kind)
{
	void *lock = aligned_zalloc(64, 1, (kind->bytes + 63) & ~(size_t)63);

	if (lock)
		kind->init(lock);
	return lock;
}

static inline void lock_free(const struct lock_kind *kind, void *lock)
{
	kind->fini(lock);
	free(lock);
}

#endif
