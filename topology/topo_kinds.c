/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kinds of cores. hwloc tells apart whatever differs, a few percent of turbo
 * clock included; two CPUs are of one kind here when a measurement cannot
 * tell them apart: the same core type, the same private caches, and a speed
 * within 20 %.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "topo_parts.h"

/* What a CPU says of its kind; 0, "" and -1: nothing. */
struct trait {
	char type[TOPO_KIND_TYPE];
	unsigned mhz, capacity;
	int hwloc_kind; /* ascending speed, as far as hwloc knows */
	uint64_t l1d_bytes, l2_bytes;
	unsigned kind; /* index into t->core_kinds */
};

static unsigned number_of(const char *text)
{
	unsigned long n = strtoul(text, NULL, 10);

	return n < 100000000 ? (unsigned)n : 0;
}

static void read_info(struct trait *trait, hwloc_topology_t hw, int kind)
{
	struct hwloc_info_s *infos = NULL;
	unsigned n = 0;
	int efficiency;

	trait->hwloc_kind = kind;
	if (kind < 0 || hwloc_cpukinds_get_info(hw, (unsigned)kind, NULL,
						&efficiency, &n, &infos, 0))
		return;
	for (unsigned i = 0; i < n; i++)
		if (!strcmp(infos[i].name, "CoreType"))
			snprintf(trait->type, sizeof(trait->type), "%s",
				 infos[i].value);
		else if (!strcmp(infos[i].name, "FrequencyMaxMHz"))
			trait->mhz = number_of(infos[i].value);
		else if (!strcmp(infos[i].name, "LinuxCapacity"))
			trait->capacity = number_of(infos[i].value);
}

static void read_trait(struct trait *trait, hwloc_topology_t hw, hwloc_obj_t pu)
{
	struct topo_cache caches[TOPO_CACHES_MAX] = {{0}};
	size_t n = topo_read_caches(pu, pu->cpuset, caches);

	*trait = (struct trait){0};
	read_info(trait, hw, hwloc_cpukinds_get_by_cpuset(hw, pu->cpuset, 0));
	for (size_t i = 0; i < n; i++)
		if (caches[i].level == 1)
			trait->l1d_bytes = caches[i].bytes;
		else if (caches[i].level == 2)
			trait->l2_bytes = caches[i].bytes;
}

/* What was not told does not tell two kinds apart. */
static bool differ(uint64_t a, uint64_t b)
{
	return a && b && a != b;
}

static bool same_speed(unsigned a, unsigned b)
{
	uint64_t low = a < b ? a : b, high = a < b ? b : a;

	return low * 5 >= high * 4;
}

static bool same_kind(const struct trait *a, const struct trait *b)
{
	if ((*a->type && *b->type && strcmp(a->type, b->type)) ||
	    differ(a->l1d_bytes, b->l1d_bytes) ||
	    differ(a->l2_bytes, b->l2_bytes))
		return false;
	if (a->capacity && b->capacity)
		return same_speed(a->capacity, b->capacity);
	if (a->mhz && b->mhz)
		return same_speed(a->mhz, b->mhz);
	return *a->type || *b->type || a->hwloc_kind < 0 || b->hwloc_kind < 0 ||
	       a->hwloc_kind == b->hwloc_kind;
}

/* Fastest first; where speeds are not told, larger caches first; the order of
 * CPUs among equals. */
static int by_speed(const void *x, const void *y)
{
	const struct trait *a = *(const struct trait *const *)x;
	const struct trait *b = *(const struct trait *const *)y;

	if (a->capacity != b->capacity)
		return a->capacity > b->capacity ? -1 : 1;
	if (a->mhz != b->mhz)
		return a->mhz > b->mhz ? -1 : 1;
	if (a->hwloc_kind != b->hwloc_kind)
		return a->hwloc_kind > b->hwloc_kind ? -1 : 1;
	if (a->l1d_bytes != b->l1d_bytes)
		return a->l1d_bytes > b->l1d_bytes ? -1 : 1;
	if (a->l2_bytes != b->l2_bytes)
		return a->l2_bytes > b->l2_bytes ? -1 : 1;
	return a < b ? -1 : a > b;
}

/* The first of each kind decides what else is of it. */
static int sort_into_kinds(struct topo *t, struct trait *traits, size_t n)
{
	struct trait **order = calloc(n + 1, sizeof(*order));
	struct trait **first = calloc(n + 1, sizeof(*first));
	int ret = -ENOMEM;

	t->core_kinds = calloc(n + 1, sizeof(*t->core_kinds));
	if (!order || !first || !t->core_kinds)
		goto out;
	for (size_t i = 0; i < n; i++)
		order[i] = &traits[i];
	qsort(order, n, sizeof(*order), by_speed);
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < t->ncore_kinds && !same_kind(first[k], order[i]))
			k++;
		if (k == t->ncore_kinds) {
			first[t->ncore_kinds++] = order[i];
			memcpy(t->core_kinds[k].type, order[i]->type,
			       sizeof(t->core_kinds[k].type));
			t->core_kinds[k].mhz = order[i]->mhz;
			t->core_kinds[k].capacity = order[i]->capacity;
		}
		order[i]->kind = (unsigned)k;
		t->core_kinds[k].ncpus_all++;
	}
	ret = 0;
out:
	free(order);
	free(first);
	return ret;
}

/* The fastest kind on which two threads find a core each, else the fastest. */
static void choose_kind(struct topo *t)
{
	size_t k = t->ncore_kinds;

	for (size_t i = t->ncore_kinds; i--;)
		if (t->core_kinds[i].ncpus)
			k = i;
	for (size_t i = t->ncore_kinds; i--;)
		if (t->core_kinds[i].ncores > 1)
			t->core_kind_used = (unsigned)i;
	if (k < t->ncore_kinds && t->core_kinds[t->core_kind_used].ncores < 2)
		t->core_kind_used = (unsigned)k;
}

int topo_read_kinds(struct topo *t, hwloc_topology_t hw)
{
	int npus = hwloc_get_nbobjs_by_type(hw, HWLOC_OBJ_PU);
	size_t n = npus > 0 ? (size_t)npus : 0, at = 0, cpu = 0;
	struct trait *traits = calloc(n + 1, sizeof(*traits));
	hwloc_obj_t pu = NULL;
	int ret = -ENOMEM;

	if (!traits)
		return ret;
	while ((pu = hwloc_get_next_obj_by_type(hw, HWLOC_OBJ_PU, pu)))
		read_trait(&traits[at++], hw, pu);
	ret = sort_into_kinds(t, traits, n);
	/* t->cpus are those of hwloc that are allowed, in the same order. */
	for (at = 0, pu = NULL; !ret && cpu < t->ncpus && at < n; at++) {
		struct topo_cpu *c = &t->cpus[cpu];
		struct topo_core_kind *k = &t->core_kinds[traits[at].kind];

		pu = hwloc_get_next_obj_by_type(hw, HWLOC_OBJ_PU, pu);
		if (!pu || pu->os_index != c->os_index)
			continue;
		c->core_kind = traits[at].kind;
		k->ncores += !c->smt;
		k->ncpus++;
		cpu++;
	}
	if (!ret)
		choose_kind(t);
	free(traits);
	return ret;
}
