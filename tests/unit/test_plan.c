/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plans on made-up machines: the product, the order, what is left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plan/order.h"
#include "trial/axes.h"
#include "workloads/registry.h"

#define ONE_NODE  "synthetic:node:1 core:4 pu:1"
#define TWO_NODES "synthetic:node:2 core:2 pu:2"
/* A plan does not read it. */
#define TRACE "workload: trace\ntrace: /dev/null\n"

struct planned {
	struct config c;
	struct topo *t;
	struct plan plan;
	struct err e;
	int ret;
};

static struct planned plan(const char *machine, const char *text)
{
	struct config_errors errs;
	struct planned p = {0};
	char why[200];

	if (config_parse(&p.c, "t.yaml", text, strlen(text), NULL, 0, &errs))
		fail_msg("%s", errs.e[0].what);
	if (topo_load(&p.t, machine, why, sizeof(why)))
		fail_msg("%s", why);
	p.ret = plan_make(&p.c, p.t, &p.plan, &p.e);
	return p;
}

static void release(struct planned *p)
{
	plan_release(&p->plan);
	config_release(&p->c);
	topo_free(p->t);
}

static size_t trials_of(const struct plan *plan, const char *sweep)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->ntrials; i++)
		n += !strcmp(plan->trials[i].p.sweep, sweep);
	return n;
}

static size_t ndesigns(void)
{
	size_t n = 0;

	while (designs[n])
		n++;
	return n;
}

static const char sweep[] = "repetitions: 3\n"
			    "sweeps:\n"
			    "  - name: a\n"
			    "    walkers: [1, 2]\n"
			    "    footprint: [64M, 128M]\n"
			    "  - name: b\n"
			    "    workload: [uniform, zipf]\n"
			    "    phase: 20ms\n";

static void test_product(void **state)
{
	struct planned p = plan(ONE_NODE, sweep);
	size_t n = ndesigns(), single = 0;

	for (size_t i = 0; designs[i]; i++)
		single += (designs[i]->flags & DESIGN_SINGLE_THREAD) != 0;
	assert_int_equal(p.ret, 0);
	assert_int_equal(trials_of(&p.plan, "a"), 3 * (4 * n - 2 * single));
	assert_int_equal(trials_of(&p.plan, "b"), 3 * 2 * n);
	assert_int_equal(p.plan.ntrials,
			 trials_of(&p.plan, "a") + trials_of(&p.plan, "b"));
	assert_int_equal(p.plan.ngroups, 6);
	assert_int_equal(p.plan.nskipped, single);
	assert_int_equal(p.plan.skipped[0].count, 2);
	for (size_t i = 0; i < p.plan.ntrials; i++) {
		const struct trial_plan *t = &p.plan.trials[i];
		bool a = !strcmp(t->p.sweep, "a");

		assert_int_equal(t->order, i);
		assert_int_equal(t->p.time.phase_ns,
				 (a ? 50 : 20) * UINT64_C(1000000));
		assert_true(t->p.walkers == 1 || (a && t->p.walkers == 2));
	}
	assert_true(p.plan.estimated_ns > p.plan.ntrials * UINT64_C(20000000));
	release(&p);
}

/* The same trial of another repetition. */
static bool same(const struct trial_plan *a, const struct trial_plan *b)
{
	return a->group == b->group && !strcmp(a->p.design, b->p.design);
}

static void test_order(void **state)
{
	struct planned p = plan(ONE_NODE, sweep);
	const struct trial_plan *t = p.plan.trials;
	size_t n = p.plan.ntrials / 3, changes = 0;

	for (size_t i = 0; i < p.plan.ntrials; i++) {
		assert_int_equal(t[i].repetition, i / n);
		for (size_t k = i / n * n; k < i; k++)
			assert_false(same(&t[i], &t[k]));
		if (i)
			assert_false(same(&t[i], &t[i - 1]));
		changes += i && t[i].group != t[i - 1].group;
		/* A stream is the same for all designs of a cell, and for no
		 * other footprint. */
		for (size_t k = 0; k < i; k++) {
			if (t[k].group == t[i].group)
				assert_int_equal(t[k].p.seed, t[i].p.seed);
			if (t[k].p.work.footprint_bytes !=
			    t[i].p.work.footprint_bytes)
				assert_int_not_equal(t[k].p.seed, t[i].p.seed);
			assert_string_not_equal(t[k].key, t[i].key);
		}
	}
	/* The designs of a cell are neighbours: 6 cells, 3 times. A swap at
	 * the edge of two repetitions may break that, twice. */
	assert_in_range(changes, 3 * 6 - 3, 3 * 6 - 1 + 4);
	release(&p);
}

