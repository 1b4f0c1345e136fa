/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random addresses to look at, and where DMA may go. */
#include "space.h"

uint64_t space_width(const struct space *s)
{
	return UINT64_C(1) << vtd_width(s->levels);
}

uint64_t space_iova(const struct space *s, uint64_t low)
{
	bool upper = s->flat.format == VTD_FS && low & space_width(s) >> 1;

	return upper ? low | -space_width(s) : low;
}

uint64_t world_spot(struct world *w, const struct space *s)
{
	const uint64_t spots[] = {0, 2 * MIB, GIB, 5 * GIB, 300 * GIB};
	struct rng *r = &w->rng;
	uint64_t spot = rng_below(r, 8), off;

	off = rng_below(r, 3)	? rng_below(r, 64) << 12
	      : rng_below(r, 2) ? rng_below(r, 8) << 21
				: rng_below(r, 3) << 30;
	if (spot < 5)
		return spots[spot] + off;
	if (spot == 5)
		return space_iova(s, space_width(s) - 4 * GIB + off);
	if (spot == 6)
		return space_iova(s, space_width(s) -
					     ((1 + rng_below(r, 40)) << 12));
	return space_iova(s, rng_below(r, space_width(s)) & ~UINT64_C(0xfff));
}

static uint64_t within(struct rng *r, uint64_t iova, uint64_t bytes)
{
	switch (rng_below(r, 5)) {
	case 0:
		return iova;
	case 1:
		return iova + bytes - 8;
	case 2: /* first or last word of some page */
		iova += 4096 * rng_below(r, bytes / 4096);
		return rng_below(r, 2) ? iova : iova + 4088;
	default:
		return iova + 8 * rng_below(r, bytes / 8);
	}
}

/* The ends of the first stage's two halves, and what is in between. */
static uint64_t half_end(struct rng *r, uint64_t half)
{
	switch (rng_below(r, 6)) {
	case 0:
		return 0;
	case 1:
		return half - 8;
	case 2:
		return half << rng_below(r, 16);
	case 3:
		return -half - 8;
	case 4:
		return -half;
	default:
		return rng_u64(r) & ~UINT64_C(7);
	}
}

static uint64_t address(struct world *w, struct space *s)
{
	struct rng *r = &w->rng;
	struct flat_leaf leaf;
	uint64_t kind = rng_below(r, 100);

	if (kind < 4 && s->flat.format == VTD_FS)
		return half_end(r, space_width(s) / 2);
	if (kind < 4) /* the ends of the address space, and beyond */
		switch (rng_below(r, 5)) {
		case 0:
			return 0;
		case 1:
			return space_width(s) - 8;
		case 2:
			return space_width(s);
		case 3:
			return space_width(s) << rng_below(r, 8);
		default:
			return rng_u64(r) & ~UINT64_C(7);
		}
	if (kind < 16 && s->last_size) /* what was just changed, and around */
		return (within(r, s->last_iova, s->last_size) +
			8 * rng_below(r, 3) - 8) &
		       ~UINT64_C(7);
	if (kind < 22 || !s->flat.n)
		return world_spot(w, s) + 8 * rng_below(r, 512);
	leaf = space_leaf(w, s);
	if (kind < 32)
		return leaf.iova - 8;
	if (kind < 42)
		return leaf.iova + leaf.bytes;
	if (kind < 46) /* boundaries of the tables around it */
		return leaf.iova & ~((leaf.bytes << VTD_LEVEL_LG2) - 1);
	if (kind < 50)
		return leaf.iova | ((leaf.bytes << VTD_LEVEL_LG2) - 8);
	return within(r, leaf.iova, leaf.bytes);
}

uint64_t world_address(struct world *w, struct space *s)
{
	uint64_t iova;

	do /* interrupts are not translated */
		iova = address(w, s);
	while (iova >= 0xfee00000 && iova <= 0xfeefffff);
	return iova;
}

bool world_harmless(const struct world *w, uint64_t pa)
{
	if (pa < MACHINE_DATA_LOW)
		return false;
	if (pa >= MACHINE_LOW_END && pa < MACHINE_HIGH)
		return false;
	return pa < MACHINE_DATA_END || pa >= MACHINE_HIGH_END;
}

uint64_t *world_word(const struct world *w, uint64_t pa)
{
	uint64_t *page = machine_ram(w->m, pa & ~UINT64_C(0xfff));

	return &page[(pa & 0xfff) / sizeof(*page)];
}
