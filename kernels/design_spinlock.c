/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design `spinlock`: one pthread spinlock per domain around every walk, dump,
 * map and unmap.
 *
 * Publication: entries are written and read under the lock, whose acquire and
 * release order everything. Reuse: a table is unlinked under the lock, so
 * after that no walker can reach it and none is inside; it is flushed from the
 * IOTLB and freed after the lock is dropped (docs/adr/0006). Linearizable at
 * the lock.
 */
#include <pthread.h>

#include "locked.inc"

#define DESIGN_SYMBOL design_spinlock
#define DESIGN_NAME   "spinlock"
#define DESIGN_HELP \
	"one spinlock (the C library's) per domain around every operation"
#define DESIGN_FLAGS (DESIGN_LINEARIZABLE | DESIGN_RECLAIM_EMPTY)

struct sync {
	pthread_spinlock_t lock;
};

static inline void sync_init(struct sync *s)
{
	pthread_spin_init(&s->lock, PTHREAD_PROCESS_PRIVATE);
}

static inline void sync_fini(struct sync *s)
{
	pthread_spin_destroy(&s->lock);
}

VTD_INLINE void read_begin(struct sync *s)
{
	pthread_spin_lock(&s->lock);
}

VTD_INLINE void read_end(struct sync *s)
{
	pthread_spin_unlock(&s->lock);
}

VTD_INLINE void write_begin(struct sync *s, bool counted)
{
	(void)counted;
	pthread_spin_lock(&s->lock);
}

VTD_INLINE void write_end(struct sync *s, bool counted)
{
	(void)counted;
	pthread_spin_unlock(&s->lock);
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
