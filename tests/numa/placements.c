/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine with three NUMA nodes (two CPUs on each of the nodes 0 and 1, none
 * on node 2): every placement and policy, read back from the kernel, and what
 * lies wrong is noticed.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../topology/numamem.h"
#include "../topology/place.h"
#include "guest.h"

enum { BYTES = 8 << 20, SAMPLES = 256 };

static const struct row rows[] = {
	{"compact", NULL, "local", 2, "0-1", "node 0"},
	{"compact", NULL, "remote", 2, "0-1", "node 1"},
	{"compact", NULL, "remote", 4, "0-3", "node 2"},
	{"compact", NULL, "interleave", 1, "0", "interleaved over nodes 0-2"},
	{"compact", NULL, "node:2", 1, "0", "node 2"},
	{"scatter", NULL, "local", 4, "0,2,1,3", "node 0"},
	{"one_per_node", NULL, "local", 2, "0,2", "node 0"},
	{"cross_node", NULL, "local", 2, "0-1", "node 1"},
	{"list", "3,2", "local", 2, "3,2", "node 1"},
	{"list", "2", "remote", 1, "2", "node 2"},
};

static struct numa_policy node_policy(unsigned node)
{
	struct numa_policy p = {.kind = NUMA_BIND};

	numa_policy_add(&p, node);
	return p;
}

/* What first touch alone would do, and one page that strayed. */
static void misplaced(void)
{
	struct numa_policy here = node_policy(0);
	struct numamem m;
	int node = 2, status = -1;
	void *page;

	if (numamem_alloc(&m, BYTES, &here, NUMAMEM_OFF, why, sizeof(why))) {
		result(false, "memory on node 0");
		return;
	}
	memset(m.base, 1, m.bytes);
	m.policy = node_policy(1);
	result(numamem_verify(&m, SAMPLES, NULL, why, sizeof(why)) == -EIO,
	       "memory on node 0 is not taken for memory on node 1");
	m.policy = here;
	page = (char *)m.base + 4096 * 100;
	numamem_calls.move_pages(0, 1, &page, &node, &status, 2);
	result(status == 2 && numamem_verify(&m, m.bytes / 4096, NULL, why,
					     sizeof(why)) == -EIO,
	       "one page of %zu that strayed to node 2 is seen",
	       m.bytes / 4096);
	numamem_free(&m);
}

/* A memory that is only bound to one node but claims to be interleaved. */
static void not_interleaved(void)
{
	struct numa_policy one = node_policy(1);
	struct numamem m;

	if (numamem_alloc(&m, BYTES, &one, NUMAMEM_OFF, why, sizeof(why))) {
		result(false, "memory on node 1");
		return;
	}
	memset(m.base, 1, m.bytes);
	m.policy.kind = NUMA_INTERLEAVE;
	numa_policy_add(&m.policy, 0);
	result(numamem_verify(&m, SAMPLES, NULL, why, sizeof(why)) == -EIO,
	       "pages on one node are not taken for interleaved");
	numamem_free(&m);
}

static void huge_pages(void)
{
	struct numa_policy p = node_policy(1);
	struct numamem_check check;
	struct numamem m;
	FILE *f = fopen("/sys/devices/system/node/node1/hugepages/"
			"hugepages-2048kB/nr_hugepages",
			"w");
	bool good;

	if (f) {
		fputs("4\n", f);
		fclose(f);
	}
	good = !numamem_alloc(&m, BYTES, &p, NUMAMEM_REQUIRE, why,
			      sizeof(why)) &&
	       m.pages == NUMAMEM_HUGETLB && m.page_bytes == 2 << 20 &&
	       !numamem_verify(&m, SAMPLES, &check, why, sizeof(why)) &&
	       check.placed == SAMPLES;
	result(good, "reserved huge pages on node 1");
	numamem_free(&m);
	/* The four pages are on node 1: node 0 must not take them. */
	p = node_policy(0);
	good = !numamem_alloc(&m, BYTES, &p, NUMAMEM_AUTO, why, sizeof(why));
	if (good) {
		memset(m.base, 1, m.bytes);
		good = m.pages != NUMAMEM_HUGETLB &&
		       !numamem_verify(&m, SAMPLES, &check, why, sizeof(why));
		numamem_free(&m);
	}
	result(good, "node 0 without reserved huge pages: no SIGBUS");
}

/* More than a node has is refused before anything is touched. */
static void too_large(void)
{
	struct numa_policy p = node_policy(2);
	struct numamem m;
	int ret = numamem_alloc(&m, (size_t)200 << 20, &p, NUMAMEM_AUTO, why,
				sizeof(why));

	printf("# %s\n", why);
	result(ret == -ENOMEM, "more than node 2 has is refused");
	numamem_free(&m);
}

static void machine(const struct topo *t)
{
	int memory_only = topo_node_find(t, 2), zero = topo_node_find(t, 0);

	result(t->measurable && t->ncpus == 4 && t->nnodes == 3 &&
		       t->npackages == 2,
	       "four CPUs, three nodes, two packages, measurable");
	result(memory_only >= 0 && zero >= 0 &&
		       t->nodes[memory_only].ncpus == 0 &&
		       t->nodes[zero].ncpus == 2,
	       "node 2 has memory only");
	result(memory_only >= 0 && zero >= 0 &&
		       t->distances[(size_t)zero * t->nnodes +
				    (size_t)memory_only] == 17,
	       "distance from node 0 to node 2");
}

void placements_guest(const struct topo *t)
{
	machine(t);
	check_rows(t, rows, sizeof(rows) / sizeof(*rows));
	misplaced();
	not_interleaved();
	huge_pages();
	too_large();
}
