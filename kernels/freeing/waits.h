/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long retired tables waited until they could be used again, of a pool: a
 * histogram with eight buckets to the power of two (an eighth is its error).
 * Some of what is retired is timed, one in FREE_TIMED.
 */
#ifndef FREEING_WAITS_H
#define FREEING_WAITS_H

#include <stdint.h>

enum {
	FREE_TIMED = 64, /* of a thread's gather lists; a power of two */
	FREE_WAIT_BUCKETS = 8 * 44,
};

/* Numbers on their own: relaxed on both sides. */
struct free_waits {
	uint64_t bucket[FREE_WAIT_BUCKETS];
	uint64_t n, max_ns;
};

/* CLOCK_MONOTONIC, never 0. */
uint64_t free_now(void);
/* What was retired at @since_ns is reclaimed now. Any thread. */
void free_waited(struct free_waits *w, uint64_t since_ns);
/* The quantile @q of 0 to 1, of n > 0; lower end of its bucket. */
double free_wait_quantile(const struct free_waits *w, double q);

#endif
