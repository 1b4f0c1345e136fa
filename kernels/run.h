/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs of consecutive entries of one table: scan, fill, clear.
 *
 * Entries are stored one by one, eight to a turn of the loop: 8 bytes are what
 * a kernel has to store with, as it keeps out of vector registers. Two at a
 * time (SSE2) would be faster by half, but then no row of a table would stand
 * for a kernel. Loads and stores are atomic also so that compilers make no
 * vectors of them.
 *
 * Long runs are cleared by `rep stosq`, as a kernel clears pages. Its stores
 * are of aligned quadwords, but may be seen in any order (Intel SDM vol. 3
 * §9.2.4: fast strings), while stores after it stay behind it. That is enough
 * beside walkers that load single entries: entries of one run are independent,
 * and what has to come after all of them (the flush, the count) does.
 *
 * ThreadSanitizer sees nothing of that; its builds store entry by entry.
 */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "mutant.h"
#include "tsan.h"
#include "vtd.h"

/* Whether entries may be accessed by instructions of our choice. Not where
 * ThreadSanitizer has to see every access. */
#ifdef TSAN
#define ENTRY_ASM 0
#else
#define ENTRY_ASM 1
#endif

enum {
	RUN_TURN = 8,	  /* entries: a cache line */
	RUN_STRING = 128, /* from here on `rep stosq` is faster: Zen 5 */
};

/* What a table entry is loaded and stored with everywhere. */
VTD_INLINE uint64_t entry_load(const uint64_t *entry)
{
	/* acquire: pairs with the release in entry_store() and in the
	 * install of a table, so that a walker that sees the link sees the
	 * table's zeroes (on x86 a plain load). */
	return __atomic_load_n(entry, __ATOMIC_ACQUIRE);
}

/*
 * The same at @base + @offset, as one instruction: compilers add first if the
 * load is atomic, and in a walk the addition would be on the chain of loads.
 */
VTD_INLINE uint64_t entry_load_at(uint64_t base, uint64_t offset)
{
	uint64_t entry;

	if (!ENTRY_ASM)
		return entry_load((const uint64_t *)(base + offset));
	/* acquire: of the compiler by the clobber; on x86 every load is one */
	__asm__ volatile("movq (%1,%2), %0"
			 : "=r"(entry)
			 : "r"(base), "r"(offset)
			 : "memory");
	return entry;
}

/* The same of @table[@index]. */
VTD_INLINE uint64_t entry_load_nth(const uint64_t *table, uint64_t index)
{
	uint64_t entry;

	if (!ENTRY_ASM)
		return entry_load(&table[index]);
	__asm__ volatile("movq (%1,%2,8), %0"
			 : "=r"(entry)
			 : "r"(table), "r"(index)
			 : "memory");
	return entry;
}

VTD_INLINE void entry_store(uint64_t *entry, uint64_t value)
{
	/* release: pairs with the acquire in entry_load(). */
	__atomic_store_n(entry, value, __ATOMIC_RELEASE);
}

/*
 * Sets @bits (A, D) in the leaf at @slot, where @entry was found, as hardware
 * does: compared first, so that a leaf that has gone or been replaced meanwhile
 * is left alone, and written only if a bit is missing. False: it has; walk
 * again. Context: bits_begin() of policy.inc, or a device's walk that an
 * invalidation drains.
 */
