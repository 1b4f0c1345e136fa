/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening a side's tree in memory that is alike on all sides, and its mask. */
#include "measure/pair_tree.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "../kernels/vtd.h"

enum {
	TABLES = 256,	      /* beside those that retired ones fill */
	HEAP_BYTES = 1 << 20, /* of the engine's own data, ahead of them */
	HUGE_BYTES = 2 << 20,
};

/* ---- the design ---- */

/* Whose batch is under way, or was last: for what is told nothing. */
static const struct pair_tree *entered;

static struct worker *worker_of(struct engine_thread *t)
{
	return (struct worker *)(void *)t; /* its first member */
}

static const struct pair_tree *tree_of(struct engine_thread *t)
{
	return (const struct pair_tree *)(const void *)worker_of(t)->group;
}

static void enter(struct engine_thread *t, struct pool *pool)
{
	const struct pair_tree *p = tree_of(t);

	t->tables_retired = pair_retires(p->c);
	if (!worker_of(t)->thread)
		entered = p;
	p->side->enter(p->tree, worker_of(t)->thread);
}

static void leave(struct engine_thread *t)
{
	tree_of(t)->side->leave(tree_of(t)->tree, worker_of(t)->thread);
}

/* The side is quiescent after each block, and nobody waits inside. */
static void nothing(struct engine_thread *t)
{
}

static void barrier(void)
{
	entered->side->barrier(entered->tree);
}

static void run(struct domain *d, struct engine_thread *t, const uint64_t *ops,
		size_t n, struct engine_block *b)
{
	const struct pair_tree *p = tree_of(t);
	struct side_result r = {.chain = b->chain};

	p->side->run(p->tree, worker_of(t)->thread, p->c->exec, ops, n, &r);
	b->sum += r.sum;
	b->chain = r.chain;
	b->faults += r.faults;
	b->errors += r.errors;
	b->error = r.error;
}

static int walk(struct domain *d, struct engine_thread *t, uint64_t iova,
		struct engine_walk *w)
{
	struct side_walk found;
	int rc = tree_of(t)->side->walk(tree_of(t)->tree, iova, &found);

	*w = (struct engine_walk){.pa = found.pa,
				  .level = found.level,
				  .refs = rc ? 0 : found.refs};
	memcpy(w->entry_pa, found.entry_pa, w->refs * sizeof(*found.entry_pa));
	return rc;
}

static unsigned sync_refs(enum engine_op op, bool counted, unsigned thread,
			  struct engine_sync_ref refs[ENGINE_SYNC_MAX],
			  unsigned *before)
{
	struct side_line lines[SIDE_LINES];
	unsigned n =
		entered->side->walk_lines(entered->tree, thread, lines, before);

	for (unsigned i = 0; i < n; i++)
		refs[i] = (struct engine_sync_ref){.pa = lines[i].pa,
						   .write = lines[i].write};
	return n;
}

const struct design side_design = {.name = "side",
				   .thread_enter = enter,
				   .thread_leave = leave,
				   .thread_quiesce = nothing,
				   .thread_offline = nothing,
				   .thread_online = nothing,
				   .reclaim_barrier = barrier,
				   .walk = walk,
				   .exec = {[EXEC_UPDATE] = run},
				   .sync_refs = sync_refs};

/* ---- the tree ---- */

void pair_tree_init(struct pair_tree *t, const struct side *side,
		    const struct pair_case *c, const struct pair_ops *ops,
		    const unsigned *cpus)
{
	*t = (struct pair_tree){.side = side, .c = c, .ops = ops};
	t->group.design = &side_design;
	t->group.workers = t->worker;
	t->group.n = c->threads;
	for (unsigned i = 0; i < c->threads; i++) {
		struct worker *w = &t->worker[i];

		w->group = &t->group;
		w->thread = w->index = i;
		w->cpu = cpus[i];
		w->role = c->exec == SIDE_UPDATE ? ROLE_MAPPER : ROLE_WALKER;
	}
}

/* Zero-filled, in huge pages where they can be had; all of it there, and each
 * time at another place. */
static char *map_memory(struct pair_tree *t, size_t bytes)
{
	char *at;

	t->bytes = bytes + HUGE_BYTES;
	t->mem = mmap(NULL, t->bytes, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (t->mem == MAP_FAILED) {
		t->mem = NULL;
		return NULL;
	}
	at = (char *)t->mem + (-(uintptr_t)t->mem & (HUGE_BYTES - 1));
	madvise(at, bytes, MADV_HUGEPAGE);
	for (size_t i = 0; i < bytes; i += VTD_PAGE_BYTES)
		((volatile char *)at)[i] = 0;
	return at;
}

static int map_walked(struct pair_tree *t)
{
	int rc = 0;

	t->side->enter(t->tree, 0);
	if (t->c->exec != SIDE_UPDATE)
		rc = t->side->map(t->tree, 0, PAIR_PA, t->c->bytes);
	t->side->leave(t->tree, 0);
	return rc;
}

int pair_tree_open(struct pair_tree *t, const char *design, size_t offset,
		   struct err *e)
{
	const struct pair_case *c = t->c;
	bool translates = c->exec == SIDE_TRANSLATE_DEP ||
			  c->exec == SIDE_TRANSLATE_THR;
	size_t tables =
		TABLES +
		(pair_retires(c) ? PAIR_RETIRED_MAX + pair_retires(c) : 0);
	struct side_config cfg = {.design = design,
				  .bytes = tables * VTD_PAGE_BYTES,
				  .heap_bytes = HEAP_BYTES - offset,
				  .levels = 4,
				  .max_leaf_level = c->leaf_level,
				  .iotlb_sets = translates ? 64 : 0,
				  .iotlb_ways = 8};
	char *mem = map_memory(t, HEAP_BYTES + cfg.bytes);
	int rc;

	if (!mem)
		return err_set(e, -ENOMEM, "no memory for %zu bytes of tables",
			       cfg.bytes);
	cfg.heap = mem + offset;
	cfg.mem = mem + HEAP_BYTES;
	rc = t->side->open(&cfg, &t->tree);
	if (!rc)
		rc = map_walked(t);
	if (rc)
		err_set(e, rc, "%s, %s: cannot open: %s", c->name, design,
			strerror(-rc));
	return rc;
}

void pair_tree_close(struct pair_tree *t)
{
	if (t->tree)
		t->side->close(t->tree);
	if (t->mem)
		munmap(t->mem, t->bytes);
	t->tree = NULL;
	t->mem = NULL;
}
