/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every unmap frees a leaf table: each mapper fills the tables of its region
 * with 4K pages, in two halves so that no large leaf fits, and unmaps them
 * whole; half of them are mapped at any time, so that a dump has what to show.
 */
#include "workloads/layout.h"

#include <errno.h>

enum { LIVE = LAYOUT_SPANS / 2, HALF = LAYOUT_SPAN_PAGES / 2 };

static uint64_t span(const struct layout *l, unsigned mapper, size_t i)
{
	return layout_mapper(l, mapper) + (i % LAYOUT_SPANS << LAYOUT_SPAN_LG2);
}

static int mapper_stream(const struct layout *l, const struct params *p,
			 struct work *w, unsigned mapper, struct err *e)
{
	size_t tables = layout_walk_ops(p) / 3 + LIVE, n = 0;
	uint64_t *ops = layout_stream(w, p->walkers + mapper, tables * 3, e);
	const uint64_t half = (uint64_t)HALF << VTD_PAGE_LG2;
	const unsigned whole = (unsigned)engine_size_code(LAYOUT_SPAN_PAGES);
	const unsigned piece = (unsigned)engine_size_code(HALF);

	if (!ops)
		return -ENOMEM;
	for (size_t i = 0; i < tables + LIVE; i++) {
		if (i >= LIVE)
			ops[n++] = engine_op(
				OP_UNMAP, span(l, mapper, i - LIVE), whole, 0);
		for (unsigned k = 0; k < 2 && i < tables; k++)
			ops[n++] = engine_op(OP_MAP,
					     span(l, mapper, i) + k * half,
					     piece, (unsigned)i & 3);
	}
	w->tables_freed += tables;
	return 0;
}

static int prepare(const struct params *p, struct work *w, struct err *e)
{
	const uint64_t mapper_bytes = (uint64_t)LAYOUT_MAPPER_PAGES
				      << VTD_PAGE_LG2;
	struct layout l;
	int ret = layout_init(&l, p, p->work.footprint_bytes, mapper_bytes, e);

	if (ret)
		return ret;
	ret = layout_work(&l, p, w, e);
	if (ret)
		return ret;
	for (unsigned i = 0; i < p->mappers && !ret; i++)
		ret = mapper_stream(&l, p, w, i, e);
	if (ret)
		work_release(w);
	return ret;
}

const struct workload workload_table_churn = {
	.name = "table_churn",
	.help = "mappers fill leaf tables with 4K pages and unmap them whole: "
		"every unmap frees a table",
	.roles = 1 << ROLE_MAPPER | 1 << ROLE_DUMPER,
	.uses = "footprint, page_size, ops",
	.prepare = prepare,
};
