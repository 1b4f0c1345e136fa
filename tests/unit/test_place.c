/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Placements on machines of many shapes: which CPUs, which nodes, or why not.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../topology/place.h"

/* hwloc numbers the CPUs of these in logical order. */
#define SMALL "synthetic:node:1 core:2 pu:1"
#define SMT   "synthetic:package:2 node:1 core:4 pu:2"
#define FOUR  "synthetic:node:4 core:2 pu:1"
/* Kernels number SMT siblings last: core 0 = CPUs 0 and 4. */
#define LINUX_SMT \
	"synthetic:package:2 node:1 core:2 pu:2(indexes=0,4,1,5,2,6,3,7)"
/* Nodes 0 and 1 have CPUs, node 2 has none and is nearer to node 0. */
#define MEMORY_ONLY "tests/unit/data/memory-only.xml"
/* Node 3 before node 1; CPUs 2 and 3 are siblings that are not allowed. */
#define SHUFFLED "tests/unit/data/shuffled.xml"

/* Node 0 has a CPU and no memory; node 2 is nearer to it than node 1. */
#define MEMORYLESS "tests/unit/data/memoryless.xml"
/* Node 0 may not be used; CPUs 0-1 are nearest to node 2. */
#define NOT_ALLOWED "tests/unit/data/not-allowed.xml"
/* CPUs 0-1 are of no node, node 1 has CPUs 2-3. */
#define HALF "tests/unit/data/half-without-node.xml"
/* CPUs 0-3 on two fast cores, 4-6 on three slow ones. */
#define HYBRID "tests/unit/data/hybrid.xml"
/* Nodes 1030 and 2047. */
#define LARGE "tests/unit/data/large-numbers.xml"

struct row {
	const char *topology, *placement, *list, *memory;
	unsigned threads;
	int ret;
	const char *cpus;  /* as expected, or a word of the reason */
	const char *nodes; /* as numa_policy_text() says it */
};

