/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design `rwlock_reclaim`: Pasha Tatashin's "iommu/intel: Free empty page
 * tables on unmaps" (RFC, 21 December 2023; v2 April 2024). One reader-writer
 * lock per domain. Its read side is held by walks and by map and unmap, which
 * run beside each other and link tables with cmpxchg; its write side only while
 * tables that became empty are unlinked.
 *
 * Publication: release of the cmpxchg and of leaf stores pairs with the acquire
 * of entry_load(), since readers and updaters are in at once.
 *
 * Emptying. An atomic count per table says how many entries are used. It goes
 * up and down inside the same read section in which the entry is written. Who
 * takes it to 0 may not unlink yet: others may be inside, with the table in
 * hand, about to map. After its read section it takes the write side
 * (unlink_apart() in engine_free.inc); now nobody is inside. It goes down from
 * the root again, since another may have unlinked the table meanwhile, looks
 * at the count again, since another may have mapped, and unlinks what still is
 * empty, upwards. The counts need no order of their own: all that is done on
 * the read side comes before who takes the write side next, by the lock.
 *
 * Covered. A table that an unmap covers, or that a large leaf replaces, has one
 * owner, who unlinks it on the read side; walkers may be inside. Its owner then
 * takes the write side as well and drops it: by that all of them have left.
 * Counts do not matter to such tables.
 *
 * Reuse: the flush is the last thing on the write side (the RFC's comes after
 * it): from then on no paging-structure cache leads to the table either. So
 * nobody has a pointer to it once the write side was dropped, and it is free.
 *
 * Who walks: anyone, anywhere. A walk finds what it meets beside updates half
 * done, and the flush of leaves is not under the lock: not DESIGN_LINEARIZABLE.
 */
#ifndef DESIGN_LOCK /* a file for another kind of lock defines all three */
#define DESIGN_LOCK "../locks/queued_rw.h"
#define DESIGN_NAME rwlock_reclaim
#define DESIGN_HELP                                                         \
	"one reader-writer lock per domain; walkers and updaters take the " \
	"read side, the write side unlinks empty tables"
#endif
#define DESIGN_UNLINKS_APART
#include DESIGN_LOCK
#include "cmpxchg_install.inc"
#include "free_at_once.inc"
#include "locked_walks.inc"

#define DESIGN_FLAGS (DESIGN_RECLAIM_EMPTY | DESIGN_FOREIGN)

VTD_INLINE void write_begin(struct domain *d, struct engine_thread *t,
			    uint64_t iova, uint64_t last, bool counted)
{
	read_lock(&sync_of(d)->lock, t);
}

VTD_INLINE void write_end(struct domain *d, struct engine_thread *t,
			  uint64_t iova, uint64_t last, bool counted)
{
	read_unlock(&sync_of(d)->lock, t);
}

static inline void unlink_begin(struct domain *d, struct engine_thread *t)
{
	write_lock(&sync_of(d)->lock, t);
}

static inline void unlink_end(struct domain *d, struct engine_thread *t)
{
	write_unlock(&sync_of(d)->lock, t);
}

VTD_INLINE bool entries_get(struct pool_page *page, unsigned n)
{
	/* relaxed: the lock pairs; see "Emptying" */
	__atomic_fetch_add(&page->entries, n, __ATOMIC_RELAXED);
	return true;
}

VTD_INLINE bool entries_put(struct pool_page *page, unsigned n)
{
	/* relaxed: likewise */
	return __atomic_fetch_sub(&page->entries, n, __ATOMIC_RELAXED) == n;
}

/* As a walk's: the read side. */
static unsigned design_sync_refs(enum engine_op op, bool counted,
				 unsigned thread, struct engine_sync_ref *refs,
				 unsigned *before)
{
	return lock_refs(false, thread, refs, before);
}

#include "../engine.inc"
