/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of the invalidation queue that a submit touches. */
#include "counters/cachesim.h"

#include "../kernels/invalidation/queue.h"

/* Beyond every pool, as ENGINE_SYNC_SHARED: the lock with what it protects,
 * the status words, the ring. */
#define LOCK   UINT64_C(0xf280000000000)
#define STATUS (LOCK + 4096)
#define RING   (LOCK + 8192)

static void touch(struct cachesim *sim, unsigned cpu, uint64_t at)
{
	cachesim_access(sim, cpu, at, true, CACHESIM_QUEUE);
}

/* One of @n descriptors and a wait descriptor. */
static void submit(struct cachesim *sim, unsigned cpu, unsigned *slot,
		   uint64_t n)
{
	uint64_t status = STATUS;

	touch(sim, cpu, LOCK);
	for (uint64_t i = 0; i <= n; i++) {
		touch(sim, cpu, RING + *slot * sizeof(struct inv_descriptor));
		status = STATUS + *slot * sizeof(uint32_t);
		touch(sim, cpu, status);
		*slot = (*slot + 1) % INV_RING;
	}
	/* the hardware writes the status; the driver finds it so, and gives
	 * the slots back */
	touch(sim, cpu, LOCK);
	touch(sim, cpu, status);
}

void cachesim_queue(struct cachesim *sim, unsigned cpu, unsigned *slot,
		    uint64_t submits, uint64_t descriptors)
{
	for (; submits; submits--) {
		uint64_t n = descriptors / submits;

		submit(sim, cpu, slot, n);
		descriptors -= n;
	}
}
