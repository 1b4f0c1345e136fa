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
	void *arg;
};

static void tell(struct exact *t, enum metric_id metric, double value)
{
	t->x.metric = metrics[metric].name;
	t->x.value = value;
	t->found(t->arg, &t->x);
}

/*
 * A design and a domain for cachesim_walks(), which sees nothing of them but
 * these functions. They have no argument of their own: @shim_tree is the tree
 * they stand for.
 */
static struct pair_tree *shim_tree;

static int shim_walk(struct domain *d, struct engine_thread *t, uint64_t iova,
		     struct engine_walk *w)
{
	struct side_walk found;
	int rc = shim_tree->side->walk(shim_tree->tree, iova, &found);

	(void)d;
	(void)t;
	*w = (struct engine_walk){.refs = rc ? 0 : found.refs};
	memcpy(w->entry_pa, found.entry_pa, w->refs * sizeof(*found.entry_pa));
	return rc;
}

static unsigned shim_sync_refs(enum engine_op op, unsigned thread,
			       struct engine_sync_ref refs[ENGINE_SYNC_MAX],
			       unsigned *before)
{
	struct side_line lines[SIDE_LINES];
	unsigned n = shim_tree->side->walk_lines(shim_tree->tree, thread, lines,
						 before);

	(void)op;
	for (unsigned i = 0; i < n; i++)
		refs[i] = (struct engine_sync_ref){lines[i].pa, lines[i].write};
	return n;
}

static void shim_quiesce(struct engine_thread *t)
{
	(void)t;
}

static int simulate(struct exact *t, struct err *e)
{
	static const struct design shim = {.walk = shim_walk,
					   .sync_refs = shim_sync_refs,
					   .thread_quiesce = shim_quiesce};
	struct domain d = {.levels = 4};
	struct engine_thread thread = {0}, *threads[] = {&thread};
	const uint64_t *streams[] = {t->ops.ops[0]};
	struct cachesim *sim = cachesim_new(&geometry, 1);
	struct record r;
	int rc;

	if (!sim)
		return err_set(e, -errno, "no memory for the cache model");
	record_init(&r);
	shim_tree = &t->tree;
	rc = cachesim_walks(sim, &shim, &d, threads, streams, &t->ops.n, 1,
			    t->ops.n, &r, e);
	for (size_t i = 0; !rc && i < r.nvalues; i++)
		if (strstr(r.values[i].name, "_per_walk"))
			tell(t, r.values[i].metric, r.values[i].value);
	record_release(&r);
	cachesim_free(sim);
	return rc;
}

static int answers_differ(const struct exact *t, const struct side_result *ran,
			  uint64_t sum, struct err *e)
{
	return err_set(e, -EBADMSG,
		       "%s, %s: %" PRIu64 " faults, %" PRIu64
		       " errors (%s); addresses add up to 0x%" PRIx64
		       ", expected 0x%" PRIx64,
		       t->x.c->name, t->x.design, ran->faults, ran->errors,
		       strerror(-ran->error), ran->sum, sum);
}

static int walks(struct exact *t, const struct side_result *ran, struct err *e)
{
	uint64_t sum = 0, refs = 0;

	for (size_t i = 0; i < t->ops.n; i++) {
		struct side_walk w;
		int rc = t->tree.side->walk(t->tree.tree, t->ops.ops[0][i], &w);

		if (rc)
			return err_set(e, rc, "%s, %s: walk: %s", t->x.c->name,
				       t->x.design, strerror(-rc));
		sum += w.pa;
		refs += w.refs;
	}
	if (sum != ran->sum || ran->faults)
		return answers_differ(t, ran, sum, e);
	tell(t, METRIC_refs_per_walk, (double)refs / (double)t->ops.n);
	return simulate(t, e);
}

static double held_bytes(const struct exact *t)
{
	return (double)t->tree.side->held(t->tree.tree) * 4096;
}

static int halves(struct exact *t,
		  void (*counted)(void *arg, const char *design,
				  const struct pair_case *c, unsigned half),
		  struct err *e)
{
	const struct side *side = t->tree.side;
	struct side_tree *tree = t->tree.tree;
	int rc = 0;

	for (unsigned half = 0; !rc && half < pair_halves(t->x.c); half++) {
		struct side_result ran = {0};

		t->x.half = half;
		side->enter(tree, 0);
		pair_counted(side, tree, t->x.c, t->ops.ops[half], t->ops.n,
			     &ran);
		counted(t->arg, t->x.design, t->x.c, half);
		if (ran.errors)
			rc = answers_differ(t, &ran, ran.sum, e);
		else if (t->x.c->exec != SIDE_UPDATE)
			rc = walks(t, &ran, e);
		side->leave(tree, 0);
		side->barrier(tree);
		if (!rc)
			tell(t,
			     half ? METRIC_table_bytes_held_end
				  : METRIC_table_bytes_held_peak,
			     held_bytes(t));
	}
	return rc;
}

int pair_exact(const struct side *side, uint64_t seed, pair_exact_found *found,
	       void (*counted)(void *arg, const char *design,
			       const struct pair_case *c, unsigned half),
	       void *arg, struct err *e)
{
	const char *design;
	unsigned flags;
	int rc = 0;

	for (const struct pair_case *c = pair_cases; c->name; c++)
		for (size_t i = 0;
		     c->threads == 1 && (design = side->design(i, &flags));
		     i++) {
			struct exact t = {.x = {.design = design, .c = c},
					  .found = found,
					  .arg = arg};

			if (pair_left_out(c, flags))
				continue;
			rc = pair_tree_open(&t.tree, side, c, design, 0, e);
			if (!rc)
				rc = pair_ops_make(c, 0, seed, &t.ops);
			if (!rc)
				rc = halves(&t, counted, e);
			pair_ops_release(&t.ops);
			pair_tree_close(&t.tree);
			/* a design this machine cannot run is no failure */
			if (rc && rc != -ENOTSUP)
				return rc;
		}
	return 0;
}
