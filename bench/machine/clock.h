/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The clock of every measurement: the fenced time-stamp counter where it can
 * be trusted, else clock_gettime(CLOCK_MONOTONIC_RAW), with the reason said.
 *
 *	t = clock_start();
 *	...measured...
 *	ns = clock_ns(clock_stop() - t) - clock_info()->cost_ns;
 *
 * clock_init() comes first, once, before other threads exist; everything else
 * may be called from any thread. Ticks of different CPUs may be compared: a
 * counter that is not synchronised is not used.
 */
#ifndef MACHINE_CLOCK_H
#define MACHINE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#include "base/err.h"

struct clock_info {
	double ticks_per_ns;
	double cost_ns;	    /* of one clock_start() and clock_stop() */
	double step_ns;	    /* what the clock cannot tell apart; it need not be
			       a whole number of ticks */
	const char *source; /* "rdtscp" or "clock_gettime" */
	char reason[160];   /* why not rdtscp; else empty */
};

/*
 * Calibrates (about 50 ms). @allow_tsc false: clock_gettime without asking.
 * -EIO: no clock of the machine advances. May be called again: the last call
 * counts.
 */
int clock_init(bool allow_tsc, struct err *e);
const struct clock_info *clock_info(void);

/*
 * clock_adopt() - in the place of clock_init(), as another process of this
 * machine found it a moment ago: tried for half a millisecond, and calibrated
 * anew if it does not hold here.
 */
int clock_adopt(const struct clock_info *found, struct err *e);

double clock_ns(uint64_t ticks);   /* a difference of readings in ns */
uint64_t clock_ticks(double ns);   /* the reverse, rounded */
uint64_t clock_monotonic_ns(void); /* CLOCK_MONOTONIC_RAW, for phases */

/* Times something once: clock_start(), that, clock_stop(); the ticks. */
typedef uint64_t clock_interval(void *arg);
/*
 * The mean length of what @once times, in ns; interruptions left out. A mean,
 * for a median of single lengths is a multiple of the clock's step. Calls it
 * some 2000 times. After clock_init().
 */
double clock_mean_ns(clock_interval *once, void *arg);

extern bool clock_uses_tsc; /* written by clock_init() only */

/*
 * A reading that starts an interval: earlier loads are done before it, what
 * follows does not begin until it is taken (Intel SDM, RDTSC; the recipe of
 * Paoloni 2010 with lfence for cpuid).
 */
static inline __attribute__((always_inline)) uint64_t clock_start(void)
{
#if defined(__x86_64__)
	if (clock_uses_tsc) {
		uint64_t t;

		_mm_lfence();
		t = __rdtsc();
		_mm_lfence();
		return t;
	}
#endif
	return clock_monotonic_ns();
}

/*
 * A reading that ends one: rdtscp waits until everything before it has been
 * executed, the fence keeps what follows out of the interval.
 */
static inline __attribute__((always_inline)) uint64_t clock_stop(void)
{
#if defined(__x86_64__)
	if (clock_uses_tsc) {
		unsigned cpu;
		uint64_t t = __rdtscp(&cpu);

		_mm_lfence();
		return t;
	}
#endif
	return clock_monotonic_ns();
}

#endif
