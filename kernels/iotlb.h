/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IOTLB model: a set-associative cache of translations, shared by all walkers
 * of one IOMMU, tagged by domain, holding 4K, 2M and 1G entries; and, if they
 * are asked for, paging-structure caches, shared or of each device: one for
 * each level above the leaves, of entries that name tables, from which a walk
 * that misses the IOTLB starts. Lookups take no lock; fills and invalidations
 * lock one set at a time.
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

/* Another whenever struct iotlb is, or who has to do what to it: a program's
 * IOTLB is also used by designs of other builds (side/side.h). */
enum { IOTLB_FORM = 1 };

struct iotlb;  /* opaque */
struct device; /* device.h */

struct iotlb_geometry {
	unsigned sets; /* power of two; 0 = no IOTLB */
	unsigned ways; /* 1..16 */
};

/* Written by the owning thread only. */
struct iotlb_stats {
	uint64_t hits, misses, fills, fills_dropped;
	/* Of the paging-structure caches: walks that started below the root,
	 * and those that did not; entries. */
	uint64_t psc_hits, psc_misses, psc_fills, psc_fills_dropped;
	uint64_t invalidations;
	/* Of page-selective ones: sets that were looked into, and entries that
	 * went. Those of a domain or of everything touch none. */
	uint64_t sets_visited, entries_dropped, psc_dropped;
	uint64_t drained; /* flights of devices that were waited for */
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

/* Who shares paging-structure caches: all, or the CPUs, and each device has its
 * own. */
enum psc_scope { PSC_SHARED, PSC_WALKER };

/*
 * iotlb_psc_init() - gives @tlb paging-structure caches of @geometry, for each
 * level. 0, -EINVAL (geometry) or -ENOMEM. Context: nobody uses it yet.
 */
int iotlb_psc_init(struct iotlb *tlb, const struct iotlb_geometry *geometry,
		   enum psc_scope scope);

/*
 * iotlb_psc_lookup() - where a walk of a domain of @levels may start, by the
 * caches of @device (NULL: a CPU walks): the level of a table, *table its PA
 * and *perm what the entries above it allow; @levels, without *table: at the
 * root. Context: the walker's read section, in which the table is then safe as
 * if it had come by its parent; see iotlb.c.
 */
unsigned iotlb_psc_lookup(const struct iotlb *tlb, const struct device *device,
			  uint16_t domain, uint64_t iova, unsigned levels,
			  uint64_t *table, unsigned *perm,
			  struct iotlb_stats *stats);

/*
 * Whether invalidations have to be seen: never unless somebody walks for it,
 * and from then on. Looked at (relaxed) after what was cleared, with a
 * compiler's fence between, it says so of walks that could find that: iotlb.c.
 */
const bool *iotlb_asked(const struct iotlb *tlb);
/* As if somebody walked. */
void iotlb_ask(struct iotlb *tlb);

/* Sample before the walk whose result iotlb_fill() or iotlb_psc_fill() is to
 * enter, and before iotlb_psc_lookup(). */
uint64_t iotlb_generation(struct iotlb *tlb);

/*
 * iotlb_fill() - enter the leaf of @level that covers @iova; @pa and @perm as
 * the walk returned them. Dropped if the generation moved on.
 */
void iotlb_fill(struct iotlb *tlb, uint64_t generation, uint16_t domain,
		uint64_t iova, uint64_t pa, unsigned level, unsigned perm,
		struct iotlb_stats *stats);

/* The same of the entry of @level for @iova: @table is the PA of the table that
 * it names, with what it and those above allow in the low bits. */
void iotlb_psc_fill(struct iotlb *tlb, const struct device *device,
		    uint64_t generation, uint16_t domain, uint64_t iova,
		    uint64_t table, unsigned level, struct iotlb_stats *stats);
/* Whether it has paging-structure caches. */
bool iotlb_has_psc(const struct iotlb *tlb);

/* What a walker of kind device is known by (device.h); NULL: out of memory.
 * Given back by its thread, no later than the IOTLB goes. */
struct device *iotlb_device_get(struct iotlb *tlb);
void iotlb_device_put(struct iotlb *tlb, struct device *device);

/*
 * Invalidations, as VT-d has them. Each is serialised through the one
 * submission lock of the IOMMU, as a queue with a wait descriptor is.
 * Page-selective: 2^@mask pages from @iova (aligned to that size); a cached
 * larger page that overlaps dies whole, and so does each entry of all the
 * paging-structure caches on the way to a page of the range. @leaf_only is
 * VT-d's IH hint: these stay, so no table may go.
 * They return when the devices have drained that may use what was removed.
 */
void iotlb_invalidate_global(struct iotlb *tlb, struct iotlb_stats *stats);
void iotlb_invalidate_domain(struct iotlb *tlb, uint16_t domain,
			     struct iotlb_stats *stats);
void iotlb_invalidate_pages(struct iotlb *tlb, uint16_t domain, uint64_t iova,
			    unsigned mask, bool leaf_only,
			    struct iotlb_stats *stats);

#endif
