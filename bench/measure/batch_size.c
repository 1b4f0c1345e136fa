/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Workload map_sizes: map and unmap of 4K, 2M, 1G and of 256 of each, as the
 * cover letters of Linux's generic_pt report them. Each mapper in a region of
 * its own; the tables above the leaves exist; operations side by side in
 * blocks.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "measure/trial_parts.h"
#include "workloads/layout.h"

enum { SLOTS_MAX = 64 }; /* of all sizes */
_Static_assert(SIZE_STREAM_MAX == MAP_SIZES * 2 * SLOTS_MAX, "room for all");

struct sizes {
	uint64_t maps[SLOTS_MAX], unmaps[SLOTS_MAX];
	unsigned slots;
	uint64_t base, bytes;
};

static uint64_t slot_iova(const struct sizes *s, unsigned slot)
{
	return s->base + slot * s->bytes;
}

/* What one of @mappers maps. Alone it may go beyond its region. */
static void prepare(struct sizes *s, const struct map_size_row *row,
		    const struct domain *d, unsigned mapper, unsigned mappers)
{
	uint64_t limit = UINT64_C(1)
			 << vtd_width(d->levels > 4 ? 4 : d->levels);

	s->base = LAYOUT_BASE + mapper * LAYOUT_SIZES_BYTES;
	if (mappers > 1)
		limit = s->base + LAYOUT_SIZES_BYTES;
	s->bytes = row->pages * vtd_span(row->leaf_level);
	s->slots = row->slots;
	while (s->slots && slot_iova(s, s->slots) > limit)
		s->slots--;
	for (unsigned i = 0; i < s->slots; i++) {
		unsigned code =
			(unsigned)engine_size_code(s->bytes >> VTD_PAGE_LG2);

		s->maps[i] = engine_op(d->flush ? OP_REMAP : OP_MAP,
				       slot_iova(s, i), code, 0);
		s->unmaps[i] = engine_op(OP_UNMAP, slot_iova(s, i), code, 0);
	}
}

const char *size_left_out(enum map_size size, const struct domain *d)
{
	struct sizes s;

	if (map_sizes[size].leaf_level > d->max_leaf_level)
		return "max_leaf forbids a leaf of this size";
	/* a region has room for each */
	prepare(&s, &map_sizes[size], d, 0, 1);
	if (size >= MAP_SIZES_LETTER && d->max_leaf_level > 1)
		return "max_leaf allows larger leaves";
	return s.slots ? NULL : "does not fit into the IOVA space";
}

size_t size_stream(const struct domain *d, unsigned mapper, unsigned mappers,
		   uint64_t ops[SIZE_STREAM_MAX])
{
	size_t n = 0;

	for (enum map_size size = 0; size < MAP_SIZES; size++) {
		struct sizes s;

		if (size_left_out(size, d))
			continue;
		prepare(&s, &map_sizes[size], d, mapper, mappers);
		for (unsigned i = 0; i < 2 * s.slots; i++)
			ops[n++] = i < s.slots ? s.maps[i]
					       : s.unmaps[i - s.slots];
	}
	return n;
}

static void block(struct worker *w, const struct batch *b,
		  const struct sizes *s, const uint64_t *ops,
		  struct tally *into)
{
	struct engine_block r = batch_block(
		w, b, w->group->design->exec[EXEC_UPDATE], ops, s->slots, into);

	if (r.errors)
		worker_failed(w, r.error, "%s of %" PRIu64 " bytes: %s",
			      engine_op_maps(ops[0]) ? "map" : "unmap",
			      s->bytes, strerror(-r.error));
}

/* First and last page of each slot are where they should be, or nowhere. */
static void check(struct worker *w, const struct sizes *s, bool mapped)
{
	for (unsigned i = 0; i < 2 * s->slots; i++) {
		uint64_t first = slot_iova(s, i / 2);
		uint64_t iova = first + (i % 2 ? s->bytes - VTD_PAGE_BYTES : 0);
		struct engine_walk walk;
		int ret = w->group->design->walk(w->group->domain, &w->t, iova,
						 &walk);

		/* One operation maps to one run of addresses. */
		if (mapped ? ret || walk.pa != engine_op_pa(first, 0) +
						       (iova - first)
			   : ret != -ENOENT)
			worker_wrong(w, 1,
				     "IOVA 0x%" PRIx64 " is %s after %s of "
				     "%" PRIu64 " bytes",
				     iova, ret ? "not mapped" : "mapped wrong",
				     mapped ? "map" : "unmap", s->bytes);
	}
}

/* Without a length the answers are checked. Maps count as the worker's walks,
 * unmaps as its updates. */
void batch_size(struct worker *w, const struct batch *b)
{
	struct tally none = {0};
	struct sizes s;

	if (w->role != ROLE_MAPPER)
		return;
	prepare(&s, &map_sizes[b->which], w->group->domain, w->index,
		w->group->params->mappers);
	if (!b->ns) {
		block(w, b, &s, s.maps, &none);
		check(w, &s, true);
		block(w, b, &s, s.unmaps, &none);
		check(w, &s, false);
	}
	batch_wait(b->start);
	while (clock_start() < b->end && !w->error && !worker_stopped(w)) {
		if (!w->index)
			held_sample(w->group, clock_start());
		block(w, b, &s, s.maps, &w->walk);
		block(w, b, &s, s.unmaps, &w->update);
	}
}
