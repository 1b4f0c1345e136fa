/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table pool: no page is lost or handed out twice, and in which order they
 * come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "../kernels/pool.h"

enum { PAGES = 1000 };

static struct pool pool;
static void *mem;

static int open_pool(void **state)
{
	mem = aligned_alloc(VTD_PAGE_BYTES, PAGES * VTD_PAGE_BYTES);
	assert_non_null(mem);
	return pool_init(&pool, mem, PAGES * VTD_PAGE_BYTES, 0);
}

static int close_pool(void **state)
{
	pool_fini(&pool);
	free(mem);
	return 0;
}

static size_t number(const void *table)
{
	return (size_t)((const char *)table - pool.mem) / VTD_PAGE_BYTES;
}

static struct pool_page *page(size_t n)
{
	return &pool.pages[n];
}

/* @n pages by @cache, in the order in which they come. */
static void take(struct pool_cache *cache, size_t n, size_t *got)
{
	for (size_t i = 0; i < n; i++) {
		void *table = pool_alloc(cache, 1);

		assert_non_null(table);
		got[i] = number(table);
	}
}

static void each_once(const size_t *got, size_t n)
{
	bool seen[PAGES] = {false};

	for (size_t i = 0; i < n; i++) {
		assert_true(got[i] < PAGES);
		assert_false(seen[got[i]]);
		seen[got[i]] = true;
	}
}

/* Whatever moved between caches and pool. */
static void none_is_lost(void **state)
{
	struct pool_cache a, b;
	size_t got[PAGES];

	pool_cache_init(&a, &pool);
	pool_cache_init(&b, &pool);
	take(&a, PAGES, got);
	each_once(got, PAGES);
	assert_null(pool_alloc(&a, 1));
	assert_null(pool_alloc(&b, 1));
	for (size_t i = 0; i < PAGES; i++)
		pool_free(i % 3 ? &a : &b, page(got[i]));
	pool_cache_drain(&a);
	take(&b, PAGES, got);
	each_once(got, PAGES);
	for (size_t i = 0; i < PAGES; i++)
		pool_free(&b, page(got[i]));
	pool_cache_drain(&b);
	take(&a, PAGES, got);
	each_once(got, PAGES);
	assert_null(pool_alloc(&a, 1));
}

/* Prefetchers follow them: new pages, and used ones that come back. */
static void pages_come_ascending(void **state)
{
	enum { USED = 512 };
	struct pool_cache a, b;
	size_t got[USED];

	pool_cache_init(&a, &pool);
	pool_cache_init(&b, &pool);
	take(&a, USED, got);
	for (size_t i = 0; i < USED; i++)
		assert_int_equal(got[i], i);
	for (size_t i = 0; i < USED; i++)
		pool_free(&a, page(i));
	/* What the other thread's cache kept is not there. */
	take(&b, 2 * POOL_BATCH, got);
	each_once(got, 2 * POOL_BATCH);
	for (size_t i = 0; i < 2 * POOL_BATCH; i++)
		if (i % POOL_BATCH)
			assert_int_equal(got[i], got[i - 1] + 1);
	pool_cache_drain(&a);
	pool_cache_drain(&b);
}

/* Of two threads that take turns, each has pages side by side. */
static void a_batch_is_of_one_thread(void **state)
{
	struct pool_cache a, b;
	size_t x[POOL_BATCH], y[POOL_BATCH];

	pool_cache_init(&a, &pool);
	pool_cache_init(&b, &pool);
	for (size_t i = 0; i < POOL_BATCH; i++) {
		take(&a, 1, &x[i]);
		take(&b, 1, &y[i]);
	}
	for (size_t i = 1; i < POOL_BATCH; i++) {
		assert_int_equal(x[i], x[i - 1] + 1);
		assert_int_equal(y[i], y[i - 1] + 1);
	}
}

/* From batches, single pages and new ones together; or from none. */
static void as_many_as_reserved(void **state)
{
	struct pool_cache a, b;
	size_t got[PAGES];

	pool_cache_init(&a, &pool);
	pool_cache_init(&b, &pool);
	assert_int_equal(pool_reserve(&a, PAGES + 1), -ENOMEM);
	assert_int_equal(pool_reserve(&a, PAGES), 0);
	assert_null(pool_alloc(&b, 1));
	pool_cache_drain(&a);
	take(&a, 205, got);
	for (size_t i = 0; i < 205; i++)
		pool_free(&a, page(got[i]));
	pool_cache_drain(&a);
	take(&b, 3, got);
	assert_int_equal(pool_reserve(&b, PAGES - 2), -ENOMEM);
	assert_int_equal(pool_reserve(&b, PAGES - 3), 0);
	take(&b, PAGES - 3, got + 3);
	each_once(got, PAGES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(none_is_lost, open_pool,
						close_pool),
		cmocka_unit_test_setup_teardown(pages_come_ascending, open_pool,
						close_pool),
		cmocka_unit_test_setup_teardown(a_batch_is_of_one_thread,
						open_pool, close_pool),
		cmocka_unit_test_setup_teardown(as_many_as_reserved, open_pool,
						close_pool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
