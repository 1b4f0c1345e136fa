/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory for types that want more alignment than malloc() gives. */
#ifndef ALIGNED_H
#define ALIGNED_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/*
 * aligned_zalloc() - zeroed memory for @n objects of @bytes each, at a
 * multiple of @align; free() frees it. NULL without memory. Use it, not
 * calloc(), for whatever holds a struct pool or an engine_thread: their
 * members stand on cache lines of their own.
 */
static inline void *aligned_zalloc(size_t align, size_t n, size_t bytes)
{
	size_t all;
	void *p;

	if (__builtin_mul_overflow(n, bytes, &all))
		return NULL;
	p = aligned_alloc(align, all);
	return p ? memset(p, 0, all) : NULL;
}

#endif