static const struct row rows[] = {
	/* one node, two CPUs */
	{SMALL, "compact", 0, "local", 1, 0, "0", "node 0"},
	{SMALL, "compact", 0, "local", 2, 0, "0-1", "node 0"},
	{SMALL, "compact", 0, NULL, 2, 0, "0-1", "node 0"},
	{SMALL, "compact", 0, "", 2, 0, "0-1", "node 0"},
	{SMALL, "scatter", 0, "interleave", 2, 0, "0-1",
	 "interleaved over node 0"},
	{SMALL, "compact", 0, "node:0", 1, 0, "0", "node 0"},
	{SMALL, "compact", 0, "remote", 1, -ENOTSUP, "one NUMA node", 0},
	{SMALL, "compact", 0, "local", 3, -ENOTSUP, "2 allowed CPUs (0-1)", 0},
	{SMALL, "same_core", 0, "local", 1, -ENOTSUP, "no SMT", 0},
	{SMALL, "same_core", 0, "local", 2, -ENOTSUP, "no SMT", 0},
	{SMALL, "one_per_node", 0, "local", 1, -ENOTSUP, "one NUMA node", 0},
	{SMALL, "cross_node", 0, "local", 1, -ENOTSUP, "one NUMA node", 0},
	{SMALL, "list", "1,0", "local", 2, 0, "1,0", "node 0"},
	{SMALL, "list", "1", "local", 1, 0, "1", "node 0"},
	{SMALL, "list", "0", "local", 2, -ENOTSUP, "has 1 CPUs", 0},
	{SMALL, "list", "0,2", "local", 1, -EINVAL, "CPU 2", 0},
	{SMALL, "list", "", "local", 1, -EINVAL, "needs a list", 0},
	{SMALL, "list", 0, "local", 1, -EINVAL, "needs a list", 0},
	{SMALL, "list", "0,0", "local", 1, -EINVAL, "twice", 0},
	{SMALL, "list", "1-0", "local", 1, -EINVAL, "falls", 0},
	{SMALL, "list", "0-", "local", 1, -EINVAL, "write numbers", 0},
	{SMALL, "list", "0,", "local", 1, -EINVAL, "write numbers", 0},
	{SMALL, "list", "x", "local", 1, -EINVAL, "write numbers", 0},
	{SMALL, "list", " 0", "local", 1, -EINVAL, "write numbers", 0},
	{SMALL, "list", "-1", "local", 1, -EINVAL, "write numbers", 0},
	{SMALL, "list", "0-99999", "local", 1, -EINVAL, "too many", 0},
	{SMALL, "list", "4294967296", "local", 1, -EINVAL, "write numbers", 0},
	{SMALL, "compakt", 0, "local", 1, -EINVAL, "scatter", 0},
	{SMALL, "", 0, "local", 1, -EINVAL, "no such placement", 0},
	{SMALL, "compact", 0, "local", 0, -EINVAL, "no threads", 0},
	{SMALL, "compact", 0, "near", 1, -EINVAL, "interleave and remote", 0},
	{SMALL, "compact", 0, "node:1", 1, -EINVAL, "nodes: 0", 0},
	{SMALL, "compact", 0, "node:", 1, -EINVAL, "a number", 0},
	{SMALL, "compact", 0, "node:0x", 1, -EINVAL, "a number", 0},
	{SMALL, "compact", 0, "node:-1", 1, -EINVAL, "a number", 0},
	{SMALL, "compact", 0, "node:4294967296", 1, -EINVAL, "no such", 0},
	{SMALL, "compact", 0, "node:99999999999999999999", 1, -EINVAL,
	 "a number", 0},

	/* two packages with a node each, four cores, two threads a core */
	{SMT, "compact", 0, "local", 4, 0, "0,2,4,6", "node 0"},
	{SMT, "compact", 0, "local", 6, 0, "0,2,4,6,1,3", "node 0"},
	{SMT, "compact", 0, "remote", 4, 0, "0,2,4,6", "node 1"},
	{SMT, "compact", 0, "local", 9, 0, "0,2,4,6,1,3,5,7-8", "node 0"},
	{SMT, "compact", 0, "remote", 9, -ENOTSUP, "each of the nodes 0-1", 0},
	{SMT, "scatter", 0, "local", 4, 0, "0,8,2,10", "node 0"},
	{SMT, "scatter", 0, "remote", 1, 0, "0", "node 1"},
	{SMT, "scatter", 0, "remote", 2, -ENOTSUP, "each of the nodes", 0},
	{SMT, "scatter", 0, "interleave", 10, 0, "0,8,2,10,4,12,6,14,1,9",
	 "interleaved over nodes 0-1"},
	{SMT, "same_core", 0, "local", 1, 0, "0", "node 0"},
	{SMT, "same_core", 0, "local", 4, 0, "0-3", "node 0"},
	{SMT, "same_core", 0, "local", 16, 0, "0-15", "node 0"},
	{SMT, "same_core", 0, "local", 17, -ENOTSUP, "16 allowed CPUs", 0},
	{SMT, "one_per_node", 0, "local", 2, 0, "0,8", "node 0"},
	{SMT, "one_per_node", 0, "local", 3, -ENOTSUP, "2 nodes", 0},
	{SMT, "cross_node", 0, "local", 2, 0, "0,2", "node 1"},
	{SMT, "cross_node", 0, "remote", 2, 0, "0,2", "node 1"},
	{SMT, "cross_node", 0, "node:1", 2, 0, "0,2", "node 1"},
	{SMT, "cross_node", 0, "node:0", 2, -ENOTSUP, "on that node", 0},
	{SMT, "cross_node", 0, "interleave", 2, -ENOTSUP, "another node", 0},
	{SMT, "cross_node", 0, "local", 8, 0, "0,2,4,6,1,3,5,7", "node 1"},
	{SMT, "cross_node", 0, "local", 9, -ENOTSUP, "has 8 allowed CPUs", 0},
	{SMT, "list", "9,0", "local", 2, 0, "9,0", "node 1"},
	{SMT, "list", "9,0-3", "local", 3, 0, "9,0-1", "node 1"},

	/* the same with the numbers a kernel gives */
	{LINUX_SMT, "compact", 0, "local", 3, 0, "0-1,4", "node 0"},
	{LINUX_SMT, "same_core", 0, "local", 4, 0, "0,4,1,5", "node 0"},
	{LINUX_SMT, "scatter", 0, "local", 4, 0, "0,2,1,3", "node 0"},

	/* four nodes */
	{FOUR, "scatter", 0, "local", 5, 0, "0,2,4,6,1", "node 0"},
	{FOUR, "one_per_node", 0, "local", 4, 0, "0,2,4,6", "node 0"},
	{FOUR, "cross_node", 0, "local", 2, 0, "0-1", "node 1"},
	{FOUR, "cross_node", 0, "node:3", 2, 0, "0-1", "node 3"},
	{FOUR, "compact", 0, "node:2", 2, 0, "0-1", "node 2"},
	{FOUR, "compact", 0, "remote", 7, -ENOTSUP, "each of the nodes", 0},
	{FOUR, "compact", 0, "remote", 5, 0, "0-4", "node 3"},

	/* a node without CPUs: nothing runs there, memory may */
	{MEMORY_ONLY, "scatter", 0, "local", 4, 0, "0,2,1,3", "node 0"},
	{MEMORY_ONLY, "one_per_node", 0, "local", 3, -ENOTSUP, "2 nodes", 0},
	{MEMORY_ONLY, "compact", 0, "remote", 4, 0, "0-3", "node 2"},
	{MEMORY_ONLY, "cross_node", 0, "local", 1, 0, "0", "node 1"},
	{MEMORY_ONLY, "list", "2", "remote", 1, 0, "2", "node 2"},
	{MEMORY_ONLY, "compact", 0, "node:2", 1, 0, "0", "node 2"},
	{MEMORY_ONLY, "compact", 0, "interleave", 1, 0, "0",
	 "interleaved over nodes 0-2"},

	/* kernel numbers that differ from the logical order */
	{SHUFFLED, "compact", 0, "local", 3, 0, "0,4,1", "node 3"},
	{SHUFFLED, "scatter", 0, "local", 4, 0, "0-1,4-5", "node 3"},
	{SHUFFLED, "scatter", 0, "remote", 1, 0, "0", "node 1"},
	{SHUFFLED, "cross_node", 0, "local", 2, 0, "0,4", "node 1"},
	{SHUFFLED, "compact", 0, "node:1", 1, 0, "0", "node 1"},
	{SHUFFLED, "compact", 0, "node:0", 1, -EINVAL, "nodes: 1,3", 0},
	{SHUFFLED, "list", "1", "local", 1, 0, "1", "node 1"},
	{SHUFFLED, "list", "2", "local", 1, -EINVAL, "allowed: 0-1,4-5", 0},
	{SHUFFLED, "same_core", 0, "local", 1, -ENOTSUP, "no SMT", 0},
	{SHUFFLED, "compact", 0, "local", 5, -ENOTSUP, "4 allowed", 0},

	/* a node with CPUs and no memory */
	{MEMORYLESS, "compact", 0, "local", 1, 0, "0", "node 2"},
	{MEMORYLESS, "compact", 0, "remote", 1, 0, "0", "node 1"},
	{MEMORYLESS, "compact", 0, "interleave", 3, 0, "0-2",
	 "interleaved over nodes 1-2"},
	{MEMORYLESS, "compact", 0, "node:0", 1, -EINVAL,
	 "no memory; nodes: 1-2", 0},
	{MEMORYLESS, "compact", 0, "remote", 3, -ENOTSUP, "nodes 1-2 has", 0},
	{MEMORYLESS, "list", "1", "remote", 1, 0, "1", "node 2"},
	{MEMORYLESS, "list", "1-2", "remote", 1, 0, "1", "node 2"},
	{MEMORYLESS, "list", "0,2", "remote", 2, 0, "0,2", "node 1"},
	{MEMORYLESS, "cross_node", 0, "local", 1, 0, "0", "node 1"},
	{MEMORYLESS, "cross_node", 0, "node:2", 1, -ENOTSUP, "on that node", 0},
	{MEMORYLESS, "one_per_node", 0, "local", 3, 0, "0-2", "node 2"},

	/* the CPUs' own node may not be used, or there is none */
	{NOT_ALLOWED, "compact", 0, "local", 4, 0, "2-3,0-1", "node 1"},
	{NOT_ALLOWED, "list", "0-1", "local", 2, 0, "0-1", "node 2"},
	{NOT_ALLOWED, "list", "0", "remote", 1, 0, "0", "node 1"},
	{NOT_ALLOWED, "list", "0", "node:0", 1, -EINVAL, "not allowed", 0},
	{NOT_ALLOWED, "one_per_node", 0, "local", 2, 0, "2-3", "node 1"},
	{NOT_ALLOWED, "one_per_node", 0, "local", 3, -ENOTSUP, "2 nodes", 0},
	{NOT_ALLOWED, "cross_node", 0, "local", 1, 0, "2", "node 2"},
	{HALF, "compact", 0, "local", 4, 0, "2-3,0-1", "node 1"},
	{HALF, "scatter", 0, "local", 2, 0, "2,0", "node 1"},
	{HALF, "list", "0", "local", 1, 0, "0", "node 1"},
	{HALF, "list", "0", "remote", 1, -ENOTSUP, "one NUMA node", 0},
	{HALF, "one_per_node", 0, "local", 1, -ENOTSUP, "only one NUMA node",
	 0},
	{HALF, "cross_node", 0, "local", 1, -ENOTSUP, "one NUMA node", 0},

	/* numbers beyond Linux's */
	{LARGE, "compact", 0, "local", 1, 0, "0", "node 1030"},
	{LARGE, "compact", 0, "interleave", 2, 0, "0-1",
	 "interleaved over nodes 1030,2047"},
	{LARGE, "cross_node", 0, "local", 1, 0, "0", "node 2047"},
	{LARGE, "compact", 0, "node:2047", 1, 0, "0", "node 2047"},
	{LARGE, "compact", 0, "node:65536", 1, -EINVAL, "no such node", 0},
};

