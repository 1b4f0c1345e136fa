/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IOTLB model.
 *
 * A set is guarded by a sequence number: odd while a fill or an invalidation
 * writes it, changed when they are done. A lookup reads the number, the tags,
 * the data and the number again, and starts over if it changed.
 *
 * Why no stale translation survives an invalidation. The invalidation first
 * advances `generation` and then visits the sets, locking each. A fill checks
 * the generation inside the set's lock. If the fill's lock comes after the
 * invalidation's visit, it sees the advanced generation and drops the fill;
 * if it comes before, the visit finds the entry and removes it. The walker
 * sampled the generation before its walk: a sample that already sees the
 * advance also sees the entries cleared before it.
 */
#include "iotlb.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aligned.h"
#include "mutant.h"

enum { WAYS_MAX = 16, LEVELS = VTD_LEAF_LEVEL_MAX };

/*
 * tag:  page number (iova >> 12, low bits of larger pages zero) in 60:16,
 *       domain in 15:0, level in 62:61, valid in 63; 0 = empty way
 * data: PA of the page, permissions in 1:0
 */
struct way {
	uint64_t tag, data;
};

struct set {
	uint32_t seq;
	uint32_t victim; /* next way to replace: first in, first out, so that
			    a hit writes nothing */
	struct way ways[];
};

struct iotlb {
	/* read by every lookup, written rarely */
	unsigned sets, ways;
	size_t set_bytes;
	char *mem;
	unsigned levels_used; /* 1 << level, of every level ever filled */

	alignas(64) uint64_t generation;
	alignas(64) pthread_spinlock_t submit; /* one queue per IOMMU */
};

static struct set *set_at(const struct iotlb *tlb, uint64_t index)
{
	return (struct set *)(void *)(tlb->mem + (index & (tlb->sets - 1)) *
							 tlb->set_bytes);
}

static struct set *set_of(const struct iotlb *tlb, uint16_t domain,
			  uint64_t iova, unsigned level)
{
	return set_at(tlb, (iova >> vtd_shift(level)) + domain * 7u);
}

static uint64_t tag_of(uint16_t domain, uint64_t iova, unsigned level)
{
	uint64_t page = iova >> vtd_shift(level)
					<< (VTD_LEVEL_LG2 * (level - 1));

	return UINT64_C(1) << 63 | (uint64_t)level << 61 |
	       (page & ((UINT64_C(1) << 45) - 1)) << 16 | domain;
}

struct iotlb *iotlb_new(const struct iotlb_geometry *g)
{
	struct iotlb *tlb;

	if (!g->sets || (g->sets & (g->sets - 1)) || !g->ways ||
	    g->ways > WAYS_MAX) {
		errno = EINVAL;
		return NULL;
	}
	tlb = aligned_zalloc(64, 1, sizeof(*tlb));
	if (!tlb)
		return NULL;
	tlb->sets = g->sets;
	tlb->ways = g->ways;
	tlb->set_bytes =
		(sizeof(struct set) + g->ways * sizeof(struct way) + 63) &
		~(size_t)63;
	tlb->mem = aligned_zalloc(64, tlb->sets, tlb->set_bytes);
	if (!tlb->mem) {
		free(tlb);
		errno = ENOMEM;
		return NULL;
	}
	pthread_spin_init(&tlb->submit, PTHREAD_PROCESS_PRIVATE);
	return tlb;
}

void iotlb_free(struct iotlb *tlb)
{
	if (!tlb)
		return;
	pthread_spin_destroy(&tlb->submit);
	free(tlb->mem);
	free(tlb);
}

