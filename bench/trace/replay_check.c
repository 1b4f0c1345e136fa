/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares the leaves of replayed domains with those that must be there. */
#include "trace/replay_check.h"

#include <inttypes.h>
#include <stdio.h>

#include "../kernels/image.h"

struct check {
	const struct live *live;
	struct replay_leaves *found;
	const char *label;
	uint16_t domain;
	uint64_t from; /* live leaves below were seen */
};

static void wrong(struct check *c, const char *what, uint64_t iova)
{
	if (!c->found->wrong++)
		snprintf(c->found->why, sizeof(c->found->why),
			 "domain %.80s: leaf at IOVA 0x%" PRIx64 " %s",
			 c->label, iova, what);
}

/* Reports what must be there below @until and was not in the dump. */
static bool skip_missing(struct check *c, uint64_t until,
			 struct live_leaf *leaf)
{
	while (live_next(c->live, c->from, leaf)) {
		if (leaf->iova >= until)
			return true;
		wrong(c, "is missing", leaf->iova);
		c->from = leaf->iova + leaf->bytes;
	}
	return false;
}

static int see_leaf(void *arg, uint64_t iova, uint64_t pa, uint64_t bytes,
		    unsigned perm)
{
	struct check *c = arg;
	struct live_leaf want;

	if (!skip_missing(c, iova, &want) || want.iova != iova) {
		wrong(c, "must not be there", iova);
	} else {
		if (want.pa != pa || want.bytes != bytes || want.prot != perm)
			wrong(c, "has a wrong PA, size or permission", iova);
		c->from = want.iova + want.bytes;
	}
	if (c->found->leaf)
		c->found->leaf(c->found->arg, c->domain, iova, bytes, pa);
	return 0;
}

static const uint64_t *table_page(void *arg, uint64_t pa)
{
	struct pool *pool = arg;

	if (pa < pool->pa_base ||
	    (pa - pool->pa_base) >> VTD_PAGE_LG2 >= pool->npages)
		return NULL;
	return pool_va(pool, pa);
}

void replay_check(const struct replay_plan *plan, const struct design *design,
		  struct pool *pool, struct domain *const *d,
		  struct replay_leaves *found)
{
	const struct image img = {.page = table_page, .arg = pool};
	struct engine_thread thread;

	design->thread_enter(&thread, pool);
	for (size_t i = 0; i < plan->trace->ndomains; i++) {
		const struct image_tree tree = {VTD_SS, plan->levels,
						pool_pa(pool, d[i]->root)};
		struct check c = {
			.live = &plan->live[i],
			.found = found,
			.label = plan->trace->domains[i],
			.domain = (uint16_t)i,
		};
		uint64_t last = (UINT64_C(1) << vtd_width(plan->levels)) - 1;
		struct live_leaf rest;
		uint64_t leaves;

		design->dump(d[i], &thread, 0, last, see_leaf, &c, &leaves);
		skip_missing(&c, UINT64_MAX, &rest);
		found->tables += image_tables(&img, &tree);
	}
	design->thread_leave(&thread);
}
