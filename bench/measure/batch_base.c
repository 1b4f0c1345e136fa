/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every figure is held against: the static mappings, the floor over
 * their tables, and the private work that shows what this machine lets
 * threads scale to.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "../kernels/floor.h"
#include "measure/batch.h"

void batch_populate(struct worker *w, const struct batch *b)
{
	const struct worker_group *g = w->group;

	if (w->thread)
		return;
	for (size_t m = 0; m < g->work->nmaps; m++) {
		const struct mapping *x = &g->work->maps[m];

		for (uint64_t at = 0; at < x->bytes; at += x->piece) {
			uint64_t iova = x->iova + at;
			int ret = g->design->map(g->domain, &w->t, iova,
						 engine_op_pa(iova, 0),
						 x->piece, x->prot);

			if (ret) {
				worker_failed(w, ret,
					      "cannot map IOVA 0x%" PRIx64
					      " before the start: %s",
					      iova, strerror(-ret));
				return;
			}
			if (at / x->piece % 4096 == 4095) {
				g->design->thread_quiesce(&w->t);
				if (worker_stopped(w))
					return;
			}
		}
	}
	g->design->thread_quiesce(&w->t);
}

void batch_counters(struct worker *w, const struct batch *b)
{
	struct err e = {0};

	if (w->role == ROLE_WALKER &&
	    counters_open(&w->counters, w->group->counter_group, &e))
		worker_failed(w, e.code, "counters: %.120s", e.what);
}

double tally_ns_per_op(const struct tally *t)
{
	bool waited = t->n && t->pending_ns > t->ns / t->n;

	return t->ops > 0 ? (t->ns + (waited ? t->pending_ns : 0)) / t->ops
			  : INFINITY;
}

struct engine_block batch_block(struct worker *w, const struct batch *b,
				engine_exec *exec, const uint64_t *ops,
				size_t n, struct tally *into)
{
	struct engine_block r = {.chain = w->chain};
	uint64_t from = clock_start();

	exec(w->group->domain, &w->t, ops, n, &r);
	tally_add(into, b, from, clock_stop(), (double)n);
	w->chain = r.chain;
	w->group->design->thread_quiesce(&w->t);
	return r;
}

/* Blocks of the stream, from where it stands, until the end. */
static void blocks(struct worker *w, const struct batch *b, engine_exec *exec)
{
	uint64_t from;

	batch_stride_grow(w);
	batch_wait(b->start);
	while ((from = clock_start()) < b->end && !worker_stopped(w)) {
		size_t n = w->stride;

		batch_block(w, b, exec, w->ops + w->at, n, &w->walk);
		w->at = (w->at + n) % w->nops;
		batch_stride_cut(w, clock_stop() - from);
	}
	/* walks are checked by whole blocks */
	w->at -= w->at % WORK_BLOCK_OPS;
}

void batch_floor(struct worker *w, const struct batch *b)
{
	const struct worker_group *g = w->group;
	/* Walks may find nothing, or a large leaf. */
	bool any = g->work->walks_change ||
		   (g->params->work.page_bytes > VTD_PAGE_BYTES &&
		    g->params->engine.max_leaf_bytes > VTD_PAGE_BYTES);

	if (w->role != ROLE_WALKER && g->params->walkers)
		return;
	if (any)
		blocks(w, b,
		       b->which ? engine_floor_any_thr : engine_floor_any_dep);
	else
		blocks(w, b, b->which ? engine_floor_thr : engine_floor_dep);
}

void batch_one_stage(struct worker *w, const struct batch *b)
{
	if (w->role == ROLE_WALKER)
		blocks(w, b, w->group->design->exec[EXEC_WALK_DEP]);
}

/*
 * Arithmetic in registers: nothing is shared but the core, and that is kept
 * busy. Eight chains, as one alone leaves room for another thread's.
 */
static uint64_t private_work(uint64_t seed)
{
	enum { CHAINS = 8, STEPS = 256 };
	uint64_t x[CHAINS], sum = 0;

	for (unsigned i = 0; i < CHAINS; i++)
		x[i] = seed + i;
	for (unsigned n = 0; n < STEPS; n++)
		for (unsigned i = 0; i < CHAINS; i++)
			x[i] = (x[i] ^ x[i] >> 7) *
				       UINT64_C(0x9e3779b97f4a7c15) +
			       n;
	for (unsigned i = 0; i < CHAINS; i++)
		sum += x[i];
	return sum;
}

static void work_until(struct worker *w, const struct batch *b,
		       struct tally *into)
{
	uint64_t x = w->thread + 1, now;

	while ((now = clock_start()) < b->end && !worker_stopped(w)) {
		x = private_work(x);
		tally_add(into, b, now, clock_stop(), 1);
	}
	/* The result is used, so the work is done. */
	w->chain ^= x == 0;
}

void batch_beside(struct worker *w, const struct batch *b)
{
	struct batch beside = *b, alone = *b;

	beside.end = alone.begin = b->begin + (b->end - b->begin) / 2;
	/* A piece that others end late is not yet in what is timed alone. */
	alone.begin += (b->end - alone.begin) / 4;
	batch_wait(b->start);
	work_until(w, &beside, &w->walk);
	if (w->thread == b->nth % w->group->n)
		work_until(w, &alone, &w->update);
}

/* Waits for the line and hands it on; false: the batch ended before. */
static bool hand_over(struct worker *w, const struct batch *b)
{
	struct worker_group *g = w->group;
	unsigned next = w->thread + 1 < g->n ? w->thread + 1 : 0;

	/* acquire: pairs with the release of the thread before */
	for (unsigned spins = 1;
	     atomic_load_explicit(&g->turn.of, memory_order_acquire) !=
	     w->thread;
	     spins++)
		if (!(spins % 256) && clock_start() >= b->end)
			return false;
	/* release: pairs with the acquire of the next thread */
	atomic_store_explicit(&g->turn.of, next, memory_order_release);
	return true;
}

void batch_transfer(struct worker *w, const struct batch *b)
{
	enum { ROUNDS = 16 }; /* between two readings of the clock */
	uint64_t from;

	batch_wait(b->start);
	if (w->thread) {
		while (hand_over(w, b))
			;
		return;
	}
	while ((from = clock_start()) < b->end) {
		for (unsigned i = 0; i < ROUNDS; i++)
			if (!hand_over(w, b))
				return;
		tally_add(&w->walk, b, from, clock_stop(),
			  (double)ROUNDS * w->group->n);
	}
}

void batch_control(struct worker *w, const struct batch *b)
{
	if (w->role != ROLE_WALKER && w->group->params->walkers)
		return;
	batch_wait(b->start);
	work_until(w, b, &w->walk);
}
