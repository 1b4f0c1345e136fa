/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The engine that this file is compiled with, as one side of a comparison. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "side.h"
#include "side_slow.h"
#include "../engine.h"
#include "../floor.h"

#define PA_BASE UINT64_C(0x100000000)

struct side_tree {
	const struct design *design;
	struct domain *domain;
	struct iotlb *iotlb;
	struct pool pool;
	struct engine_thread thread[SIDE_THREADS];
};

static const char *side_design(size_t i, unsigned *flags)
{
	static const struct {
		unsigned design, side;
	} same[] = {{DESIGN_SINGLE_THREAD, SIDE_SINGLE_THREAD},
		    {DESIGN_HOLDS, SIDE_HOLDS},
		    {DESIGN_DEFERS, SIDE_DEFERS}};
	size_t n = 0;

	while (designs[n])
		n++;
	if (i >= n)
		return NULL;
	*flags = 0;
	for (size_t k = 0; k < sizeof(same) / sizeof(*same); k++)
		if (designs[i]->flags & same[k].design)
			*flags |= same[k].side;
	return designs[i]->name;
}

static int open_domain(struct side_tree *tree, const struct side_config *cfg)
{
	struct engine_config engine = {.format = VTD_SS,
				       .levels = cfg->levels,
				       .max_leaf_level = cfg->max_leaf_level,
				       .reclaim = RECLAIM_WHOLE,
				       .domain_id = 1,
				       .pool = &tree->pool};

	if (cfg->iotlb_sets) {
		struct iotlb_geometry g = {cfg->iotlb_sets, cfg->iotlb_ways};

		tree->iotlb = iotlb_new(&g);
		if (!tree->iotlb)
			return -errno;
	}
	engine.iotlb = tree->iotlb;
	tree->domain = tree->design->domain_new(&engine);
	return tree->domain ? 0 : -errno;
}

static int open_tree(const struct side_config *cfg, struct side_tree **out)
{
	struct side_tree *tree;
	int rc;

	tree = aligned_alloc(_Alignof(struct side_tree), sizeof(*tree));
	if (!tree)
		return -ENOMEM;
	memset(tree, 0, sizeof(*tree));
	tree->design = design_find(cfg->design);
	rc = tree->design ? 0 : -ENOENT;
	if (!rc)
		rc = pool_init(&tree->pool, cfg->mem, cfg->bytes, PA_BASE);
	if (rc) {
		free(tree);
		return rc;
	}
	rc = open_domain(tree, cfg);
	if (rc) {
		iotlb_free(tree->iotlb);
		pool_fini(&tree->pool);
		free(tree);
		return rc;
	}
	*out = tree;
	return 0;
}

static int side_open(const struct side_config *cfg, struct side_tree **out)
{
	int rc;

	side_alloc_begin(cfg->heap, cfg->heap_bytes);
	rc = open_tree(cfg, out);
	side_alloc_end();
	return rc;
}

static void side_close(struct side_tree *tree)
{
	tree->design->domain_free(tree->domain);
	iotlb_free(tree->iotlb);
	pool_fini(&tree->pool);
	free(tree);
}

static void side_enter(struct side_tree *tree, unsigned thread)
{
	tree->design->thread_enter(&tree->thread[thread], &tree->pool);
}

static void side_leave(struct side_tree *tree, unsigned thread)
{
	tree->design->thread_leave(&tree->thread[thread]);
}

static int side_map(struct side_tree *tree, uint64_t iova, uint64_t pa,
		    uint64_t bytes)
{
	return tree->design->map(tree->domain, &tree->thread[0], iova, pa,
				 bytes, VTD_R | VTD_W);
}

static int side_walk(struct side_tree *tree, uint64_t iova,
		     struct side_walk *to)
{
	struct engine_walk w;
	int rc = tree->design->walk(tree->domain, &tree->thread[0], iova, &w);

	if (rc && rc != -ENOENT)
		return rc;
	*to = (struct side_walk){
		.pa = rc ? UINT64_MAX : w.pa, .level = w.level, .refs = w.refs};
	memcpy(to->entry_pa, w.entry_pa,
	       (w.refs < SIDE_LEVELS ? w.refs : SIDE_LEVELS) *
		       sizeof(*to->entry_pa));
	return 0;
}

static void side_run(struct side_tree *tree, unsigned thread,
		     enum side_exec exec, const uint64_t *ops, size_t n,
		     struct side_result *result)
{
	static const enum engine_executor which[] = {
		[SIDE_WALK_DEP] = EXEC_WALK_DEP,
		[SIDE_WALK_THR] = EXEC_WALK_THR,
		[SIDE_TRANSLATE_DEP] = EXEC_TRANSLATE_DEP,
		[SIDE_TRANSLATE_THR] = EXEC_TRANSLATE_THR,
		[SIDE_UPDATE] = EXEC_UPDATE,
	};
	struct engine_thread *t = &tree->thread[thread];
	struct engine_block b = {.chain = result->chain};
	const uint64_t begin = slow_begin();

	if (exec == SIDE_FLOOR_DEP)
		engine_floor_dep(tree->domain, t, ops, n, &b);
	else
		tree->design->exec[which[exec]](tree->domain, t, ops, n, &b);
	if (exec < SIDE_UPDATE && slow_walks_again(n)) {
		struct engine_block ignored = {.chain = b.chain};

		tree->design->exec[which[exec]](tree->domain, t, ops,
						slow_walks_again(n), &ignored);
	}
	slow_end(begin);
	result->sum += b.sum;
	result->chain = b.chain;
	result->faults += b.faults;
	if (b.errors && !result->errors)
		result->error = b.error;
	result->errors += b.errors;
	tree->design->thread_quiesce(t);
}

static void side_barrier(struct side_tree *tree)
{
	tree->design->reclaim_barrier();
}

static uint64_t side_held(const struct side_tree *tree)
{
	return pool_tables_held(&tree->pool, NULL, 0);
}

static unsigned side_walk_lines(const struct side_tree *tree, unsigned thread,
				struct side_line lines[SIDE_LINES],
				unsigned *before)
{
	struct engine_sync_ref refs[ENGINE_SYNC_MAX];
	unsigned n =
		tree->design->sync_refs(OP_WALK, false, thread, refs, before);

	for (unsigned i = 0; i < n; i++)
		lines[i] = (struct side_line){refs[i].pa, refs[i].write};
	return n;
}

__attribute__((visibility("default"))) const struct side vtdbench_side = {
	.abi = SIDE_ABI,
	.design = side_design,
	.open = side_open,
	.close = side_close,
	.enter = side_enter,
	.leave = side_leave,
	.map = side_map,
	.walk = side_walk,
	.run = side_run,
	.barrier = side_barrier,
	.held = side_held,
	.walk_lines = side_walk_lines,
};

__attribute__((visibility("default")))
const struct side_native vtdbench_native = {
	.layout = SIDE_LAYOUT,
	.designs = slow_designs,
};
