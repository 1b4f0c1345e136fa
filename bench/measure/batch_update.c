/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What mappers do: their stream, over and over, most of it in blocks, one
 * operation in K called and timed by itself.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "measure/batch.h"

enum {
	BLOCK = 64, /* operations between looks at the clock and the pool */
	/* Table pages a mapper may need before it looks again: no operation
	 * of a block allocates more than a table a level, some free. */
	RESERVE = BLOCK * 4 + 256, /* and what its cache keeps for itself */
};

static bool op_is_map(uint64_t op)
{
	return engine_op_maps(op);
}

static void op_failed(struct worker *w, uint64_t op, int ret)
{
	worker_failed(w, ret, "%s of IOVA 0x%" PRIx64 " failed: %s",
		      op_is_map(op) ? "map" : "unmap",
		      op >> VTD_PAGE_LG2 << VTD_PAGE_LG2, strerror(-ret));
}

/*
 * A real driver that finds no page waits for reclamation, too. Only designs
 * that defer have anything to wait for; the time counts as the update's.
 */
static void wait_for_tables(struct worker *w)
{
	struct worker_group *g = w->group;

	if (!(g->design->flags & DESIGN_DEFERS) ||
	    pool_tables_held(g->pool, g->caches, g->n) +
			    (size_t)RESERVE * g->n <
		    g->pool->npages)
		return;
	g->design->thread_offline(&w->t);
	g->design->reclaim_barrier();
	g->design->thread_online(&w->t);
	w->stalls++;
}

static int single(struct worker *w, uint64_t op)
{
	const struct design *d = w->group->design;
	uint64_t iova = op >> VTD_PAGE_LG2 << VTD_PAGE_LG2;
	uint64_t bytes = engine_op_bytes(op), unmapped = 0;
	int ret;

	if ((op & 3) == OP_REMAP)
		d->flush_before(w->group->domain, &w->t, iova, bytes);
	if (op_is_map(op))
		return d->map(w->group->domain, &w->t, iova,
			      engine_op_pa(iova, (unsigned)(op >> 2)), bytes,
			      VTD_R | VTD_W);
	ret = d->unmap(w->group->domain, &w->t, iova, bytes, &unmapped);
	if (!ret && unmapped != bytes)
		worker_wrong(w, 1,
			     "unmap of 0x%" PRIx64 " bytes at IOVA 0x%" PRIx64
			     " said 0x%" PRIx64,
			     bytes, iova, unmapped);
	return ret;
}

/* @n operations of the stream from w->at on; @n does not pass its end. */
static int block(struct worker *w, size_t n)
{
	struct engine_block b = {0};

	w->group->design->exec[EXEC_UPDATE](w->group->domain, &w->t,
					    w->ops + w->at, n, &b);
	if (b.errors)
		op_failed(w, w->ops[w->at], b.error);
	if (b.wrong)
		worker_wrong(w, b.wrong, "a mapper found a wrong address");
	return b.error;
}

static void advance(struct worker *w, size_t n)
{
	w->at += n;
	w->done += n;
	if (w->at >= w->nops)
		w->at = 0;
}

/* One operation, timed from @from (0: from when it starts). */
static int timed(struct worker *w, const struct batch *b, uint64_t from)
{
	uint64_t op = w->ops[w->at], t = clock_start(), stop;
	int ret = single(w, op);
	double ns;

	stop = clock_stop();
	if (ret) {
		op_failed(w, op, ret);
		return ret;
	}
	t = from ? from : t;
	ns = clock_ns(stop - t) - clock_info()->cost_ns;
	tally_add(&w->update, b, t, stop, 1);
	if (t >= b->begin && t < b->end)
		singles_add(&w->tail[op_is_map(op) ? TAIL_MAP : TAIL_UNMAP],
			    ns);
	advance(w, 1);
	return 0;
}

/* Reclamation included that the mapper has to wait for. */
static int timed_block(struct worker *w, const struct batch *b, size_t n)
{
	uint64_t from = clock_start();
	int ret = block(w, n);

	if (ret)
		return ret;
	advance(w, n);
	w->group->design->thread_quiesce(&w->t);
	wait_for_tables(w);
	tally_add(&w->update, b, from, clock_stop(), (double)n);
	return 0;
}

static void closed_loop(struct worker *w, const struct batch *b)
{
	unsigned left = batch_gap(w);
	uint64_t now;

	while ((now = clock_start()) < b->end && !worker_stopped(w)) {
		size_t n = w->nops - w->at;

		if (w->index == 0)
			held_sample(w->group, now);
		n = n < BLOCK ? n : BLOCK;
		n = n < left ? n : left;
		if (n && timed_block(w, b, n))
			return;
		left -= (unsigned)n;
		if (left)
			continue;
		if (timed(w, b, 0))
			return;
		left = batch_gap(w);
	}
}

/* What a mapper did not come to before the end was intended all the same. */
static void open_loop(struct worker *w, const struct batch *b, uint64_t rate)
{
	double period = 1e9 / (double)rate;
	uint64_t intended;

	for (uint64_t n = 0;; n++) {
		intended = b->start + clock_ticks(period * (double)n);
		if (intended >= b->end || worker_stopped(w))
			break;
		w->intended += intended >= b->begin;
		if (clock_start() >= b->end && !MUTANT(open_loop_goes_on))
			continue;
		batch_wait(intended);
		if (timed(w, b, intended))
			return;
		if (w->index == 0)
			held_sample(w->group, intended);
		w->group->design->thread_quiesce(&w->t);
		wait_for_tables(w);
	}
}

void update_run(struct worker *w, const struct batch *b)
{
	const struct params_time *time = &w->group->params->time;
	uint64_t rate = time->mapper_rate ? time->mapper_rate
					  : time->rate_ops_per_s;

	batch_wait(b->start);
	if (rate)
		open_loop(w, b, rate);
	else
		closed_loop(w, b);
}

/* A block outside what is timed by itself. */
static int piece(struct worker *w)
{
	size_t n = w->nops - w->at;

	if (w->index == 0)
		held_sample(w->group, clock_start());
	n = n < BLOCK ? n : BLOCK;
	if (block(w, n))
		return w->error;
	advance(w, n);
	w->group->design->thread_quiesce(&w->t);
	wait_for_tables(w);
	return 0;
}

void batch_pass(struct worker *w, const struct batch *b)
{
	uint64_t t;

	if (w->role != ROLE_MAPPER)
		return;
	w->at = 0;
	batch_wait(b->start);
	t = clock_start();
	do {
		if (piece(w))
			return;
	} while (w->at && !worker_stopped(w));
	w->pass_ms = clock_ns(clock_stop() - t) / 1e6;
}

void batch_halfway(struct worker *w, const struct batch *b)
{
	if (w->role == ROLE_MAPPER)
		while (w->at < w->nops / 2 && !worker_stopped(w) && !piece(w))
			;
}