/* Repetitions of the plan are found again, those beyond it are new. */
static void test_repeat(void **state)
{
	struct planned p = plan(ONE_NODE, sweep);
	const struct trial_plan *t = p.plan.trials;
	size_t n = p.plan.round;
	struct trial_plan more;

	assert_int_equal(n, p.plan.ntrials / 3);
	for (size_t i = n; i < p.plan.ntrials; i++)
		for (size_t k = 0; k < n; k++) {
			if (!same(&t[i], &t[k]))
				continue;
			plan_repeat(&p.plan, &t[k], t[i].repetition, &more);
			assert_string_equal(more.key, t[i].key);
			plan_repeat(&p.plan, &t[k], 3, &more);
			assert_int_equal(more.order, t[k].order + 3 * n);
			assert_int_equal(more.repetition, 3);
			for (size_t j = 0; j < p.plan.ntrials; j++)
				assert_string_not_equal(more.key, t[j].key);
		}
	release(&p);
}

/* Whatever the seed, no trial comes twice in a row. */
static void test_edges(void **state)
{
	char text[200];

	for (unsigned seed = 0; seed < 50; seed++) {
		struct planned p;

		snprintf(text, sizeof(text),
			 "seed: %u\nrepetitions: 4\ndesign: [%s, %s]\n", seed,
			 designs[0]->name, designs[1]->name);
		p = plan(ONE_NODE, text);
		assert_int_equal(p.plan.ntrials, 8);
		for (size_t i = 1; i < 8; i++)
			assert_false(
				same(&p.plan.trials[i], &p.plan.trials[i - 1]));
		release(&p);
	}
}

static void test_deterministic(void **state)
{
	struct planned a = plan(ONE_NODE, sweep), b = plan(ONE_NODE, sweep);
	char text[sizeof(sweep) + 20];
	struct planned c;
	size_t moved = 0;

	snprintf(text, sizeof(text), "seed: 2\n%s", sweep);
	c = plan(ONE_NODE, text);
	assert_int_equal(a.plan.ntrials, b.plan.ntrials);
	for (size_t i = 0; i < a.plan.ntrials; i++) {
		assert_string_equal(a.plan.trials[i].key, b.plan.trials[i].key);
		assert_memory_equal(&a.plan.trials[i].p, &b.plan.trials[i].p,
				    sizeof(struct params));
		moved += !same(&a.plan.trials[i], &c.plan.trials[i]);
		for (size_t k = 0; k < c.plan.ntrials; k++)
			assert_int_not_equal(a.plan.trials[i].p.seed,
					     c.plan.trials[k].p.seed);
	}
	assert_true(moved > a.plan.ntrials / 4);
	release(&a);
	release(&b);
	release(&c);
}

/* Neither order of sweeps nor other trials change a trial's key. */
static void test_keys(void **state)
{
	struct planned a = plan(ONE_NODE, "name: n\ndesign: rcu\n"),
		       b = plan(ONE_NODE, "name: n\ndesign: [none, rcu]\n"
					  "walkers: [1, 2]\n");
	size_t found = 0;

	for (size_t i = 0; i < b.plan.ntrials; i++)
		found += !strcmp(b.plan.trials[i].key, a.plan.trials[0].key);
	assert_int_equal(found, 1);
	for (size_t i = 0; i < b.plan.ntrials; i++)
		if (b.plan.trials[i].p.walkers == 2)
			assert_string_equal(b.plan.trials[i].name,
					    "n/rcu/uniform/walkers:2");
	release(&a);
	release(&b);
}

/* As in results files of before an invalidation's hardware took time: keys that
 * came later change nothing, nor does what was their default. */
static void test_keys_of_then(void **state)
{
#define THEN                                                             \
	"name: k\nrepetitions: 1\nretries: 0\nphase: 1ms\nwarmup: 0ms\n" \
	"ops: 512\ndesign: rcu\nworkload: churn\nfootprint: 1M\n"        \
	"walkers: 0\nmappers: 1\nsim.enabled: false\n"
	static const char key[] = "83e705bebd2802ba626c2736e866025f";
	struct planned no_time = plan(ONE_NODE, THEN "inv: {submit_ns: 0, "
						     "service_ns: 0}\n"),
		       today = plan(ONE_NODE, THEN);

	assert_string_equal(no_time.plan.trials[0].key, key);
	assert_string_not_equal(today.plan.trials[0].key, key);
	release(&no_time);
	release(&today);
}

