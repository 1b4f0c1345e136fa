/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design `rcu_qsbr`: as `rcu`, with liburcu's quiescent-state flavour: a read
 * section costs nothing, instead every thread announces between blocks of
 * operations that it holds no reference (thread_quiesce), and goes offline
 * while it waits. A thread that does neither holds up all reclamation.
 */
#define _LGPL_SOURCE
#include <urcu/urcu-qsbr.h>

#define RCU_CALL	urcu_qsbr_call_rcu
#define RCU_BARRIER	urcu_qsbr_barrier
#define RCU_SYNC	urcu_qsbr_synchronize_rcu
#define RCU_IS_ONLINE() urcu_qsbr_read_ongoing()
#include "cmpxchg_install.inc"
#include "counted.inc"
#include "rcu_free.inc"
#include "no_state.inc"

#define DESIGN_NAME rcu_qsbr
#define DESIGN_HELP                                                            \
	"RCU by quiescent states: free read sections, threads report between " \
	"blocks"
#define DESIGN_FLAGS (DESIGN_DEFERS | DESIGN_RECLAIM_EMPTY | DESIGN_FOREIGN)

VTD_INLINE uint64_t read_begin(struct sync *s, struct engine_thread *t)
{
	if (MUTANT(qsbr_quiesces_inside)) {
		/* as if a walk were split over two blocks */
		design_offline();
		return 0;
	}
	urcu_qsbr_read_lock();
	return 0;
}

VTD_INLINE void read_end(struct sync *s, struct engine_thread *t)
{
	if (MUTANT(qsbr_quiesces_inside)) {
		design_online();
		return;
	}
	urcu_qsbr_read_unlock();
}

/* Between two quiescent states everything is a read section already. */
VTD_INLINE void write_begin(struct domain *d, struct engine_thread *t,
			    uint64_t iova, uint64_t last, bool counted)
{
}

VTD_INLINE void write_end(struct domain *d, struct engine_thread *t,
			  uint64_t iova, uint64_t last, bool counted)
{
}

static bool design_supported(void)
{
	return true;
}

static inline void design_enter(struct engine_thread *t)
{
	urcu_qsbr_register_thread();
}

static inline void design_leave(struct engine_thread *t)
{
	tsan_release(&tsan_grace);
	urcu_qsbr_unregister_thread();
}

static inline void design_quiesce(void)
{
	tsan_release(&tsan_grace);
	urcu_qsbr_quiescent_state();
}

static inline void design_offline(void)
{
	tsan_release(&tsan_grace);
	urcu_qsbr_thread_offline();
}

static inline void design_online(void)
{
	urcu_qsbr_thread_online();
}

static unsigned design_sync_refs(enum engine_op op, bool counted,
				 unsigned thread, struct engine_sync_ref *refs,
				 unsigned *before)
{
	*before = 0;
	return 0;
}

#include "../engine.inc"
