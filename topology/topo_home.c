/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The node whose memory is `local` to a CPU. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "topo_parts.h"

/*
 * The node with memory that is nearest to t->cpus[@i]: by the distance from
 * its own node, else one of the same package, else the lowest number.
 * @package: of each node's first CPU, -1: none.
 */
static int nearest(const struct topo *t, const struct topo_all_nodes *all,
		   size_t i, int own, const int *package)
{
	const struct topo_cpu *c = &t->cpus[i];
	unsigned best_far = 0;
	bool best_apart = true;
	int best = -1;

	if (c->node >= 0 && t->nodes[c->node].memory)
		return c->node;
	for (size_t k = 0; k < all->n; k++) {
		int node = all->index[k];
		unsigned far =
			own < 0 ? 0 : all->distance[(size_t)own * all->n + k];
		bool apart;

		if (node < 0 || !t->nodes[node].memory)
			continue;
		far = far ? far : UINT_MAX;
		apart = package[node] != (int)c->package;
		if (best < 0 || far < best_far ||
		    (far == best_far &&
		     (apart < best_apart ||
		      (apart == best_apart &&
		       t->nodes[node].os_index < t->nodes[best].os_index)))) {
			best = node;
			best_far = far;
			best_apart = apart;
		}
	}
	return best;
}

int topo_find_homes(struct topo *t, const struct topo_all_nodes *all,
		    const int *own)
{
	int *package = malloc((t->nnodes + 1) * sizeof(*package));

	if (!package)
		return -ENOMEM;
	memset(package, -1, (t->nnodes + 1) * sizeof(*package));
	for (size_t i = t->ncpus; i--;)
		if (t->cpus[i].node >= 0)
			package[t->cpus[i].node] = (int)t->cpus[i].package;
	for (size_t i = 0; i < t->ncpus; i++) {
		const struct topo_cpu *before = i ? &t->cpus[i - 1] : NULL;

		if (before && own[i] == own[i - 1] &&
		    before->package == t->cpus[i].package)
			t->cpus[i].home = before->home;
		else
			t->cpus[i].home = nearest(t, all, i, own[i], package);
	}
	free(package);
	return 0;
}