bool iotlb_lookup(const struct iotlb *tlb, uint16_t domain, uint64_t iova,
		  uint64_t *pa, unsigned *perm, struct iotlb_stats *stats)
{
	/* relaxed: a level missing here only costs a hit */
	unsigned used = __atomic_load_n(&tlb->levels_used, __ATOMIC_RELAXED);

	for (unsigned level = 1; level <= LEVELS; level++) {
		if (!(used >> level & 1))
			continue;
		const struct set *set = set_of(tlb, domain, iova, level);
		const uint64_t tag = tag_of(domain, iova, level);
		uint64_t data;
		uint32_t seq;

	again:
		/* acquire: pairs with the release in set_unlock() */
		seq = __atomic_load_n(&set->seq, __ATOMIC_ACQUIRE);
		if (seq & 1)
			goto again;
		data = 0;
		for (unsigned i = 0; i < tlb->ways; i++) {
			const struct way *way = &set->ways[i];

			if (__atomic_load_n(&way->tag, __ATOMIC_RELAXED) ==
			    tag) {
				data = __atomic_load_n(&way->data,
						       __ATOMIC_ACQUIRE);
				break;
			}
		}
		/* The acquire loads above keep this load after them on the
		 * hit path; on a miss nothing read is used. */
		if (data && __atomic_load_n(&set->seq, __ATOMIC_RELAXED) != seq)
			goto again;
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

uint64_t iotlb_generation(const struct iotlb *tlb)
{
	/* acquire: pairs with the advance in begin(); a sample that sees the
	 * advance makes the walk see the entries cleared before it */
	return __atomic_load_n(&tlb->generation, __ATOMIC_ACQUIRE);
}

/* Makes @set's number odd. Returns it (odd) for set_unlock(). */
static uint32_t set_lock(struct set *set)
{
	for (;;) {
		uint32_t seq = __atomic_load_n(&set->seq, __ATOMIC_RELAXED);

		/* acquire: pairs with the release in set_unlock(); also keeps
		 * the writes that follow after the number turned odd (on x86
		 * a locked instruction) */
		if (!(seq & 1) && __atomic_compare_exchange_n(
					  &set->seq, &seq, seq + 1, true,
					  __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
			__atomic_thread_fence(__ATOMIC_RELEASE);
			return seq + 1;
		}
		__builtin_ia32_pause();
	}
}

static void set_unlock(struct set *set, uint32_t seq)
{
	/* release: pairs with the acquire in iotlb_lookup() and set_lock() */
	__atomic_store_n(&set->seq, seq + 1, __ATOMIC_RELEASE);
}

static void way_write(struct way *way, uint64_t tag, uint64_t data)
{
	/* relaxed: readers trust neither word until the number is checked */
	__atomic_store_n(&way->tag, tag, __ATOMIC_RELAXED);
	__atomic_store_n(&way->data, data, __ATOMIC_RELAXED);
}

void iotlb_fill(struct iotlb *tlb, uint64_t generation, uint16_t domain,
		uint64_t iova, uint64_t pa, unsigned level, unsigned perm,
		struct iotlb_stats *stats)
{
	const uint64_t tag = tag_of(domain, iova, level);
	const uint64_t data = (pa & VTD_ADDR_MASK & ~(vtd_span(level) - 1)) |
			      perm;
	struct set *set = set_of(tlb, domain, iova, level);
	struct way *way = NULL;
	uint32_t seq;

	if (!(__atomic_load_n(&tlb->levels_used, __ATOMIC_RELAXED) >> level &
	      1))
		/* Before the entry, and seq_cst: an invalidation that skips
		 * this level must not have an entry of it to remove. */
		__atomic_fetch_or(&tlb->levels_used, 1u << level,
				  __ATOMIC_SEQ_CST);
	seq = set_lock(set);
	/* acquire, inside the set's lock: see the top of the file. The
	 * sample is stale as soon as any invalidation has begun. */
	if (__atomic_load_n(&tlb->generation, __ATOMIC_SEQ_CST) != generation &&
	    !MUTANT(iotlb_no_generation)) {
		set_unlock(set, seq);
		stats->fills_dropped++;
		return;
	}
	for (unsigned i = 0; i < tlb->ways; i++) {
		if (set->ways[i].tag == tag) {
			way = &set->ways[i];
			break;
		}
		if (!set->ways[i].tag && !way)
			way = &set->ways[i];
	}
	if (!way) {
		way = &set->ways[set->victim];
		set->victim = (set->victim + 1) % tlb->ways;
	}
	way_write(way, tag, data);
	set_unlock(set, seq);
	stats->fills++;
}

/* What to remove: a way goes if (tag & mask) == want, for its level. */
struct match {
	uint64_t mask[LEVELS + 1], want[LEVELS + 1];
};

static void sweep_set(struct iotlb *tlb, struct set *set, const struct match *m,
		      struct iotlb_stats *stats)
{
	uint32_t seq = set_lock(set);

	for (unsigned i = 0; i < tlb->ways; i++) {
		struct way *way = &set->ways[i];
		unsigned level = (unsigned)(way->tag >> 61) & 3;

		if (way->tag && (way->tag & m->mask[level]) == m->want[level]) {
			way_write(way, 0, 0);
			stats->entries_invalidated++;
		}
	}
	set_unlock(set, seq);
}

static void sweep_all(struct iotlb *tlb, const struct match *m,
		      struct iotlb_stats *stats)
{
	for (unsigned i = 0; i < tlb->sets; i++)
		sweep_set(tlb, set_at(tlb, i), m, stats);
}

static void begin(struct iotlb *tlb, struct iotlb_stats *stats)
{
	pthread_spin_lock(&tlb->submit);
	/* seq_cst: pairs with iotlb_generation() and the check in
	 * iotlb_fill(); entries cleared before are visible to whoever sees
	 * the advance */
	__atomic_fetch_add(&tlb->generation, 1, __ATOMIC_SEQ_CST);
	stats->invalidations++;
}

static void end(struct iotlb *tlb)
{
	pthread_spin_unlock(&tlb->submit);
}

void iotlb_invalidate_global(struct iotlb *tlb, struct iotlb_stats *stats)
{
	const struct match all = {{0}, {0}};

	begin(tlb, stats);
	sweep_all(tlb, &all, stats);
	end(tlb);
}

void iotlb_invalidate_domain(struct iotlb *tlb, uint16_t domain,
			     struct iotlb_stats *stats)
{
	struct match m = {{0}, {0}};

	for (unsigned level = 1; level <= LEVELS; level++) {
		m.mask[level] = 0xffff;
		m.want[level] = domain;
	}
	begin(tlb, stats);
	sweep_all(tlb, &m, stats);
	end(tlb);
}

void iotlb_invalidate_pages(struct iotlb *tlb, uint16_t domain, uint64_t iova,
			    unsigned mask, bool leaf_only,
			    struct iotlb_stats *stats)
{
	const uint64_t bytes = UINT64_C(1) << (mask + VTD_PAGE_LG2);
	struct match m = {{0}, {0}};
	unsigned used;

	/* The hint spares paging-structure caches, which hold no leaves. */
	iova &= ~(bytes - 1);
	for (unsigned level = 1; level <= LEVELS; level++) {
		unsigned shift = vtd_shift(level);
		unsigned lg2 = mask + VTD_PAGE_LG2;
		uint64_t low = lg2 > shift ? lg2 - VTD_PAGE_LG2 : 0;

		/* Everything but the page bits that the mask leaves open. */
		m.mask[level] = ~(((UINT64_C(1) << low) - 1) << 16);
		m.want[level] = tag_of(domain, iova, level) & m.mask[level];
	}
	begin(tlb, stats);
	/* after the advance, seq_cst: see iotlb_fill() */
	used = __atomic_load_n(&tlb->levels_used, __ATOMIC_SEQ_CST);
	for (unsigned level = 1; level <= LEVELS; level++) {
		uint64_t n = bytes >> vtd_shift(level);

		if (!(used >> level & 1))
			continue;
		if (MUTANT(iotlb_large_kept) && level > 1)
			break;
		if (n >= tlb->sets) {
			sweep_all(tlb, &m, stats);
			break;
		}
		for (uint64_t i = 0; i < (n ? n : 1); i++)
			sweep_set(tlb,
				  set_of(tlb, domain,
					 iova + i * vtd_span(level), level),
				  &m, stats);
	}
	end(tlb);
}

void iotlb_invalidate_range(struct iotlb *tlb, uint16_t domain, uint64_t iova,
			    uint64_t last, bool leaf_only,
			    struct iotlb_stats *stats)
{
	/* First and last page share all bits above the highest that differs. */
	uint64_t differ;

	if (MUTANT(iotlb_page_short) && last - iova >= VTD_PAGE_BYTES)
		last -= VTD_PAGE_BYTES;
	differ = (iova ^ last) >> VTD_PAGE_LG2;
	unsigned mask = differ ? 64 - (unsigned)__builtin_clzll(differ) : 0;

	if (mask > IOTLB_MASK_MAX)
		iotlb_invalidate_domain(tlb, domain, stats);
	else
		iotlb_invalidate_pages(tlb, domain, iova, mask, leaf_only,
				       stats);
}
