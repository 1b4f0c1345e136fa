/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FNV-1a (Fowler, Noll, Vo): names things, guards against nobody. */
#ifndef BASE_FNV_H
#define BASE_FNV_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define FNV_OFFSET UINT64_C(0xcbf29ce484222325)

/* @h and @n bytes. */
static inline uint64_t fnv_add(uint64_t h, const void *bytes, size_t n)
{
	const unsigned char *b = bytes;

	for (size_t i = 0; i < n; i++)
		h = (h ^ b[i]) * UINT64_C(0x100000001b3);
	return h;
}

/*
 * @h and the text with its end: ("ab", "c") is not ("a", "bc"). The end is
 * 0xff here; names that are stored were made with either.
 */
static inline uint64_t fnv_bytes(uint64_t h, const char *text, size_t n)
{
	return fnv_add(fnv_add(h, text, n), "\xff", 1);
}

static inline uint64_t fnv_text(uint64_t h, const char *text)
{
	return fnv_bytes(h, text, strlen(text));
}

/* The same; its end is the text's own, 0. */
static inline uint64_t fnv_string(uint64_t h, const char *text)
{
	return fnv_add(h, text, strlen(text) + 1);
}

#endif
