/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs of consecutive entries of one table: scan, fill, clear.
 *
 * Runs are written two entries at a time (16-byte aligned SSE2 stores). This
 * is safe beside walkers that load single entries: every x86-64 processor
 * performs an aligned 16-byte store without splitting an aligned quadword
 * (and with AVX present, as one access: Intel SDM vol. 3 §9.1.1, AMD APM
 * vol. 2 §7.3.2), stores become visible in program order (TSO), and a leaf
 * publishes nothing but itself, so a walker sees each entry either old or
 * new. Entries of one run are independent: no reader may rely on their order.
 *
 * ThreadSanitizer cannot see that; its builds store entry by entry.
 */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "vtd.h"

#if defined(__SANITIZE_THREAD__)
#define RUN_WIDE 0
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RUN_WIDE 0
#endif
#endif
#ifndef RUN_WIDE
#define RUN_WIDE 1
#endif

typedef uint64_t run_pair __attribute__((vector_size(16), may_alias));

/* What a table entry is loaded and stored with everywhere. */
VTD_INLINE uint64_t entry_load(const uint64_t *entry)
{
	/* acquire: pairs with the release in entry_store() and in the
	 * install of a table, so that a walker that sees the link sees the
	 * table's zeroes (on x86 a plain load). */
	return __atomic_load_n(entry, __ATOMIC_ACQUIRE);
}

VTD_INLINE void entry_store(uint64_t *entry, uint64_t value)
{
	/* release: pairs with the acquire in entry_load(). */
	__atomic_store_n(entry, value, __ATOMIC_RELEASE);
}

/* Leaves the compiler no freedom to move run stores across. */
VTD_INLINE void run_fence(void)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* The bits that any, or with @all every, one of @n entries has. */
VTD_INLINE uint64_t run_bits(const uint64_t *entry, unsigned n, bool all)
{
	uint64_t bits = all ? ~UINT64_C(0) : 0;

	if (!RUN_WIDE || n < 4) {
		for (unsigned i = 0; i < n; i++) {
			uint64_t x =
				__atomic_load_n(&entry[i], __ATOMIC_RELAXED);

			bits = all ? bits & x : bits | x;
		}
		return bits;
	}
	if ((uintptr_t)entry & 8) {
		bits = *entry++;
		n--;
	}
	run_pair acc = {all ? ~UINT64_C(0) : 0, all ? ~UINT64_C(0) : 0};
	run_pair acc2 = acc;
	unsigned pairs = n / 2;
	const run_pair *p = (const run_pair *)entry;

	for (; pairs >= 4; pairs -= 4, p += 4) {
		acc = all ? acc & p[0] & p[2] : acc | p[0] | p[2];
		acc2 = all ? acc2 & p[1] & p[3] : acc2 | p[1] | p[3];
	}
	for (; pairs; pairs--, p++)
		acc = all ? acc & *p : acc | *p;
	if (n & 1)
		bits = all ? bits & entry[n - 1] : bits | entry[n - 1];
	acc = all ? acc & acc2 : acc | acc2;
	return all ? bits & acc[0] & acc[1] : bits | acc[0] | acc[1];
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
		used += !!__atomic_load_n(&entry[i], __ATOMIC_RELAXED);
	return used;
}

/* @n entries from @value on, each @step more than the one before. */
VTD_INLINE void run_fill(uint64_t *entry, unsigned n, uint64_t value,
			 uint64_t step)
{
	if (!RUN_WIDE || n < 4) {
		for (unsigned i = 0; i < n; i++, value += step)
			entry_store(&entry[i], value);
		return;
	}
	run_fence();
	if ((uintptr_t)entry & 8) {
		entry_store(entry++, value);
		value += step;
		n--;
	}
	run_pair v = {value, value + step};
	const run_pair add = {2 * step, 2 * step};
	run_pair *p = (run_pair *)entry;
	unsigned pairs = n / 2;

	for (; pairs >= 4; pairs -= 4, p += 4) {
		p[0] = v;
		p[1] = v + add;
		p[2] = v + 2 * add;
		p[3] = v + 3 * add;
		v += 4 * add;
	}
	for (; pairs; pairs--, v += add)
		*p++ = v;
	if (n & 1)
		entry_store(&entry[n - 1], v[0]);
	run_fence();
}

/* Clears @n entries. Returns the AND of what they held. */
VTD_INLINE uint64_t run_clear(uint64_t *entry, unsigned n)
{
	uint64_t all = ~UINT64_C(0);

	if (!RUN_WIDE || n < 4) {
		for (unsigned i = 0; i < n; i++) {
			all &= __atomic_load_n(&entry[i], __ATOMIC_RELAXED);
			entry_store(&entry[i], 0);
		}
		return all;
	}
	run_fence();
	if ((uintptr_t)entry & 8) {
		all = *entry;
		entry_store(entry++, 0);
		n--;
	}
	run_pair acc = {~UINT64_C(0), ~UINT64_C(0)}, acc2 = acc;
	const run_pair zero = {0, 0};
	unsigned pairs = n / 2;
	run_pair *p = (run_pair *)entry;

	for (; pairs >= 4; pairs -= 4, p += 4) {
		acc &= p[0] & p[2];
		acc2 &= p[1] & p[3];
		p[0] = zero;
		p[1] = zero;
		p[2] = zero;
		p[3] = zero;
	}
	for (; pairs; pairs--) {
		acc &= *p;
		*p++ = zero;
	}
	if (n & 1) {
		all &= entry[n - 1];
		entry_store(&entry[n - 1], 0);
	}
	run_fence();
	acc &= acc2;
	return all & acc[0] & acc[1];
}

#endif
