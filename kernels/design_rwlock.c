/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design `rwlock`: one pthread reader-writer lock per domain; walks and dumps
 * take the read side, map and unmap the write side. The lock is glibc's with
 * its default preference for readers.
 *
 * Publication: under the write side, read under the read side. Reuse: a table
 * is unlinked under the write side, so after that no walker can reach it and
 * none is inside; it is flushed from the IOTLB and freed after the lock is
 * dropped (docs/adr/0006). Linearizable at the lock.
 */
#include <pthread.h>

#include "locked.inc"
#include "mutant.h"

#define DESIGN_SYMBOL design_rwlock
#define DESIGN_NAME   "rwlock"
#define DESIGN_HELP                                                          \
	"one reader-writer lock (the C library's: prefers readers, sleeps) " \
	"per domain; walkers take the read side"
#define DESIGN_FLAGS (DESIGN_LINEARIZABLE | DESIGN_RECLAIM_EMPTY)

struct sync {
	pthread_rwlock_t lock;
};

static inline void sync_init(struct sync *s)
{
	pthread_rwlock_init(&s->lock, NULL);
}

static inline void sync_fini(struct sync *s)
{
	pthread_rwlock_destroy(&s->lock);
}

VTD_INLINE void read_begin(struct sync *s)
{
	if (!MUTANT(rwlock_reader_unlocked))
		pthread_rwlock_rdlock(&s->lock);
}

VTD_INLINE void read_end(struct sync *s)
{
	if (!MUTANT(rwlock_reader_unlocked))
		pthread_rwlock_unlock(&s->lock);
}

VTD_INLINE void write_begin(struct sync *s, bool counted)
{
	(void)counted;
	pthread_rwlock_wrlock(&s->lock);
}

VTD_INLINE void write_end(struct sync *s, bool counted)
{
	(void)counted;
	pthread_rwlock_unlock(&s->lock);
}

static unsigned design_sync_refs(enum engine_op op, unsigned thread,
				 struct engine_sync_ref *refs, unsigned *before)
{
	(void)op;
	(void)thread;
	refs[0] = (struct engine_sync_ref){ENGINE_SYNC_SHARED, true};
	refs[1] = refs[0];
	*before = 1;
	return 2;
}

#include "engine.inc"
