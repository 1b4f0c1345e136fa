/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walk that starts where the paging-structure caches lead, for whoever
 * walks: what keeps the tables in place meanwhile is the caller's.
 */
#ifndef PSC_WALK_H
#define PSC_WALK_H

#include "engine.h"
#include "probe.h"

struct psc_walk {
	uint64_t found; /* the last entry read */
	uint64_t *at;	/* where it is */
	unsigned level; /* of it */
	unsigned perm;	/* AND over the levels */
	unsigned from;	/* level of the table it began in */
	/* By level of the entry, from there on: the table that it names, with
	 * what it and those above allow. */
	uint64_t table[VTD_LEVELS_MAX + 1];
};

/* Whether an entry that was just read may be used; false: start again. */
typedef bool psc_seen(const void *of, uint64_t entry);

/*
 * psc_walk() - the PA at @iova, which is within the width; ENGINE_FAULT, or
 * ENGINE_AGAIN if @seen, asked with @of, said so. Entries that name tables are
 * as vtd_table_entry() makes them.
 */
VTD_INLINE uint64_t psc_walk(const struct domain *d, struct engine_thread *t,
			     uint64_t iova, struct psc_walk *w, psc_seen *seen,
			     const void *of)
{
	const enum vtd_format f = (enum vtd_format)d->format;
	const uint64_t bits = vtd_table_bits(f);
	uint64_t table = (uintptr_t)d->root - d->va_minus_pa, entry;
	unsigned perm;
	unsigned l = iotlb_psc_lookup(d->iotlb, t->device, d->id, iova,
				      d->levels, &table, &perm, &t->iotlb);

	slow_operation();
	w->from = l;
	for (;;) {
		entry = entry_walk(table,
				   d->va_minus_pa + vtd_index(iova, l) *
							    sizeof(uint64_t),
				   l);
		if (!seen(of, entry))
			return ENGINE_AGAIN;
		if (l == 1 || (entry & ~VTD_ADDR_MASK) != bits)
			break;
		perm &= vtd_perm(f, entry);
		table = entry & VTD_ADDR_MASK;
		w->table[l--] = table | perm;
	}
	w->found = entry;
	w->at = (uint64_t *)(table + d->va_minus_pa) + vtd_index(iova, l);
	w->level = l;
	w->perm = 0;
	if (!vtd_present(f, entry) || !vtd_is_leaf(entry, l))
		return ENGINE_FAULT;
	w->perm = perm & vtd_perm(f, entry);
	return (entry & VTD_ADDR_MASK & ~(vtd_span(l) - 1)) |
	       (iova & (vtd_span(l) - 1));
}

/* What the walk found, into the caches: also after its section. */
VTD_INLINE void psc_walk_fill(const struct domain *d, struct engine_thread *t,
			      uint64_t generation, uint64_t iova, uint64_t pa,
			      const struct psc_walk *w)
{
	for (unsigned l = w->from; l > w->level; l--)
		iotlb_psc_fill(d->iotlb, t->device, generation, d->id, iova,
			       w->table[l], l, &t->iotlb);
	if (pa != ENGINE_FAULT)
		iotlb_fill(d->iotlb, generation, d->id, iova, pa, w->level,
			   w->perm, &t->iotlb);
}

#endif
