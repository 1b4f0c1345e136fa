/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A set-associative array: its memory, and what an invalidation does to it. */
#include "assoc.h"

#include <errno.h>
#include <stdlib.h>

#include "aligned.h"

enum { WAYS_MAX = 16 };

int assoc_init(struct assoc *a, unsigned sets, unsigned ways)
{
	const size_t bytes = sizeof(struct set) + ways * sizeof(struct way);
	unsigned lg2 = 6;

	if (!sets || (sets & (sets - 1)) || !ways || ways > WAYS_MAX)
		return -EINVAL;
	/* a power of two, so that a lookup need not multiply */
	while ((size_t)1 << lg2 < bytes)
		lg2++;
	*a = (struct assoc){.sets = sets,
			    .ways = ways,
			    .set_lg2 = lg2,
			    .mem = aligned_zalloc(64, sets, (size_t)1 << lg2)};
	return a->mem ? 0 : -ENOMEM;
}

void assoc_fini(struct assoc *a)
{
	free(a->mem);
}

/*
 * Whether there may be something of @m in @set. A fill that is under way locked
 * the set before it looked at the generation, and the caller advanced that
 * before it looks here, all seq_cst: so either the lock is seen here, or the
 * fill sees the advance and is dropped.
 */
static bool may_hold(const struct assoc *a, const struct set *set,
		     unsigned level, struct match m)
{
	/* also an acquire: pairs with the release in set_unlock() */
	if (__atomic_load_n(&set->seq, __ATOMIC_SEQ_CST) & 1)
		return true;
	/* relaxed, as the tags: the look at the number came before */
	if (!(__atomic_load_n(&set->levels, __ATOMIC_RELAXED) >> level & 1))
		return false;
	for (unsigned i = 0; i < a->ways; i++)
		if (matches(m, __atomic_load_n(&set->ways[i].tag,
					       __ATOMIC_RELAXED)))
			return true;
	return false;
}

static void set_drop(const struct assoc *a, struct set *set, unsigned level,
		     struct match m, uint64_t *dropped)
{
	uint32_t seq;

	if (!may_hold(a, set, level, m))
		return;
	seq = set_lock(set);
	for (unsigned i = 0; i < a->ways; i++)
		if (matches(m, set->ways[i].tag)) {
			way_write(&set->ways[i], 0, 0, 0);
			++*dropped;
		}
	set_unlock(set, seq);
}

unsigned assoc_drop(const struct assoc *a, uint16_t domain, uint64_t iova,
		    unsigned mask, unsigned level, unsigned lowest,
		    uint64_t *dropped)
{
	const unsigned above = VTD_LEVEL_LG2 * (level - 1);
	const struct match m = assoc_match(domain, iova, mask, level, lowest);
	const uint64_t pages = mask > above ? UINT64_C(1) << (mask - above) : 1;
	const unsigned n = pages < a->sets ? (unsigned)pages : a->sets;
	const uint64_t first = assoc_index(domain, iova, level);

	for (unsigned i = 0; i < n; i++)
		set_drop(a, assoc_set(a, first + i), level, m, dropped);
	return n;
}
