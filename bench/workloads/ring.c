/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A network card's receive ring: buffers are mapped ahead of the hardware and
 * unmapped behind it. Each mapper has one ring; half the walks go to a buffer
 * of some ring, half to the static region.
 */
#include "workloads/layout.h"

#include <errno.h>
#include <inttypes.h>

/* Buffer addresses in turn: the window and an eighth more, so that most of
 * them are mapped at any time and an address comes back soon. */
static uint64_t ring_slots(const struct params *p)
{
	uint64_t entries = p->work.ring_entries ? p->work.ring_entries : 1;

	/* what waits for a flush is not used again before it: no map of this
	 * ring has to wait for one */
	if (p->inv.flush == FLUSH_DEFERRED)
		entries += 2 * FLUSH_SLOTS;
	return entries + entries / 8 + 1;
}

static uint64_t ring_pages(const struct params *p)
{
	return p->work.ring_pages ? p->work.ring_pages : 1;
}

/* Buffers are aligned to their size, as Linux's IOVA allocator has them. */
static uint64_t slot_bytes(const struct params *p)
{
	uint64_t bytes = VTD_PAGE_BYTES;

	while (bytes < ring_pages(p) << VTD_PAGE_LG2)
		bytes *= 2;
	return bytes;
}

static uint64_t slot_iova(const struct layout *l, const struct params *p,
			  unsigned mapper, uint64_t n)
{
	return layout_mapper(l, mapper) + n % ring_slots(p) * slot_bytes(p);
}

static int mapper_stream(const struct layout *l, const struct params *p,
			 struct work *w, unsigned mapper, struct err *e)
{
	uint64_t entries = p->work.ring_entries ? p->work.ring_entries : 1;
	uint64_t slots = ring_slots(p);
	const unsigned code = (unsigned)engine_size_code(ring_pages(p));
	/* At least two turns, so that every slot is reused. */
	uint64_t maps = layout_walk_ops(p) / 2 > 2 * slots
				? layout_walk_ops(p) / 2
				: 2 * slots;
	uint64_t *ops =
		layout_stream(w, p->walkers + mapper, (size_t)maps * 2, e);
	size_t n = 0;

	if (!ops)
		return -ENOMEM;
	for (uint64_t i = 0; i < maps + entries; i++) {
		if (i >= entries)
			ops[n++] = engine_op(
				OP_UNMAP, slot_iova(l, p, mapper, i - entries),
				code, 0);
		if (i < maps)
			ops[n++] = engine_op(OP_MAP, slot_iova(l, p, mapper, i),
					     code, (unsigned)(i / slots) & 3);
	}
	/* An unmap of a whole table takes it along. */
	if (ring_pages(p) >= LAYOUT_SPAN_PAGES)
		w->tables_freed += maps;
	return 0;
}

static int walker_stream(const struct layout *l, const struct params *p,
			 struct work *w, size_t thread, struct err *e)
{
	size_t n = layout_walk_ops(p);
	uint64_t *ops = layout_stream(w, thread, n, e);
	const uint64_t pages = ring_pages(p);
	struct rng r;

	if (!ops)
		return -ENOMEM;
	layout_rng(&r, p, thread);
	for (size_t i = 0; i < n; i++) {
		uint64_t iova =
			l->base + (rng_below(&r, l->bytes >> VTD_PAGE_LG2)
				   << VTD_PAGE_LG2);

		if (l->mappers && (rng_u64(&r) >> 63))
			iova = slot_iova(l, p,
					 (unsigned)rng_below(&r, l->mappers),
					 rng_below(&r, ring_slots(p))) +
			       (pages > 1 ? rng_below(&r, pages) << VTD_PAGE_LG2
					  : 0);
		ops[i] = engine_op(OP_WALK, iova, 0, 0);
	}
	return 0;
}

static int prepare(const struct params *p, struct work *w, struct err *e)
{
	struct layout l;
	int ret;

	if (engine_size_code(ring_pages(p)) < 0)
		return err_set(e, -EINVAL,
			       "workload ring: ring_pages is %" PRIu64
			       "; from 128 on it is a power of two",
			       p->work.ring_pages);
	ret = layout_init(&l, p, p->work.footprint_bytes,
			  ring_slots(p) * slot_bytes(p), e);

	if (ret)
		return ret;
	ret = layout_work(&l, p, w, e);
	if (ret)
		return ret;
	w->walks_change = p->mappers > 0;
	/* A window that fits into few tables empties one now and then. */
	if (p->engine.reclaim == RECLAIM_EMPTY)
		w->tables_freed = p->mappers * layout_walk_ops(p);
	for (unsigned i = 0; i < p->walkers && !ret; i++)
		ret = walker_stream(&l, p, w, i, e);
	for (unsigned i = 0; i < p->mappers && !ret; i++)
		ret = mapper_stream(&l, p, w, i, e);
	if (ret)
		work_release(w);
	return ret;
}

const struct workload workload_ring = {
	.name = "ring",
	.help = "a network card's ring per mapper: map ahead, unmap behind; "
		"half the walks go to its buffers",
	.flags = WORKLOAD_FOREIGN,
	.roles = 1 << ROLE_WALKER | 1 << ROLE_MAPPER | 1 << ROLE_DUMPER,
	.uses = "footprint, page_size, ring_entries, ring_pages, ops",
	.prepare = prepare,
};
