/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A mapper's stream of random ranges: what a driver with mixed buffer sizes
 * does to its own part of the IOVA space.
 */
#include "workloads/ranges.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SPAN_EVERY = 128 }; /* steps between unmaps of a whole span */

struct range {
	uint16_t first, pages; /* in pages of the mapper's region */
};

/* What is mapped while the stream is drawn. */
struct ranges {
	struct rng rng;
	uint64_t base;
	uint64_t *ops;
	size_t nops, max;
	unsigned version;
	unsigned pages_max;
	unsigned live_pages;
	uint64_t tables_freed;
	size_t nlive;
	struct range live[LAYOUT_MAPPER_PAGES];
	uint8_t mapped[LAYOUT_MAPPER_PAGES];
};

static void emit(struct ranges *g, enum engine_op op, unsigned first,
		 unsigned pages, unsigned version)
{
	g->ops[g->nops++] =
		engine_op(op, g->base + ((uint64_t)first << VTD_PAGE_LG2),
			  (unsigned)engine_size_code(pages), version);
	/* An unmap takes the table with it; a map may put a leaf there. */
	g->tables_freed += pages == LAYOUT_SPAN_PAGES;
}

static void forget(struct ranges *g, size_t i)
{
	struct range r = g->live[i];

	memset(g->mapped + r.first, 0, r.pages);
	g->live_pages -= r.pages;
	g->live[i] = g->live[--g->nlive];
}

static void unmap_one(struct ranges *g)
{
	size_t i = rng_below(&g->rng, g->nlive);

	emit(g, OP_UNMAP, g->live[i].first, g->live[i].pages, 0);
	forget(g, i);
}

/* One unmap over several maps and the holes between: its table goes. */
static void unmap_span(struct ranges *g, unsigned first)
{
	bool any = false;

	for (size_t i = g->nlive; i-- > 0;) {
		if (g->live[i].first - first < LAYOUT_SPAN_PAGES &&
		    g->live[i].first >= first) {
			forget(g, i);
			any = true;
		}
	}
	if (any)
		emit(g, OP_UNMAP, first, LAYOUT_SPAN_PAGES, 0);
}

static bool map_range(struct ranges *g, unsigned first, unsigned pages)
{
	for (unsigned i = 0; i < pages; i++)
		if (g->mapped[first + i])
			return false;
	memset(g->mapped + first, 1, pages);
	g->live[g->nlive++] = (struct range){.first = (uint16_t)first,
					     .pages = (uint16_t)pages};
	g->live_pages += pages;
	emit(g, OP_MAP, first, pages, g->version++ & 3);
	return true;
}

/* Sizes are log-uniform: as many of 1 page as of 64 to 127. */
static unsigned draw_pages(struct ranges *g)
{
	unsigned lg2 = 0, n;

	while (g->pages_max >> (lg2 + 1))
		lg2++;
	n = 1U << rng_below(&g->rng, lg2 + 1);
	n += (unsigned)rng_below(&g->rng, n);
	if (n > g->pages_max)
		n = g->pages_max;
	while (engine_size_code(n) < 0)
		n &= n - 1; /* down to a size an op can say */
	return n;
}

static void step(struct ranges *g)
{
	unsigned span =
		(unsigned)rng_below(&g->rng, LAYOUT_SPANS) * LAYOUT_SPAN_PAGES;
	unsigned pages = draw_pages(g), room;

	if (rng_below(&g->rng, SPAN_EVERY) == 0) {
		unmap_span(g, span);
		return;
	}
	/* About half full on average, so neither side starves. */
	if (g->nlive &&
	    rng_below(&g->rng, LAYOUT_MAPPER_PAGES) < g->live_pages) {
		unmap_one(g);
		return;
	}
	/* No range leaves its span: unmap_span() then cuts none. */
	room = LAYOUT_SPAN_PAGES - pages + 1;
	map_range(g, span + (unsigned)rng_below(&g->rng, room), pages);
}

static int stream(const struct params *p, struct work *w, size_t thread,
		  uint64_t base, struct err *e)
{
	struct ranges *g = calloc(1, sizeof(*g));
	size_t n = layout_walk_ops(p);
	/* Each step adds one op at most, and each live range one at the end. */
	uint64_t *ops = layout_stream(w, thread, n + LAYOUT_MAPPER_PAGES, e);

	if (!g || !ops) {
		free(g);
		return err_set(e, -ENOMEM, "no memory for a mapper's stream");
	}
	layout_rng(&g->rng, p, thread);
	g->base = base;
	g->ops = ops;
	g->pages_max = (unsigned)(p->work.range_pages_max > LAYOUT_SPAN_PAGES
					  ? LAYOUT_SPAN_PAGES
					  : p->work.range_pages_max);
	if (!g->pages_max)
		g->pages_max = 1;
	while (g->nops < n)
		step(g);
	while (g->nlive)
		unmap_one(g);
	w->nops[thread] = g->nops;
	/* Reclaimed when empty, any unmap may free one; else only these. */
	w->tables_freed += p->engine.reclaim == RECLAIM_EMPTY ? g->nops
							      : g->tables_freed;
	free(g);
	return 0;
}

int ranges_streams(const struct layout *l, const struct params *p,
		   struct work *w, struct err *e)
{
	for (unsigned i = 0; i < p->mappers; i++) {
		int ret = stream(p, w, p->walkers + i, layout_mapper(l, i), e);

		if (ret)
			return ret;
	}
	return 0;
}
