/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registry of workloads, and what is common to all of them. */
#include "workloads/registry.h"

#include <stdlib.h>
#include <string.h>

const struct workload *const workloads[] = {
#define WORKLOAD(name) &workload_##name,
#include "workloads/registry.def"
#undef WORKLOAD
	NULL,
};

static const char *const role_names[ROLE_NR] = {
	[ROLE_WALKER] = "walker",
	[ROLE_MAPPER] = "mapper",
	[ROLE_DUMPER] = "dumper",
	[ROLE_DEVICE] = "device",
};

const char *role_name(enum role r)
{
	return role_names[r];
}

const struct workload *workload_find(const char *name)
{
	for (size_t i = 0; workloads[i]; i++)
		if (!strcmp(workloads[i]->name, name))
			return workloads[i];
	return NULL;
}

void work_release(struct work *w)
{
	for (size_t i = 0; w->streams && i < w->nthreads; i++)
		free(w->streams[i]);
	free(w->streams);
	free(w->nops);
	free(w->maps);
	*w = (struct work){0};
}
