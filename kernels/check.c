/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Losing the CPU at the worst moment, and how long tables wait to be reclaimed;
 * in checking builds only. */
#include "check.h"

#ifdef VTDBENCH_CHECK
#include <sched.h>
#include <time.h>

unsigned check_preempt_every;

void check_preempt_now(void)
{
	static __thread uint64_t state;
	const struct timespec moment = {.tv_nsec = 20000};

	if (!state)
		state = (uint64_t)(uintptr_t)&state | 1;
	/* xorshift */
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	if ((state >> 20) % check_preempt_every)
		return;
	if (state >> 60 & 1)
		sched_yield();
	else
		nanosleep(&moment, NULL);
}

uint64_t check_ages[CHECK_AGES];

uint64_t check_unlinked_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

void check_reclaimed_now(uint64_t unlinked_ns)
{
	uint64_t ns = check_unlinked_now() - unlinked_ns;
	unsigned bucket = ns ? 63 - (unsigned)__builtin_clzll(ns) : 0;

	if (bucket >= CHECK_AGES)
		bucket = CHECK_AGES - 1;
	__atomic_fetch_add(&check_ages[bucket], 1, __ATOMIC_RELAXED);
}
#endif
