/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Regions of a workload, and room for its streams. */
#include "workloads/layout.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

static uint64_t round_up(uint64_t v, uint64_t to)
{
	return (v + to - 1) / to * to;
}

/* Tables of all levels that [first, last] touches, leaves being 4K. */
static uint64_t tables_of(uint64_t first, uint64_t last, unsigned levels)
{
	uint64_t n = 0;

	for (unsigned level = 1; level <= levels; level++)
		n += (last >> vtd_shift(level + 1)) -
		     (first >> vtd_shift(level + 1)) + 1;
	return n;
}

int layout_init(struct layout *l, const struct params *p, uint64_t bytes,
		uint64_t mapper_bytes, struct err *e)
{
	unsigned width = vtd_width(p->engine.levels);
	uint64_t limit = UINT64_C(1) << (width < 48 ? width : 48);
	uint64_t page = p->work.page_bytes ? p->work.page_bytes
					   : VTD_PAGE_BYTES;

	/* First-stage addresses are sign-extended: stay in the lower half. */
	if (p->engine.format == VTD_FS)
		limit = limit == UINT64_C(1) << width ? limit / 2 : limit;
	if (bytes > limit || mapper_bytes > limit)
		goto too_big;
	l->base = LAYOUT_BASE;
	l->bytes = round_up(bytes, page);
	l->mapper_base =
		round_up(l->base + l->bytes, UINT64_C(1) << LAYOUT_SPAN_LG2);
	l->mapper_bytes =
		round_up(mapper_bytes, UINT64_C(1) << LAYOUT_SPAN_LG2);
	l->mappers = p->mappers;
	if (l->mapper_base > limit ||
	    (l->mapper_bytes &&
	     l->mappers > (limit - l->mapper_base) / l->mapper_bytes))
		goto too_big;
	return 0;
too_big:
	err_set(e, -EINVAL,
		"workload %s: a footprint of %" PRIu64
		" bytes and %u mappers do not fit into the %u-bit IOVA space "
		"of %u levels",
		p->workload, bytes, p->mappers, width, p->engine.levels);
	return err_remedy(e, "use a smaller footprint or more levels");
}

uint64_t layout_mapper(const struct layout *l, unsigned i)
{
	return l->mapper_base + i * l->mapper_bytes;
}

int layout_work(const struct layout *l, const struct params *p, struct work *w,
		struct err *e)
{
	uint64_t end = layout_mapper(l, l->mappers);

	*w = (struct work){.nthreads = (size_t)p->walkers + p->mappers,
			   .iova_end = end};
	/* Mappers' tables are counted with the static ones: one tree. */
	w->tables_max = tables_of(l->base, end - 1, p->engine.levels);
	w->streams = calloc(w->nthreads + 1, sizeof(*w->streams));
	w->nops = calloc(w->nthreads + 1, sizeof(*w->nops));
	if (l->bytes)
		w->maps = calloc(1, sizeof(*w->maps));
	if (!w->streams || !w->nops || (l->bytes && !w->maps)) {
		work_release(w);
		return err_set(e, -ENOMEM, "workload %s: no memory",
			       p->workload);
	}
	if (l->bytes) {
		w->maps[0] = (struct mapping){.iova = l->base,
					      .bytes = l->bytes,
					      .piece = p->work.page_bytes,
					      .prot = VTD_R | VTD_W};
		w->nmaps = 1;
	}
	return 0;
}

uint64_t *layout_stream(struct work *w, size_t thread, size_t n, struct err *e)
{
	uint64_t *ops = malloc(n * sizeof(*ops));

	if (!ops) {
		err_set(e, -ENOMEM, "no memory for a stream of %zu operations",
			n);
		err_remedy(e, "use fewer ops");
		return NULL;
	}
	w->streams[thread] = ops;
	w->nops[thread] = n;
	return ops;
}

size_t layout_walk_ops(const struct params *p)
{
	uint64_t n = p->work.ops ? p->work.ops : WORK_BLOCK_OPS;

	return (size_t)round_up(n, WORK_BLOCK_OPS);
}

void layout_rng(struct rng *r, const struct params *p, size_t thread)
{
	rng_seed(r, p->seed, UINT64_C(0x776f726b) << 32 | thread);
}

uint64_t layout_pages(const struct params *p)
{
	return round_up(p->work.footprint_bytes, p->work.page_bytes) >>
	       VTD_PAGE_LG2;
}