/* Two kinds of cores, and what the request says of them. */
static const struct {
	const char *core_kind;
	struct row row;
} kind_rows[] = {
	{0, {HYBRID, "compact", 0, "local", 4, 0, "0,2,1,3", "node 0"}},
	{"", {HYBRID, "scatter", 0, "local", 2, 0, "0,2", "node 0"}},
	{"one", {HYBRID, "same_core", 0, "local", 4, 0, "0-3", "node 0"}},
	{0, {HYBRID, "compact", 0, "local", 5, -ENOTSUP, "core_kind: any", 0}},
	{"any", {HYBRID, "compact", 0, "local", 7, 0, "0,2,4-6,1,3", "node 0"}},
	{"1", {HYBRID, "compact", 0, "local", 3, 0, "4-6", "node 0"}},
	{"1", {HYBRID, "compact", 0, "local", 4, -ENOTSUP, "core kind 1", 0}},
	{"1", {HYBRID, "same_core", 0, "local", 2, -ENOTSUP, "no SMT", 0}},
	{"2",
	 {HYBRID, "compact", 0, "local", 1, -ENOTSUP, "no allowed CPU", 0}},
	{"fast", {HYBRID, "compact", 0, "local", 1, -EINVAL, "one, any", 0}},
	{"1x", {HYBRID, "compact", 0, "local", 1, -EINVAL, "one, any", 0}},
	{0, {HYBRID, "list", "3-4", "local", 2, 0, "3-4", "node 0"}},
	{"0", {SMALL, "compact", 0, "local", 2, 0, "0-1", "node 0"}},
	{"1", {SMALL, "compact", 0, "local", 1, -ENOTSUP, "no allowed CPU", 0}},
};

