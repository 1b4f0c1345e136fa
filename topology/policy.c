/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns the name of a memory policy into a set of NUMA nodes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"

const struct memory_policy memory_policies[] = {
	{"local",
	 "on the node of the first thread, or the nearest with memory"},
	{"node:N", "on node N, numbered as the kernel does"},
	{"interleave", "page by page in turn over all nodes with memory"},
	{"remote", "on the farthest node that has none of the threads"},
	{NULL, NULL},
};

bool numa_policy_has(const struct numa_policy *p, unsigned node)
{
	return node < NUMA_NODES_MAX &&
	       (p->nodes[node / NUMA_WORD_BITS] >> (node % NUMA_WORD_BITS) & 1);
}

void numa_policy_add(struct numa_policy *p, unsigned node)
{
	if (node < NUMA_NODES_MAX)
		p->nodes[node / NUMA_WORD_BITS] |= 1UL
						   << (node % NUMA_WORD_BITS);
}

unsigned numa_policy_count(const struct numa_policy *p)
{
	unsigned n = 0;

	for (size_t i = 0; i < NUMA_WORDS; i++)
		n += (unsigned)__builtin_popcountl(p->nodes[i]);
	return n;
}

int numa_policy_text(const struct numa_policy *p, char *text, size_t len)
{
	unsigned *nodes = calloc(NUMA_NODES_MAX, sizeof(*nodes));
	char list[256];
	size_t n = 0;

	if (!nodes)
		return snprintf(text, len, "(out of memory)");
	for (unsigned i = 0; i < NUMA_NODES_MAX; i++)
		if (numa_policy_has(p, i))
			nodes[n++] = i;
	topo_list_text(nodes, n, list, sizeof(list));
	free(nodes);
	return snprintf(text, len, "%snode%s %s",
			p->kind == NUMA_INTERLEAVE ? "interleaved over " : "",
			n == 1 ? "" : "s", list);
}

static bool has_thread(const struct topo *t, size_t node, const unsigned *cpus,
		       unsigned ncpus)
{
	for (unsigned i = 0; i < ncpus; i++)
		if (t->cpus[cpus[i]].home == (int)node)
			return true;
	return false;
}

/* How far @cpu's own node, or where it has none its home, is from @node. */
static unsigned distance(const struct topo *t, const struct topo_cpu *cpu,
			 size_t node)
{
	int from = cpu->node >= 0 ? cpu->node : cpu->home;

	return from < 0 ? 0 : t->distances[(size_t)from * t->nnodes + node];
}

/* Index of the farthest node with memory that is no thread's home; the lowest
 * number of equals. */
static int farthest(const struct topo *t, const unsigned *cpus, unsigned ncpus)
{
	uint64_t best_sum = 0;
	int best = -1;

	for (size_t node = 0; node < t->nnodes; node++) {
		uint64_t sum = 0;

		if (!t->nodes[node].memory || has_thread(t, node, cpus, ncpus))
			continue;
		for (unsigned i = 0; i < ncpus; i++)
			sum += distance(t, &t->cpus[cpus[i]], node);
		if (best < 0 || sum > best_sum ||
		    (sum == best_sum &&
		     t->nodes[node].os_index < t->nodes[best].os_index)) {
			best = (int)node;
			best_sum = sum;
		}
	}
	return best;
}

static int resolve_local(const struct topo *t, const unsigned *cpus,
			 struct numa_policy *p, char *why, size_t why_len)
{
	int node = t->cpus[cpus[0]].home;

	if (node < 0) {
		snprintf(why, why_len,
			 "memory local: no NUMA node that may be used has "
			 "memory");
		return -ENOTSUP;
	}
	numa_policy_add(p, t->nodes[node].os_index);
	return 0;
}

static int resolve_remote(const struct topo *t, const unsigned *cpus,
			  unsigned ncpus, struct numa_policy *p, char *why,
			  size_t why_len)
{
	int node = farthest(t, cpus, ncpus);
	char nodes[64];

	if (node < 0) {
		topo_memory_text(t, nodes, sizeof(nodes));
		if (t->nnodes < 2)
			snprintf(why, why_len,
				 "memory remote: this machine has one NUMA "
				 "node");
		else if (topo_memory_nodes(t) < 2)
			snprintf(why, why_len,
				 "memory remote: only node %s has memory, and "
				 "it is the threads' nearest",
				 nodes);
		else
			snprintf(why, why_len,
				 "memory remote: each of the nodes %s has one "
				 "of the threads",
				 nodes);
		return -ENOTSUP;
	}
	numa_policy_add(p, t->nodes[node].os_index);
	return 0;
}

static int resolve_node(const struct topo *t, const char *name,
			const unsigned *cpus, unsigned ncpus, bool apart,
			struct numa_policy *p, char *why, size_t why_len)
{
	const char *digits = name + strlen("node:");
	char *end, nodes[64];
	unsigned long number;
	int node;

	topo_memory_text(t, nodes, sizeof(nodes));
	errno = 0;
	number = strtoul(digits, &end, 10);
	if (*digits < '0' || *digits > '9' || *end || errno) {
		snprintf(why, why_len,
			 "memory %s: after node: comes a number; nodes: %s",
			 name, nodes);
		return -EINVAL;
	}
	node = number < NUMA_NODES_MAX ? topo_node_find(t, (unsigned)number)
				       : -1;
	if (node < 0) {
		snprintf(why, why_len,
			 "memory %s: no such node, or not allowed; nodes: %s",
			 name, nodes);
		return -EINVAL;
	}
	if (!t->nodes[node].memory) {
		snprintf(why, why_len,
			 "memory %s: that node has no memory; nodes: %s", name,
			 nodes);
		return -EINVAL;
	}
	if (apart && has_thread(t, (size_t)node, cpus, ncpus)) {
		snprintf(why, why_len,
			 "memory %s: the threads are on that node, and the "
			 "placement wants memory on another",
			 name);
		return -ENOTSUP;
	}
	numa_policy_add(p, (unsigned)number);
	return 0;
}

int numa_policy_resolve(const struct topo *t, const char *name,
			const unsigned *cpus, unsigned ncpus, bool apart,
			struct numa_policy *p, char *why, size_t why_len)
{
	memset(p, 0, sizeof(*p));
	p->only_node = topo_memory_nodes(t) == 1;
	if (!strncmp(name, "node:", 5))
		return resolve_node(t, name, cpus, ncpus, apart, p, why,
				    why_len);
	if (!strcmp(name, "remote") || (apart && !strcmp(name, "local")))
		return resolve_remote(t, cpus, ncpus, p, why, why_len);
	if (!strcmp(name, "local"))
		return resolve_local(t, cpus, p, why, why_len);
	if (strcmp(name, "interleave")) {
		snprintf(why, why_len,
			 "memory '%s': no such policy; there are local, "
			 "node:N, interleave and remote",
			 name);
		return -EINVAL;
	}
	if (apart) {
		snprintf(why, why_len,
			 "memory interleave: the placement wants memory on "
			 "another node than the threads'");
		return -ENOTSUP;
	}
	p->kind = NUMA_INTERLEAVE;
	for (size_t i = 0; i < t->nnodes; i++)
		if (t->nodes[i].memory)
			numa_policy_add(p, t->nodes[i].os_index);
	if (numa_policy_count(p))
		return 0;
	snprintf(why, why_len,
		 "memory interleave: no NUMA node that may be used has memory");
	return -ENOTSUP;
}
