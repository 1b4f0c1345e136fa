/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slowdowns of a known size, compiled in to show what the gate finds. Nothing
 * of it is in a normal build. One at a time, by -D:
 *
 *   SLOW_LOAD=N   a walk loads its entry of level N once more, and waits
 *   SLOW_CYCLE=N  a walk has its entry of level N a cycle later
 *   SLOW_ATOMIC   a locked add to a line of the thread's own, each walk, map
 *                 and unmap
 *
 * They change the code around as well, so a case may get slower by more or
 * less than their name says. side/side_slow.h has one of an exact size.
 */
#ifndef SLOW_H
#define SLOW_H

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
#elif defined(SLOW_CYCLE)
VTD_INLINE uint64_t slow_entry(const uint64_t *slot, uint64_t entry,
			       unsigned level)
{
	if (level == SLOW_CYCLE)
		__asm__ volatile("add $0, %0" : "+r"(entry) : : "cc");
	return entry;
}
#else
VTD_INLINE uint64_t slow_entry(const uint64_t *slot, uint64_t entry,
			       unsigned level)
{
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

#endif
