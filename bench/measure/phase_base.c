/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every figure is held against: the static mappings, the floor over
 * their tables, and the private work that shows what this machine lets
 * threads scale to.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "measure/phases.h"

void phase_populate(struct worker *w, const struct phase *ph)
{
	const struct worker_group *g = w->group;

	(void)ph;
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

void phase_counters(struct worker *w, const struct phase *ph)
{
	struct err e = {0};

	(void)ph;
	if (w->role == ROLE_WALKER &&
	    counters_open(&w->counters, w->group->counter_group, &e))
		worker_failed(w, e.code, "counters: %.120s", e.what);
}

struct call {
	struct worker *w;
	engine_exec *exec;
};

static uint64_t call_nothing(void *arg)
{
	const struct call *c = arg;
	struct engine_block b = {0};
	uint64_t t = clock_start();

	c->exec(c->w->group->domain, &c->w->t, c->w->ops, 0, &b);
	return clock_stop() - t;
}

double phase_call_cost(struct worker *w, engine_exec *exec)
{
	struct call c = {.w = w, .exec = exec};

	return clock_mean_ns(call_nothing, &c);
}

enum { AT_LEAST = 64 }; /* blocks */

/* @begin: kept from there on, which is not before ph->begin. */
static void floor_blocks(struct worker *w, const struct phase *ph,
			 engine_exec *exec, const uint64_t *ops, size_t n,
			 struct samples *s, uint64_t begin, uint64_t end)
{
	double cost = clock_info()->cost_ns;
	size_t at = 0;
	uint64_t t;

	/* A thread that lost the CPU all the time still measures a little. */
	while (((t = clock_start()) < end || s->n < AT_LEAST) &&
	       !worker_stopped(w)) {
		struct engine_block b = {.chain = w->chain};
		bool keep = phase_keep(w, ph, t) && t >= begin;
		uint64_t stop;

		t = clock_start();
		exec(w->group->domain, &w->t, ops + at, WORK_BLOCK_OPS, &b);
		stop = clock_stop();
		w->chain = b.chain;
		if (keep)
			samples_add(s, (clock_ns(stop - t) - cost) /
					       WORK_BLOCK_OPS);
		at += WORK_BLOCK_OPS;
		if (at == n)
			at = 0;
		w->group->design->thread_quiesce(&w->t);
	}
}

void phase_floor(struct worker *w, const struct phase *ph)
{
	uint64_t middle = ph->begin + (ph->end - ph->begin) / 2;

	if (w->role != ROLE_WALKER || !w->nfloor)
		return;
	phase_begin(w, ph);
	floor_blocks(w, ph, engine_floor_dep, w->floor_ops, w->nfloor,
		     &w->floor_dep, ph->begin, middle);
	floor_blocks(w, ph, engine_floor_thr, w->floor_ops, w->nfloor,
		     &w->floor_thr, middle, ph->end);
}

void phase_one_stage(struct worker *w, const struct phase *ph)
{
	if (w->role != ROLE_WALKER)
		return;
	phase_begin(w, ph);
	floor_blocks(w, ph, w->group->design->exec[EXEC_WALK_DEP], w->ops,
		     w->nops, &w->one_stage, ph->begin, ph->end);
}

/* Loads and arithmetic on the thread's own stack: nothing is shared. */
static uint64_t private_work(uint64_t x)
{
	uint64_t own[64];

	for (size_t i = 0; i < 64; i++)
		own[i] = x + i * UINT64_C(0x9e3779b97f4a7c15);
	for (size_t i = 0; i < 1024; i++) {
		x ^= own[x & 63];
		x = (x << 13 | x >> 51) * 5;
		own[i & 63] += x;
	}
	return x;
}

void phase_control(struct worker *w, const struct phase *ph)
{
	uint64_t x = w->thread + 1, n = 0, first = 0, t;

	if (w->role != ROLE_WALKER)
		return;
	phase_begin(w, ph);
	while (((t = clock_start()) < ph->end || n < AT_LEAST) &&
	       !worker_stopped(w)) {
		if (phase_keep(w, ph, t)) {
			first = first ? first : clock_start();
			n++;
		}
		x = private_work(x);
	}
	w->control_ops_per_s = n ? (double)n * 1e9 / clock_ns(t - first) : 0;
	/* The result is used, so the work is done. */
	w->chain ^= x == 0;
}
