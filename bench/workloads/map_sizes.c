/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Map and unmap of 4K, 2M, 1G and of 256 of each: the table of the cover
 * letters of Linux's generic_pt, and of 16, 512 and 4096 pages. Several mappers
 * do it in regions of their own. measure/batch_size.c runs it; a mapper's
 * stream is of walks, for the floor, below what they map.
 */
#include "workloads/layout.h"

#include <errno.h>
#include <stdlib.h>

enum { FLOOR_PAGES = 256, FLOOR_OPS = 1024 };

static int floor_stream(const struct params *p, struct work *w, unsigned thread,
			struct err *e)
{
	uint64_t *ops = layout_stream(w, thread, FLOOR_OPS, e);
	struct rng r;

	if (!ops)
		return -ENOMEM;
	layout_rng(&r, p, thread);
	for (unsigned i = 0; i < FLOOR_OPS; i++)
		ops[i] = engine_op(OP_WALK,
				   rng_below(&r, FLOOR_PAGES) << VTD_PAGE_LG2,
				   0, 0);
	return 0;
}

static int floor_streams(const struct params *p, struct work *w, struct err *e)
{
	int ret = 0;

	w->maps = calloc(1, sizeof(*w->maps));
	if (!w->maps)
		return err_set(e, -ENOMEM, "workload map_sizes: no memory");
	w->maps[w->nmaps++] =
		(struct mapping){.bytes = FLOOR_PAGES * VTD_PAGE_BYTES,
				 .piece = VTD_PAGE_BYTES,
				 .prot = VTD_R | VTD_W};
	for (unsigned i = 0; i < p->mappers && !ret; i++)
		ret = floor_stream(p, w, p->walkers + i, e);
	return ret;
}

static int prepare(const struct params *p, struct work *w, struct err *e)
{
	struct layout l;
	int ret = layout_init(&l, p, 0, LAYOUT_SIZES_BYTES, e);

	if (ret)
		return ret;
	ret = layout_work(&l, p, w, e);
	if (ret)
		return ret;
	/* Leaf tables exist for the 4K sizes only: 256 pages and the upper
	 * levels. When leaves may be 4K only, so for one size at a time. */
	w->tables_max = p->mappers > 1 ? 2048 * (uint64_t)p->mappers
			: p->engine.max_leaf_bytes < UINT64_C(1) << 30
				? w->tables_max
				: 2048;
	/* 512 x 4K and more: a table in eight times the shortest update, at
	 * most */
	if (p->engine.max_leaf_bytes == VTD_PAGE_BYTES)
		w->tables_freed = FLOOR_OPS / 8 * (uint64_t)p->mappers;
	ret = floor_streams(p, w, e);
	if (ret)
		work_release(w);
	return ret;
}

const struct workload workload_map_sizes = {
	.name = "map_sizes",
	.help = "map and unmap of 4K, 2M, 1G and 256 of each, mappers in "
		"ranges of their own, time per operation",
	.roles = 1 << ROLE_MAPPER,
	.flags = WORKLOAD_MAP_SIZES,
	.uses = "ops",
	.prepare = prepare,
};
