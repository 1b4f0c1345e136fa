/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading topologies, and pinning threads to the CPUs of the live one. */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../topology/pin.h"
#include "../topology/topo.h"

static struct topo *load(const char *spec)
{
	char why[256] = "";
	struct topo *t;

	if (topo_load(&t, spec, why, sizeof(why)))
		fail_msg("%s", why);
	return t;
}

static void live(void **state)
{
	struct topo *t = load("live");
	cpu_set_t set;

	assert_int_equal(t->kind, TOPO_LIVE);
	assert_true(t->measurable);
	assert_string_equal(t->why_not, "");
	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	assert_int_equal(t->ncpus, CPU_COUNT(&set));
	for (size_t i = 0; i < t->ncpus; i++) {
		assert_true(CPU_ISSET(t->cpus[i].os_index, &set));
		assert_in_range(t->cpus[i].node, 0, t->nnodes - 1);
	}
	topo_free(t);
}

/* Affinity that was taken away, as taskset or a batch system does. */
static void live_keeps_to_affinity(void **state)
{
	struct topo *all = load("live"), *one;
	struct pin_saved *saved = pin_save();
	char why[256] = "", text[32], cpu[32];

	assert_non_null(saved);
	unsigned last = all->cpus[all->ncpus - 1].os_index;
	if (pin_self(last, why, sizeof(why)))
		fail_msg("%s", why);
	one = load("live");
	assert_int_equal(pin_restore(saved), 0);
	assert_int_equal(one->ncpus, 1);
	topo_cpus_text(one, text, sizeof(text));
	snprintf(cpu, sizeof(cpu), "%u", last);
	assert_string_equal(text, cpu);
	assert_int_equal(one->nnodes, all->nnodes);
	topo_free(one);
	topo_free(all);
}

static void two_packages(void **state)
{
	struct topo *t = load("synthetic:package:2 node:1 l3:1(size=33554432) "
			      "l2:4(size=1048576) l1d:1(size=32768) core:1 "
			      "pu:2");

	assert_int_equal(t->kind, TOPO_SYNTHETIC);
	assert_false(t->measurable);
	assert_non_null(strstr(t->why_not, "never measures"));
	assert_int_equal(t->ncpus, 16);
	assert_int_equal(t->ncores, 8);
	assert_int_equal(t->npackages, 2);
	assert_int_equal(t->nnodes, 2);
	assert_int_equal(t->nodes[0].ncpus, 8);
	assert_int_equal(t->cpus[9].core, 4);
	assert_int_equal(t->cpus[9].smt, 1);
	assert_int_equal(t->cpus[9].package, 1);
	assert_int_equal(t->cpus[9].node, 1);
	assert_int_equal(t->cpus[0].ncaches, 3);
	assert_int_equal(t->cpus[0].caches[0].level, 1);
	assert_int_equal(t->cpus[0].caches[0].bytes, 32768);
	assert_int_equal(t->cpus[0].caches[0].line_bytes, 64);
	assert_int_equal(t->cpus[0].caches[0].shared_by, 2);
	assert_int_equal(t->cpus[0].caches[2].level, 3);
	assert_int_equal(t->cpus[0].caches[2].bytes, 33554432);
	assert_int_equal(t->cpus[0].caches[2].shared_by, 8);
	topo_free(t);
}

static void memory_only_node(void **state)
{
	static const unsigned want[3][3] = {
		{10, 21, 17}, {21, 10, 28}, {17, 28, 10}};
	struct topo *t = load("tests/unit/data/memory-only.xml");

	assert_int_equal(t->kind, TOPO_XML);
	assert_false(t->measurable);
	assert_int_equal(t->nnodes, 3);
	assert_int_equal(t->nodes[topo_node_find(t, 2)].ncpus, 0);
	assert_int_equal(t->nodes[topo_node_find(t, 0)].ncpus, 2);
	assert_int_equal(t->nodes[topo_node_find(t, 2)].bytes, 1 << 30);
	assert_int_equal(topo_node_find(t, 3), -1);
	for (unsigned i = 0; i < 3; i++)
		for (unsigned j = 0; j < 3; j++)
			assert_int_equal(t->distances[topo_node_find(t, i) * 3 +
						      topo_node_find(t, j)],
					 want[i][j]);
	topo_free(t);
}

static void only_allowed_cpus(void **state)
{
	struct topo *t = load("tests/unit/data/shuffled.xml");
	char text[32];

	topo_cpus_text(t, text, sizeof(text));
	assert_string_equal(text, "0-1,4-5");
	topo_nodes_text(t, text, sizeof(text));
	assert_string_equal(text, "1,3");
	assert_int_equal(t->nodes[0].os_index, 3);
	assert_int_equal(t->cpus[1].os_index, 4);
	assert_int_equal(topo_cpu_find(t, 4), 1);
	assert_int_equal(topo_cpu_find(t, 2), -1);
	topo_free(t);
}

