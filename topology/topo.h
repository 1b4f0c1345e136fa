/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine as plain structs: CPUs, cores, packages, NUMA nodes, caches.
 * From hwloc, so cpusets and cgroups are respected; or from an XML file or a
 * synthetic string, which can plan and draw but never measure.
 */
#ifndef TOPO_H
#define TOPO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct topo_cpu {
	unsigned os_index; /* what the kernel calls it */
	unsigned core;	   /* index into the machine's cores */
	unsigned package;
	int node; /* index into topo->nodes; -1: none is local */
	unsigned smt; /* 0 = first hardware thread of its core */
};

struct topo_node {
	unsigned os_index;
	uint64_t bytes; /* may change at run time on a VM */
	unsigned ncpus; /* 0: memory only */
};

struct topo_cache {
	unsigned level; /* 1 = L1d, 2, 3 */
	uint64_t bytes;
	unsigned ways; /* 0 = unknown */
	unsigned line_bytes;
	unsigned shared_by; /* CPUs behind one instance */
};

enum topo_kind { TOPO_LIVE, TOPO_XML, TOPO_SYNTHETIC };

struct topo {
	enum topo_kind kind;
	bool measurable; /* this very machine, and binding is supported */
	char why_not[128]; /* when not measurable */
	struct topo_cpu *cpus; /* allowed ones, logical order */
	size_t ncpus;
	struct topo_node *nodes;
	size_t nnodes;
	unsigned ncores, npackages;
	struct topo_cache caches[4]; /* ascending level, data or unified */
	size_t ncaches;
	/* nnodes x nnodes, row = from; 10 = local; 0 = unknown */
	unsigned *distances;
};

#endif
