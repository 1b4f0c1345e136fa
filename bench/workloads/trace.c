/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Replay of a recorded Linux iommu:map/unmap trace: bench/measure/replay.c
 * runs it. */
#include "workloads/registry.h"

#include <errno.h>

static int prepare(const struct params *p, struct work *w, struct err *e)
{
	*w = (struct work){0};
	if (p->work.trace[0])
		return 0;
	err_set(e, -EINVAL, "workload trace: no trace file is named");
	return err_remedy(e, "set `trace:` to a Linux ftrace file with "
			     "iommu:map and iommu:unmap events");
}

const struct workload workload_trace = {
	.name = "trace",
	.help = "a recorded Linux iommu:map/unmap trace, replayed; one thread "
		"per mapper; walkers and devices ask for each page, once",
	.roles = 1 << ROLE_MAPPER | 1 << ROLE_WALKER,
	.flags = WORKLOAD_TRACE | WORKLOAD_FOREIGN,
	.uses = "trace, domains, trace_events, trace_teardown",
	.prepare = prepare,
};
