/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walks of one page after the other, each walker from its own start. */
#include "workloads/walked.h"

#include <errno.h>
#include <stdlib.h>

struct sequential {
	uint64_t pages, start;
};

static uint64_t pick(void *arg, struct rng *r, size_t op)
{
	const struct sequential *s = arg;

	return (s->start + op) % s->pages;
}

static int prepare(const struct params *p, struct work *w, struct err *e)
{
	struct sequential *s = calloc(p->walkers + 1, sizeof(*s));
	int ret;

	if (!s)
		return err_set(e, -ENOMEM, "workload sequential: no memory");
	for (unsigned i = 0; i < p->walkers; i++) {
		s[i].pages = layout_pages(p);
		s[i].start = s[i].pages / p->walkers * i;
	}
	ret = walked_region(p, w, pick, s, sizeof(*s), e);
	free(s);
	return ret;
}

const struct workload workload_sequential = {
	.name = "sequential",
	.help = "walks of one page after the other; walkers start spread "
		"over the footprint",
	.roles = 1 << ROLE_WALKER | 1 << ROLE_MAPPER | 1 << ROLE_DUMPER,
	.uses = "footprint, page_size, range_pages_max, ops",
	.prepare = prepare,
};