static void check_row(const struct row *r, const char *core_kind)
{
	struct place_request request = {r->placement, r->list, r->memory,
					r->threads, core_kind};
	char why[256] = "", cpus[256], nodes[256];
	struct place place;
	struct topo *t;
	int ret;

	ret = topo_load(&t, r->topology, why, sizeof(why));
	if (ret)
		fail_msg("%s", why);
	ret = place_threads(t, &request, &place, why, sizeof(why));
	topo_free(t);
	if (ret != r->ret)
		fail_msg("%d instead of %d (%s)", ret, r->ret, why);
	if (ret) {
		if (!strstr(why, r->cpus))
			fail_msg("the reason '%s' lacks '%s'", why, r->cpus);
		assert_null(place.cpus);
		return;
	}
	assert_int_equal(place.nthreads, r->threads);
	topo_list_text(place.cpus, place.nthreads, cpus, sizeof(cpus));
	numa_policy_text(&place.mem, nodes, sizeof(nodes));
	place_release(&place);
	assert_string_equal(cpus, r->cpus);
	assert_string_equal(nodes, r->nodes);
}

static void every_row(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *r = &rows[i];

		printf("# %s: %s %s, %u threads, memory %s\n", r->topology,
		       r->placement, r->list ? r->list : "", r->threads,
		       r->memory ? r->memory : "(none)");
		check_row(r, NULL);
	}
}

