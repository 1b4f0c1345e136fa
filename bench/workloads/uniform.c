/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walks of pages drawn uniformly from the whole footprint. */
#include "workloads/walked.h"

static uint64_t pick(void *arg, struct rng *r, size_t op)
{
	return rng_below(r, *(const uint64_t *)arg);
}

static int prepare(const struct params *p, struct work *w, struct err *e)
{
	uint64_t pages = layout_pages(p);

	return walked_region(p, w, pick, &pages, 0, e);
}

const struct workload workload_uniform = {
	.name = "uniform",
	.help = "walks of pages drawn uniformly from the footprint; mappers "
		"map and unmap random ranges beside it",
	.roles = 1 << ROLE_WALKER | 1 << ROLE_MAPPER | 1 << ROLE_DUMPER,
	.uses = "footprint, page_size, range_pages_max, ops",
	.prepare = prepare,
};