static void bad_specs(void **state)
{
	static const struct {
		const char *spec;
		int ret;
		const char *word;
	} rows[] = {
		{"", -EINVAL, "give live"},
		{"Live", -EINVAL, "give live"},
		{".xml", -EINVAL, "give live"},
		{"synthetic:", -EINVAL, "does not understand"},
		{"synthetic:  ", -EINVAL, "does not understand"},
		{"synthetic:node:2 cow:3", -EINVAL, "does not understand"},
		{"synthetic:node:0", -EINVAL, "does not understand"},
		{"synthetic:node:2 pu:1000000", -EINVAL, "more than"},
		{"synthetic:16384", -EINVAL, "above 2048"},
		{"synthetic:numa:2(indexes=70000,3) pu:1", -EINVAL, "70000"},
		{"tests/unit/data/hwloc-3.xml", -EINVAL,
		 "hwloc 3; what can be read is written, on that machine, with: "
		 "lstopo --export-xml-flags v2 FILE.xml"},
		{"/dev", -EINVAL, "give live"},
		{"synthetic:node:1000 core:1000 pu:2", -EINVAL, "more than"},
		{"no/such/file.xml", -ENOENT, "No such file"},
		{"tests/unit/data/not-hwloc.xml", -EINVAL, "hwloc"},
		{"tests/unit/data/cut.xml", -EINVAL, "hwloc"},
	};
	char why[256];
	struct topo *t;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int ret = topo_load(&t, rows[i].spec, why, sizeof(why));

		printf("# '%s': %s\n", rows[i].spec, why);
		assert_int_equal(ret, rows[i].ret);
		assert_null(t);
		assert_non_null(strstr(why, rows[i].word));
	}
}

/* Whose memory is `local` to each CPU. */
static void homes(void **state)
{
	static const struct {
		const char *spec, *homes;
		size_t memory_nodes;
	} rows[] = {
		{"memoryless", "CPU 0 on node 2", 2},
		{"not-allowed", "CPUs 0-1 on node 2", 2},
		{"half-without-node", "CPUs 0-1 on node 1", 1},
		{"memory-only", "", 3},
		{"hybrid", "", 1},
	};
	char path[64], text[128], cut[12];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct topo *t;

		snprintf(path, sizeof(path), "tests/unit/data/%s.xml",
			 rows[i].spec);
		t = load(path);
		topo_homes_text(t, text, sizeof(text));
		assert_string_equal(text, rows[i].homes);
		assert_int_equal(topo_memory_nodes(t), rows[i].memory_nodes);
		if (!i) {
			topo_homes_text(t, cut, sizeof(cut));
			assert_string_equal(cut, "CPU 0 on...");
		}
		topo_free(t);
	}
}

/* Where no node's size is told, all have memory. */
static void sizes_unknown(void **state)
{
	struct topo *t = load("tests/unit/data/large-numbers.xml");

	assert_int_equal(t->nodes[0].bytes, 0);
	assert_int_equal(t->nodes[1].os_index, 2047);
	assert_int_equal(topo_memory_nodes(t), 2);
	topo_free(t);
}

static void kinds_of_cores(void **state)
{
	struct topo *t = load("tests/unit/data/hybrid.xml");
	char text[64];

	assert_true(topo_hybrid(t));
	/* 5000 and 5200 MHz are one kind. */
	assert_int_equal(t->ncore_kinds, 2);
	assert_int_equal(t->core_kind_used, 0);
	assert_int_equal(t->core_kinds[0].ncores, 2);
	assert_int_equal(t->core_kinds[0].ncpus, 4);
	assert_int_equal(t->core_kinds[1].ncpus, 3);
	assert_int_equal(t->cpus[3].core_kind, 0);
	assert_int_equal(t->cpus[4].core_kind, 1);
	assert_int_equal(t->cpus[0].caches[0].bytes, 49152);
	assert_int_equal(topo_kind_cpu(t, 1)->os_index, 4);
	assert_int_equal(topo_kind_cpu(t, 1)->caches[1].bytes, 2097152);
	assert_null(topo_kind_cpu(t, 2));
	topo_kind_text(&t->core_kinds[0], text, sizeof(text));
	assert_string_equal(text, "IntelCore, up to 5200 MHz");
	topo_kind_cpus_text(t, 1, text, sizeof(text));
	assert_string_equal(text, "4-6");
	topo_free(t);

	t = load("synthetic:node:2 core:2 pu:2");
	assert_false(topo_hybrid(t));
	assert_int_equal(t->ncore_kinds, 1);
	topo_kind_text(&t->core_kinds[0], text, sizeof(text));
	assert_string_equal(text, "");
	topo_free(t);
}

