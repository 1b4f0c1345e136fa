/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IOTLB model, with the paging-structure caches.
 *
 * `generation` counts invalidations by two; it is odd while one removes things,
 * of which there is one at a time. 64 bits do not come round. An entry is
 * stamped with the generation that its walker sampled before it looked at
 * anything. A domain has a floor, and so have all together: the generation
 * after the last invalidation of the whole domain, or of everything. What is
 * stamped below is dead, wherever it is, so these invalidations touch no set; a
 * way that is dead is used again as if it were empty. A page-selective one
 * raises no floor: it visits the sets.
 *
 * Why no stale translation survives. A fill checks inside the set's lock that
 * the generation is still what the walker sampled, and even. A sample from
 * before the invalidation: if the fill's lock comes after the visit, it sees
 * that the generation moved on, and is dropped; if it comes before, the visit
 * finds the set locked, or the entry, and removes it. A sample from within: it
 * sees the entries that were cleared in the tables, but may have met a link in
 * a paging-structure cache that was still to be removed, so it is dropped. A
 * sample from after it finds neither.
 *
 * Why a cached link leads to no table that was freed. Tables are unlinked,
 * flushed, and only then retired: so a link that a walker looks up in its read
 * section is of a table that was not retired when the section began, and what
 * the design does for walkers that came by the table's parent is enough for
 * them. (Under `typesafe`, which takes nothing, the generation of the domain is
 * advanced after the flush, and each entry is judged by it. Under `driver` the
 * walker owns the range, and so does who frees the table.)
 */
#include "iotlb.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aligned.h"
#include "assoc.h"
#include "check.h"
#include "device.h"
#include "membarrier.h"
#include "mutant.h"
#include "psc.h"

enum { LEVELS = VTD_LEAF_LEVEL_MAX, DOMAINS = 1 << 16 };

struct iotlb {
	/* read by every lookup, written rarely */
	struct assoc leaves;
	unsigned levels_used; /* 1 << level, of every level ever filled */
	bool asked;	  /* somebody walks for it: invalidations are seen */
	bool ready;	  /* and those from before that are over */
	uint64_t *floors; /* of each domain */
	uint64_t floor;	  /* of all */
	uint64_t newest_floor;
	/* Of all that have none of their own; NULL: there are none. */
	struct psc *psc;
	struct iotlb_geometry own_psc; /* of each device; .sets 0: none */

	alignas(64) uint64_t generation;
	alignas(64) pthread_spinlock_t submit; /* one queue per IOMMU */
	struct device *devices; /* added to under the lock, read by anyone */
};

struct iotlb *iotlb_new(const struct iotlb_geometry *g)
{
	struct iotlb *tlb = aligned_zalloc(64, 1, sizeof(*tlb));
	int ret;

	if (!tlb)
		return NULL;
	ret = assoc_init(&tlb->leaves, g->sets, g->ways);
	tlb->floors = aligned_zalloc(64, DOMAINS, sizeof(*tlb->floors));
	if (!ret && !tlb->floors)
		ret = -ENOMEM;
	pthread_spin_init(&tlb->submit, PTHREAD_PROCESS_PRIVATE);
	tlb->asked = tlb->ready = !membarrier_register();
	if (!ret)
		return tlb;
	iotlb_free(tlb);
	errno = -ret;
	return NULL;
}

int iotlb_psc_init(struct iotlb *tlb, const struct iotlb_geometry *g,
		   enum psc_scope scope)
{
	tlb->psc = psc_new(g);
	if (tlb->psc && scope == PSC_WALKER)
		tlb->own_psc = *g;
	return tlb->psc ? 0 : -errno;
}

bool iotlb_has_psc(const struct iotlb *tlb)
{
	return tlb->psc;
}

void iotlb_free(struct iotlb *tlb)
{
	if (!tlb)
		return;
	while (tlb->devices) {
		struct device *dev = tlb->devices;

		tlb->devices = dev->next;
		psc_free(dev->psc);
		free(dev);
	}
	psc_free(tlb->psc);
	pthread_spin_destroy(&tlb->submit);
	assoc_fini(&tlb->leaves);
	free(tlb->floors);
	free(tlb);
}

/* Relaxed: whoever looks up after an invalidation returned was told so by
 * something that orders the two. A device: see device.h. */
VTD_INLINE uint64_t floor_of(const struct iotlb *tlb, uint16_t domain)
{
	uint64_t own = __atomic_load_n(&tlb->floors[domain], __ATOMIC_RELAXED);
	uint64_t all = __atomic_load_n(&tlb->floor, __ATOMIC_RELAXED);

	return own > all ? own : all;
}

