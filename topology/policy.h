/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory policies: names as in a config, and what they come to on one
 * machine: a set of NUMA nodes.
 */
#ifndef POLICY_H
#define POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "topo.h"

enum {
	/* Numbers of nodes are below it; those in files may be large. */
	NUMA_NODES_MAX = 65536,
	NUMA_NODES_KERNEL = 1024, /* the largest MAX_NUMNODES of Linux */
	NUMA_WORD_BITS = 8 * (int)sizeof(unsigned long),
	NUMA_WORDS = NUMA_NODES_MAX / NUMA_WORD_BITS,
};

enum numa_kind {
	NUMA_BIND,	 /* every page on the one node of the set */
	NUMA_INTERLEAVE, /* pages in turn over the nodes of the set */
};

struct numa_policy {
	enum numa_kind kind;
	/* Bit n = the node the kernel calls n, as mbind() takes it. */
	unsigned long nodes[NUMA_WORDS];
	/* Only this node has memory that may be used: it can be nowhere
	 * else, so a kernel without NUMA calls honours the policy too. */
	bool only_node;
};

bool numa_policy_has(const struct numa_policy *p, unsigned node);
void numa_policy_add(struct numa_policy *p, unsigned node);
unsigned numa_policy_count(const struct numa_policy *p);
/* "node 1", "interleaved over nodes 0-3"; as snprintf(). */
int numa_policy_text(const struct numa_policy *p, char *text, size_t len);

/* The policies a config may name, for lists and help. */
struct memory_policy {
	const char *name; /* "local"; "node:N" takes a number */
	const char *help;
};
extern const struct memory_policy memory_policies[]; /* name NULL ends */

/*
 * numa_policy_resolve() - what the policy @name means for threads on the
 * CPUs @cpus, indexes into t->cpus. @apart: the memory must not be on a node
 * of the threads; then `local` gives way to `remote`. A node without memory
 * is never in *p: the home of its CPUs (topo.h) is their node then.
 *
 * Returns 0 and *p; -EINVAL: no such policy or node; -ENOTSUP: it makes no
 * sense on this machine; @why says why and what there is.
 */
int numa_policy_resolve(const struct topo *t, const char *name,
			const unsigned *cpus, unsigned ncpus, bool apart,
			struct numa_policy *p, char *why, size_t why_len);

#endif
