/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Policy shared by the designs whose unlinked tables no reader can hold: the
 * lock (or the single thread) keeps readers out while a table is unlinked, so
 * it is free as soon as the IOTLB has been flushed; there is no grace period
 * and nothing to register.
 */
#ifndef LOCKED_H
#define LOCKED_H

#include "engine.h"
#include "no_grace.h"

/* in engine.inc */
static inline void list_free(struct domain *d, struct engine_thread *t,
			     struct pool_page *list);

VTD_INLINE void tables_retire(struct domain *d, struct engine_thread *t,
			      struct pool_page *list)
{
	list_free(d, t, list);
}

/* Only ever called by the one writer, so plain accesses. */
VTD_INLINE uint64_t table_install(uint64_t *entry, uint64_t value)
{
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

static inline void design_release(struct domain *d, struct pool_cache *cache)
{
	(void)d;
	(void)cache;
}

#endif
