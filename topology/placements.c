/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The placements that follow the shape of the machine. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "place.h"

/* Behind every node. */
enum { NO_NODE = TOPO_CPUS_MAX };

/* A CPU and the keys it is sorted by; ties keep the logical order. */
struct rank {
	unsigned first, second;
	unsigned cpu;  /* index into topo->cpus */
	unsigned node; /* nodes with CPUs, counted as they come */
};

static int by_rank(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	if (x->second != y->second)
		return x->second < y->second ? -1 : 1;
	return x->cpu < y->cpu ? -1 : x->cpu > y->cpu;
}

static int no_memory(char *why, size_t why_len)
{
	snprintf(why, why_len, "placement: out of memory");
	return -ENOMEM;
}

/*
 * Every CPU, node by node, cores before SMT siblings; those that no node has
 * come last. *@nnodes: how many nodes have CPUs. Caller frees; NULL: out of
 * memory.
 */
static struct rank *node_by_node(const struct topo *t, unsigned *nnodes)
{
	struct rank *r = calloc(t->ncpus, sizeof(*r));
	unsigned *order = calloc(t->nnodes + 1, sizeof(*order));

	*nnodes = 0;
	if (!r || !order) {
		free(r);
		free(order);
		return NULL;
	}
	for (size_t i = 0; i < t->ncpus; i++) {
		int node = t->cpus[i].node;

		/* 0 = not seen yet */
		if (node >= 0 && !order[node])
			order[node] = ++*nnodes;
		r[i].node = node < 0 ? NO_NODE : order[node] - 1;
		r[i].first = r[i].node;
		r[i].second = t->cpus[i].smt;
		r[i].cpu = (unsigned)i;
	}
	free(order);
	qsort(r, t->ncpus, sizeof(*r), by_rank);
	return r;
}

/* The same CPUs dealt over the nodes in turn. */
static struct rank *nodes_in_turn(const struct topo *t, unsigned *nnodes)
{
	struct rank *r = node_by_node(t, nnodes);
	unsigned nth = 0;

	for (size_t i = 0; r && i < t->ncpus; i++) {
		nth = i && r[i].node == r[i - 1].node ? nth + 1 : 0;
		r[i].first = nth;
		r[i].second = r[i].node;
	}
	if (r)
		qsort(r, t->ncpus, sizeof(*r), by_rank);
	return r;
}

static void take(const struct rank *r, unsigned nthreads, unsigned *cpus)
{
	for (unsigned i = 0; i < nthreads; i++)
		cpus[i] = r[i].cpu;
}

int place_compact(const struct topo *t, const struct place_request *r,
		  unsigned *cpus, char *why, size_t why_len)
{
	unsigned nnodes;
	struct rank *rank = node_by_node(t, &nnodes);

	if (!rank)
		return no_memory(why, why_len);
	take(rank, r->nthreads, cpus);
	free(rank);
	return 0;
}

int place_scatter(const struct topo *t, const struct place_request *r,
		  unsigned *cpus, char *why, size_t why_len)
{
	unsigned nnodes;
	struct rank *rank = nodes_in_turn(t, &nnodes);

	if (!rank)
		return no_memory(why, why_len);
	take(rank, r->nthreads, cpus);
	free(rank);
	return 0;
}

static const char *one_node(const struct topo *t, unsigned nnodes)
{
	if (!nnodes)
		return "no NUMA node that may be used has an allowed CPU";
	for (size_t i = 0; i < t->ncpus; i++)
		if (t->cpus[i].node < 0)
			return "only one NUMA node that may be used has "
			       "allowed CPUs";
	return "one NUMA node has all allowed CPUs";
}

int place_one_per_node(const struct topo *t, const struct place_request *r,
		       unsigned *cpus, char *why, size_t why_len)
{
	unsigned nnodes;
	struct rank *rank = nodes_in_turn(t, &nnodes);
	int ret = 0;

	if (!rank)
		return no_memory(why, why_len);
	if (nnodes < 2) {
		snprintf(why, why_len, "placement one_per_node: %s",
			 one_node(t, nnodes));
		ret = -ENOTSUP;
	} else if (r->nthreads > nnodes) {
		snprintf(why, why_len,
			 "placement one_per_node: %u threads, but %u nodes "
			 "with CPUs",
			 r->nthreads, nnodes);
		ret = -ENOTSUP;
	} else {
		take(rank, r->nthreads, cpus);
	}
	free(rank);
	return ret;
}

int place_cross_node(const struct topo *t, const struct place_request *r,
		     unsigned *cpus, char *why, size_t why_len)
{
	unsigned nnodes, room = 0;
	struct rank *rank;
	int ret = 0;

	if (t->nnodes < 2) {
		snprintf(why, why_len,
			 "placement cross_node: this machine has %s NUMA node "
			 "that may be used",
			 t->nnodes ? "one" : "no");
		return -ENOTSUP;
	}
	rank = node_by_node(t, &nnodes);
	if (!rank)
		return no_memory(why, why_len);
	while (room < t->ncpus && rank[room].node == rank[0].node)
		room++;
	if (r->nthreads > room) {
		snprintf(why, why_len,
			 "placement cross_node: %u threads, but the first node "
			 "has %u allowed CPUs",
			 r->nthreads, room);
		ret = -ENOTSUP;
	} else {
		take(rank, r->nthreads, cpus);
	}
	free(rank);
	return ret;
}

int place_same_core(const struct topo *t, const struct place_request *r,
		    unsigned *cpus, char *why, size_t why_len)
{
	unsigned n = 0;

	/* The threads of a core are neighbours in the logical order. */
	for (size_t i = 0; i < t->ncpus; i++) {
		const struct topo_cpu *c = &t->cpus[i];
		bool sibling = (i && c[-1].core == c->core) ||
			       (i + 1 < t->ncpus && c[1].core == c->core);

		if (sibling && n < r->nthreads)
			cpus[n] = (unsigned)i;
		n += sibling;
	}
	if (r->nthreads <= n)
		return 0;
	if (!n)
		snprintf(why, why_len,
			 "placement same_core: no core has two allowed "
			 "hardware threads (no SMT)");
	else
		snprintf(why, why_len,
			 "placement same_core: %u threads, but %u allowed CPUs "
			 "have an SMT sibling",
			 r->nthreads, n);
	return -ENOTSUP;
}
