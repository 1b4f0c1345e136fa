/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From hwloc's objects to plain structs: nodes, CPUs, caches, distances. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy.h"
#include "topo_parts.h"

static void all_nodes_release(struct topo_all_nodes *all)
{
	free(all->node);
	free(all->index);
	free(all->distance);
}

static int read_distances(struct topo_all_nodes *all, hwloc_topology_t hw)
{
	struct hwloc_distances_s *d = NULL;
	unsigned nr = 1;

	all->distance = calloc(all->n * all->n + 1, sizeof(*all->distance));
	if (!all->distance)
		return -ENOMEM;
	if (hwloc_distances_get_by_name(hw, "NUMALatency", &nr, &d, 0) || !nr) {
		nr = 1;
		if (hwloc_distances_get_by_type(
			    hw, HWLOC_OBJ_NUMANODE, &nr, &d,
			    HWLOC_DISTANCES_KIND_MEANS_LATENCY, 0) ||
		    !nr)
			return 0;
	}
	for (unsigned i = 0; i < d->nbobjs; i++)
		for (unsigned j = 0; j < d->nbobjs; j++) {
			size_t from = d->objs[i] ? d->objs[i]->logical_index
						 : all->n;
			size_t to = d->objs[j] ? d->objs[j]->logical_index
					       : all->n;
			hwloc_uint64_t v = d->values[i * d->nbobjs + j];

			if (from < all->n && to < all->n &&
			    d->objs[i]->type == HWLOC_OBJ_NUMANODE)
				all->distance[from * all->n + to] =
					v < UINT_MAX ? (unsigned)v : 0;
		}
	hwloc_distances_release(hw, d);
	return 0;
}

/* Where a topology tells the size of no node, none is without memory. */
static void mark_memory(struct topo *t)
{
	uint64_t all = 0;

	for (size_t i = 0; i < t->nnodes; i++)
		all |= t->nodes[i].bytes;
	for (size_t i = 0; i < t->nnodes; i++)
		t->nodes[i].memory = t->nodes[i].bytes || !all;
}

static int read_nodes(struct topo *t, hwloc_topology_t hw,
		      struct topo_all_nodes *all, char *why, size_t why_len)
{
	hwloc_const_bitmap_t allowed = hwloc_topology_get_allowed_nodeset(hw);
	int n = hwloc_get_nbobjs_by_type(hw, HWLOC_OBJ_NUMANODE);
	hwloc_obj_t node = NULL;

	all->n = n > 0 ? (size_t)n : 0;
	all->node = calloc(all->n + 1, sizeof(hwloc_obj_t));
	all->index = calloc(all->n + 1, sizeof(*all->index));
	t->nodes = calloc(all->n + 1, sizeof(*t->nodes));
	if (!all->node || !all->index || !t->nodes)
		return -ENOMEM;
	for (size_t i = 0; i < all->n; i++) {
		node = hwloc_get_next_obj_by_type(hw, HWLOC_OBJ_NUMANODE, node);
		all->node[i] = node;
		all->index[i] = -1;
		if (!node || !hwloc_bitmap_isset(allowed, node->os_index))
			continue;
		if (node->os_index >= NUMA_NODES_MAX) {
			snprintf(why, why_len,
				 "it has a NUMA node of the number %u; numbers "
				 "below %d can be used",
				 node->os_index, NUMA_NODES_MAX);
			return -EINVAL;
		}
		all->index[i] = (int)t->nnodes;
		t->nodes[t->nnodes].os_index = node->os_index;
		t->nodes[t->nnodes++].bytes = node->attr->numanode.local_memory;
	}
	mark_memory(t);
	return read_distances(all, hw);
}

/* Memory that a kernel gives no CPUs of its own. */
static bool special_memory(hwloc_obj_t node)
{
	static const char *const types[] = {"HBM",  "MCDRAM", "NVM",	  "CXL",
					    "PMEM", "SPM",    "GPUMemory"};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (node->subtype &&
		    !strncmp(node->subtype, types[i], strlen(types[i])))
			return true;
	return false;
}

/*
 * Logical index of the node that has @pu; -1: none.
 *
 * A memory-only node has the cpuset of its nearest CPUs in hwloc, so several
 * nodes may claim a CPU. On the live machine the kernel says which one has
 * it; elsewhere ordinary memory comes before special memory, the smaller set
 * of CPUs before the larger, and the lower number (kernels number nodes with
 * CPUs first) before the higher.
 */
static int own_node(const struct topo *t, const struct topo_all_nodes *all,
		    hwloc_obj_t pu)
{
	hwloc_obj_t best = NULL;
	int found = -1;

	for (size_t i = 0; i < all->n; i++) {
		hwloc_obj_t node = all->node[i];
		char path[96];

		if (t->kind == TOPO_LIVE) {
			snprintf(path, sizeof(path),
				 "/sys/devices/system/node/node%u/cpu%u",
				 node->os_index, pu->os_index);
			if (!access(path, F_OK))
				return (int)i;
		}
		if (!hwloc_bitmap_isset(node->cpuset, pu->os_index))
			continue;
		if (best) {
			int a = special_memory(node) - special_memory(best);
			int b = hwloc_bitmap_weight(node->cpuset) -
				hwloc_bitmap_weight(best->cpuset);

			if (a > 0 || (!a && b > 0) ||
			    (!a && !b && node->os_index > best->os_index))
				continue;
		}
		best = node;
		found = (int)i;
	}
	return found;
}

