/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table pool: 4 KiB pages, a cache per thread, one rule of zeroing. */
#include "pool.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "aligned.h"
#include "check.h"
#include "expose.h"
#include "mutant.h"
#include "tsan.h"

enum {
	CACHE_MAX = 128, /* a free that finds more gives a batch back */
};

/* Statistics only: each counter has one writer at a time and orders nothing,
 * so relaxed suffices on both sides. */
static void count(uint64_t *counter, uint64_t n)
{
	__atomic_store_n(counter, *counter + n, __ATOMIC_RELAXED);
}

static uint64_t counted(const uint64_t *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

static void push(struct pool_page **list, struct pool_page *page)
{
	page->next = *list;
	*list = page;
}

static struct pool_page *pop(struct pool_page **list)
{
	struct pool_page *page = *list;

	*list = page->next;
	return page;
}

int pool_init(struct pool *pool, void *mem, size_t bytes, uint64_t pa_base)
{
	const uint64_t pa_end = UINT64_C(1) << 52;

	if (!bytes || bytes % VTD_PAGE_BYTES || pa_base % VTD_PAGE_BYTES ||
	    (uintptr_t)mem % VTD_PAGE_BYTES || pa_base >= pa_end ||
	    bytes > pa_end - pa_base)
		return -EINVAL;
	memset(pool, 0, sizeof(*pool));
	pool->mem = mem;
	pool->pa_base = pa_base;
	pool->va_minus_pa = (uintptr_t)mem - (uintptr_t)pa_base;
	pool->npages = bytes >> VTD_PAGE_LG2;
	pool->pages = aligned_zalloc(alignof(struct pool_page), pool->npages,
				     sizeof(*pool->pages));
	if (!pool->pages)
		return -ENOMEM;
	pthread_spin_init(&pool->lock, PTHREAD_PROCESS_PRIVATE);
	return 0;
}

void pool_fini(struct pool *pool)
{
	if (pool->stop_reclaimers)
		pool->stop_reclaimers(pool);
	pthread_spin_destroy(&pool->lock);
	free(pool->pages);
	pool->pages = NULL;
}

void pool_cache_init(struct pool_cache *cache, struct pool *pool)
{
	*cache = (struct pool_cache){.pool = pool};
}

/*
 * A batch of the pages of @cache, which has as many, goes to the pool, in the
 * order in which they were freed. What is done under the lock does not depend
 * on how many they are: it is what other threads wait for.
 */
static void give_batch(struct pool_cache *cache)
{
	struct pool *pool = cache->pool;
	struct pool_page *batch = NULL;

	for (int i = 0; i < POOL_BATCH; i++)
		push(&batch, pop(&cache->free));
	cache->nfree -= POOL_BATCH;
	pthread_spin_lock(&pool->lock);
	batch->batch = pool->batches;
	pool->batches = batch;
	pthread_spin_unlock(&pool->lock);
}

void pool_cache_drain(struct pool_cache *cache)
{
	struct pool *pool = cache->pool;

	if (!pool)
		return;
	while (cache->nfree >= POOL_BATCH)
		give_batch(cache);
	pthread_spin_lock(&pool->lock);
	while (cache->free)
		push(&pool->free, pop(&cache->free));
	count(&pool->allocated, cache->allocated);
	count(&pool->freed, cache->freed);
	count(&pool->retired, cache->retired);
	count(&pool->calls, cache->calls);
	pthread_spin_unlock(&pool->lock);
	pool_cache_init(cache, pool);
}

/* @list at the end of another, whose end is at @end or behind; and its own. */
static struct pool_page **append(struct pool_page **end, struct pool_page *list)
{
	while (*end)
		end = &(*end)->next;
	*end = list;
	return end;
}

/*
 * Fills up to @n pages, of which the cache has fewer: takes what is missing
 * from the pool, in batches; used ones first. A batch even if one page would
 * do, as Linux's per-CPU lists do it: the pages of a thread then lie side by
 * side, not among those of another, with which they would share what hardware
 * prefetches in pairs. Lists keep their order, and fresh pages go out in
 * ascending order, which prefetchers follow. Returns whether there are @n.
 */
static bool refill(struct pool_cache *cache, size_t n)
{
	struct pool *pool = cache->pool;
	struct pool_page *batches = NULL, *single = NULL, *fresh;
	struct pool_page **end = &cache->free;
	size_t want = n - cache->nfree, used = 0, unused;

	want = want < POOL_BATCH ? POOL_BATCH : want;
	pthread_spin_lock(&pool->lock);
	for (; used < want && pool->batches; used += POOL_BATCH) {
		struct pool_page *batch = pool->batches;

		pool->batches = batch->batch;
		batch->batch = batches;
		batches = batch;
	}
	for (; used < want && pool->free; used++)
		push(&single, pop(&pool->free));
	want = used < want ? want - used : 0;
	unused = pool->npages - pool->untouched;
	unused = unused < want ? unused : want;
	fresh = &pool->pages[pool->untouched];
	pool->untouched += unused;
	pthread_spin_unlock(&pool->lock);
	cache->nfree += used + unused;
	for (; batches; batches = batches->batch)
		end = append(end, batches);
	if (single)
		end = append(end, single);
	for (; unused; unused--)
		end = append(end, fresh++);
	return cache->nfree >= n;
}

/*
 * Plain stores: who may still look throws away what is read (designs/
 * typesafe.c). ThreadSanitizer does not know that, and gets atomic ones.
 */
static void zero(void *table)
{
#ifdef TSAN
	uint64_t *entry = table;

	for (unsigned i = 0; i < VTD_ENTRIES; i++)
		__atomic_store_n(&entry[i], 0, __ATOMIC_RELAXED);
#else
	memset(table, 0, VTD_PAGE_BYTES);
#endif
}

void *pool_alloc(struct pool_cache *cache, unsigned level)
{
	struct pool_page *page;
	void *table;

	if (!cache->free && !refill(cache, 1))
		return NULL;
	page = pop(&cache->free);
	cache->nfree--;
	table = pool_page_va(cache->pool, page);
	check(page->state == POOL_FREE, "page handed out twice");
	if (cache->pool->zero == POOL_ZERO_MAP && !MUTANT(page_not_zeroed))
		zero(table);
	check_zero(table);
	page->level = (uint8_t)level;
	page->state = POOL_LIVE;
	__atomic_store_n(&page->entries, 0, __ATOMIC_RELAXED);
	count(&cache->allocated, 1);
	return table;
}

int pool_reserve(struct pool_cache *cache, size_t n)
{
	return cache->nfree >= n || refill(cache, n) ? 0 : -ENOMEM;
}

/* @page as it waits for its next use. */
static void make_free(struct pool *pool, struct pool_page *page)
{
	void *table = pool_page_va(pool, page);

	check(page->state != POOL_FREE, "page freed twice");
	if (CHECKING && page->state == POOL_RETIRED)
		check_reclaimed(page->unlinked_ns);
	if (pool->zero == POOL_ZERO_RECLAIM || MUTANT(page_zeroed_when_freed))
		zero(table);
	else
		check_poison(table);
	expose_free(pool, page, table);
	page->state = POOL_FREE;
}

void pool_free(struct pool_cache *cache, struct pool_page *page)
{
	struct pool *pool = cache->pool;

	make_free(pool, page);
	push(&cache->free, page);
	count(&cache->freed, 1);
	if (++cache->nfree > CACHE_MAX)
		give_batch(cache);
}

void pool_reclaimed(struct pool *pool, uint64_t pages, uint64_t since_ns)
{
	__atomic_fetch_add(&pool->reclaimed, pages, __ATOMIC_RELAXED);
	__atomic_fetch_add(&pool->called, 1, __ATOMIC_RELAXED);
	if (since_ns)
		free_waited(&pool->waits, since_ns);
}

/* What a counter of caches and pool comes to, less @gone, which was read first:
 * what goes in between must not count as negative. */
static uint64_t rest(uint64_t gone, const struct pool *pool, size_t in_pool,
		     struct pool_cache *const *caches, size_t in_cache,
		     size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += counted(
			(const uint64_t *)((const char *)caches[i] + in_cache));
	sum += counted((const uint64_t *)((const char *)pool + in_pool));
	return sum > gone ? sum - gone : 0;
}

uint64_t pool_tables_held(const struct pool *pool,
			  struct pool_cache *const *caches, size_t n)
{
	uint64_t freed = counted(&pool->freed);

	for (size_t i = 0; i < n; i++)
		freed += counted(&caches[i]->freed);
	return rest(freed, pool, offsetof(struct pool, allocated), caches,
		    offsetof(struct pool_cache, allocated), n);
}

uint64_t pool_tables_waiting(const struct pool *pool,
			     struct pool_cache *const *caches, size_t n)
{
	return rest(counted(&pool->reclaimed), pool,
		    offsetof(struct pool, retired), caches,
		    offsetof(struct pool_cache, retired), n);
}

uint64_t pool_lists_waiting(const struct pool *pool,
			    struct pool_cache *const *caches, size_t n)
{
	return rest(counted(&pool->called), pool, offsetof(struct pool, calls),
		    caches, offsetof(struct pool_cache, calls), n);
}
