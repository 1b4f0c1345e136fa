/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design `rcu`: walkers run in an RCU read section (rcu_memb.inc), updaters of
 * disjoint ranges take no lock, tables are linked with cmpxchg and freed with
 * call_rcu after they have been unlinked and flushed. cmpxchg_install.inc,
 * counted.inc and rcu_free.inc say what pairs with what.
 *
 * map and unmap need no read section as long as tables are freed only with a
 * range wholly unmapped: by the ownership of ranges nobody frees a table on
 * another's path. With reclaim = empty anyone's last unmap may, so they run
 * in one (`counted`). Leaves are stored plainly: their range has one owner.
 */
#include "rcu_memb.inc"
#include "cmpxchg_install.inc"
#include "counted.inc"
#include "counted_sections.inc"
#include "no_state.inc"

#define DESIGN_NAME rcu
#define DESIGN_HELP                                                            \
	"RCU read section (memb) for walkers, cmpxchg to insert, call_rcu to " \
	"free"
#define DESIGN_FLAGS (DESIGN_DEFERS | DESIGN_RECLAIM_EMPTY | DESIGN_FOREIGN)

static unsigned design_sync_refs(enum engine_op op, bool counted,
				 unsigned thread, struct engine_sync_ref *refs,
				 unsigned *before)
{
	*before = 0;
	return op == OP_WALK || counted ? memb_refs(thread, refs, before) : 0;
}

#include "../engine.inc"
