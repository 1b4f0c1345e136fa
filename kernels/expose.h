/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The race made visible: an engine compiled with -DVTDBENCH_EXPOSE says when a
 * dump reads from a table that was freed while it was inside. Freed pages are
 * filled with poison and say when they were freed, and they stay mapped, so
 * that nothing is undefined about reading them. Times of such a build are
 * nobody's; nothing of it is in a normal one.
 */
#ifndef EXPOSE_H
#define EXPOSE_H

#include "check.h"
#include "pool.h"
#include "run.h"

#ifdef VTDBENCH_EXPOSE
enum { EXPOSING = 1 };
#else
enum { EXPOSING = 0 };
#endif

/* A table as a reader met it. */
struct exposed {
	const struct pool_page *page;
	uint64_t moment; /* of the pool, when its link was read */
};

/* The pages freed so far: a clock. */
VTD_INLINE uint64_t expose_moment(const struct pool *pool)
{
	/* acquire: pairs with the release in expose_free(): whoever sees that
	 * a page was freed sees that it was unlinked before */
	return EXPOSING ? __atomic_load_n(&pool->frees, __ATOMIC_ACQUIRE) : 0;
}

/* @page goes back: no reader should be inside. Context: who frees it. */
VTD_INLINE void expose_free(struct pool *pool, struct pool_page *page,
			    void *table)
{
	uint64_t *entry = table, moment;

	if (!EXPOSING)
		return;
	/* release: pairs with the acquire in expose_moment() */
	moment = __atomic_add_fetch(&pool->frees, 1, __ATOMIC_ACQ_REL);
	/* After so many, nothing is seen any more, and nothing wrong. */
	if (moment > UINT32_MAX)
		moment = UINT32_MAX;
	/* release: pairs with the acquire in exposed_now() */
	__atomic_store_n(&page->freed, (uint32_t)moment, __ATOMIC_RELEASE);
	for (unsigned i = 0; i < VTD_ENTRIES; i++)
		/* release: who reads the poison sees that it was freed */
		__atomic_store_n(&entry[i], CHECK_POISON, __ATOMIC_RELEASE);
}

/*
 * The entry at @slot, and the moment it was read at: nothing was freed between,
 * so a page that it links was freed after that moment or has not been since it
 * was linked.
 */
VTD_INLINE uint64_t expose_load(const struct pool *pool, const uint64_t *slot,
				uint64_t *moment)
{
	uint64_t entry;

	do {
		*moment = expose_moment(pool);
		entry = entry_load(slot);
	} while (EXPOSING && expose_moment(pool) != *moment);
	return entry;
}

/* Whether the table has been freed since it was met. */
VTD_INLINE bool exposed_now(struct exposed x)
{
	/* acquire: pairs with the release in expose_free() */
	return EXPOSING &&
	       __atomic_load_n(&x.page->freed, __ATOMIC_ACQUIRE) > x.moment;
}

#endif
