/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a pool has all its pages back, once each. */
#ifndef TESTS_POOL_BOOKS_H
#define TESTS_POOL_BOOKS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../kernels/pool.h"

/* How many pages @list has, each of which is free and was not @seen. */
static inline size_t pool_books_list(const struct pool *p,
				     const struct pool_page *list, bool *seen)
{
	size_t n = 0;

	for (; list; list = list->next, n++) {
		assert_false(seen[list - p->pages]);
		seen[list - p->pages] = true;
		assert_int_equal(list->state, POOL_FREE);
	}
	return n;
}

/*
 * Of a pool whose domains and caches are gone, exactly: as many tables freed as
 * allocated, every page that was ever handed out on a list, once, and free.
 */
static inline void pool_books(const struct pool *p)
{
	bool *seen = calloc(p->npages, sizeof(*seen));
	size_t listed;

	assert_non_null(seen);
	assert_int_equal(p->allocated, p->freed);
	listed = pool_books_list(p, p->free, seen);
	for (const struct pool_page *b = p->batches; b; b = b->batch) {
		size_t n = pool_books_list(p, b, seen);

		assert_int_equal(n, POOL_BATCH);
		listed += n;
	}
	assert_int_equal(listed, p->untouched);
	free(seen);
}

#endif
