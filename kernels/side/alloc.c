/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the linker puts in place of malloc() and its kin in a side. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "alloc.h"

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t n, size_t bytes);
void *__real_aligned_alloc(size_t align, size_t bytes);
int __real_posix_memalign(void **p, size_t align, size_t bytes);
void __real_free(void *p);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t n, size_t bytes);
void *__wrap_aligned_alloc(size_t align, size_t bytes);
int __wrap_posix_memalign(void **p, size_t align, size_t bytes);
void __wrap_free(void *p);

static uintptr_t from, at, end;
static bool active;

void side_alloc_begin(void *block, size_t bytes)
{
	from = at = (uintptr_t)block;
	end = from + bytes;
	active = true;
}

void side_alloc_end(void)
{
	active = false;
}

static void *take(size_t align, size_t bytes)
{
	uintptr_t start = (at + align - 1) & ~(uintptr_t)(align - 1);

	if (start > end || end - start < bytes) {
		errno = ENOMEM;
		return NULL;
	}
	at = start + bytes;
	return (void *)start;
}

void *__wrap_malloc(size_t bytes)
{
	return active ? take(16, bytes) : __real_malloc(bytes);
}

void *__wrap_calloc(size_t n, size_t bytes)
{
	/* never handed out twice, and zero-filled by the caller */
	return active ? take(16, n * bytes) : __real_calloc(n, bytes);
}

void *__wrap_aligned_alloc(size_t align, size_t bytes)
{
	return active ? take(align, bytes) : __real_aligned_alloc(align, bytes);
}

int __wrap_posix_memalign(void **p, size_t align, size_t bytes)
{
	if (!active)
		return __real_posix_memalign(p, align, bytes);
	*p = take(align, bytes);
	return *p ? 0 : ENOMEM;
}

void __wrap_free(void *p)
{
	if ((uintptr_t)p < from || (uintptr_t)p >= end)
		__real_free(p);
}
