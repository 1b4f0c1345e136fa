/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks that a measuring build must not pay for: compiled in with
 * -DVTDBENCH_CHECK (the tests' builds), gone otherwise.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "vtd.h"

#ifdef VTDBENCH_CHECK
enum { CHECKING = 1 };
#else
enum { CHECKING = 0 };
#endif

/*
 * What a reclaimed table is filled with: read as an entry it is present, with
 * reserved bits set and an address that no pool or workload uses, so a reader
 * that got hold of a reclaimed table gives itself away.
 */
#define CHECK_POISON UINT64_C(0x5dead5dead5de083)

#define check(cond, what)                                                      \
	do {                                                                   \
		if (CHECKING && !(cond)) {                                     \
			fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, \
				__LINE__, what);                               \
			abort();                                               \
		}                                                              \
	} while (0)

/*
 * Places where losing the CPU is worst: in the middle of a walk, between
 * clearing an entry and giving its count back, before an install. A thread
 * rarely loses it there by itself, so a torture test sets
 * check_preempt_every = n before it starts threads: one passage in n, at
 * random, then yields or sleeps for a moment.
 */
#ifdef VTDBENCH_CHECK
extern unsigned check_preempt_every;
void check_preempt_now(void);
/* Called from check_spin() if a test has set it before it started threads. */
extern void (*check_on_spin)(void);
void check_spin_now(void);
/* Lets other threads have the CPU: yields, or sleeps for a moment. Where that
 * takes long because strangers keep the CPU busy, not before the caller has had
 * as long for itself. Any thread. */
void check_give_way(bool by_sleeping);
#endif

/*
 * How long unlinked tables waited until they could be used again: in
 * check_ages[k] those of at least 2^k ns and less than twice as long (k = 0:
 * also less). Added to by any thread (relaxed: numbers on their own); a test
 * zeroes it before it starts threads and reads it after they have ended.
 */
enum { CHECK_AGES = 40 };
#ifdef VTDBENCH_CHECK
extern uint64_t check_ages[CHECK_AGES];
uint64_t check_unlinked_now(void);
void check_reclaimed_now(uint64_t unlinked_ns);
#endif

/* A time to hand to check_reclaimed() once the table is reclaimed. */
VTD_INLINE uint64_t check_unlinked(void)
{
#ifdef VTDBENCH_CHECK
	return check_unlinked_now();
#else
	return 0;
#endif
}

VTD_INLINE void check_reclaimed(uint64_t unlinked_ns)
{
#ifdef VTDBENCH_CHECK
	check_reclaimed_now(unlinked_ns);
#endif
}

VTD_INLINE void check_preempt(void)
{
#ifdef VTDBENCH_CHECK
	if (check_preempt_every)
		check_preempt_now();
#endif
}

/*
 * A turn of a loop that waits for another thread: a pause. With more threads
 * than CPUs the other one may not be running, and a queue of such waits would
 * take a time slice each; so in checking builds whoever spins for long lets
 * others have the CPU. What is measured spins on, as a kernel does.
 */
VTD_INLINE void check_spin(void)
{
#ifdef VTDBENCH_CHECK
	check_spin_now();
#endif
	__builtin_ia32_pause();
}

/* Fills a table that is given back. Readers that should be gone may still be
 * looking, so plain words, each written atomically (relaxed: no pairing). */
VTD_INLINE void check_poison(void *table)
{
	uint64_t *entry = table;

	if (CHECKING)
		for (unsigned i = 0; i < VTD_ENTRIES; i++)
			__atomic_store_n(&entry[i], CHECK_POISON,
					 __ATOMIC_RELAXED);
}

VTD_INLINE void check_zero(const void *table)
{
	const uint64_t *entry = table;

	if (CHECKING)
		for (unsigned i = 0; i < VTD_ENTRIES; i++)
			check(!entry[i], "allocated page is not zero");
}

#endif
