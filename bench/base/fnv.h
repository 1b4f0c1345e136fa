/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FNV-1a (Fowler, Noll, Vo): names things, guards against nobody. */
#ifndef BASE_FNV_H
#define BASE_FNV_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define FNV_OFFSET UINT64_C(0xcbf29ce484222325)

/* @h and the text with its end: ("ab", "c") is not ("a", "bc"). */
static inline uint64_t fnv_bytes(uint64_t h, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
	return (h ^ 0xff) * UINT64_C(0x100000001b3);
}

static inline uint64_t fnv_text(uint64_t h, const char *text)
{
	return fnv_bytes(h, text, strlen(text));
}

#endif