static const struct trial_plan *trial_with(const struct planned *p,
					   const char *end)
{
	for (size_t i = 0; i < p->plan.ntrials; i++)
		if (strstr(p->plan.trials[i].name, end))
			return &p->plan.trials[i];
	fail_msg("no trial /%s", end);
	return NULL;
}

/* Empty files at @path, in a folder of this test's own. */
static void make_file(const char *path)
{
	char folder[600];
	FILE *f;

	for (const char *p = path; (p = strchr(p, '/')); p++) {
		snprintf(folder, sizeof(folder), "%.*s", (int)(p - path), path);
		mkdir(folder, 0700);
	}
	f = fopen(path, "we");
	assert_non_null(f);
	fclose(f);
}

/* What stored cells are called decides which history they go on. */
static void test_cells(void **state)
{
	const struct trial_plan *t;
	struct planned p;

	make_file("t/0:2.0/a:b");
	make_file("a dir/50%");
	p = plan(ONE_NODE, "name: n\ndesign: rcu\nworkload: trace\n"
			   "mappers: [1, 2]\nwalkers: 0\n"
			   "memory: [local, 'node:0']\n"
			   "trace: [t/0:2.0/a:b, 'a dir/50%']\n");
	t = trial_with(&p, "mappers:2/trace:a dir/50%/memory:node:0");
	assert_string_equal(t->cell, "n/trace/0+2+0/mappers=2/trace=a dir/50%/"
				     "memory=node:0");
	assert_string_equal(t->axes, "trace=a%20dir/50%25 memory=node:0");
	t = trial_with(&p, "mappers:1/trace:t/0:2.0/a:b/memory:local");
	assert_string_equal(t->cell, "n/trace/0+1+0/mappers=1/"
				     "trace=t/0=2.0/a=b/memory=local");
	release(&p);
}

/* Paths longer than any name, alike but for their ends. */
static void test_long_axes(void **state)
{
	char text[1200], folder[250], path[2][400];
	struct planned p;

	memset(folder, 'x', sizeof(folder));
	for (int i = 0; i < 2; i++) {
		snprintf(path[i], sizeof(path[i]), "%.*s/%.100s.%d",
			 (int)sizeof(folder), folder, folder, i);
		make_file(path[i]);
	}
	snprintf(text, sizeof(text),
		 "design: rcu\nworkload: trace\nmappers: 1\nwalkers: 0\n"
		 "trace: [%s, %s]\n",
		 path[0], path[1]);
	p = plan(ONE_NODE, text);
	assert_int_equal(p.plan.ntrials, 2 * p.c.run.repetitions);
	for (size_t i = 0; i < p.plan.ntrials; i++) {
		const struct trial_plan *t = &p.plan.trials[i];
		const char *axes = t->axes;
		struct axis a;

		assert_true(axes_next(&axes, &a));
		assert_string_equal(a.key, "trace");
		assert_string_equal(a.value, t->p.work.trace);
		assert_false(axes_next(&axes, &a));
		assert_non_null(strstr(t->cell, t->p.work.trace));
		assert_non_null(strstr(t->name, t->p.work.trace));
	}
	release(&p);
}

/* One combination goes, the other stays. */
static void skips(const char *machine, const char *text, const char *reason)
{
	struct planned p = plan(machine, text);

	if (p.ret)
		fail_msg("%s", p.e.what);
	assert_int_equal(p.plan.nskipped, 1);
	if (!strstr(p.plan.skipped[0].reason, reason))
		fail_msg("'%s' has no '%s'", p.plan.skipped[0].reason, reason);
	assert_int_equal(p.plan.ntrials, 6);
	release(&p);
}

