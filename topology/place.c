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

/* A kind of core as the config names it. */
enum { KIND_ANY = -1, KIND_BAD = -2 };

static int kind_asked(const struct topo *t, const char *text)
{
	unsigned long n;
	char *end;

	if (!text || !*text || !strcmp(text, "one"))
		return topo_hybrid(t) ? (int)t->core_kind_used : KIND_ANY;
	if (!strcmp(text, "any"))
		return KIND_ANY;
	n = strtoul(text, &end, 10);
	return *text < '0' || *text > '9' || *end || end - text > 5 ? KIND_BAD
								    : (int)n;
}

bool place_core_kind_valid(const char *text)
{
	static const struct topo alike;

	return *text && kind_asked(&alike, text) != KIND_BAD;
}

size_t place_room(const struct topo *t, const char *core_kind)
{
	int kind = kind_asked(t, core_kind);
	size_t n = 0;

	for (size_t i = 0; i < t->ncpus; i++)
		n += kind == KIND_ANY || (int)t->cpus[i].core_kind == kind;
	return n;
}

/* What of @t is of the kind asked for. The caller frees view->cpus. */
static int keep_to_kind(const struct topo *t, const struct place_request *r,
			struct topo *view, char *why, size_t why_len)
{
	int kind = kind_asked(t, r->core_kind);

	*view = *t;
	view->cpus = NULL;
	if (kind == KIND_BAD) {
		snprintf(why, why_len,
			 "core_kind '%s': there are one, any, and the numbers "
			 "that vtdbench topo shows",
			 r->core_kind);
		return -EINVAL;
	}
	view->cpus = calloc(t->ncpus + 1, sizeof(*view->cpus));
	if (!view->cpus) {
		snprintf(why, why_len, "placement: out of memory");
		return -ENOMEM;
	}
	view->ncpus = 0;
	for (size_t i = 0; i < t->ncpus; i++)
		if (kind == KIND_ANY || (int)t->cpus[i].core_kind == kind)
			view->cpus[view->ncpus++] = t->cpus[i];
	if (view->ncpus)
		return 0;
	snprintf(why, why_len,
		 "core_kind %d: no allowed CPU is of it (vtdbench topo shows "
		 "the kinds)",
		 kind);
	return -ENOTSUP;
}

/* @all: the machine, @t: what of it may be used. */
static int check_count(const struct topo *all, const struct topo *t,
		       const struct place_request *r, char *why, size_t why_len)
{
	char cpus[128], kind[64] = "";

	if (!r->nthreads) {
		snprintf(why, why_len, "placement %s: no threads to place",
			 r->placement);
		return -EINVAL;
	}
	if (r->nthreads <= t->ncpus)
		return 0;
	topo_cpus_text(t, cpus, sizeof(cpus));
	if (t->ncpus < all->ncpus)
		snprintf(kind, sizeof(kind),
			 " of core kind %u; core_kind: any mixes",
			 t->cpus[0].core_kind);
	snprintf(why, why_len,
		 "placement %s: %u threads, but %zu allowed CPUs (%s)%s",
		 r->placement, r->nthreads, t->ncpus, cpus, kind);
	return -ENOTSUP;
}

static int place_on(const struct topo *all, const struct topo *t,
		    const struct place_request *r, const struct placement *p,
		    struct place *place, char *why, size_t why_len)
{
	const char *memory = r->memory && *r->memory ? r->memory : "local";
	int ret = check_count(all, t, r, why, why_len);
	unsigned *cpus;

	if (ret)
		return ret;
	cpus = calloc(r->nthreads, sizeof(*cpus));
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

int place_threads(const struct topo *t, const struct place_request *r,
		  struct place *place, char *why, size_t why_len)
{
	const struct placement *p = placement_find(r->placement);
	struct topo view;
	int ret;

	memset(place, 0, sizeof(*place));
	if (why_len)
		why[0] = '\0';
	if (!p)
		return no_such_placement(r->placement, why, why_len);
	if (p->flags & PLACE_NAMED)
		return place_on(t, t, r, p, place, why, why_len);
	ret = keep_to_kind(t, r, &view, why, why_len);
	if (!ret)
		ret = place_on(t, &view, r, p, place, why, why_len);
	free(view.cpus);
	return ret;
}

void place_release(struct place *place)
{
	free(place->cpus);
	memset(place, 0, sizeof(*place));
}