bool iotlb_lookup(const struct iotlb *tlb, uint16_t domain, uint64_t iova,
		  uint64_t *pa, unsigned *perm, struct iotlb_stats *stats)
{
	/* relaxed: a level missing here only costs a hit */
	const unsigned used =
		__atomic_load_n(&tlb->levels_used, __ATOMIC_RELAXED);
	const uint64_t floor = floor_of(tlb, domain);

#pragma GCC unroll 3
	for (unsigned level = 1; level <= LEVELS; level++) {
		uint64_t data;

		if (!(used >> level & 1))
			continue;
		data = assoc_find(&tlb->leaves, domain, iova, level,
				  IOTLB_LOWEST, floor);
		if (data) {
			*pa = (data & VTD_ADDR_MASK) |
			      (iova & (vtd_span(level) - 1));
			*perm = (unsigned)data & (VTD_R | VTD_W);
			stats->hits++;
			return true;
		}
	}
	stats->misses++;
	return false;
}

/* The caches that @device asks and fills; NULL: those of CPUs. */
VTD_INLINE struct psc *psc_of(const struct iotlb *tlb,
			      const struct device *device)
{
	return device && device->psc ? device->psc : tlb->psc;
}

unsigned iotlb_psc_lookup(const struct iotlb *tlb, const struct device *device,
			  uint16_t domain, uint64_t iova, unsigned levels,
			  uint64_t *table, unsigned *perm,
			  struct iotlb_stats *stats)
{
	const struct psc *psc = psc_of(tlb, device);
	const uint64_t floor = floor_of(tlb, domain);

	*perm = VTD_R | VTD_W;
	if (!psc)
		return levels;
	for (unsigned level = 2; level <= levels; level++) {
		uint64_t data = assoc_find(&psc->level[level], domain, iova,
					   level, PSC_LOWEST, floor);

		if (data) {
			*table = data & VTD_ADDR_MASK;
			*perm = (unsigned)data & (VTD_R | VTD_W);
			stats->psc_hits++;
			return level - 1;
		}
	}
	stats->psc_misses++;
	return levels;
}

/*
 * The first walk for it. Of the invalidations that looked at `asked` before it
 * was set, what they were for was cleared before the barrier, so walks after it
 * find that; those that look after the barrier see it. As often as threads get
 * here at once.
 */
__attribute__((cold)) void iotlb_ask(struct iotlb *tlb)
{
	/* relaxed, kept before the walk by the barrier: pairs with
	 * never_asked() */
	__atomic_store_n(&tlb->asked, true, __ATOMIC_RELAXED);
	if (!MUTANT(iotlb_asked_unfenced) && !membarrier_all())
		abort(); /* registered, so it cannot fail */
	/* release: whoever sees it walks after the barrier */
	__atomic_store_n(&tlb->ready, true, __ATOMIC_RELEASE);
}

const bool *iotlb_asked(const struct iotlb *tlb)
{
	return &tlb->asked;
}

uint64_t iotlb_generation(struct iotlb *tlb)
{
	/* acquire: pairs with the release in iotlb_ask() */
	if (__builtin_expect(!__atomic_load_n(&tlb->ready, __ATOMIC_ACQUIRE),
			     0))
		iotlb_ask(tlb);
	/* acquire: pairs with the advances in begin() and end(); a sample
	 * that sees one makes the walk see what was cleared before it */
	return __atomic_load_n(&tlb->generation, __ATOMIC_ACQUIRE);
}

/* A way of @set, which is locked and full, whose entry is dead. NULL: none. */
static struct way *dead_way(const struct iotlb *tlb, const struct assoc *a,
			    struct set *set)
{
	/* relaxed: an old one only leaves a dead entry where it is */
	const uint64_t newest =
		__atomic_load_n(&tlb->newest_floor, __ATOMIC_RELAXED);

	if (newest <= set->floor)
		return NULL;
	for (unsigned i = 0; i < a->ways; i++) {
		struct way *way = &set->ways[i];

		if (way->stamp < newest &&
		    way->stamp < floor_of(tlb, (uint16_t)way->tag))
			return way;
	}
	set->floor = newest;
	return NULL;
}

/* The way of @set, which is locked, that is to hold @tag. */
static struct way *way_for(const struct iotlb *tlb, const struct assoc *a,
			   struct set *set, uint64_t tag)
{
	struct way *way = NULL;

