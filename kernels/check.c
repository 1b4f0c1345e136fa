/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Losing the CPU at the worst moment; in checking builds only. */
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
#endif