static void test_skips(void **state)
{
	skips(ONE_NODE, "design: none\nwalkers: [1, 2]\n", "single thread");
	skips(ONE_NODE, "design: [none, leak]\nreclaim: empty\n",
	      "leak cannot reclaim empty");
	skips(ONE_NODE, "design: [none, rcu]\nfree: page\n",
	      "none does not defer: it frees at once");
	skips(ONE_NODE, "design: [leak, rcu]\nreclaimer: own\n",
	      "leak does not defer: it frees when the domain goes");
	skips(ONE_NODE, "design: rcu\nfree: sync\nreclaimer: [liburcu, own]\n",
	      "leaves nothing to a reclaimer");
	skips(ONE_NODE, "design: rcu\nfree: [page, time]\nfree_batch: 1\n",
	      "free_batch is of designs that defer");
	skips(ONE_NODE, "design: rcu\nfree: [list, bytes]\nfree_bytes: 64K\n",
	      "free_bytes is of free: bytes, not list");
	skips(ONE_NODE, "design: rcu\nfree: [time, sync]\nfree_time: 1ms\n",
	      "free_time is of free: time, not sync");
	skips(ONE_NODE,
	      "design: rcu\nfree: bytes\nfree_bytes: 2M\n"
	      "defer_max: [256, 512]\n",
	      "more than defer_max");
	skips(ONE_NODE, "design: rcu\nmemory: [local, remote]\n", "remote");
	skips(ONE_NODE, "design: rcu\nwalkers: [1, 8]\n", "8 threads");
	skips(ONE_NODE, "design: rcu\npage_size: [4K, 2M]\nmax_leaf: 4K\n",
	      "page_size 2M is larger than max_leaf 4K");
	skips(ONE_NODE, "design: rcu\npage_size: [4K, 1G]\n",
	      "footprint 64M is smaller than page_size 1G");
	skips(ONE_NODE,
	      "design: rcu\nlevels: [3, 4]\nfootprint: 512G\npage_size: 2M\n",
	      "beyond the 39 bits of 3 levels");
	skips(ONE_NODE,
	      "design: rcu\nworkload: map_sizes\nwalkers: 0\nmappers: 1\n"
	      "dumpers: [0, 1]\n",
	      "map_sizes has no dumpers");
	skips(ONE_NODE, "design: rcu\nwalkers: [0, 1]\n", "no thread");
	skips(ONE_NODE,
	      "design: rcu\ndevice_walkers: [0, 1]\niotlb: {sets: 0}\n",
	      "nothing would drain them");
	skips(ONE_NODE,
	      "design: rcu\nworkload: map_sizes\nwalkers: 0\nmappers: 1\n"
	      "device_walkers: [0, 1]\n",
	      "map_sizes has no device_walkers");
	skips(ONE_NODE,
	      "design: rcu\ndevice_walkers: [0, 1]\n"
	      "psc: {sets: 16, scope: walker}\n",
	      "CPUs share theirs");
	/* of the two CPU walkers that own nothing: a device is drained */
	skips(ONE_NODE,
	      "design: driver\nworkload: ring\nmappers: 1\nwalkers: [0, 1]\n"
	      "device_walkers: 1\n",
	      "safe for walkers of their own");
	skips(ONE_NODE, "design: rcu\nwalkers: [0, 1]\ndumpers: 1\n",
	      "dumpers only");
	skips(ONE_NODE, TRACE "design: rcu\nwalkers: 1\nmappers: [0, 1]\n",
	      "without mappers");
	skips(ONE_NODE, TRACE "design: rcu\nrate: [0, 1000]\n",
	      "which mapper_rate paces");
	/* nobody waits for a CPU, but unmaps for a device */
	skips(ONE_NODE,
	      TRACE "design: driver\nmappers: 1\nwalkers: [0, 1]\n"
		    "device_walkers: 1\n",
	      "safe for walkers of their own");
}

/* Of a trace nobody walks unless it is asked for. */
static void test_trace_roles(void **state)
{
	struct planned p = plan(ONE_NODE, TRACE "design: rcu\n");

	assert_int_equal(p.plan.ntrials, 6);
	assert_int_equal(p.plan.trials[0].p.walkers, 0);
	assert_int_equal(p.plan.trials[0].p.mappers, 1);
	release(&p);
	p = plan(ONE_NODE,
		 TRACE "design: driver\nmappers: 2\nmapper_rate: 1000\n"
		       "device_walkers: 1\n");
	assert_int_equal(p.ret, 0);
	assert_int_equal(p.plan.trials[0].p.device_walkers, 1);
	release(&p);
}

/* Each remote and cross_node makes sense with two nodes. */
static void test_two_nodes(void **state)
{
	struct planned p = plan(TWO_NODES,
				"design: rcu\nplacement: [compact, cross_node]"
				"\nmemory: [local, remote, interleave]\n");

	assert_int_equal(p.ret, 0);
	assert_true(p.plan.ntrials >= 3 * 4);
	release(&p);
}

static void test_default_roles(void **state)
{
	struct planned p =
		plan(ONE_NODE, "design: rcu\nworkload: [uniform, map_sizes]\n");

	assert_int_equal(p.plan.ntrials, 12);
	for (size_t i = 0; i < 12; i++) {
		const struct params *q = &p.plan.trials[i].p;
		bool sizes = !strcmp(q->workload, "map_sizes");

		assert_int_equal(q->walkers, sizes ? 0 : 1);
		assert_int_equal(q->mappers, sizes ? 1 : 0);
	}
	release(&p);
}