	for (unsigned i = 0; i < a->ways; i++) {
		if (set->ways[i].tag == tag)
			return &set->ways[i];
		if (!set->ways[i].tag && !way)
			way = &set->ways[i];
	}
	if (!way)
		way = dead_way(tlb, a, set);
	if (!way) {
		way = &set->ways[set->victim];
		set->victim = (uint16_t)(set->victim + 1u < a->ways
						 ? set->victim + 1u
						 : 0);
	}
	return way;
}

/* False: dropped. */
static bool fill(struct iotlb *tlb, struct assoc *a, unsigned lowest,
		 uint64_t generation, uint16_t domain, uint64_t iova,
		 unsigned level, uint64_t data)
{
	const uint64_t tag = assoc_tag(domain, iova, level, lowest);
	struct set *set = assoc_set(a, assoc_index(domain, iova, level));
	uint32_t seq = set_lock(set);
	bool good;

	/* seq_cst, inside the set's lock: see the top of the file, and
	 * may_hold() in assoc.c */
	good = (__atomic_load_n(&tlb->generation, __ATOMIC_SEQ_CST) ==
			generation &&
		!(generation & 1)) ||
	       MUTANT(iotlb_no_generation);
	if (good) {
		/* relaxed: read by who has looked at the number, or locks */
		__atomic_store_n(&set->levels,
				 (uint16_t)(set->levels | 1u << level),
				 __ATOMIC_RELAXED);
		way_write(way_for(tlb, a, set, tag), tag, data, generation);
	}
	set_unlock(set, seq);
	return good;
}

void iotlb_fill(struct iotlb *tlb, uint64_t generation, uint16_t domain,
		uint64_t iova, uint64_t pa, unsigned level, unsigned perm,
		struct iotlb_stats *stats)
{
	/* relaxed: see iotlb_lookup() */
	if (!(__atomic_load_n(&tlb->levels_used, __ATOMIC_RELAXED) >> level &
	      1))
		__atomic_fetch_or(&tlb->levels_used, 1u << level,
				  __ATOMIC_RELAXED);
	if (fill(tlb, &tlb->leaves, IOTLB_LOWEST, generation, domain, iova,
		 level, (pa & VTD_ADDR_MASK & ~(vtd_span(level) - 1)) | perm))
		stats->fills++;
	else
		stats->fills_dropped++;
}

void iotlb_psc_fill(struct iotlb *tlb, const struct device *device,
		    uint64_t generation, uint16_t domain, uint64_t iova,
		    uint64_t table, unsigned level, struct iotlb_stats *stats)
{
	struct psc *psc = psc_of(tlb, device);

	if (!psc)
		return;
	if (fill(tlb, &psc->level[level], PSC_LOWEST, generation, domain, iova,
		 level, table))
		stats->psc_fills++;
	else
		stats->psc_fills_dropped++;
}

struct device *iotlb_device_get(struct iotlb *tlb)
{
	struct device *dev;

	pthread_spin_lock(&tlb->submit);
	for (dev = tlb->devices; dev && dev->taken; dev = dev->next)
		;
	if (dev)
		dev->taken = true;
	pthread_spin_unlock(&tlb->submit);
	if (dev)
		return dev;
	dev = aligned_zalloc(64, 1, sizeof(*dev));
	if (dev && tlb->own_psc.sets)
		dev->psc = psc_new(&tlb->own_psc);
	if (!dev || (tlb->own_psc.sets && !dev->psc)) {
		free(dev);
		return NULL;
	}
	dev->taken = true;
	pthread_spin_lock(&tlb->submit);
	dev->next = tlb->devices;
	/* seq_cst: with the device's first flight it is as A of device.h says
	 * of `flight`: seen, or nothing is under way that has to be */
	__atomic_store_n(&tlb->devices, dev, __ATOMIC_SEQ_CST);
	pthread_spin_unlock(&tlb->submit);
	return dev;
}

void iotlb_device_put(struct iotlb *tlb, struct device *dev)
{
	check(!(dev->flight & 1), "a device leaves in the middle of a walk");
	pthread_spin_lock(&tlb->submit);
	dev->taken = false;
	pthread_spin_unlock(&tlb->submit);
}

/*
 * An invalidation of an IOTLB that nobody has walked for has nothing to remove,
 * nothing to drain, and need not be seen: whoever says later that it is asked
 * walks after that, and finds what was cleared. So unmaps without walkers
 * beside them do not pay for a model that they do not use, not even a barrier.
 */
