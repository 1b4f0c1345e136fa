/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walkers of kind `device`: what the remapping hardware is. They take no lock
 * and enter no section, whatever the design; they are known to the IOMMU, and
 * an invalidation drains them, as its descriptor's DR and DW bits ask for: it
 * is over when the requests that were under way and may use what it removes are
 * over. That is what makes it safe to free a table after it.
 *
 * A: Who translates says so (an exchange of its `flight`, seq_cst) before it
 * looks at a cache or a table. Who invalidates has cleared the entry in the
 * table, removed it from the caches, and then (after a locked instruction)
 * looks at each `flight`. So either the flight is seen, or it sees what was
 * cleared and removed, and cannot get there.
 *
 * B: The end of a flight is a release after its last load; pairs with the
 * acquire of who waits, which frees tables after.
 *
 * C: A flight that is not the one that was seen began later: see A. So nobody
 * waits for long for a device that translates all the time.
 *
 * What a flight may hold. Leaves: only those of its page. Tables: those on the
 * way to its page, of which any may go with an entry above a leaf; an
 * invalidation without the leaf-only hint therefore waits for all flights of
 * the domain, one with it for those in its range.
 */
#ifndef DEVICE_H
#define DEVICE_H

#include <stdint.h>

#include "assoc.h"

/* One device, on a line of its own: written by its thread alone. */
struct device {
	uint64_t flight;     /* odd: a translation is under way */
	uint64_t what;	     /* of it: assoc_tag() of its 4K page */
	struct device *next; /* of all that there ever were */
	struct psc *psc;     /* its own; NULL: it has none (iotlb.c) */
	bool taken;	     /* under the IOMMU's lock */
} __attribute__((aligned(64)));

/* The flight begins. Context: the device's thread. */
VTD_INLINE void device_begin(struct device *dev, uint16_t domain, uint64_t iova)
{
	/* relaxed: the exchange publishes it */
	__atomic_store_n(&dev->what, assoc_tag(domain, iova, 1, IOTLB_LOWEST),
			 __ATOMIC_RELAXED);
	/* seq_cst: A, pairs with the exchange before devices_drain() */
	__atomic_exchange_n(&dev->flight, dev->flight + 1, __ATOMIC_SEQ_CST);
}

VTD_INLINE void device_end(struct device *dev)
{
	/* release: B, pairs with the acquire in device_wait() */
	__atomic_store_n(&dev->flight, dev->flight + 1, __ATOMIC_RELEASE);
}

/*
 * devices_drain() - waits for the flights under way whose `what` is in @m, of
 * the devices from @first on. Returns for how many. Context: what they are to
 * see no more is cleared and removed; the caller is no device under way.
 */
unsigned devices_drain(const struct device *first, struct match m);

#endif
