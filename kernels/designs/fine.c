/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design `fine`: transactions on parts of the tree, after the advanced protocol
 * of CortenMM (Zhang and others, "CortenMM: Efficient Memory Management with
 * Strong Correctness Guarantees", SOSP 2025). table_locks.inc has the locks;
 * walkers run in a read section, as those of `rcu`, and take no lock.
 *
 * Writing. An updater, in a read section, goes down without locks to the lowest
 * table that has all the entries it is going to write or that lead to them, and
 * locks it. If that table is dead (the paper's `stale`), it starts again at the
 * root. Then it locks the tables below that its range uses, each before those
 * further down and in the order of addresses, does all of its work, and unlocks
 * them. A table that it makes it locks before it links it. All go down and to
 * the right, so nobody waits in a circle; what two updaters both use, one of
 * them has from its first write to its last, so they are in order even where
 * ranges have no owners (DESIGN_LINEAR_UPDATES). Walkers see ranges half done,
 * and unmap flushes the IOTLB after the locks: it is no DESIGN_LINEARIZABLE.
 *
 * An operation on entries of one table alone locks that table where it finds it
 * (WRITES_ONE); that is the same protocol without the second way down.
 *
 * Publication: the release of stores of links and leaves pairs with the acquire
 * of entry_load().
 *
 * Unlinking. With the locks of the parent and of every table of the subtree
 * held, all of these are marked POOL_DEAD and the link is cleared; then the
 * locks are dropped. Whoever waited for one of them finds it dead. What it
 * finds from the root then is without the subtree, so it starts again once.
 *
 * Empty tables (reclaim = empty; the paper has none). `entries` counts under
 * the lock. The parent's lock comes before the table's, so who takes the count
 * to 0 drops its locks, takes the parent's and the table's, and unlinks it if
 * it is still there and empty.
 *
 * Reuse: unlinked, flushed, then after a grace period (rcu_free.inc): walkers,
 * and updaters that wait for the lock of a dead table, are in sections that
 * began before.
 */
#ifndef DESIGN_LOCK /* a file for another kind of lock defines all three */
#define DESIGN_LOCK "../locks/queued_spin.h"
#define DESIGN_NAME fine
#define DESIGN_HELP                                                            \
	"RCU read section (memb) for walkers, updaters lock the lowest table " \
	"over their range and those below (CortenMM), call_rcu to free"
#endif
#include "rcu_memb.inc"
#include DESIGN_LOCK
#include "table_locks.inc"

#define DESIGN_FLAGS                                             \
	(DESIGN_DEFERS | DESIGN_RECLAIM_EMPTY | DESIGN_FOREIGN | \
	 DESIGN_LOCKS_TABLES | DESIGN_LINEAR_UPDATES)

/* Tables that a thread has locked hang in a list, the last one first. */
VTD_INLINE void held_add(struct engine_thread *t, struct pool_page *page)
{
	page->below = t->held;
	t->held = page;
}

static void held_drop(struct engine_thread *t)
{
	while (t->held) {
		struct pool_page *page = t->held;

		/* before it may be locked, or retired, by someone else */
		t->held = page->below;
		page_unlock(page, t);
	}
}

/* Locks the tables below @s that [iova, last] uses. The caller has locked that
 * of @s, so its entries, and which tables are live, do not change. */
static void subtree_lock(const struct domain *d, struct engine_thread *t,
			 struct subtree s, uint64_t iova, uint64_t last)
{
	const uint64_t span = vtd_span(s.level);
	unsigned i = vtd_index(iova > s.base ? iova : s.base, s.level);

	if (s.level == 1 || MUTANT(fine_subtree_unlocked))
		return;
	for (; i < VTD_ENTRIES && s.base + i * span <= last; i++) {
		uint64_t entry = entry_load(&s.table[i]);
		struct pool_page *page;

		if (!entry || vtd_is_leaf(entry, s.level))
			continue;
		page = page_of(d, entry);
		page_lock(page, t);
		check(page->entries != POOL_DEAD, "dead table is linked");
		held_add(t, page);
		subtree_lock(d, t,
			     (struct subtree){pool_page_va(d->pool, page),
					      s.level - 1, s.base + i * span},
			     iova, last);
	}
}

/* The caller has locked all of them. */
static void subtree_dead(const struct domain *d, struct pool_page *page)
{
	const uint64_t *table = pool_page_va(d->pool, page);

	page->entries = POOL_DEAD;
	if (page->level == 1)
		return;
	for (unsigned i = 0; i < VTD_ENTRIES; i++) {
		uint64_t entry = entry_load(&table[i]);

		if (entry && !vtd_is_leaf(entry, page->level))
			subtree_dead(d, page_of(d, entry));
	}
}

VTD_INLINE bool table_begin(const struct domain *d, struct engine_thread *t,
			    const uint64_t *slot, enum writes writes)
{
	return writes == WRITES_RANGE ||
	       page_lock_one(pool_page(d->pool, slot), t);
}

VTD_INLINE void table_end(const struct domain *d, struct engine_thread *t,
			  const uint64_t *slot, enum writes writes)
{
	if (writes == WRITES_ONE)
		page_unlock(pool_page(d->pool, slot), t);
}

VTD_INLINE void subtree_begin(const struct domain *d, struct engine_thread *t,
			      uint64_t entry, enum writes writes)
{
	struct pool_page *page = page_of(d, entry);

	if (writes == WRITES_ONE) {
		page_lock(page, t);
		held_add(t, page);
		subtree_lock(d, t,
			     (struct subtree){pool_page_va(d->pool, page),
					      page->level, 0},
			     0, UINT64_MAX);
	}
	subtree_dead(d, page);
}

VTD_INLINE void subtree_end(const struct domain *d, struct engine_thread *t,
			    enum writes writes)
{
	if (writes == WRITES_ONE)
		held_drop(t);
}

VTD_INLINE bool prune_begin(const struct domain *d, struct engine_thread *t,
			    const uint64_t *link)
{
	struct pool_page *parent = pool_page(d->pool, link), *page;
	uint64_t entry;

	if (!page_lock_live(parent, t))
		return false;
	entry = entry_load(link);
	if (entry && !vtd_is_leaf(entry, parent->level)) {
		page = page_of(d, entry);
		page_lock(page, t);
		if (!page->entries) {
			page->entries = POOL_DEAD;
			return true;
		}
		page_unlock(page, t);
	}
	page_unlock(parent, t);
	return false;
}

VTD_INLINE void prune_end(const struct domain *d, struct engine_thread *t,
			  const uint64_t *link, uint64_t entry)
{
	page_unlock(page_of(d, entry), t);
	page_unlock(pool_page(d->pool, link), t);
}

/* Whether @iova to @last is less than what one entry of @level spans: then no
 * other entry of its table is written, and that one only leads further down. */
static bool below_one_entry(unsigned level, uint64_t iova, uint64_t last)
{
	return !((iova ^ last) >> vtd_shift(level)) &&
	       last - iova < vtd_span(level) - 1;
}

static inline struct subtree range_begin(const struct domain *d,
					 struct engine_thread *t, uint64_t iova,
					 uint64_t last)
{
	struct pool_page *page;
	struct subtree s;

	do {
		s = subtree_root(d, iova);
		while (s.level > 1 && below_one_entry(s.level, iova, last)) {
			uint64_t entry =
				entry_load(&s.table[vtd_index(iova, s.level)]);

			if (!entry || vtd_is_leaf(entry, s.level))
				break;
			s.base = iova & ~(vtd_span(s.level) - 1);
			s.table = pool_va(d->pool, entry & VTD_ADDR_MASK);
			s.level--;
		}
		page = pool_page(d->pool, s.table);
		check_preempt();
	} while (!page_lock_live(page, t));
	held_add(t, page);
	subtree_lock(d, t, s, iova, last);
	return s;
}

static inline void range_end(const struct domain *d, struct engine_thread *t)
{
	held_drop(t);
}

VTD_INLINE uint64_t table_install(const struct domain *d,
				  struct engine_thread *t, uint64_t *entry,
				  uint64_t value)
{
	struct pool_page *page = page_of(d, value);

	page_lock(page, t);
	held_add(t, page);
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
	return !page->entries;
}

#include "../engine.inc"
