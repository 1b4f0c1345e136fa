/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The invalidation queue of an IOMMU: what a driver does to it, and a model of
 * the hardware behind it.
 *
 * The driver's side is Linux's (qi_submit_sync): one ring of 256 descriptors
 * under one spinlock. A submit appends its descriptors and a wait descriptor,
 * writes the tail register and polls the wait descriptor's status, letting go
 * of the lock between looks.
 *
 * The hardware's side is a server that takes descriptors in their order. It
 * begins `submit` after the tail was written, if it is not busy with earlier
 * ones, and takes `service` for each descriptor but the wait descriptor, which
 * is done when it gets there. So an invalidation costs what this model says,
 * whatever the IOTLB model holds. What keeps the IOTLB model's own books runs
 * on the submitting CPU within that time, and is not added to it.
 */
#ifndef INVALIDATION_QUEUE_H
#define INVALIDATION_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "descriptor.h"
#include "../iotlb.h"

struct engine_thread;
struct inv_queue; /* opaque */

enum {
	INV_RING = 256,
	/* Largest address mask of a page-selective one (CAP.MAMV). QEMU's VT-d
	 * has 18, and so have the traces. */
	INV_MASK_MAX = 18,
};

/* Called for each descriptor in the order of the ring, wait descriptors left
 * out. Context: under the queue's lock. */
typedef void inv_observer(void *arg, const struct inv_descriptor *d);

struct inv_config {
	struct iotlb *iotlb; /* what the hardware invalidates */
	/* Ticks of a clock that all CPUs have in common. NULL: the hardware
	 * takes no time, and submits are not timed. */
	uint64_t (*clock)(void);
	uint64_t submit_ticks, service_ticks;
	/* Costs are switched off: unless somebody looks, descriptors are
	 * executed at once, without ring and lock, and nothing is timed. */
	bool off;
	/* The hint that only leaves changed is handed on where it holds. Linux
	 * 6.1 asks for it and drops it on the way into the second stage's
	 * descriptor. */
	bool hint;
	/* Devices have TLBs of their own (ATS): each invalidation is followed
	 * by one of the device. A domain has one device, whose requester id is
	 * the domain's number. */
	bool device_tlb;
	inv_observer *observe; /* NULL: nobody looks */
	void *arg;
};

/* Written by the owning thread only. */
struct inv_stats {
	uint64_t submits, descriptors; /* wait descriptors left out */
	/* Ticks in submits, and of how many: all if the hardware takes time,
	 * else one in INV_TIMED. */
	uint64_t ticks, timed;
	uint64_t unmaps;
	uint64_t deferred; /* of these, that left it to a flush; deferred.h */
	uint64_t flushes;
};
enum { INV_TIMED = 16 };

/* NULL with errno: ENOMEM. @cfg->iotlb outlives it. */
struct inv_queue *inv_queue_new(const struct inv_config *cfg);
void inv_queue_free(struct inv_queue *q);
/* As of cfg->observe. Context: nobody submits. */
void inv_queue_observe(struct inv_queue *q, inv_observer *observe, void *arg);

/*
 * What says whether a range has to be submitted at all, as long as @q lives:
 * not where it costs nothing, and is nothing, because nobody walks for the
 * IOTLB and nobody looks. See iotlb_asked().
 */
const bool *inv_wanted(const struct inv_queue *q);

/* [iova, last] is one piece of inv_range(): inside a region of 2M, or an
 * aligned power of two. True of nearly all; false of some that are. */
static inline bool inv_one_piece(uint64_t iova, uint64_t last)
{
	const uint64_t differ = iova ^ last;

	return differ < UINT64_C(1) << 21 ||
	       (!(differ & (differ + 1)) && !(iova & differ));
}

/* Whose translations, and how they are tagged. */
struct inv_target {
	uint16_t domain;
	bool first_stage;    /* of PASID 0, as Linux has a device's own */
	uint8_t leaf_levels; /* largest leaf, hence page size: 1, 2 or 3 */
};

/*
 * inv_range() - what Linux's driver submits when [iova, last] was unmapped,
 * and waits for.
 *
 * The range goes in pieces of one page size, as iommu_unmap() hands it to a
 * driver since 5.15: up to where the next larger page fits, and each piece
 * has a submit of its own. A piece is one page-selective invalidation with the
 * smallest mask that covers it, from its first page on, or one of the domain
 * if the mask would be larger than INV_MASK_MAX. @leaf_only: no table went.
 *
 * No translation that starts after it returns yields what a walk read before
 * it began. Context: @t between enter and leave; takes the queue's lock.
 */
void inv_range(struct inv_queue *q, struct engine_thread *t,
	       struct inv_target of, uint64_t iova, uint64_t last,
	       bool leaf_only);

/* The same for all of the domain: what a deferred flush submits. */
void inv_whole(struct inv_queue *q, struct engine_thread *t,
	       struct inv_target of);

/* log2 of the pages of the smallest mask that covers [iova, last]. */
unsigned inv_mask_of(uint64_t iova, uint64_t last);

/* Bytes of the first piece of @bytes (whole pages) at @iova. */
uint64_t inv_piece(uint64_t iova, uint64_t bytes, unsigned leaf_levels);

#endif
