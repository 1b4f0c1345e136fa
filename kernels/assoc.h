/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A set-associative array of what walks found: the IOTLB is one, and the
 * paging-structure caches are one for each level. Part of iotlb.c.
 *
 * A set is guarded by a sequence number: odd while a fill or an invalidation
 * writes it, changed when they are done. A lookup reads the number, the tags,
 * the data and the number again, and starts over if it changed.
 */
#ifndef ASSOC_H
#define ASSOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vtd.h"

/*
 * tag:   page number (iova >> 12, low bits of larger pages zero) in 60:16,
 *        domain in 15:0, level above the array's lowest in 62:61, valid in 63;
 *        0 = empty way
 * data:  PA of the page or table, permissions in 1:0; never 0
 * stamp: the generation that was sampled before the walk (iotlb.c)
 */
struct way {
	uint64_t tag, data, stamp;
};

struct set {
	uint32_t seq;
	uint16_t victim; /* next way to replace: first in, first out, so that
			    a hit writes nothing */
	uint16_t levels; /* 1 << level, of every level ever filled */
	uint64_t floor;	 /* no way is dead by a floor up to this (iotlb.c) */
	struct way ways[];
};

/* Written by none after assoc_init(), but for what is in the sets. */
struct assoc {
	unsigned sets, ways;
	unsigned set_lg2; /* bytes of a set */
	char *mem;
};

/* The lowest level that is in an array, from which tags count. */
enum { IOTLB_LOWEST = 1, PSC_LOWEST = 2 };

VTD_INLINE struct set *assoc_set(const struct assoc *a, uint64_t index)
{
	return (struct set *)(void *)(a->mem +
				      ((index & (a->sets - 1)) << a->set_lg2));
}

/* Where the entry of @level for @iova is, if there is one. */
VTD_INLINE uint64_t assoc_index(uint16_t domain, uint64_t iova, unsigned level)
{
	return (iova >> vtd_shift(level)) + domain * 7u;
}

VTD_INLINE uint64_t assoc_tag(uint16_t domain, uint64_t iova, unsigned level,
			      unsigned lowest)
{
	uint64_t page = iova >> vtd_shift(level)
					<< (VTD_LEVEL_LG2 * (level - 1));

	return UINT64_C(1) << 63 | (uint64_t)(level - lowest) << 61 |
	       (page & ((UINT64_C(1) << 45) - 1)) << 16 | domain;
}

/* Tags of which these bits are these. */
struct match {
	uint64_t mask, want;
};

/* Those of @level that 2^@mask pages from @iova overlap. */
VTD_INLINE struct match assoc_match(uint16_t domain, uint64_t iova,
				    unsigned mask, unsigned level,
				    unsigned lowest)
{
	const unsigned above = VTD_LEVEL_LG2 * (level - 1);
	/* everything but the page bits that the mask leaves open */
	const uint64_t open = mask > above ? (UINT64_C(1) << mask) - 1 : 0;
	struct match m = {.mask = ~(open << 16)};

	m.want = assoc_tag(domain, iova, level, lowest) & m.mask;
	return m;
}

VTD_INLINE bool matches(struct match m, uint64_t tag)
{
	return (tag & m.mask) == m.want;
}

/* The data of the entry of @level for @iova that is stamped @floor or later;
 * 0: there is none. Any thread, no lock. */
VTD_INLINE uint64_t assoc_find(const struct assoc *a, uint16_t domain,
			       uint64_t iova, unsigned level, unsigned lowest,
			       uint64_t floor)
{
	const struct set *set = assoc_set(a, assoc_index(domain, iova, level));
	const uint64_t tag = assoc_tag(domain, iova, level, lowest);
	const unsigned ways = a->ways;
	uint64_t data = 0, stamp = 0;
	uint32_t seq;

again:
	/* acquire: pairs with the release in set_unlock() */
	seq = __atomic_load_n(&set->seq, __ATOMIC_ACQUIRE);
	if (seq & 1)
		goto again;
	data = 0;
	for (const struct way *way = set->ways; way < set->ways + ways; way++) {
		if (__atomic_load_n(&way->tag, __ATOMIC_RELAXED) == tag) {
			data = __atomic_load_n(&way->data, __ATOMIC_ACQUIRE);
			stamp = __atomic_load_n(&way->stamp, __ATOMIC_ACQUIRE);
			break;
		}
	}
	/* The acquire loads above keep this load after them on the hit path;
	 * on a miss nothing read is used. */
	if (data && __atomic_load_n(&set->seq, __ATOMIC_RELAXED) != seq)
		goto again;
	return stamp >= floor ? data : 0;
}

/* Makes @set's number odd. Returns it (odd) for set_unlock(). */
static inline uint32_t set_lock(struct set *set)
{
	for (;;) {
		uint32_t seq = __atomic_load_n(&set->seq, __ATOMIC_RELAXED);

		/* seq_cst: pairs with the release in set_unlock(), and with
		 * the look in assoc_drop(); also keeps the writes that follow
		 * after the number turned odd (on x86 a locked instruction) */
		if (!(seq & 1) && __atomic_compare_exchange_n(
					  &set->seq, &seq, seq + 1, true,
					  __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
			__atomic_thread_fence(__ATOMIC_RELEASE);
			return seq + 1;
		}
		__builtin_ia32_pause();
	}
}

static inline void set_unlock(struct set *set, uint32_t seq)
{
	/* release: pairs with the acquire in assoc_find() and set_lock() */
	__atomic_store_n(&set->seq, seq + 1, __ATOMIC_RELEASE);
}

static inline void way_write(struct way *way, uint64_t tag, uint64_t data,
			     uint64_t stamp)
{
	/* relaxed: readers trust no word until the number is checked */
	__atomic_store_n(&way->tag, tag, __ATOMIC_RELAXED);
	__atomic_store_n(&way->data, data, __ATOMIC_RELAXED);
	__atomic_store_n(&way->stamp, stamp, __ATOMIC_RELAXED);
}

/* 0, -EINVAL (geometry) or -ENOMEM. */
int assoc_init(struct assoc *a, unsigned sets, unsigned ways);
void assoc_fini(struct assoc *a);

/*
 * assoc_drop() - removes the entries of @level that 2^@mask pages from @iova
 * (aligned to them) overlap. Looks into a set for each such page, or into all,
 * and writes those that hold one. Returns how many sets it looked into.
 * Context: after the generation advanced (iotlb.c).
 */
unsigned assoc_drop(const struct assoc *a, uint16_t domain, uint64_t iova,
		    unsigned mask, unsigned level, unsigned lowest,
		    uint64_t *dropped);

#endif
