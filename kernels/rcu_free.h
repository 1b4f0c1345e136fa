/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Policy shared by the RCU designs: tables are linked with cmpxchg and freed
 * after a grace period. The design file defines, before including this:
 * RCU_CALL (call_rcu of its flavour) and RCU_BARRIER.
 *
 * Linking: cmpxchg_install.h.
 *
 * Freeing. One unmap's tables hang in one list. They have been unlinked and
 * flushed when RCU_CALL gets the list; a walker that still holds one entered
 * its read section before the unlinking, and the grace period waits for it.
 * One callback frees the list with all tables below.
 *
 * Counted entries (reclaim = empty). `entries` of a table counts its used
 * entries; whoever takes it to 0 replaces it by DEAD in the same step and
 * owns the unlinking. Whoever wants to use an entry first adds to the count,
 * fails on DEAD and starts again at the root: so no entry is ever written
 * into a table that is being unlinked. Both run inside a read section, which
 * keeps the page itself from being reused under the loser.
 */
#ifndef RCU_FREE_H
#define RCU_FREE_H

#include "cmpxchg_install.h"
#include "engine.h"
#include "tsan.h"

#define ENTRIES_DEAD UINT32_MAX

VTD_INLINE bool entries_get(struct pool_page *page, unsigned n)
{
	uint32_t have = __atomic_load_n(&page->entries, __ATOMIC_RELAXED);

	do {
		if (have == ENTRIES_DEAD)
			return false;
		/* acquire: pairs with the release in entries_put(), the
		 * cleared entries are seen before new ones are written */
	} while (!__atomic_compare_exchange_n(&page->entries, &have, have + n,
					      true, __ATOMIC_ACQUIRE,
					      __ATOMIC_RELAXED));
	return true;
}

VTD_INLINE bool entries_put(struct pool_page *page, unsigned n)
{
	uint32_t have = __atomic_load_n(&page->entries, __ATOMIC_RELAXED);
	uint32_t left;

	do {
		left = have == n ? ENTRIES_DEAD : have - n;
		/* acq_rel: release pairs with the acquire in entries_get();
		 * acquire makes everyone's cleared entries ours before the
		 * table is unlinked */
	} while (!__atomic_compare_exchange_n(&page->entries, &have, left, true,
					      __ATOMIC_ACQ_REL,
					      __ATOMIC_RELAXED));
	return left == ENTRIES_DEAD;
}

static inline void subtree_free(struct pool *pool, struct pool_page *page,
				void (*free_page)(void *, struct pool_page *),
				void *arg);
static inline void free_to_pool(void *pool, struct pool_page *page);

static void reclaim_list(struct rcu_head *head)
{
	/* rcu is the first member */
	struct pool_page *page = (struct pool_page *)(void *)head;
	struct pool *pool = page->pool;

	tsan_acquire(&tsan_grace);
	while (page) {
		struct pool_page *next = page->next;

		subtree_free(pool, page, free_to_pool, pool);
		page = next;
	}
}

VTD_INLINE void tables_retire(struct domain *d, struct engine_thread *t,
			      struct pool_page *list)
{
	(void)t;
	list->pool = d->pool;
	tsan_release(&tsan_grace);
	RCU_CALL(&list->rcu, reclaim_list);
}

static void design_barrier(void)
{
	RCU_BARRIER();
}

static inline void design_release(struct domain *d, struct pool_cache *cache)
{
	(void)d;
	(void)cache;
}

#endif
