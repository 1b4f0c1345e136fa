/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides placement and memory of a trial: the registry and its checks. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "place.h"

const struct placement placements[] = {
#define PLACEMENT(name, function, flags, help) {#name, help, flags, function},
#include "placements.def"
#undef PLACEMENT
	{NULL, NULL, 0, NULL},
};

const struct placement *placement_find(const char *name)
{
	for (const struct placement *p = placements; p->name; p++)
		if (!strcmp(p->name, name))
			return p;
	return NULL;
}

static int no_such_placement(const char *name, char *why, size_t why_len)
{
	char names[256] = "";
	size_t used = 0;

	for (const struct placement *p = placements; p->name; p++) {
		int n = snprintf(names + used, sizeof(names) - used, "%s%s",
				 used ? ", " : "", p->name);

		if (n < 0 || (size_t)n >= sizeof(names) - used)
			break;
		used += (size_t)n;
	}
	snprintf(why, why_len,
		 "placement '%s': no such placement; there are %s", name,
		 names);
	return -EINVAL;
}

static int check_count(const struct topo *t, const struct place_request *r,
		       char *why, size_t why_len)
{
	char cpus[128];

	if (!r->nthreads) {
		snprintf(why, why_len, "placement %s: no threads to place",
			 r->placement);
		return -EINVAL;
	}
	if (r->nthreads <= t->ncpus)
		return 0;
	topo_cpus_text(t, cpus, sizeof(cpus));
	snprintf(why, why_len,
		 "placement %s: %u threads, but %zu allowed CPUs (%s)",
		 r->placement, r->nthreads, t->ncpus, cpus);
	return -ENOTSUP;
}

int place_threads(const struct topo *t, const struct place_request *r,
		  struct place *place, char *why, size_t why_len)
{
	const struct placement *p = placement_find(r->placement);
	const char *memory = r->memory && *r->memory ? r->memory : "local";
	int ret;

	memset(place, 0, sizeof(*place));
	if (why_len)
		why[0] = '\0';
	if (!p)
		return no_such_placement(r->placement, why, why_len);
	ret = check_count(t, r, why, why_len);
	if (ret)
		return ret;
	unsigned *cpus = calloc(r->nthreads, sizeof(*cpus));
	if (!cpus) {
		snprintf(why, why_len, "placement: out of memory");
		return -ENOMEM;
	}
	ret = p->place(t, r, cpus, why, why_len);
	if (!ret)
		ret = numa_policy_resolve(t, memory, cpus, r->nthreads,
					  p->flags & PLACE_APART, &place->mem,
					  why, why_len);
	if (ret) {
		free(cpus);
		return ret;
	}
	for (unsigned i = 0; i < r->nthreads; i++)
		cpus[i] = t->cpus[cpus[i]].os_index;
	place->cpus = cpus;
	place->nthreads = r->nthreads;
	return 0;
}

void place_release(struct place *place)
{
	free(place->cpus);
	memset(place, 0, sizeof(*place));
}
