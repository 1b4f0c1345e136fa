/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design `rcu`: walkers run in an RCU read section (liburcu "memb", read side
 * inlined: two stores to memory of their own thread, no barrier), updaters of
 * disjoint ranges take no lock, tables are linked with cmpxchg and freed with
 * call_rcu after they have been unlinked and flushed. See rcu_free.inc for what
 * pairs with what.
 *
 * map and unmap need no read section as long as tables are freed only with a
 * range wholly unmapped: by the ownership of ranges nobody frees a table on
 * another's path. With reclaim = empty anyone's last unmap may, so they run
 * in one (`counted`). Leaves are stored plainly: their range has one owner.
 */
#define _LGPL_SOURCE
/* Read sections without a run-time test for membarrier(2), as a kernel's have
 * none; design_supported() makes it once. */
#define CONFIG_RCU_FORCE_SYS_MEMBARRIER
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <urcu/urcu-memb.h>

#define RCU_CALL    urcu_memb_call_rcu
#define RCU_BARRIER urcu_memb_barrier
#define RCU_SYNC    urcu_memb_synchronize_rcu
#include "rcu_free.inc"

#define DESIGN_NAME rcu
#define DESIGN_HELP                                                            \
	"RCU read section (memb) for walkers, cmpxchg to insert, call_rcu to " \
	"free"
#define DESIGN_FLAGS (DESIGN_DEFERS | DESIGN_RECLAIM_EMPTY | DESIGN_FOREIGN)

struct sync {
	char none;
};

static inline void sync_init(struct sync *s)
{
}

static inline void sync_fini(struct sync *s)
{
}

/*
 * liburcu's inlined read_lock() and read_unlock() for a section that is known
 * to be the outermost: the engine never nests them (a visitor of dump() must
 * not call the engine; under a lock it would deadlock). Without the load of
 * the thread's own counter, walks do not wait for the store of the walk
 * before: measured 1.27 -> 1.1 times design none for independent walks.
 */
VTD_INLINE uint64_t read_begin(struct sync *s, struct engine_thread *t)
{
	if (MUTANT(rcu_reader_not_registered))
		return 0;
	_CMM_STORE_SHARED(URCU_TLS(urcu_memb_reader).ctr,
			  _CMM_LOAD_SHARED(urcu_memb_gp.ctr));
	urcu_memb_smp_mb_slave();
	return 0;
}

VTD_INLINE void read_end(struct sync *s, struct engine_thread *t)
{
	tsan_release(&tsan_grace);
	urcu_memb_smp_mb_slave();
	_CMM_STORE_SHARED(URCU_TLS(urcu_memb_reader).ctr, 0);
	urcu_memb_smp_mb_slave();
	urcu_common_wake_up_gp(&urcu_memb_gp);
}

VTD_INLINE void write_begin(struct domain *d, struct engine_thread *t,
			    uint64_t iova, uint64_t last, bool counted)
{
	if (counted)
		read_begin(sync_of(d), t);
}

VTD_INLINE void write_end(struct domain *d, struct engine_thread *t,
			  uint64_t iova, uint64_t last, bool counted)
{
	if (counted)
		read_end(sync_of(d), t);
}

static unsigned design_sync_refs(enum engine_op op, bool counted,
				 unsigned thread, struct engine_sync_ref *refs,
				 unsigned *before)
{
	*before = 0;
	if (op != OP_WALK && !counted)
		return 0;
	/* the grace-period counter, then the thread's own, twice */
	refs[0] = (struct engine_sync_ref){ENGINE_SYNC_SHARED, false};
	refs[1] = (struct engine_sync_ref){
		ENGINE_SYNC_THREAD + 4096 * (uint64_t)thread, true};
	refs[2] = refs[1];
	*before = 2;
	return 3;
}

/* liburcu falls back to barriers in readers where the call is missing; ours
 * have none, so the design cannot be had there. */
static bool design_supported(void)
{
	long commands = syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0);

	return commands > 0 && commands & MEMBARRIER_CMD_PRIVATE_EXPEDITED;
}

static inline void design_enter(struct engine_thread *t)
{
	urcu_memb_register_thread();
}

static inline void design_leave(struct engine_thread *t)
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

#include "../engine.inc"