static void wrong(const char *machine, const char *text, const char *start,
		  const char *what)
{
	struct planned p = plan(machine, text);

	assert_int_equal(p.ret, -EINVAL);
	if (strncmp(p.e.what, start, strlen(start)) || !strstr(p.e.what, what))
		fail_msg("'%s' is not '%s…%s'", p.e.what, start, what);
	release(&p);
}

static void test_errors(void **state)
{
	struct topo tiny;
	struct planned p;
	struct err e;

	wrong(ONE_NODE, "memory: [local, 'node:7']\n",
	      "t.yaml:1:17:", "node:7");
	wrong(ONE_NODE, "placement: list\ncpus: 0,9\n", "t.yaml:2:7:", "9");
	wrong(ONE_NODE, "workload: trace\n", "t.yaml:1:11:", "needs a trace");
	wrong(ONE_NODE, "walkers: [64, 65]\n", "t.yaml:1:1",
	      "nothing is left to run");
	wrong(ONE_NODE, "design: none\nwalkers: 2\n",
	      "t.yaml:1:9:", "single thread");
	wrong(ONE_NODE,
	      "repetitions: 1000\nwalkers: [1, 2, 3]\n"
	      "mappers: [0, 1, 2]\niotlb.ways: [1, 2]\n",
	      "t.yaml", "more than 100000 trials");

	/* Tables of 16 GiB on a machine of 1 GiB. */
	p = plan(ONE_NODE, "design: rcu\nfootprint: 8T\n");
	assert_int_equal(p.ret, 0);
	tiny = *p.t;
	tiny.kind = TOPO_LIVE;
	tiny.nodes[0].bytes = UINT64_C(1) << 30;
	plan_release(&p.plan);
	assert_int_equal(plan_make(&p.c, &tiny, &p.plan, &e), -EINVAL);
	assert_memory_equal(e.what, "t.yaml:2:12:", 12);
	assert_non_null(strstr(e.what, "16.0 GiB"));
	release(&p);
}

/* Every footprint has a reason of its own; twice as many, twice the time. */
static void test_many_reasons(void **state)
{
	enum { SMALL = 2000, LARGE = 16000 };
	double took[2] = {1e9, 1e9};

	for (unsigned k = 0; k < 4; k++) {
		unsigned n = k % 2 ? LARGE : SMALL;
		char *text = malloc(24 * n + 200);
		clock_t before;
		double s;
		int at = sprintf(text, "repetitions: 1\npage_size: 1G\n"
				       "design: rcu\nfootprint: [2G");
		struct planned p;

		for (unsigned i = 1; i <= n; i++)
			at += sprintf(text + at, ", %uK", 4 * i);
		sprintf(text + at, "]\n");
		before = clock();
		p = plan(ONE_NODE, text);
		s = (double)(clock() - before) / CLOCKS_PER_SEC;
		took[k % 2] = s < took[k % 2] ? s : took[k % 2];
		assert_int_equal(p.ret, 0);
		assert_int_equal(p.plan.ntrials, 1);
		assert_int_equal(p.plan.nskipped, n);
		assert_non_null(strstr(p.plan.skipped[0].reason, "4K"));
		assert_int_equal(p.plan.skipped[n - 1].count, 1);
		release(&p);
		free(text);
	}
	if (took[1] > 24 * took[0] && took[1] > 0.05)
		fail_msg("%g s, then %g s", took[0], took[1]);
}

/* The limit is one of the plan, not of each sweep. */
static void test_limit_of_all_sweeps(void **state)
{
	char text[40000];
	int at = sprintf(text, "repetitions: 1000\ndesign: rcu\nsweeps:\n");
	struct planned p;

	for (unsigned i = 0; i < 101; i++)
		at += sprintf(text + at, "- {walkers: 1}\n");
	p = plan(ONE_NODE, text);
	assert_int_equal(p.ret, -EINVAL);
	assert_non_null(strstr(p.e.what, "more than 100000 trials"));
	release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many_reasons),
		cmocka_unit_test(test_limit_of_all_sweeps),
		cmocka_unit_test(test_product),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_repeat),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_deterministic),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_keys_of_then),
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_long_axes),
		cmocka_unit_test(test_skips),
		cmocka_unit_test(test_two_nodes),
		cmocka_unit_test(test_default_roles),
		cmocka_unit_test(test_trace_roles),
		cmocka_unit_test(test_errors),
	};
	char folder[] = "/tmp/vtdbench-plan-XXXXXX", remove[64];
	int failed;

	if (!mkdtemp(folder) || chdir(folder))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	snprintf(remove, sizeof(remove), "rm -rf %s", folder);
	return system(remove) || failed;
}
