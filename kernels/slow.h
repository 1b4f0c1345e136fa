/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slowdowns of a known size, compiled in to show what the gate finds. Nothing
 * of it is in a normal build. One at a time, by -D:
 *
 *   SLOW_LOAD=N       a walk loads its entry of level N once more, and waits
 *   SLOW_ATOMIC       a locked add to a line of the thread's own, each walk,
 *                     map and unmap
 *   SLOW_PER_MILLE=N  N thousandths of the work of a block once more
 */
#ifndef SLOW_H
#define SLOW_H

#include <stddef.h>
#include <stdint.h>

#include "vtd.h"

#ifdef SLOW_LOAD
VTD_INLINE uint64_t slow_entry(const uint64_t *slot, uint64_t entry,
			       unsigned level)
{
	uint64_t zero = 0, again;

	if (level != SLOW_LOAD)
		return entry;
	/* an address and a result that wait, without the compiler knowing */
	__asm__ volatile("" : "+r"(zero) : "r"(entry));
	again = *(const volatile uint64_t *)((uintptr_t)slot + (entry & zero));
	return entry + (again & zero);
}
#else
VTD_INLINE uint64_t slow_entry(const uint64_t *slot, uint64_t entry,
			       unsigned level)
{
	(void)slot;
	(void)level;
	return entry;
}
#endif

#ifdef SLOW_ATOMIC
static _Thread_local uint64_t slow_line[16];
VTD_INLINE void slow_operation(void)
{
	__atomic_fetch_add(&slow_line[8], 1, __ATOMIC_RELAXED);
}
#else
VTD_INLINE void slow_operation(void)
{
}
#endif

#ifdef SLOW_PER_MILLE
/* How many of @n operations to do once more; what is left of a fraction
 * waits for the next block. @cost: of once more, in operations. */
static inline size_t slow_again(size_t n, unsigned cost)
{
	static _Thread_local size_t left;
	size_t again;

	left += n * SLOW_PER_MILLE;
	again = left / (1000 * cost);
	left -= again * 1000 * cost;
	return again < n ? again : n;
}
#else
VTD_INLINE size_t slow_again(size_t n, unsigned cost)
{
	(void)n;
	(void)cost;
	return 0;
}
#endif

#endif
