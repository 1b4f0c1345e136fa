/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The exact figures of a build. */
#include "measure/pair_exact.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "counters/cachesim.h"
#include "measure/pair_tree.h"

/* Of every machine alike, so that figures carry over. */
static const struct cachesim_geometry geometry = {
	.l1d_bytes = 32 << 10,
	.l1d_ways = 8,
	.l2_bytes = 1 << 20,
	.l2_ways = 16,
	.llc_bytes = 16 << 20,
	.llc_ways = 16,
	.line_bytes = 64,
};

__attribute__((noinline)) void pair_counted(const struct side *side,
					    struct side_tree *tree,
					    const struct pair_case *c,
					    const uint64_t *ops, size_t n,
					    struct side_result *result)
{
	side->run(tree, 0, c->exec, ops, n, result);
}

struct exact {
	struct pair_tree tree;
	struct pair_ops ops;
	struct pair_exact x; /* filled but for metric and value */
	pair_exact_found *found;
	pair_exact_counted *counted;
	void *arg;
};

static void tell(struct exact *t, enum metric_id metric, double value)
{
	t->x.metric = metrics[metric].name;
	t->x.value = value;
	t->found(t->arg, &t->x);
}

static int simulate(struct exact *t, struct err *e)
{
	struct domain d = {.levels = 4};
	struct cachesim_thread one = {
		.t = &t->tree.worker[0].t, .ops = t->ops.ops[0], .n = t->ops.n};
	struct rng rng;
	struct cachesim *sim = cachesim_new(&geometry, 1);
	struct record r;
	int rc;

	if (!sim)
		return err_set(e, -errno, "no memory for the cache model");
	record_init(&r);
	rng_seed(&rng, 0, 0);
	rc = cachesim_crew(sim, &side_design, &d, &one, 1, t->ops.n, &rng, &r,
			   e);
	for (size_t i = 0; !rc && i < r.nvalues; i++)
		if (strstr(r.values[i].name, "_per_walk"))
			tell(t, r.values[i].metric, r.values[i].value);
	record_release(&r);
	cachesim_free(sim);
	return rc;
}

static int walks(struct exact *t, struct err *e)
{
	uint64_t sum = 0, refs = 0;

	for (size_t i = 0; i < t->ops.n; i++) {
		struct engine_walk w;
		int rc = side_design.walk(NULL, &t->tree.worker[0].t,
					  t->ops.ops[0][i], &w);

		if (rc)
			return err_set(e, rc, "%s, %s: walk: %s", t->x.c->name,
				       t->x.design, strerror(-rc));
		sum += w.pa;
		refs += w.refs;
	}
	if (sum != t->ops.sum)
		return err_set(e, -EBADMSG,
			       "%s, %s: what walk() finds adds up to "
			       "0x%" PRIx64 ", expected 0x%" PRIx64,
			       t->x.c->name, t->x.design, sum, t->ops.sum);
	tell(t, METRIC_refs_per_walk, (double)refs / (double)t->ops.n);
	return simulate(t, e);
}

static int one_half(struct exact *t, unsigned half, struct err *e)
{
	const struct side *side = t->tree.side;
	struct side_tree *tree = t->tree.tree;
	struct engine_thread *thread = &t->tree.worker[0].t;
	bool update = t->x.c->exec == SIDE_UPDATE;
	struct side_result ran = {0};
	int rc = 0;

	t->x.half = half;
	side_design.thread_enter(thread, NULL);
	pair_counted(side, tree, t->x.c, t->ops.ops[half], t->ops.n, &ran);
	t->counted(t->arg, t->x.design, t->x.c, half);
	if (ran.errors || ran.faults || ran.sum != t->ops.sum)
		rc = err_set(e, -EBADMSG,
			     "%s, %s: %" PRIu64 " faults, %" PRIu64
			     " errors (%s); addresses add up to 0x%" PRIx64
			     ", expected 0x%" PRIx64,
			     t->x.c->name, t->x.design, ran.faults, ran.errors,
			     strerror(-ran.error), ran.sum, t->ops.sum);
	else if (!update)
		rc = walks(t, e);
	side_design.thread_leave(thread);
	side->barrier(tree);
	if (!rc)
		tell(t,
		     half ? METRIC_table_bytes_held_end
			  : METRIC_table_bytes_held_peak,
		     (double)side->held(tree) * 4096);
	return rc;
}

int pair_exact(const struct side *side, const char *only, uint64_t seed,
	       pair_exact_found *found, pair_exact_counted *counted, void *arg,
	       struct err *e)
{
	struct exact t = {.found = found, .counted = counted, .arg = arg};
	const struct pair_case *c = pair_cases;
	unsigned flags;
	int rc = 0;

	for (; c->name; c++)
		for (size_t i = 0;
		     c->threads == 1 && (t.x.design = side->design(i, &flags));
		     i++) {
			if (pair_left_out(c, flags) ||
			    (only && !pair_matches(only, t.x.design, c->name)))
				continue;
			t.x.c = c;
			pair_ops_make(c, 0, seed, &t.ops);
			pair_tree_init(&t.tree, side, c, &t.ops,
				       &(unsigned){0});
			rc = pair_tree_open(&t.tree, t.x.design, 0, e);
			for (unsigned half = 0; half < pair_halves(c) && !rc;
			     half++)
				rc = one_half(&t, half, e);
			pair_tree_close(&t.tree);
			/* a design this machine cannot run is no failure */
			if (rc && rc != -ENOTSUP)
				return rc;
		}
	return 0;
}