static bool never_asked(const struct iotlb *tlb, struct iotlb_stats *stats)
{
	stats->invalidations++;
	/* What was cleared comes before this look: for the compiler by the
	 * fence, for the CPU by the barrier that iotlb_ask() runs on it. */
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	/* relaxed: pairs with iotlb_ask() */
	return !__atomic_load_n(&tlb->asked, __ATOMIC_RELAXED);
}

/* An invalidation begins. Returns the generation after it. */
static uint64_t begin(struct iotlb *tlb)
{
	const uint64_t step = MUTANT(iotlb_fill_within) ? 2 : 1;

	pthread_spin_lock(&tlb->submit);
	/* seq_cst: pairs with iotlb_generation() and the check in fill();
	 * entries cleared before are visible to whoever sees the advance */
	return (__atomic_add_fetch(&tlb->generation, step, __ATOMIC_SEQ_CST) +
		1) &
	       ~UINT64_C(1);
}

/* It has removed what it removes. Requests that began before, and are in @m,
 * may still use it: it is over when they are. */
static void end(struct iotlb *tlb, uint64_t generation, struct match m,
		struct iotlb_stats *stats)
{
	const struct device *devices;

	/* seq_cst, an exchange: A of device.h; and what was removed is gone for
	 * whoever samples this */
	__atomic_exchange_n(&tlb->generation, generation, __ATOMIC_SEQ_CST);
	pthread_spin_unlock(&tlb->submit);
	devices = __atomic_load_n(&tlb->devices, __ATOMIC_SEQ_CST);
	if (devices && !MUTANT(devices_not_drained))
		stats->drained += devices_drain(devices, m);
}

/* Raises *floor, which kills what is stamped below. */
static void raise(struct iotlb *tlb, uint64_t *floor, uint64_t generation)
{
	/* relaxed: see floor_of() and way_for() */
	__atomic_store_n(floor, generation, __ATOMIC_RELAXED);
	__atomic_store_n(&tlb->newest_floor, generation, __ATOMIC_RELAXED);
}

void iotlb_invalidate_global(struct iotlb *tlb, struct iotlb_stats *stats)
{
	uint64_t generation;

	if (never_asked(tlb, stats))
		return;
	generation = begin(tlb);
	raise(tlb, &tlb->floor, generation);
	end(tlb, generation, (struct match){0, 0}, stats);
}

void iotlb_invalidate_domain(struct iotlb *tlb, uint16_t domain,
			     struct iotlb_stats *stats)
{
	uint64_t generation;

	if (never_asked(tlb, stats))
		return;
	generation = begin(tlb);
	raise(tlb, &tlb->floors[domain], generation);
	end(tlb, generation, (struct match){0xffff, domain}, stats);
}

/* From all paging-structure caches of the IOMMU. Returns the sets looked into.
 * Context: between begin() and end(), so that no device comes meanwhile. */
static unsigned drop_tables(const struct iotlb *tlb, uint16_t domain,
			    uint64_t iova, unsigned mask, uint64_t *dropped)
{
	const struct device *dev = tlb->own_psc.sets ? tlb->devices : NULL;
	unsigned sets = psc_drop(tlb->psc, domain, iova, mask, dropped);

	if (dev && MUTANT(psc_of_walker_kept))
		dev = dev->next;
	for (; dev; dev = dev->next)
		sets += psc_drop(dev->psc, domain, iova, mask, dropped);
	return sets;
}

void iotlb_invalidate_pages(struct iotlb *tlb, uint16_t domain, uint64_t iova,
			    unsigned mask, bool leaf_only,
			    struct iotlb_stats *stats)
{
	uint64_t generation;
	unsigned sets = 0;

	if (never_asked(tlb, stats))
		return;
	generation = begin(tlb);
	iova &= ~((UINT64_C(1) << (mask + VTD_PAGE_LG2)) - 1);
	for (unsigned level = 1; level <= LEVELS; level++) {
		if (MUTANT(iotlb_large_kept) && level > 1)
			break;
		sets += assoc_drop(&tlb->leaves, domain, iova, mask, level,
				   IOTLB_LOWEST, &stats->entries_dropped);
	}
	if (MUTANT(iotlb_fill_within))
		mutant_pause();
	/* Paging-structure caches hold no leaves. */
	if (tlb->psc && !leaf_only)
		sets += drop_tables(tlb, domain, iova, mask,
				    &stats->psc_dropped);
	stats->sets_visited += sets;
	end(tlb, generation,
	    leaf_only || MUTANT(drain_of_range_only)
		    ? assoc_match(domain, iova, mask, 1, IOTLB_LOWEST)
		    : (struct match){0xffff, domain},
	    stats);
}
