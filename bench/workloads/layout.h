/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a workload's IOVA space lies.
 *
 * First the static region: mapped before the start, unchanged until the end,
 * what walkers walk. Behind it one region per mapper, which that mapper alone
 * maps and unmaps; the upper levels above them are shared, as they are between
 * devices of one domain.
 */
#ifndef WORKLOADS_LAYOUT_H
#define WORKLOADS_LAYOUT_H

#include "base/rng.h"
#include "workloads/registry.h"

/* The static region starts here: aligned to every leaf size. */
#define LAYOUT_BASE (UINT64_C(1) << 30)

/* A mapper's region for random ranges: 16 leaf tables. */
enum {
	LAYOUT_SPAN_LG2 = 21,
	LAYOUT_SPAN_PAGES = 512,
	LAYOUT_SPANS = 16,
	LAYOUT_MAPPER_PAGES = LAYOUT_SPANS * LAYOUT_SPAN_PAGES,
};

/* A mapper's region in map_sizes: 256 x 1G, and as much again as keeps what
 * others write in other tables, and entries of 1G, 8 a line, in other lines. */
#define LAYOUT_SIZES_BYTES (UINT64_C(264) << 30)

struct layout {
	uint64_t base, bytes; /* static region; bytes = whole pages */
	uint64_t mapper_base, mapper_bytes; /* of each, one after the other */
	unsigned mappers;
};

/*
 * Lays out @bytes of static region (rounded up to whole pages of
 * p->work.page_bytes) and p->mappers regions of @mapper_bytes.
 * -EINVAL when that does not fit into the width of p->engine.levels.
 */
int layout_init(struct layout *l, const struct params *p, uint64_t bytes,
		uint64_t mapper_bytes, struct err *e);

/* First IOVA of mapper @i. */
uint64_t layout_mapper(const struct layout *l, unsigned i);

/*
 * Fills *w but for the streams: the map of the static region, thread arrays
 * for p->walkers and p->mappers, the bound on tables. -ENOMEM.
 */
int layout_work(const struct layout *l, const struct params *p, struct work *w,
		struct err *e);

/* Room for @n ops as the stream of @thread; NULL (said in @e): no memory. */
uint64_t *layout_stream(struct work *w, size_t thread, size_t n, struct err *e);

/* p->work.ops rounded up to whole blocks: the length of a walker's stream. */
size_t layout_walk_ops(const struct params *p);

/* The generator of thread @thread (in role order) of this trial. */
void layout_rng(struct rng *r, const struct params *p, size_t thread);

/* Number of 4K pages of the static region @p asks for. */
uint64_t layout_pages(const struct params *p);

#endif
