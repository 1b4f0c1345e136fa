/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The skeleton of workloads whose walkers walk the static region. */
#include <errno.h>

#include "workloads/ranges.h"
#include "workloads/walked.h"

int walked_region(const struct params *p, struct work *w, walked_pick *pick,
		  void *args, size_t arg_bytes, struct err *e)
{
	struct layout l;
	size_t n = layout_walk_ops(p);
	int ret;

	ret = layout_init(&l, p, p->work.footprint_bytes, LAYOUT_MAPPER_BYTES,
			  e);
	if (ret)
		return ret;
	ret = layout_work(&l, p, w, e);
	for (size_t t = 0; t < p->walkers && !ret; t++) {
		uint64_t *ops = layout_stream(w, t, n, e);
		struct rng r;

		if (!ops) {
			ret = -ENOMEM;
			break;
		}
		layout_rng(&r, p, t);
		for (size_t i = 0; i < n; i++)
			ops[i] = engine_op(
				OP_WALK,
				l.base + (pick((char *)args + t * arg_bytes, &r,
					       i)
					  << VTD_PAGE_LG2),
				0, 0);
	}
	if (!ret)
		ret = ranges_streams(&l, p, w, e);
	if (ret)
		work_release(w);
	return ret;
}
