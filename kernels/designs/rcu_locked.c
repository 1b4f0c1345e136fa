/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design `rcu_locked`: as the kernel's mm has it for its own page tables.
 * Walkers run in an RCU read section and take no lock; map and unmap take one
 * updater lock per domain; tables are freed with call_rcu. Jason Gunthorpe
 * names it so: "The mm solution to this problem is to RCU free the page table
 * levels" (linux-iommu, "iommu/vt-d: Use iommu_get_domain_for_dev() in
 * debugfs", May 2022).
 *
 * Publication: the updater stores entries with release, which pairs with the
 * acquire of entry_load(): a walker that sees a link sees the table's zeroes.
 * Among updaters the lock orders everything, so links and counts are plain
 * (one_updater.inc), and no table is ever linked twice or used while it is
 * being unlinked.
 *
 * Reuse: unlinked under the lock, then, without it, flushed and retired; when
 * the grace period has passed (rcu_free.inc). A walker that still holds the
 * table announced itself before it was unlinked.
 *
 * Who walks: anyone, anywhere. A walk beside an unmap or a map finds part of
 * it done, and until the flush the IOTLB has what was unmapped: ranges have
 * owners, so the lock need not cover the flush (not DESIGN_LINEARIZABLE).
 */
#ifndef DESIGN_LOCK /* a file for another kind of lock defines all three */
#define DESIGN_LOCK "../locks/queued_spin.h"
#define DESIGN_NAME rcu_locked
#define DESIGN_HELP                                                         \
	"RCU read section (memb) for walkers, one spinlock per domain for " \
	"updaters, call_rcu to free"
#endif
#include "rcu_memb.inc" /* first */
#include DESIGN_LOCK
#include "../mutant.h"
#include "one_lock.inc"
#include "one_updater.inc"

#define DESIGN_FLAGS                                             \
	(DESIGN_DEFERS | DESIGN_RECLAIM_EMPTY | DESIGN_FOREIGN | \
	 DESIGN_ONE_UPDATER)

VTD_INLINE void write_begin(struct domain *d, struct engine_thread *t,
			    uint64_t iova, uint64_t last, bool counted)
{
	write_lock(&sync_of(d)->lock, t);
	if (MUTANT(updater_unlocks_early))
		write_unlock(&sync_of(d)->lock, t);
}

VTD_INLINE void write_end(struct domain *d, struct engine_thread *t,
			  uint64_t iova, uint64_t last, bool counted)
{
	if (!MUTANT(updater_unlocks_early))
		write_unlock(&sync_of(d)->lock, t);
}

static unsigned design_sync_refs(enum engine_op op, bool counted,
				 unsigned thread, struct engine_sync_ref *refs,
				 unsigned *before)
{
	return op == OP_WALK ? memb_refs(thread, refs, before)
			     : lock_refs(true, thread, refs, before);
}

#include "../engine.inc"
