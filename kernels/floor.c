/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The floor: a walk's loads with index extraction and address masking and
 * nothing else: no test of any entry, no lock, no permission.
 */
#include "engine.h"

VTD_INLINE uint64_t chain(const struct domain *d, uint64_t iova,
			  unsigned levels)
{
	uint64_t entry =
		*(const volatile uint64_t *)&d->root[vtd_index(iova, levels)];

#pragma GCC unroll 5
	for (unsigned l = levels - 1; l >= 1; l--)
		entry = *((const volatile uint64_t *)((entry & VTD_ADDR_MASK) +
						      d->va_minus_pa) +
			  vtd_index(iova, l));
	return entry;
}

VTD_INLINE void loop(const struct domain *d, const uint64_t *ops, size_t n,
		     struct engine_block *b, unsigned levels, bool dependent)
{
	uint64_t zero = 0, sum = b->sum, last = b->chain;

	__asm__ volatile("" : "+r"(zero)); /* not known to be zero */
	for (size_t i = 0; i < n; i++) {
		uint64_t iova = ops[i];

		if (dependent)
			iova += last & zero;
		last = chain(d, iova, levels);
		sum += last;
	}
	b->sum = sum;
	b->chain = last;
}

#define FLOOR(name, dependent)                                           \
	void name(struct domain *d, struct engine_thread *t,             \
		  const uint64_t *ops, size_t n, struct engine_block *b) \
	{                                                                \
		switch (d->levels) {                                     \
		case 3:                                                  \
			loop(d, ops, n, b, 3, dependent);                \
			break;                                           \
		case 4:                                                  \
			loop(d, ops, n, b, 4, dependent);                \
			break;                                           \
		default:                                                 \
			loop(d, ops, n, b, 5, dependent);                \
			break;                                           \
		}                                                        \
	}

FLOOR(engine_floor_dep, true)
FLOOR(engine_floor_thr, false)