/* One fact, one number: what the kernel says of the whole machine. */
static void memory_in_all(void **state)
{
	struct topo *t = load("live");
	unsigned long long kib = 0;
	FILE *f = fopen("/proc/meminfo", "re");

	assert_non_null(f);
	assert_int_equal(fscanf(f, "MemTotal: %llu", &kib), 1);
	fclose(f);
	assert_int_equal(t->bytes, kib << 10);
	topo_free(t);
	t = load("tests/unit/data/memory-only.xml");
	assert_int_equal(t->bytes, 3LL << 30);
	topo_free(t);
}

/* A variable that would make hwloc read another machine, or silently this
 * one, must not decide. */
static void environment_does_not_decide(void **state)
{
	char why[256];
	struct topo *t;

	setenv("HWLOC_SYNTHETIC", "node:2 pu:2", 1);
	assert_int_equal(topo_load(&t, "live", why, sizeof(why)), -EINVAL);
	assert_non_null(strstr(why, "HWLOC_SYNTHETIC"));
	t = load("synthetic:node:1 pu:3");
	assert_int_equal(t->ncpus, 3);
	topo_free(t);
	unsetenv("HWLOC_SYNTHETIC");
}

static void lists(void **state)
{
	static const unsigned n[] = {3, 4, 5, 0, 2, 1};
	char text[32];

	topo_list_text(n, 6, text, sizeof(text));
	assert_string_equal(text, "3-5,0,2,1");
	topo_list_text(n, 0, text, sizeof(text));
	assert_string_equal(text, "");
	assert_int_equal(topo_list_text(n, 6, text, 4), 9);
	assert_string_equal(text, "3-5");
}

static void pins_every_cpu(void **state)
{
	struct topo *t = load("live");
	struct pin_saved *saved = pin_save();
	char why[256] = "";
	cpu_set_t set;

	for (size_t i = 0; i < t->ncpus; i++) {
		if (pin_self(t->cpus[i].os_index, why, sizeof(why)) ||
		    pin_verify(t->cpus[i].os_index, why, sizeof(why)))
			fail_msg("%s", why);
		assert_int_equal(sched_getcpu(), t->cpus[i].os_index);
	}
	assert_int_equal(pin_restore(saved), 0);
	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	assert_int_equal(CPU_COUNT(&set), t->ncpus);
	topo_free(t);
}

static void pin_to_nowhere(void **state)
{
	char why[256] = "";

	assert_int_equal(pin_self(16000, why, sizeof(why)), -EINVAL);
	assert_non_null(strstr(why, "CPU 16000"));
	assert_int_equal(pin_self(4000000000U, why, sizeof(why)), -EINVAL);
	assert_int_equal(pin_restore(NULL), -EINVAL);
}

static int elsewhere(void)
{
	return sched_getcpu() + 1;
}

static int nowhere(void)
{
	errno = ENOSYS;
	return -1;
}

/* The kernel said yes and the thread is elsewhere all the same. */
static void pin_not_honoured(void **state)
{
	struct pin_saved *saved = pin_save();
	unsigned cpu = (unsigned)sched_getcpu();
	char why[256] = "";

	pin_getcpu = elsewhere;
	assert_int_equal(pin_self(cpu, why, sizeof(why)), -EIO);
	assert_non_null(strstr(why, "runs on CPU"));
	assert_int_equal(pin_verify(cpu, why, sizeof(why)), -EIO);
	pin_getcpu = nowhere;
	assert_int_equal(pin_self(cpu, why, sizeof(why)), -EIO);
	pin_getcpu = sched_getcpu;
	assert_int_equal(pin_verify(cpu, why, sizeof(why)), 0);
	assert_int_equal(pin_restore(saved), 0);
}

/* Someone widened the affinity during the phase. */
static void pin_lost(void **state)
{
	struct topo *t = load("live");
	unsigned cpu = t->cpus[0].os_index;
	char why[256] = "";
	struct pin_saved *saved = pin_save();

	if (t->ncpus < 2) {
		topo_free(t);
		assert_int_equal(pin_restore(saved), 0);
		skip();
	}
	assert_int_equal(pin_self(cpu, why, sizeof(why)), 0);
	assert_int_equal(pin_restore(saved), 0);
	assert_int_equal(pin_verify(cpu, why, sizeof(why)), -EIO);
	assert_non_null(strstr(why, "no longer pinned"));
	topo_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(live),
		cmocka_unit_test(live_keeps_to_affinity),
		cmocka_unit_test(two_packages),
		cmocka_unit_test(memory_only_node),
		cmocka_unit_test(only_allowed_cpus),
		cmocka_unit_test(homes),
		cmocka_unit_test(sizes_unknown),
		cmocka_unit_test(kinds_of_cores),
		cmocka_unit_test(memory_in_all),
		cmocka_unit_test(bad_specs),
		cmocka_unit_test(environment_does_not_decide),
		cmocka_unit_test(lists),
		cmocka_unit_test(pins_every_cpu),
		cmocka_unit_test(pin_to_nowhere),
		cmocka_unit_test(pin_not_honoured),
		cmocka_unit_test(pin_lost),
	};

	return cmocka_run_group_tests_name("topo", tests, NULL, NULL);
}
