/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mappers map and unmap random ranges, and walkers walk right into them: half
 * the walks go to the static region, half to a page that a mapper may have
 * changed a moment ago.
 */
#include "workloads/ranges.h"

#include <errno.h>

static int walks(const struct layout *l, const struct params *p, struct work *w,
		 size_t thread, struct err *e)
{
	size_t n = layout_walk_ops(p);
	uint64_t *ops = layout_stream(w, thread, n, e);
	uint64_t pages = l->bytes >> VTD_PAGE_LG2;
	struct rng r;

	if (!ops)
		return -ENOMEM;
	layout_rng(&r, p, thread);
	for (size_t i = 0; i < n; i++) {
		uint64_t base = l->base, page;

		if (l->mappers && (rng_u64(&r) >> 63)) {
			base = layout_mapper(
				l, (unsigned)rng_below(&r, l->mappers));
			page = rng_below(&r, LAYOUT_MAPPER_PAGES);
		} else {
			page = rng_below(&r, pages);
		}
		ops[i] =
			engine_op(OP_WALK, base + (page << VTD_PAGE_LG2), 0, 0);
	}
	return 0;
}

static int prepare(const struct params *p, struct work *w, struct err *e)
{
	struct layout l;
	int ret = layout_init(&l, p, p->work.footprint_bytes,
			      LAYOUT_MAPPER_BYTES, e);

	if (ret)
		return ret;
	ret = layout_work(&l, p, w, e);
	if (ret)
		return ret;
	w->walks_change = p->mappers > 0;
	for (unsigned t = 0; t < p->walkers && !ret; t++)
		ret = walks(&l, p, w, t, e);
	if (!ret)
		ret = ranges_streams(&l, p, w, e);
	if (ret)
		work_release(w);
	return ret;
}

const struct workload workload_churn = {
	.name = "churn",
	.help = "mappers map and unmap random ranges of their own; half the "
		"walks go into these ranges",
	.flags = WORKLOAD_FOREIGN,
	.roles = 1 << ROLE_WALKER | 1 << ROLE_MAPPER | 1 << ROLE_DUMPER,
	.uses = "footprint, page_size, range_pages_max, ops",
	.prepare = prepare,
};
