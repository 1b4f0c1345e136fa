/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of the invalidation queue that a submit touches. */
#include "counters/touches.h"

#include "../kernels/invalidation/queue.h"

/* Beyond every pool, as ENGINE_SYNC_SHARED: the lock with what it protects,
 * the status words, the ring. */
#define LOCK   UINT64_C(0xf280000000000)
#define STATUS (LOCK + 4096)
#define RING   (LOCK + 8192)

static void touch(struct touches *l, uint64_t at)
{
	touches_add(l, at, true, CACHESIM_QUEUE);
}

/* One of @n descriptors and a wait descriptor. */
static void submit(struct touches *l, uint64_t n)
{
	uint64_t status = STATUS;

	touch(l, LOCK);
	for (uint64_t i = 0; i <= n; i++) {
		touch(l, RING + l->slot * sizeof(struct inv_descriptor));
		status = STATUS + l->slot * sizeof(uint32_t);
		touch(l, status);
		l->slot = (l->slot + 1) % INV_RING;
	}
	/* the hardware writes the status; the driver finds it so, and gives
	 * the slots back */
	touch(l, LOCK);
	touch(l, status);
}

void touches_queue(struct touches *l, uint64_t submits, uint64_t descriptors)
{
	for (; submits; submits--) {
		uint64_t n = descriptors / submits;

		submit(l, n);
		descriptors -= n;
	}
}
