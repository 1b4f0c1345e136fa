/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design `table_lock`: a lock for each table, held while entries of that table
 * are written, as mm/memory.c does it with its split page-table locks (Linux,
 * Documentation/mm/split_page_table_lock.rst; for tables above the lowest, too,
 * here). table_locks.inc has the locks; walkers run in a read section, as those
 * of `rcu`, and so do updaters.
 *
 * Writing. An updater goes down without locks, locks the table of which it
 * writes entries, and starts again at the root if that is dead. It holds one
 * lock at a time: a range over several tables is written table by table, and
 * others see it half done; ranges have owners.
 *
 * Publication: a link is stored under the lock of its table (so nobody else
 * links one there); the release of that store, and of leaf stores, pairs with
 * the acquire of entry_load().
 *
 * Empty tables (reclaim = empty). `entries` counts under the lock. Who takes it
 * to 0 makes it POOL_DEAD under the same lock, drops it, and then clears the
 * link under the parent's lock; the parent cannot be dead, as it counts that
 * link. Who finds the dead table meanwhile starts again until the link is gone.
 * A table wholly inside an unmapped range is not marked: its range is one
 * owner's, who is the only one to lock it.
 *
 * Reuse: unlinked, flushed, then after a grace period (rcu_free.inc): walkers,
 * and updaters that wait for the lock of a dead table, are in sections that
 * began before.
 */
#ifndef DESIGN_LOCK /* a file for another kind of lock defines all three */
#define DESIGN_LOCK "../locks/queued_spin.h"
#define DESIGN_NAME table_lock
#define DESIGN_HELP                                                           \
	"RCU read section (memb) for walkers, updaters lock the table whose " \
	"entries they write, call_rcu to free"
#endif
#include "rcu_memb.inc"
#include DESIGN_LOCK
#include "table_locks.inc"

#define DESIGN_FLAGS                                             \
	(DESIGN_DEFERS | DESIGN_RECLAIM_EMPTY | DESIGN_FOREIGN | \
	 DESIGN_LOCKS_TABLES)

VTD_INLINE bool table_begin(const struct domain *d, struct engine_thread *t,
			    const uint64_t *slot, enum writes writes)
{
	struct pool_page *page = pool_page(d->pool, slot);

	if (!page_lock_one(page, t))
		return false;
	if (MUTANT(table_lock_dropped))
		page_unlock(page, t);
	return true;
}

VTD_INLINE void table_end(const struct domain *d, struct engine_thread *t,
			  const uint64_t *slot, enum writes writes)
{
	if (!MUTANT(table_lock_dropped))
		page_unlock(pool_page(d->pool, slot), t);
}

VTD_INLINE void subtree_begin(const struct domain *d, struct engine_thread *t,
			      uint64_t entry, enum writes writes)
{
}

VTD_INLINE void subtree_end(const struct domain *d, struct engine_thread *t,
			    enum writes writes)
{
}

VTD_INLINE bool prune_begin(const struct domain *d, struct engine_thread *t,
			    const uint64_t *link)
{
	return table_begin(d, t, link, WRITES_ONE);
}

VTD_INLINE void prune_end(const struct domain *d, struct engine_thread *t,
			  const uint64_t *link, uint64_t entry)
{
	table_end(d, t, link, WRITES_ONE);
}

static inline struct subtree range_begin(const struct domain *d,
					 struct engine_thread *t, uint64_t iova,
					 uint64_t last)
{
	return subtree_root(d, iova);
}

static inline void range_end(const struct domain *d, struct engine_thread *t)
{
}

VTD_INLINE uint64_t table_install(const struct domain *d,
				  struct engine_thread *t, uint64_t *entry,
				  uint64_t value)
{
	/* relaxed: it is written under the lock that the caller holds */
	uint64_t seen = __atomic_load_n(entry, __ATOMIC_RELAXED);

	if (seen)
		return seen;
	/* release: see above */
	__atomic_store_n(entry, value, __ATOMIC_RELEASE);
	return value;
}

VTD_INLINE bool entries_get(struct pool_page *page, unsigned n)
{
	page->entries += n;
	return true;
}

VTD_INLINE bool entries_put(struct pool_page *page, unsigned n)
{
	page->entries -= n;
	if (page->entries)
		return false;
	page->entries = POOL_DEAD;
	return true;
}

#include "../engine.inc"