static void every_kind(void **state)
{
	for (size_t i = 0; i < sizeof(kind_rows) / sizeof(*kind_rows); i++) {
		const char *kind = kind_rows[i].core_kind;

		printf("# core_kind %s, %s, %u threads\n",
		       kind ? kind : "(none)", kind_rows[i].row.placement,
		       kind_rows[i].row.threads);
		check_row(&kind_rows[i].row, kind);
	}
}

/* Of every placement on every shape: CPUs distinct, and thread i stays put
 * when there are more threads. */
static void stable_and_distinct(void **state)
{
	static const char *const shapes[] = {SMALL,	 SMT,	      FOUR,
					     LINUX_SMT,	 MEMORY_ONLY, SHUFFLED,
					     MEMORYLESS, NOT_ALLOWED, HALF};
	char why[256];

	for (size_t s = 0; s < sizeof(shapes) / sizeof(*shapes); s++) {
		struct topo *t;
		unsigned placed = 0;

		assert_int_equal(topo_load(&t, shapes[s], why, sizeof(why)), 0);
		for (const struct placement *p = placements; p->name; p++) {
			unsigned before[64], n = 0;
			struct place_request r = {.placement = p->name,
						  .cpus = "1,0"};
			struct place place;

			for (r.nthreads = 1; r.nthreads <= t->ncpus;
			     r.nthreads++) {
				if (place_threads(t, &r, &place, why,
						  sizeof(why)))
					continue;
				placed++;
				assert_memory_equal(before, place.cpus,
						    n * sizeof(*before));
				n = place.nthreads;
				for (unsigned i = 0; i < n; i++) {
					before[i] = place.cpus[i];
					for (unsigned j = 0; j < i; j++)
						assert_int_not_equal(before[i],
								     before[j]);
				}
				place_release(&place);
			}
		}
		assert_true(placed >= 2 * t->ncpus);
		topo_free(t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row),
		cmocka_unit_test(every_kind),
		cmocka_unit_test(stable_and_distinct),
	};

	return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
