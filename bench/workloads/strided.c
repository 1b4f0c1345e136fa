/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walks a fixed distance apart. A stride of 2M uses one entry of every leaf
 * table, which is what large buffers with one hot header do.
 */
#include "workloads/walked.h"

#include <errno.h>
#include <stdlib.h>

struct strided {
	uint64_t pages, stride, at;
};

static uint64_t pick(void *arg, struct rng *r, size_t op)
{
	struct strided *s = arg;
	uint64_t page = s->at;

	s->at += s->stride;
	/* One page on at each turn: a turn does not repeat the last one. */
	if (s->at >= s->pages)
		s->at = (s->at - s->pages + 1) % s->pages;
	return page;
}

static int prepare(const struct params *p, struct work *w, struct err *e)
{
	struct strided *s = calloc(p->walkers + 1, sizeof(*s));
	uint64_t stride = p->work.stride_bytes >> VTD_PAGE_LG2;
	int ret;

	if (!s)
		return err_set(e, -ENOMEM, "workload strided: no memory");
	for (unsigned i = 0; i < p->walkers; i++) {
		s[i].pages = layout_pages(p);
		s[i].stride = (stride ? stride : 1) % s[i].pages;
		if (!s[i].stride)
			s[i].stride = 1;
		s[i].at = s[i].pages / p->walkers * i;
	}
	ret = walked_region(p, w, pick, s, sizeof(*s), e);
	free(s);
	return ret;
}

const struct workload workload_strided = {
	.name = "strided",
	.help = "walks a fixed stride apart, one page further at each turn "
		"round the footprint",
	.roles = 1 << ROLE_WALKER | 1 << ROLE_MAPPER | 1 << ROLE_DUMPER,
	.uses = "footprint, page_size, stride, range_pages_max, ops",
	.prepare = prepare,
};
