/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The curve of table bytes held over a trial, and its peak. */
#include <math.h>

#include "measure/batch.h"

double held_bytes(const struct worker_group *g)
{
	return (double)(pool_tables_held(g->pool, g->caches, g->n)
			<< VTD_PAGE_LG2);
}

void held_waiting(struct worker_group *g)
{
	double tables = (double)pool_tables_waiting(g->pool, g->caches, g->n);
	double lists = (double)pool_lists_waiting(g->pool, g->caches, g->n);

	g->waiting_peak = fmax(g->waiting_peak, tables * VTD_PAGE_BYTES);
	g->lists_peak = fmax(g->lists_peak, lists);
}

static void add(struct worker_group *g, uint64_t now)
{
	double bytes = held_bytes(g);

	g->held_peak = fmax(g->held_peak, bytes);
	held_waiting(g);
	if (g->nheld == HELD_MAX)
		return;
	g->held_ms[g->nheld] = clock_ns(now - g->held_zero) / 1e6;
	g->held_bytes[g->nheld++] = bytes;
}

void held_start(struct worker_group *g, double length_ns)
{
	/* A few points are left for those between batches. */
	double step = length_ns / (HELD_MAX - 32);

	g->nheld = 0;
	g->held_zero = clock_start();
	g->held_step = clock_ticks(step > 20e3 ? step : 20e3);
	g->held_next = 0;
}

void held_sample(struct worker_group *g, uint64_t now)
{
	if (now < g->held_next || !g->held_step)
		return;
	g->held_next = now + g->held_step;
	add(g, now);
}

void held_now(struct worker_group *g)
{
	if (g->held_step)
		add(g, clock_start());
}
