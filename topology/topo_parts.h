/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of topo_load() share. Inside of topo*.c only. */
#ifndef TOPO_PARTS_H
#define TOPO_PARTS_H

#include <hwloc.h>

#include "topo.h"

/* Says why and returns @code. */
int topo_fail(char *why, size_t len, int code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * topo_source() - points @hw, not yet loaded, to what @spec names, and sets
 * t->kind. Returns 0, or as topo_load() with @why.
 */
int topo_source(struct topo *t, hwloc_topology_t hw, const char *spec,
		char *why, size_t why_len);

/* Why hwloc does not read the file @path: -EINVAL with @why. */
int topo_bad_xml(const char *path, char *why, size_t why_len);

/*
 * topo_read() - nodes, CPUs, caches, distances, kinds of cores and homes of
 * @t from @hw, which has objects that are not allowed, too. @allowed: the
 * CPUs that may be used.
 *
 * Returns 0; -EINVAL (a number that is too large) with @why; -ENOMEM.
 */
int topo_read(struct topo *t, hwloc_topology_t hw, hwloc_const_bitmap_t allowed,
	      char *why, size_t why_len);

/*
 * topo_read_caches() - the data caches above @pu, upwards, at most
 * TOPO_CACHES_MAX; shared_by counts @allowed CPUs.
 */
size_t topo_read_caches(hwloc_obj_t pu, hwloc_const_bitmap_t allowed,
			struct topo_cache *caches);

/*
 * All NUMA nodes of hwloc by logical index, those that are not allowed
 * included: CPUs may be counted to one, and how far its neighbours are is
 * what decides where their memory lies.
 */
struct topo_all_nodes {
	size_t n;
	hwloc_obj_t *node;
	int *index;	    /* into t->nodes; -1: not allowed */
	unsigned *distance; /* n x n; 0 = unknown */
};

/*
 * topo_find_homes() - fills the home of every CPU in t->cpus. @own[i]: logical
 * index of the node that has t->cpus[i], or -1. 0 or -ENOMEM.
 */
int topo_find_homes(struct topo *t, const struct topo_all_nodes *all,
		    const int *own);

/*
 * topo_read_kinds() - sorts the CPUs of @hw into kinds of cores and fills
 * t->core_kinds, t->core_kind_used and the kind of every CPU in t->cpus. 0 or
 * -ENOMEM.
 */
int topo_read_kinds(struct topo *t, hwloc_topology_t hw);

#endif
