/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Table pool: 4 KiB table pages out of one block of memory that the caller
 * has placed (NUMA node, huge pages). The block is what a device would see:
 * physical address = offset in the block + a configurable base.
 *
 * Pages move between the shared pool and a cache per thread in batches, so
 * the shared lock is off the hot path. One rule for all designs: what was freed
 * last is handed out first, and a page is zeroed by the allocation, as Linux
 * does with __GFP_ZERO; or, if the pool is told so, by who frees it.
 */
#ifndef POOL_H
#define POOL_H

#include <pthread.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <urcu/call-rcu.h> /* struct rcu_head: the same in all flavours */

#include "freeing/waits.h"
#include "vtd.h"

/* What the pool knows of one page; index = page number in the block. */
struct pool_page {
	union {
		struct rcu_head rcu;	 /* while reclamation is deferred */
		struct pool_page *below; /* before: of design fine */
	};
	struct pool_page *next;	 /* free list, gather list or held list */
	struct pool *pool;	 /* set while reclamation is deferred */
	struct pool_page *batch; /* of the first of a list: the next one */
	uint32_t entries; /* live entries (reclaim = empty), or POOL_DEAD */
	uint8_t level;	  /* 1 = leaf table */
	uint8_t state;	  /* enum pool_state */
	/* When it was; 0: not timed, as most are but in checking builds. */
	uint64_t unlinked_ns;
	/* When it was last, at most UINT32_MAX; builds of expose.h only. */
	uint32_t freed;
	/* Of designs with locks of tables. Shared with nothing: others may wait
	 * for it while the page waits to be reclaimed. */
	alignas(4) unsigned char lock[4];
} __attribute__((aligned(64)));
_Static_assert(sizeof(struct pool_page) == 64, "a line for each page");

#define POOL_DEAD UINT32_MAX /* no entry may be written any more */

enum pool_state {
	POOL_FREE,    /* in the pool or a cache */
	POOL_LIVE,    /* part of a tree, or about to be */
	POOL_RETIRED, /* unlinked, not yet reusable */
};

/* Who zeroes a page that was used. */
enum pool_zero {
	POOL_ZERO_MAP,	   /* whoever allocates it: map */
	POOL_ZERO_RECLAIM, /* whoever frees it: unmap, or an RCU callback */
};

enum { POOL_BATCH = 32 }; /* pages moved between cache and pool at once */

struct pool {
	/* read by every operation, written by none */
	char *mem;	       /* first page */
	uint64_t pa_base;      /* physical address of the first page */
	uintptr_t va_minus_pa; /* add to a physical address to reach it */
	struct pool_page *pages;
	size_t npages;
	enum pool_zero zero; /* set between pool_init() and the first use */

	alignas(64) pthread_spinlock_t lock; /* protects what follows */
	struct pool_page *batches; /* lists of POOL_BATCH pages, by ->batch */
	struct pool_page *free;	   /* fewer, of caches that are gone */
	size_t untouched; /* pages from here on were never handed out */
	/* Totals of drained caches and of pages freed without a cache;
	 * written under the lock, read by anyone (relaxed). */
	uint64_t allocated, freed, retired, calls;
	uint64_t frees; /* so far; builds of expose.h only */

	/* Of what was retired: tables and lists that are reclaimed, and how
	 * long they waited. Added to by whoever reclaims (relaxed: numbers on
	 * their own). */
	alignas(64) uint64_t reclaimed;
	uint64_t called;
	struct free_waits waits;
	/* Ends the reclaimers that domains of this pool have started; NULL:
	 * none. By pointer, since the engine that did may be a shared object
	 * with a pool.c of its own. */
	void (*stop_reclaimers)(struct pool *pool);
};

