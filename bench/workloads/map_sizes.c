/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Map and unmap of 4K, 2M, 1G and of 256 of each: the table of the cover
 * letters of Linux's generic_pt. Needs no stream: measure/trial_sizes.c runs it.
 */
#include "workloads/layout.h"

static int prepare(const struct params *p, struct work *w, struct err *e)
{
	struct layout l;
	/* 256 x 1G and as much again, so that 4K tables have their own. */
	int ret = layout_init(&l, p, 0, UINT64_C(257) << 30, e);

	if (ret)
		return ret;
	ret = layout_work(&l, p, w, e);
	if (ret)
		return ret;
	/* Leaf tables exist for the 4K sizes only: 256 pages and the upper
	 * levels. When leaves may be 4K only, so for one size at a time. */
	w->tables_max = p->engine.max_leaf_bytes < UINT64_C(1) << 30
				? w->tables_max
				: 2048;
	return 0;
}

const struct workload workload_map_sizes = {
	.name = "map_sizes",
	.help = "map and unmap of 4K, 2M, 1G and 256 of each, one mapper, "
		"time per operation",
	.roles = 1 << ROLE_MAPPER,
	.flags = WORKLOAD_MAP_SIZES,
	.uses = "ops",
	.prepare = prepare,
};
