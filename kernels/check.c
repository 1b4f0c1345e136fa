/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Losing the CPU at the worst moment, and how long tables wait to be reclaimed;
 * in checking builds only. */
#include "check.h"

#ifdef VTDBENCH_CHECK
#include <sched.h>
#include <time.h>

unsigned check_preempt_every;

/* Longer than any thread of a test goes on for before it gives way itself:
 * strangers had the CPU. */
enum { LONG_NS = 1000000 };

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

void check_give_way(bool by_sleeping)
{
	static __thread bool strangers;
	static __thread uint64_t not_before;
	const struct timespec moment = {.tv_nsec = 20000};
	uint64_t before = now_ns(), after;

	if (before < not_before)
		return;
	/* A stranger that is yielded to keeps the CPU for all of its time;
	 * who sleeps gets it back on waking. */
	if (by_sleeping || strangers)
		nanosleep(&moment, NULL);
	else
		sched_yield();
	after = now_ns();
	if (after - before > LONG_NS) {
		strangers = true;
		not_before = after + (after - before);
	}
}

void check_preempt_now(void)
{
	static __thread uint64_t state;

	if (!state)
		state = (uint64_t)(uintptr_t)&state | 1;
	/* xorshift */
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	if ((state >> 20) % check_preempt_every)
		return;
	check_give_way(!(state >> 60 & 1));
}

void (*check_on_spin)(void);

/* Yields again and again. Where a stranger had the CPU for it, or all who are
 * yielded to spin as well, it sleeps: who wakes up gets the CPU back. */
void check_spin_now(void)
{
	enum { TURNS = 32, YIELDS = 8, SLEEPS = 64 };
	const struct timespec moment = {.tv_nsec = 20000};
	static __thread unsigned turns, sleeps;
	uint64_t before;

	if (check_on_spin)
		check_on_spin();
	if (++turns % TURNS)
		return;
	if (sleeps || !(turns % (TURNS * YIELDS))) {
		nanosleep(&moment, NULL);
		sleeps -= sleeps > 0;
		return;
	}
	before = now_ns();
	sched_yield();
	if (now_ns() - before > LONG_NS)
		sleeps = SLEEPS;
}

uint64_t check_ages[CHECK_AGES];

uint64_t check_unlinked_now(void)
{
	return now_ns();
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
