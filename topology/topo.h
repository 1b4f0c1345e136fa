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

enum { TOPO_CACHES_MAX = 4, TOPO_KIND_TYPE = 24 };

struct topo_cache {
	unsigned level; /* 1 = L1d, 2, 3 */
	uint64_t bytes;
	unsigned ways; /* 0 = unknown; fully associative: all its lines */
	unsigned line_bytes;
	unsigned shared_by; /* CPUs behind one instance */
};

struct topo_cpu {
	unsigned os_index; /* what the kernel calls it */
	unsigned core;	   /* index into the machine's cores */
	unsigned package;
	int node;     /* index into topo->nodes: whose CPUs the kernel counts it
			 among; -1: no allowed node has it */
	int home;     /* index into topo->nodes: its node, or if that has no
			 memory, the nearest that has; -1: none has */
	unsigned smt; /* 0 = first hardware thread of its core */
	unsigned core_kind; /* index into topo->core_kinds */
	struct topo_cache caches[TOPO_CACHES_MAX]; /* data or unified ones,
						      ascending level */
	size_t ncaches;
};

struct topo_node {
	unsigned os_index;
	uint64_t bytes; /* may change at run time on a VM */
	bool memory;	/* something can lie there */
	unsigned ncpus; /* allowed ones; 0: memory only */
};

/* Cores that a measurement can tell from those of other kinds. */
struct topo_core_kind {
	char type[TOPO_KIND_TYPE]; /* as hwloc has it, IntelAtom; "": none */
	unsigned mhz;		   /* highest; 0: unknown */
	unsigned capacity;	   /* Linux's, up to 1024; 0: unknown */
	unsigned ncpus, ncores;	   /* allowed ones, maybe none */
	unsigned ncpus_all;	   /* of the machine */
};

enum topo_kind { TOPO_LIVE, TOPO_XML, TOPO_SYNTHETIC };

struct topo {
	enum topo_kind kind;
	bool measurable;       /* this very machine, and binding is supported */
	char why_not[128];     /* when not measurable */
	struct topo_cpu *cpus; /* allowed ones, logical order */
	size_t ncpus;
	struct topo_node *nodes;
	size_t nnodes;
	unsigned ncores, npackages;
	/* Of the machine, fastest first; one: all cores are alike. */
	struct topo_core_kind *core_kinds;
	size_t ncore_kinds;
	/* Where threads go unless told otherwise: the fastest kind that has
	 * two allowed cores, else the fastest with an allowed CPU. */
	unsigned core_kind_used;
	/* Memory in all. Live: of the machine, and the nodes may count less,
	 * as a kernel that gets memory as it needs it does. */
	uint64_t bytes;
	/* nnodes x nnodes, row = from; 10 = local; 0 = unknown */
	unsigned *distances;
};

enum { TOPO_CPUS_MAX = 16384 }; /* of a synthetic description */

/*
 * topo_load() - read the topology @spec: "live", the path of an hwloc XML
 * file (it must end in .xml), or "synthetic:" and an hwloc description such as
 * "package:2 node:1 core:4 pu:2".
 *
 * CPUs are those that the cpuset, the cgroup and, when live, the affinity of
 * the calling thread allow: load before pinning. Variables of the environment
 * that make hwloc read another machine are refused, never obeyed.
 *
 * Returns 0 and *@out, which topo_free() frees; or -EINVAL (@spec is not one
 * of these, or bad), -ENOENT and the like (file), -ENOMEM, with the reason
 * and what would be right in @why.
 */
int topo_load(struct topo **out, const char *spec, char *why, size_t why_len);
void topo_free(struct topo *t); /* NULL is fine */

/* Whether the allowed CPUs are of several kinds. */
bool topo_hybrid(const struct topo *t);
/* Nodes that something can lie on. */
size_t topo_memory_nodes(const struct topo *t);
/* The first allowed CPU of a kind; NULL: none. */
const struct topo_cpu *topo_kind_cpu(const struct topo *t, unsigned core_kind);

/* Index into t->nodes of the node the kernel calls @os_index, or -1. */
int topo_node_find(const struct topo *t, unsigned os_index);
/* Index into t->cpus, or -1: no such CPU, or not allowed. */
int topo_cpu_find(const struct topo *t, unsigned os_index);

/* "0-3,8" of the allowed CPUs or of the nodes, by os_index; as snprintf(). */
int topo_cpus_text(const struct topo *t, char *text, size_t len);
int topo_nodes_text(const struct topo *t, char *text, size_t len);
/* As these: the nodes that something can lie on; the CPUs of one kind. */
int topo_memory_text(const struct topo *t, char *text, size_t len);
int topo_kind_cpus_text(const struct topo *t, unsigned core_kind, char *text,
			size_t len);

/*
 * Which CPUs have no memory of their own, and which node is `local` to them:
 * "CPUs 0-3 on node 1, CPU 9 on node 2"; empty: all have. As snprintf(), but
 * what is cut ends in "...".
 */
int topo_homes_text(const struct topo *t, char *text, size_t len);

/* "IntelCore, up to 5000 MHz", what is known of a kind; as snprintf(). */
int topo_kind_text(const struct topo_core_kind *k, char *text, size_t len);

/* The same for any numbers, in the order given: "3,0-1"; as snprintf(). */
int topo_list_text(const unsigned *numbers, size_t n, char *text, size_t len);

#endif
