/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A histogram of waits; see waits.h. */
#include "waits.h"

#include <stdbool.h>
#include <time.h>

/* Values below 8 by themselves, then the power of two and three bits below. */
static unsigned bucket_of(uint64_t ns)
{
	unsigned lg2, bucket;

	if (ns < 8)
		return (unsigned)ns;
	lg2 = 63 - (unsigned)__builtin_clzll(ns);
	bucket = (lg2 - 2) * 8 + (unsigned)(ns >> (lg2 - 3) & 7);
	return bucket < FREE_WAIT_BUCKETS ? bucket : FREE_WAIT_BUCKETS - 1;
}

static double bucket_ns(unsigned bucket)
{
	if (bucket < 8)
		return bucket;
	return (double)((UINT64_C(8) | bucket % 8) << (bucket / 8 - 1));
}

uint64_t free_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec + 1;
}

void free_waited(struct free_waits *w, uint64_t since_ns)
{
	uint64_t ns = free_now() - since_ns;
	uint64_t max = __atomic_load_n(&w->max_ns, __ATOMIC_RELAXED);

	__atomic_fetch_add(&w->bucket[bucket_of(ns)], 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&w->n, 1, __ATOMIC_RELAXED);
	while (ns > max &&
	       !__atomic_compare_exchange_n(&w->max_ns, &max, ns, true,
					    __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
}

double free_wait_quantile(const struct free_waits *w, double q)
{
	uint64_t left = (uint64_t)(q * (double)(w->n - 1));
	unsigned i = 0;

	for (; i < FREE_WAIT_BUCKETS - 1 && w->bucket[i] <= left; i++)
		left -= w->bucket[i];
	return bucket_ns(i);
}
