/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IOTLB model: a set-associative cache of translations, shared by all walkers
 * of one IOMMU, tagged by domain, holding 4K, 2M and 1G entries. Lookups take
 * no lock; fills and invalidations lock one set at a time.
 *
 * The promise: after iotlb_invalidate_*() returns, no lookup that starts
 * later yields a translation read from the table before the invalidation
 * started. A walker therefore samples iotlb_generation() *before* its walk
 * and hands it to iotlb_fill(), which drops the fill when an invalidation
 * came in between.
 */
#ifndef IOTLB_H
#define IOTLB_H

#include <pthread.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vtd.h"

struct iotlb; /* opaque */

struct iotlb_geometry {
	unsigned sets; /* power of two; 0 = no IOTLB */
	unsigned ways; /* 1..16 */
};

/* Written by the owning thread only. */
struct iotlb_stats {
	uint64_t hits, misses, fills, fills_dropped;
	uint64_t invalidations, entries_invalidated;
};

/* Returns NULL with errno EINVAL (geometry) or ENOMEM. */
struct iotlb *iotlb_new(const struct iotlb_geometry *geometry);
void iotlb_free(struct iotlb *tlb);

/*
 * iotlb_lookup() - true and *pa (page offset included) and *perm on a hit.
 * Context: any thread, no lock.
 */
bool iotlb_lookup(const struct iotlb *tlb, uint16_t domain, uint64_t iova,
		  uint64_t *pa, unsigned *perm, struct iotlb_stats *stats);

/* Sample before the walk whose result iotlb_fill() is to enter. */
uint64_t iotlb_generation(const struct iotlb *tlb);

/*
 * iotlb_fill() - enter the leaf of @level that covers @iova; @pa and @perm as
 * the walk returned them. Dropped if the generation moved on.
 */
void iotlb_fill(struct iotlb *tlb, uint64_t generation, uint16_t domain,
		uint64_t iova, uint64_t pa, unsigned level, unsigned perm,
		struct iotlb_stats *stats);

/*
 * Invalidations, as VT-d has them. Each is serialised through the one
 * submission lock of the IOMMU, as a queue with a wait descriptor is.
 * Page-selective: 2^@mask pages from @iova (aligned to that size); a cached
 * larger page that overlaps dies whole. @leaf_only is VT-d's IH hint.
 */
void iotlb_invalidate_global(struct iotlb *tlb, struct iotlb_stats *stats);
void iotlb_invalidate_domain(struct iotlb *tlb, uint16_t domain,
			     struct iotlb_stats *stats);
void iotlb_invalidate_pages(struct iotlb *tlb, uint16_t domain, uint64_t iova,
			    unsigned mask, bool leaf_only,
			    struct iotlb_stats *stats);

/* Largest address mask one page-selective invalidation takes (CAP.MAMV). */
enum { IOTLB_MASK_MAX = 18 };

/*
 * iotlb_invalidate_range() - what a driver does for [iova, last]: one page-
 * selective invalidation with the smallest mask that covers the range, or a
 * domain-selective one beyond IOTLB_MASK_MAX.
 */
void iotlb_invalidate_range(struct iotlb *tlb, uint16_t domain, uint64_t iova,
			    uint64_t last, bool leaf_only,
			    struct iotlb_stats *stats);

#endif
