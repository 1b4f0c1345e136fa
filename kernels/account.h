/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What executors make of an operation's answer. */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include "engine.h"
#include "mutant.h"

/*
 * What the next dependent walk waits for: what was found, a fault, too. A fault
 * that chained a constant would not be waited for: such walks overlap.
 */
VTD_INLINE uint64_t chained(uint64_t found, uint64_t pa)
{
	return MUTANT(fault_chains_constant) && pa == ENGINE_FAULT ? pa : found;
}

/* Zero that the compiler does not know to be zero: makes a dependency. */
VTD_INLINE uint64_t opaque_zero(void)
{
	uint64_t zero = 0;

	__asm__ volatile("" : "+r"(zero));
	return zero;
}

enum pace {
	PACE_DEP,   /* the IOVA waits for the PA before it */
	PACE_THR,   /* independent */
	PACE_CHECK, /* independent; each PA checked */
};

VTD_INLINE void account(struct engine_block *b, uint64_t iova, uint64_t pa,
			enum pace pace)
{
	if (__builtin_expect(pa == ENGINE_FAULT, 0)) {
		b->faults++;
		return;
	}
	b->sum += pa;
	/* any version is one this IOVA may have held; see engine_op_pa() */
	if (pace == PACE_CHECK &&
	    ((pa ^ engine_op_pa(iova, 0)) & ~(UINT64_C(3) << 48)) !=
		    (iova & (VTD_PAGE_BYTES - 1)))
		b->wrong++;
}

#endif
