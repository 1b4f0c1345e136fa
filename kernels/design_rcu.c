/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design `rcu`: walkers run in an RCU read section (liburcu "memb", read side
 * inlined: two stores to memory of their own thread, no barrier), updaters of
 * disjoint ranges take no lock, tables are linked with cmpxchg and freed with
 * call_rcu after they have been unlinked and flushed. See rcu_free.h for what
 * pairs with what.
 *
 * map and unmap need no read section as long as tables are freed only with a
 * range wholly unmapped: by the ownership of ranges nobody frees a table on
 * another's path. With reclaim = empty anyone's last unmap may, so they run
 * in one (`counted`). Leaves are stored plainly: their range has one owner.
 */
#define _LGPL_SOURCE
#include <urcu/urcu-memb.h>

#define RCU_CALL    urcu_memb_call_rcu
#define RCU_BARRIER urcu_memb_barrier
#include "rcu_free.h"

#define DESIGN_SYMBOL design_rcu
#define DESIGN_NAME   "rcu"
#define DESIGN_HELP                                                            \
	"RCU read section (memb) for walkers, cmpxchg to insert, call_rcu to " \
	"free"
#define DESIGN_FLAGS (DESIGN_DEFERS | DESIGN_RECLAIM_EMPTY)

struct sync {
	char none;
};

static inline void sync_init(struct sync *s)
{
	(void)s;
}

static inline void sync_fini(struct sync *s)
{
	(void)s;
}

VTD_INLINE void read_begin(struct sync *s)
{
	(void)s;
	urcu_memb_read_lock();
}

VTD_INLINE void read_end(struct sync *s)
{
	(void)s;
	tsan_release(&tsan_grace);
	urcu_memb_read_unlock();
}

VTD_INLINE void write_begin(struct sync *s, bool counted)
{
	if (counted)
		read_begin(s);
}

VTD_INLINE void write_end(struct sync *s, bool counted)
{
	if (counted)
		read_end(s);
}

static inline void design_enter(void)
{
	urcu_memb_register_thread();
}

static inline void design_leave(void)
{
	urcu_memb_unregister_thread();
}

static inline void design_quiesce(void)
{
}

static inline void design_offline(void)
{
}

static inline void design_online(void)
{
}

static unsigned design_sync_refs(enum engine_op op, unsigned thread,
				 struct engine_sync_ref *refs, unsigned *before)
{
	*before = 0;
	if (op != OP_WALK)
		return 0;
	/* the grace-period counter, then the thread's own, twice */
	refs[0] = (struct engine_sync_ref){ENGINE_SYNC_SHARED, false};
	refs[1] = (struct engine_sync_ref){
		ENGINE_SYNC_THREAD + 4096 * (uint64_t)thread, true};
	refs[2] = refs[1];
	*before = 2;
	return 3;
}

#include "engine.inc"
