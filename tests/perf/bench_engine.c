/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine's speed as ns and as multiples of the floor measured in the same
 * run: medians of batches that alternate between the floor and every design,
 * so that a slow episode of the machine hits all alike.
 *
 *   bench_engine [--json FILE] [--rounds N] [--cpu N] [--small]
 *
 * --small leaves out the 16 GiB footprint. Nothing fails here when a goal is
 * missed: the table says so.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "machine/clock.h"
#include "base/rng.h"
#include "stats/sample.h"
#include "../kernels/engine.h"
#include "../topology/pin.h"

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

enum { DESIGNS_MAX = 16, ROUNDS_MAX = 5001, BATCH = 1024 };

struct bench {
	unsigned rounds, cpu;
	bool small;
	FILE *json;
	bool first; /* nothing in the JSON array yet */
};

/* One design's tables. */
struct tree {
	const struct design *design;
	void *mem;
	size_t bytes;
	struct pool pool;
	struct domain *d;
	struct engine_thread t;
};

static void die(const char *what)
{
	fprintf(stderr, "bench_engine: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void tree_open(struct tree *tree, const struct design *design,
		      unsigned max_leaf, size_t tables)
{
	struct engine_config cfg = {
		VTD_SS, 4, max_leaf, RECLAIM_WHOLE, 1, &tree->pool, NULL, NULL};
	uintptr_t at;

	tree->design = design;
	tree->bytes = (tables + 256) * VTD_PAGE_BYTES;
	tree->bytes = (tree->bytes + 2 * MIB - 1) & ~(2 * MIB - 1);
	tree->mem = mmap(NULL, tree->bytes + 2 * MIB, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (tree->mem == MAP_FAILED)
		die("mmap");
	at = ((uintptr_t)tree->mem + 2 * MIB - 1) & ~(2 * MIB - 1);
	madvise((void *)at, tree->bytes, MADV_HUGEPAGE);
	if (pool_init(&tree->pool, (void *)at, tree->bytes, 0x100000000))
		die("pool_init");
	tree->d = design->domain_new(&cfg);
	if (!tree->d)
		die(design->name);
	design->thread_enter(&tree->t, &tree->pool);
}

static void tree_close(struct tree *tree)
{
	tree->design->thread_leave(&tree->t);
	tree->design->domain_free(tree->d);
	pool_fini(&tree->pool);
	munmap(tree->mem, tree->bytes + 2 * MIB);
}

/* Time of one batch, in ns per operation. */
static double timed(engine_exec *exec, struct tree *tree, const uint64_t *ops,
		    size_t n)
{
	struct engine_block b = {0};
	uint64_t start, stop;

	start = clock_start();
	exec(tree->d, &tree->t, ops, n, &b);
	stop = clock_stop();
	if (b.errors || b.faults) {
		fprintf(stderr,
			"bench_engine: %s: %" PRIu64 " errors (%s), %" PRIu64
			" faults\n",
			tree->design->name, b.errors, strerror(-b.error),
			b.faults);
		exit(1);
	}
	tree->design->thread_quiesce(&tree->t);
	return (clock_ns(stop - start) - clock_info()->cost_ns) / (double)n;
}

struct series {
	double ns[ROUNDS_MAX], floor[ROUNDS_MAX], ratio[ROUNDS_MAX];
};

static struct series series[DESIGNS_MAX], unmap_series[DESIGNS_MAX];
static struct tree trees[DESIGNS_MAX], floor_tree;

/* How much slower than design none a walk of this design may be; 0: any. */
static double over_none_goal(const char *op, const struct design *design)
{
	if (strncmp(op, "walk", 4))
		return 0;
	return !strcmp(design->name, "rcu")	   ? 1.20
	       : !strcmp(design->name, "rcu_qsbr") ? 1.08
						   : 0;
}

/* @none: the series of design none, NULL when it is this one. */
static void report(struct bench *bench, const char *op,
		   const struct design *design, uint64_t footprint,
		   const struct series *s, const struct series *none,
		   double goal)
{
	static double pair[ROUNDS_MAX];
	double ns = stats_median(s->ns, bench->rounds);
	double floor = stats_median(s->floor, bench->rounds);
	double ratio = stats_median(s->ratio, bench->rounds);
	double low = stats_quantile(s->ratio, bench->rounds, 0.25);
	double high = stats_quantile(s->ratio, bench->rounds, 0.75);
	double over_goal = over_none_goal(op, design), over = 0;

	printf("%-18s %-9s %9.2f %8.2f %8.3f  [%.3f, %.3f]", op, design->name,
	       ns, floor, ratio, low, high);
	if (none) {
		goal = 0;
		for (unsigned i = 0; i < bench->rounds; i++)
			pair[i] = s->ratio[i] / none->ratio[i];
		over = stats_median(pair, bench->rounds);
		printf("  %.3f x none", over);
	}
	if (goal > 0)
		printf("  goal %.2f %s", goal,
		       ratio <= goal ? "met" : "MISSED");
	if (over_goal > 0)
		printf("  goal %.2f %s", over_goal,
		       over <= over_goal ? "met" : "MISSED");
	putchar('\n');
	fflush(stdout);
	if (!bench->json)
		return;
	fprintf(bench->json,
		"%s\n  {\"op\": \"%s\", \"design\": \"%s\", "
		"\"footprint_bytes\": %" PRIu64 ", \"ns\": %.4f, "
		"\"floor_ns\": %.4f, \"ratio\": %.4f, \"ratio_q1\": %.4f, "
		"\"ratio_q3\": %.4f, \"goal\": ",
		bench->first ? "" : ",", op, design->name, footprint, ns, floor,
		ratio, low, high);
	bench->first = false;
	if (goal > 0)
		fprintf(bench->json, "%.2f", goal);
	else
		fprintf(bench->json, "null");
	if (none)
		fprintf(bench->json, ", \"over_none\": %.4f", over);
	if (over_goal > 0)
		fprintf(bench->json, ", \"over_none_goal\": %.2f", over_goal);
	fprintf(bench->json, "}");
}

/* ---- walks --------------------------------------------------------------- */

static void bench_walks(struct bench *bench, uint64_t footprint, double dep,
			double thr)
{
	size_t pages = footprint >> 12, n = 0, at = 0;
	size_t nops = pages < 1u << 14	 ? 1u << 14
		      : pages > 1u << 21 ? 1u << 21
					 : pages;
	uint64_t *ops = malloc(nops * sizeof(*ops));
	struct rng r;

	if (!ops)
		die("ops");
	rng_seed(&r, 1, footprint);
	for (size_t i = 0; i < nops; i++)
		ops[i] = rng_below(&r, pages) << 12;
	for (; designs[n]; n++) {
		tree_open(&trees[n], designs[n], 1, pages / 512 + 64);
		errno = -designs[n]->map(trees[n].d, &trees[n].t, 0, 0x40000000,
					 footprint, VTD_R | VTD_W);
		if (errno)
			die("map");
	}
	for (int dependent = 1; dependent >= 0; dependent--) {
		engine_exec *floor = dependent ? engine_floor_dep
					       : engine_floor_thr;
		int which = dependent ? EXEC_WALK_DEP : EXEC_WALK_THR;
		char name[32];

		for (unsigned i = 0; i < bench->rounds; i++)
			for (size_t j = 0; j < n; j++) {
				/* a different design first each time */
				size_t k = (i + j) % n;
				struct series *to = &series[k];
				engine_exec *exec = designs[k]->exec[which];

				double sum[2] = {0, 0};

				/*
				 * Each batch is new to the caches of a big
				 * tree. The floor is that of the same tree,
				 * in the order A B B A B A A B: whoever goes
				 * first warms it for the other.
				 */
				for (unsigned pass = 0; pass < 8; pass++) {
					bool is_floor = 0x69 >> pass & 1;

					sum[is_floor] += timed(
						is_floor ? floor : exec,
						&trees[k], ops + at, BATCH);
					at = (at + BATCH) % nops;
				}
				to->ns[i] = sum[0] / 4;
				to->floor[i] = sum[1] / 4;
				to->ratio[i] = to->ns[i] / to->floor[i];
			}
		snprintf(name, sizeof(name), "walk_%s_%" PRIu64 "%s",
			 dependent ? "dep" : "thr",
			 footprint >= GIB ? footprint / GIB : footprint / MIB,
			 footprint >= GIB ? "g" : "m");
		for (size_t k = 0; k < n; k++)
			report(bench, name, designs[k], footprint, &series[k],
			       k ? &series[0] : NULL, dependent ? dep : thr);
	}
	for (size_t k = 0; k < n; k++)
		tree_close(&trees[k]);
	free(ops);
}

/* ---- map and unmap --------------------------------------------------------- */

struct update {
	const char *what;
	uint64_t bytes;		     /* of one operation */
	unsigned count;		     /* operations in a batch, at most 256 */
	unsigned max_leaf;	     /* level */
	size_t tables;		     /* the pool needs, with what is held */
	double map_goal, unmap_goal; /* 0: none */
};

static const struct update updates[] = {
	{"4k", 4096, 256, 1, 512, 1.0, 1.1},
	{"16x4k", 16 * 4096, 64, 1, 512, 2.5, 0},
	{"256x4k", 256 * 4096, 8, 1, 512, 12, 12},
	{"512x4k_table", 512 * 4096, 16, 1, 4096, 0, 1.8},
	{"2m", 2 * MIB, 256, 2, 512, 1.0, 1.0},
	{"256x2m", 512 * MIB, 4, 2, 512, 0, 0},
	{"1g", GIB, 64, 3, 512, 0, 0},
};

struct batch {
	uint64_t maps[256], unmaps[256];
	unsigned n;
};

/* Opens a tree and runs the batch a few times: tables are there, pool warm. */
static void update_open(struct tree *tree, const struct design *design,
			const struct update *u, const struct batch *batch)
{
	tree_open(tree, design, u->max_leaf, u->tables);
	for (int i = 0; i < 4; i++) {
		timed(design->exec[EXEC_UPDATE], tree, batch->maps, batch->n);
		timed(design->exec[EXEC_UPDATE], tree, batch->unmaps, batch->n);
	}
}

static void update_round(const struct update *u, const struct batch *batch,
			 unsigned i, size_t k, double floor_ns)
{
	engine_exec *exec = designs[k]->exec[EXEC_UPDATE];

	series[k].ns[i] = timed(exec, &trees[k], batch->maps, batch->n);
	unmap_series[k].ns[i] = timed(exec, &trees[k], batch->unmaps, batch->n);
	series[k].floor[i] = unmap_series[k].floor[i] = floor_ns;
	series[k].ratio[i] = series[k].ns[i] / floor_ns;
	unmap_series[k].ratio[i] = unmap_series[k].ns[i] / floor_ns;
	if (i % 64 != 63)
		return;
	/* What is retired or held must not run the pool dry. */
	designs[k]->reclaim_barrier();
	if (designs[k]->flags & DESIGN_HOLDS) {
		tree_close(&trees[k]);
		update_open(&trees[k], designs[k], u, batch);
	}
}

static void bench_update(struct bench *bench, const struct update *u)
{
	uint64_t walks[BATCH], base = u->bytes >= GIB ? 0 : GIB;
	unsigned code = (unsigned)engine_size_code(u->bytes >> 12);
	struct batch batch = {.n = u->count};
	char name[40];
	struct rng r;
	size_t n = 0;

	rng_seed(&r, 2, u->bytes);
	for (unsigned i = 0; i < u->count; i++) {
		uint64_t iova = base + i * u->bytes;

		batch.maps[i] = engine_op(OP_MAP, iova, code, 0);
		batch.unmaps[i] = engine_op(OP_UNMAP, iova, code, 0);
	}
	for (unsigned i = 0; i < BATCH; i++)
		walks[i] = rng_below(&r, 256) << 12;
	tree_open(&floor_tree, designs[0], 1, 64);
	errno = -designs[0]->map(floor_tree.d, &floor_tree.t, 0, 0x40000000,
				 MIB, VTD_R | VTD_W);
	if (errno)
		die("map");
	for (; designs[n]; n++)
		update_open(&trees[n], designs[n], u, &batch);
	for (unsigned i = 0; i < bench->rounds; i++) {
		double floor_ns =
			timed(engine_floor_dep, &floor_tree, walks, BATCH);

		for (size_t k = 0; k < n; k++)
			update_round(u, &batch, i, (i + k) % n, floor_ns);
	}
	for (int unmap = 0; unmap < 2; unmap++) {
		struct series *s = unmap ? unmap_series : series;

		snprintf(name, sizeof(name), "%s_%s", unmap ? "unmap" : "map",
			 u->what);
		for (size_t k = 0; k < n; k++)
			report(bench, name, designs[k], u->bytes * u->count,
			       &s[k], k ? &s[0] : NULL,
			       unmap ? u->unmap_goal : u->map_goal);
	}
	for (size_t k = 0; k < n; k++)
		tree_close(&trees[k]);
	tree_close(&floor_tree);
}

/* ---- */

static void options_read(struct bench *bench, int argc, char **argv)
{
	static const struct option options[] = {
		{"json", required_argument, NULL, 'j'},
		{"rounds", required_argument, NULL, 'r'},
		{"cpu", required_argument, NULL, 'c'},
		{"small", no_argument, NULL, 's'},
		{NULL, 0, NULL, 0},
	};
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 'j':
			bench->json = fopen(optarg, "w");
			if (!bench->json)
				die(optarg);
			break;
		case 'r':
			bench->rounds = (unsigned)strtoul(optarg, NULL, 0);
			break;
		case 'c':
			bench->cpu = (unsigned)strtoul(optarg, NULL, 0);
			break;
		case 's':
			bench->small = true;
			break;
		default:
			exit(2);
		}
	}
	if (bench->rounds < 3 || bench->rounds > ROUNDS_MAX) {
		fprintf(stderr, "bench_engine: --rounds 3..%d\n", ROUNDS_MAX);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	struct bench bench = {.rounds = 501, .first = true};
	struct err e = {0};
	char why[160];

	options_read(&bench, argc, argv);
	if (pin_self(bench.cpu, why, sizeof(why))) {
		fprintf(stderr, "bench_engine: %s\n", why);
		return 4;
	}
	if (clock_init(true, &e)) {
		fprintf(stderr, "bench_engine: %s\n", e.what);
		return 4;
	}
	printf("clock %s, step %.1f ns, cost %.1f ns; %u rounds; quartiles of "
	       "the ratio in brackets\n"
	       "%-18s %-9s %9s %8s %8s\n",
	       clock_info()->source, clock_info()->step_ns,
	       clock_info()->cost_ns, bench.rounds, "op", "design", "ns",
	       "floor ns", "x floor");
	if (bench.json)
		fprintf(bench.json, "[");
	bench_walks(&bench, MIB, 1.30, 1.6);
	bench_walks(&bench, 64 * MIB, 0, 1.6);
	bench_walks(&bench, GIB, 1.15, 1.6);
	if (!bench.small)
		bench_walks(&bench, 16 * GIB, 1.03, 1.6);
	for (size_t i = 0; i < sizeof(updates) / sizeof(updates[0]); i++)
		bench_update(&bench, &updates[i]);
	if (bench.json) {
		fprintf(bench.json, "\n]\n");
		if (fclose(bench.json))
			die("json");
	}
	return 0;
}