size_t topo_read_caches(hwloc_obj_t pu, hwloc_const_bitmap_t allowed,
			struct topo_cache *caches)
{
	hwloc_bitmap_t sharing = hwloc_bitmap_alloc();
	size_t n = 0;

	/* Upwards, so levels ascend. */
	for (hwloc_obj_t obj = pu; obj; obj = obj->parent) {
		if (!hwloc_obj_type_is_dcache(obj->type) ||
		    n == TOPO_CACHES_MAX)
			continue;
		const struct hwloc_cache_attr_s *a = &obj->attr->cache;
		struct topo_cache *c = &caches[n++];

		c->level = a->depth;
		c->bytes = a->size;
		c->line_bytes = a->linesize;
		if (sharing && !hwloc_bitmap_and(sharing, obj->cpuset, allowed))
			c->shared_by = (unsigned)hwloc_bitmap_weight(sharing);
		if (a->associativity > 0)
			c->ways = (unsigned)a->associativity;
		else if (a->associativity < 0 && a->linesize)
			c->ways = (unsigned)(a->size / a->linesize);
	}
	hwloc_bitmap_free(sharing);
	return n;
}

/* @own[i]: logical index of the node that has t->cpus[i], or -1. */
static void read_cpus(struct topo *t, hwloc_topology_t hw,
		      hwloc_const_bitmap_t allowed,
		      const struct topo_all_nodes *all, int *own)
{
	hwloc_obj_t last_core = NULL, last_package = NULL, pu = NULL;
	unsigned smt = 0;

	while ((pu = hwloc_get_next_obj_by_type(hw, HWLOC_OBJ_PU, pu))) {
		hwloc_obj_t core =
			hwloc_get_ancestor_obj_by_type(hw, HWLOC_OBJ_CORE, pu);
		hwloc_obj_t package = hwloc_get_ancestor_obj_by_type(
			hw, HWLOC_OBJ_PACKAGE, pu);
		struct topo_cpu *cpu = &t->cpus[t->ncpus];

		if (!hwloc_bitmap_isset(allowed, pu->os_index))
			continue;
		/* Without cores each CPU is one; without packages, all are. */
		if (!t->ncpus || !core || core != last_core) {
			t->ncores++;
			smt = 0;
		}
		if (!t->ncpus || package != last_package)
			t->npackages++;
		last_core = core;
		last_package = package;
		cpu->os_index = pu->os_index;
		cpu->core = t->ncores - 1;
		cpu->package = t->npackages - 1;
		cpu->smt = smt++;
		own[t->ncpus] = own_node(t, all, pu);
		cpu->node = own[t->ncpus] < 0 ? -1 : all->index[own[t->ncpus]];
		if (cpu->node >= 0)
			t->nodes[cpu->node].ncpus++;
		cpu->ncaches = topo_read_caches(pu, allowed, cpu->caches);
		t->ncpus++;
	}
}

/* Of the allowed nodes out of all. */
static int keep_distances(struct topo *t, const struct topo_all_nodes *all)
{
	t->distances = calloc(t->nnodes * t->nnodes + 1, sizeof(unsigned));
	if (!t->distances)
		return -ENOMEM;
	for (size_t i = 0; i < all->n; i++)
		for (size_t j = 0; j < all->n; j++)
			if (all->index[i] >= 0 && all->index[j] >= 0)
				t->distances[(size_t)all->index[i] * t->nnodes +
					     (size_t)all->index[j]] =
					all->distance[i * all->n + j];
	return 0;
}

int topo_read(struct topo *t, hwloc_topology_t hw, hwloc_const_bitmap_t allowed,
	      char *why, size_t why_len)
{
	int n = hwloc_get_nbobjs_by_type(hw, HWLOC_OBJ_PU);
	size_t npus = n > 0 ? (size_t)n : 0;
	int *own = calloc(npus + 1, sizeof(*own));
	struct topo_all_nodes all = {0};
	int ret = -ENOMEM;

	if (npus > TOPO_CPUS_MAX) {
		free(own);
		snprintf(why, why_len, "it has %zu CPUs; up to %d can be used",
			 npus, TOPO_CPUS_MAX);
		return -EINVAL;
	}
	t->cpus = calloc(npus + 1, sizeof(*t->cpus));
	if (own && t->cpus)
		ret = read_nodes(t, hw, &all, why, why_len);
	if (!ret) {
		read_cpus(t, hw, allowed, &all, own);
		ret = topo_find_homes(t, &all, own);
	}
	if (!ret)
		ret = keep_distances(t, &all);
	if (!ret)
		ret = topo_read_kinds(t, hw);
	all_nodes_release(&all);
	free(own);
	return ret;
}