VTD_INLINE bool entry_touch(uint64_t *slot, uint64_t entry, uint64_t bits)
{
	if ((entry & bits) == bits)
		return true;
	if (MUTANT(ad_plain_store)) {
		mutant_pause();
		entry_store(slot, entry | bits);
		return true;
	}
	/* release: pairs with the acquire in entry_untouch(), who finds the bit
	 * finds what its setter did before. It is also before the fill of the
	 * IOTLB, whose set is unlocked by a release. */
	return __atomic_compare_exchange_n(slot, &entry, entry | bits, false,
					   __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}

/*
 * Clears @bit (D) of the entry at @slot, where @entry was found, in one step:
 * whether it was set. An entry that is no leaf (any more) never has it and is
 * left as it is. Context: bits_begin().
 */
VTD_INLINE bool entry_untouch(uint64_t *slot, uint64_t entry, uint64_t bit)
{
	if (MUTANT(dirty_test_apart)) {
		if (entry & bit >> 1 && !(entry & bit)) /* A, and no D */
			mutant_pause();
		__atomic_fetch_and(slot, ~bit, __ATOMIC_ACQUIRE);
		return entry & bit;
	}
	if (!(entry & bit))
		return false;
	/* acquire: pairs with the release in entry_touch(), and keeps the flush
	 * after it. Of a leaf that was mapped since @slot was looked at, the
	 * answer is right as well: the bit was this IOVA's. */
	return __atomic_fetch_and(slot, ~bit, __ATOMIC_ACQUIRE) & bit;
}

/* One of a run. Relaxed: what is found is looked at and not followed. */
VTD_INLINE uint64_t run_load(const uint64_t *entry)
{
	return __atomic_load_n(entry, __ATOMIC_RELAXED);
}

/* @bits and (@all) or or *@entry: one instruction, which compilers do not make
 * of an atomic load. */
VTD_INLINE uint64_t run_join(uint64_t bits, const uint64_t *entry, bool all)
{
	if (!ENTRY_ASM)
		return all ? bits & run_load(entry) : bits | run_load(entry);
	if (all)
		__asm__("andq %1, %0" : "+r"(bits) : "m"(*entry) : "cc");
	else
		__asm__("orq %1, %0" : "+r"(bits) : "m"(*entry) : "cc");
	return bits;
}

/* The bits that any, or with @all every, one of @n entries has. */
VTD_INLINE uint64_t run_bits(const uint64_t *entry, unsigned n, bool all)
{
	const uint64_t *end = entry + n;
	/* four chains: one alone takes a cycle an entry */
	const uint64_t none = all ? ~UINT64_C(0) : 0;
	uint64_t bits[4] = {none, none, none, none};

	for (; end - entry >= RUN_TURN; entry += RUN_TURN)
#pragma GCC unroll 8
		for (unsigned i = 0; i < RUN_TURN; i++)
			bits[i % 4] = run_join(bits[i % 4], &entry[i], all);
	for (; entry < end; entry++)
		bits[0] = run_join(bits[0], entry, all);
	return all ? bits[0] & bits[1] & bits[2] & bits[3]
		   : bits[0] | bits[1] | bits[2] | bits[3];
}

/* OR of @n entries: 0 = all empty. */
VTD_INLINE uint64_t run_or(const uint64_t *entry, unsigned n)
{
	return run_bits(entry, n, false);
}

/* AND of @n entries: what all have. */
VTD_INLINE uint64_t run_and(const uint64_t *entry, unsigned n)
{
	return run_bits(entry, n, true);
}

/* How many of @n entries are not empty. */
VTD_INLINE unsigned run_count(const uint64_t *entry, unsigned n)
{
	unsigned used = 0;

	for (unsigned i = 0; i < n; i++)
		used += !!run_load(&entry[i]);
	return used;
}

/* @n entries from @value on, each @step more than the one before. */
VTD_INLINE void run_fill(uint64_t *entry, unsigned n, uint64_t value,
			 uint64_t step)
{
	uint64_t *end = entry + n;
	uint64_t odd = value + step; /* two chains: one takes a cycle each */

	for (; end - entry >= RUN_TURN; entry += RUN_TURN)
#pragma GCC unroll 4
		for (unsigned i = 0; i < RUN_TURN; i += 2) {
			entry_store(&entry[i], value);
			entry_store(&entry[i + 1], odd);
			value += 2 * step;
			odd += 2 * step;
		}
	for (; entry < end; entry++, value += step)
		entry_store(entry, value);
}

/* Clears @n entries. */
VTD_INLINE void run_clear(uint64_t *entry, unsigned n)
{
	uint64_t *end = entry + n;

	if (ENTRY_ASM && n >= RUN_STRING) {
		uint64_t left = n;

		__asm__ volatile("rep stosq"
				 : "+D"(entry), "+c"(left)
				 : "a"(UINT64_C(0))
				 : "memory");
		return;
	}
	for (; end - entry >= RUN_TURN; entry += RUN_TURN)
#pragma GCC unroll 8
		for (unsigned i = 0; i < RUN_TURN; i++)
			entry_store(&entry[i], 0);
	for (; entry < end; entry++)
		entry_store(entry, 0);
}

#endif