/* Free pages of one thread. Single owner: no atomics but the counters. */
struct pool_cache {
	struct pool *pool;
	struct pool_page *free;
	size_t nfree;
	/*
	 * Written by the owner only, read by anyone (relaxed both sides: each
	 * is a number on its own and orders nothing).
	 */
	uint64_t allocated, freed;
	/* Tables and gather lists handed to a grace period, likewise. */
	uint64_t retired, calls;
};

/*
 * pool_init() - make a pool of @bytes (a multiple of 4 KiB) at @mem, which
 * must be zero-filled and stays the caller's. @pa_base is 4 KiB aligned and
 * pa_base + bytes is at most 2^52. Returns 0, -EINVAL or -ENOMEM.
 */
int pool_init(struct pool *pool, void *mem, size_t bytes, uint64_t pa_base);

/*
 * Releases the pool's own memory and ends its reclaimers; every cache must have
 * been drained, and what was retired must have been reclaimed.
 */
void pool_fini(struct pool *pool);

void pool_cache_init(struct pool_cache *cache, struct pool *pool);

/* Gives every page of @cache back to the pool. Owner thread only. */
void pool_cache_drain(struct pool_cache *cache);

/*
 * pool_alloc() - a zeroed page, state POOL_LIVE, of @level; NULL when the
 * pool is exhausted. Context: the cache's owner; takes the pool's spinlock
 * when the cache is empty.
 */
void *pool_alloc(struct pool_cache *cache, unsigned level);

/*
 * pool_reserve() - make sure that the next @n calls of pool_alloc() succeed.
 * Returns 0 or -ENOMEM (then nothing changed but the cache's fill).
 */
int pool_reserve(struct pool_cache *cache, size_t n);

/* pool_free() - @table becomes reusable at once. Context: cache's owner. */
void pool_free(struct pool_cache *cache, struct pool_page *page);

/*
 * pool_retired() - count a gather list of @pages tables that is about to wait
 * for a grace period. Returns its number, modulo FREE_TIMED. Context: the
 * cache's owner.
 */
VTD_INLINE unsigned pool_retired(struct pool_cache *cache, uint64_t pages)
{
	uint64_t nth = cache->calls;

	__atomic_store_n(&cache->retired, cache->retired + pages,
			 __ATOMIC_RELAXED);
	__atomic_store_n(&cache->calls, nth + 1, __ATOMIC_RELAXED);
	return nth % FREE_TIMED;
}

/* The list is reclaimed; @since_ns: free_now() of then, 0 if it was not timed.
 * Context: any thread. */
void pool_reclaimed(struct pool *pool, uint64_t pages, uint64_t since_ns);

/*
 * pool_tables_held() - pages that are neither in the pool nor in a cache:
 * live ones and those waiting to be reclaimed. @caches: all @n that are not
 * drained. Exact when no owner runs, otherwise off by what is under way.
 */
uint64_t pool_tables_held(const struct pool *pool,
			  struct pool_cache *const *caches, size_t n);

/* Of these, and of gather lists, those that wait for a grace period; likewise.
 * Tables that are held for good do not count. */
uint64_t pool_tables_waiting(const struct pool *pool,
			     struct pool_cache *const *caches, size_t n);
uint64_t pool_lists_waiting(const struct pool *pool,
			    struct pool_cache *const *caches, size_t n);

VTD_INLINE void *pool_va(const struct pool *pool, uint64_t pa)
{
	return (void *)((uintptr_t)pa + pool->va_minus_pa);
}

VTD_INLINE uint64_t pool_pa(const struct pool *pool, const void *va)
{
	return (uint64_t)((uintptr_t)va - pool->va_minus_pa);
}

VTD_INLINE struct pool_page *pool_page(const struct pool *pool, const void *va)
{
	return &pool->pages[((uintptr_t)va - (uintptr_t)pool->mem) >>
			    VTD_PAGE_LG2];
}

VTD_INLINE void *pool_page_va(const struct pool *pool,
			      const struct pool_page *page)
{
	return pool->mem + ((size_t)(page - pool->pages) << VTD_PAGE_LG2);
}

#endif
