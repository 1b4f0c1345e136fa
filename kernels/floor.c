/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The floor: the least that any code can do for a walk. Each entry is loaded
 * from where the one before says, the entry's other bits subtracted together
 * with the pool's offset, as the engine does it; no test, no lock, no
 * permission. Where a walk may find nothing, or a large leaf, no code can do
 * without seeing that: there, one byte of each entry is looked at, off the
 * chain.
 */
#include "floor.h"
#include "run.h"

/* The last entry of the walk: the leaf, or what is not present. */
VTD_INLINE uint64_t chain(const uint64_t *root, uint64_t va_minus_link,
			  uint64_t iova, unsigned levels, bool any)
{
	/* what is mapped has no bits above the root's index */
	uint64_t entry = entry_load_nth(root, any ? vtd_index(iova, levels)
						  : iova >> vtd_shift(levels));

#pragma GCC unroll 5
	for (unsigned l = levels - 1; l >= 1; l--) {
		if (any && (uint8_t)entry != (uint8_t)vtd_table_bits(VTD_SS))
			break;
		entry = entry_load_at(entry,
				      va_minus_link + vtd_index(iova, l) * 8ul);
	}
	return entry;
}

VTD_INLINE void loop(const struct domain *d, const uint64_t *ops, size_t n,
		     struct engine_block *b, unsigned levels, bool dependent,
		     bool any)
{
	const uint64_t va_minus_link = d->va_minus_pa - vtd_table_bits(VTD_SS);
	const uint64_t *root = d->root;
	uint64_t zero = 0, sum = b->sum, last = b->chain;

	__asm__ volatile("" : "+r"(zero)); /* not known to be zero */
	for (size_t i = 0; i < n; i++) {
		uint64_t iova = ops[i];

		if (dependent)
			iova += last & zero;
		last = chain(root, va_minus_link, iova, levels, any);
		sum += last;
	}
	b->sum = sum;
	b->chain = last;
}

#define FLOOR(name, dependent, any)                                      \
	void name(struct domain *d, struct engine_thread *t,             \
		  const uint64_t *ops, size_t n, struct engine_block *b) \
	{                                                                \
		switch (d->levels) {                                     \
		case 3:                                                  \
			loop(d, ops, n, b, 3, dependent, any);           \
			break;                                           \
		case 4:                                                  \
			loop(d, ops, n, b, 4, dependent, any);           \
			break;                                           \
		default:                                                 \
			loop(d, ops, n, b, 5, dependent, any);           \
			break;                                           \
		}                                                        \
	}

FLOOR(engine_floor_dep, true, false)
FLOOR(engine_floor_thr, false, false)
FLOOR(engine_floor_any_dep, true, true)
FLOOR(engine_floor_any_thr, false, true)
