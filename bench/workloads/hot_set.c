/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walks that mostly go to a small part of the footprint. The hot pages are
 * spread evenly over it: small sets of hot pages still need many tables.
 */
#include "workloads/walked.h"

struct hot_set {
	uint64_t pages, hot;
	double probability;
};

static uint64_t pick(void *arg, struct rng *r, size_t op)
{
	const struct hot_set *h = arg;
	uint64_t i;

	if (rng_double(r) >= h->probability)
		return rng_below(r, h->pages);
	i = rng_below(r, h->hot);
	return (uint64_t)((double)i * ((double)h->pages / (double)h->hot));
}

static int prepare(const struct params *p, struct work *w, struct err *e)
{
	struct hot_set h = {.pages = layout_pages(p),
			    .probability = p->work.hot_probability};

	h.hot = (uint64_t)((double)h.pages * p->work.hot_fraction);
	if (!h.hot)
		h.hot = 1;
	if (h.hot > h.pages)
		h.hot = h.pages;
	return walked_region(p, w, pick, &h, 0, e);
}

const struct workload workload_hot_set = {
	.name = "hot_set",
	.help = "walks that go to a hot part of the footprint with a given "
		"probability, else anywhere in it",
	.roles = 1 << ROLE_WALKER | 1 << ROLE_MAPPER | 1 << ROLE_DUMPER,
	.uses = "footprint, page_size, hot_fraction, hot_probability, "
		"range_pages_max, ops",
	.prepare = prepare,
};
