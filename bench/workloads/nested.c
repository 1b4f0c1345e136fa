/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walks of pages drawn uniformly, through a first stage whose tables and
 * results go through a second stage: what a guest with an IOMMU of its own
 * costs. The second stage is measure/trial_nested.c's.
 */
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

const struct workload workload_nested = {
	.name = "nested",
	.help = "uniform walks of a first stage over a second, up to 24 "
		"entries each with 4 levels (needs format first_stage); "
		"mappers map and unmap random ranges of the first stage "
		"beside it",
	.roles = 1 << ROLE_WALKER | 1 << ROLE_MAPPER | 1 << ROLE_DUMPER,
	.flags = WORKLOAD_NESTED,
	.uses = "footprint, page_size, second_page, range_pages_max, ops",
	.prepare = prepare,
};
