/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What walkers do: dependent walks and independent ones, in blocks as long as
 * they may be and still end within the batch; and for the tail blocks of 16
 * and single walks, or walks in an open loop.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>

#include "../kernels/account.h"
#include "../kernels/device_walk.h"
#include "measure/batch.h"

enum { SMALL = SINGLES_BLOCK };

/* As users of the API walk: a call each, by the design's row. */
static void walks_called(struct domain *d, struct engine_thread *t,
			 const uint64_t *ops, size_t n, struct engine_block *b)
{
	const struct design *design = d->design;
	struct engine_walk w;

	for (size_t i = 0; i < n; i++)
		account(b, ops[i],
			design->walk(d, t, ops[i], &w) ? ENGINE_FAULT : w.pa,
			PACE_THR);
}

static void translates_called(struct domain *d, struct engine_thread *t,
			      const uint64_t *ops, size_t n,
			      struct engine_block *b)
{
	const struct design *design = d->design;
	unsigned perm;

	for (size_t i = 0; i < n; i++)
		account(b, ops[i], design->translate(d, t, ops[i], &perm),
			PACE_THR);
}

static engine_exec *walk_exec(const struct worker *w, const struct batch *b,
			      bool dependent)
{
	static const enum engine_executor which[WALK_NR][3] = {
		[WALK_PLAIN] = {EXEC_WALK_DEP, EXEC_WALK_THR, EXEC_WALK_CHECK},
		[WALK_TRANSLATE] = {EXEC_TRANSLATE_DEP, EXEC_TRANSLATE_THR,
				    EXEC_TRANSLATE_CHECK},
		[WALK_BATCHED] = {EXEC_WALK_BATCH, EXEC_WALK_BATCH,
				  EXEC_WALK_BATCH},
	};
	static engine_exec *const device[3] = {device_exec_dep, device_exec_thr,
					       device_exec_check};
	unsigned kind = dependent ? 0 : w->group->work->walks_change ? 2 : 1;

	if (w->role == ROLE_DEVICE)
		return device[kind];
	if (b->which == WALK_CALLED)
		return walks_called;
	if (b->which == WALK_TRANSLATE_CALLED)
		return translates_called;
	if (w->group->domain->nested)
		return w->group->design
			->exec[dependent ? EXEC_NESTED_DEP : EXEC_NESTED_THR];

	return w->group->design->exec[which[b->which][kind]];
}

/* The answer of the block at w->at; then on to the next. */
static void check(struct worker *w, const struct engine_block *b)
{
	size_t block = w->at / WORK_BLOCK_OPS;

	if (b->wrong)
		worker_wrong(w, b->wrong,
			     "%" PRIu64 " walks gave an address that the IOVA "
			     "never had, block %zu of the stream",
			     b->wrong, block);
	else if (w->sums && b->sum != w->sums[block])
		worker_wrong(w, 1,
			     "the addresses of block %zu add up to 0x%" PRIx64
			     ", not 0x%" PRIx64 " (%" PRIu64 " faults)",
			     block, b->sum, w->sums[block], b->faults);
	w->chain = b->chain;
	w->at += WORK_BLOCK_OPS;
	if (w->at >= w->nops)
		w->at = 0;
	if (w->role != ROLE_DEVICE)
		w->group->design->thread_quiesce(&w->t);
}

/*
 * A block of the stream, @stride walks at a time, each counted by itself.
 * Where something makes walks wait, a whole block might take longer than the
 * batch: then the stride shrinks. False: the batch is over, and the block
 * with it; it is begun anew in the next.
 */
static bool walk_block(struct worker *w, const struct batch *b,
		       engine_exec *exec, struct engine_block *r)
{
	for (size_t i = 0; i < WORK_BLOCK_OPS; i += w->stride) {
		uint64_t from = clock_start(), to;

		if (from >= b->end)
			return false;
		exec(w->group->domain, &w->t, w->ops + w->at + i, w->stride, r);
		to = clock_stop();
		tally_add(&w->walk, b, from, to, (double)w->stride);
		/* what is done of the block stays whole strides */
		if (batch_stride_cut(w, to - from))
			i += w->stride;
	}
	return true;
}

static void walk(struct worker *w, const struct batch *b, bool dependent)
{
	engine_exec *exec = walk_exec(w, b, dependent);

	batch_stride_grow(w);
	batch_wait(b->start);
	while (clock_start() < b->end && !worker_stopped(w)) {
		struct engine_block r = {.chain = w->chain};

		if (!walk_block(w, b, exec, &r))
			break;
		check(w, &r);
	}
	w->iotlb_after = w->t.iotlb;
	if (w->role != ROLE_DEVICE)
		w->group->design->thread_quiesce(&w->t);
}

/* A device is no thread of the design's: offline, it is none meanwhile. What
 * it does there is @translate; b->which is of CPUs. */
static void device_run(struct worker *w, const struct batch *b,
		       batch_run *translate)
{
	struct iotlb *iotlb = w->group->domain->iotlb;

	w->t.device = iotlb_device_get(iotlb);
	if (!w->t.device) {
		worker_failed(w, -ENOMEM, "no memory for a device");
		return;
	}
	w->group->design->thread_offline(&w->t);
	w->iotlb_before = w->t.iotlb;
	translate(w, b);
	w->group->design->thread_online(&w->t);
	iotlb_device_put(iotlb, w->t.device);
}

static void run_free(struct worker *w, const struct batch *b)
{
	walk(w, b, false);
}

static void run_dep(struct worker *w, const struct batch *b)
{
	walk(w, b, true);
}

/* What those do who are there in every kind of batch. True: so does @w. */
static bool others_run(struct worker *w, const struct batch *b)
{
	if (w->role == ROLE_MAPPER)
		update_run(w, b);
	else if (w->role == ROLE_DUMPER)
		dump_run(w, b);
	else if (w->role == ROLE_DEVICE)
		device_run(w, b, run_free);
	else
		return false;
	return true;
}

void batch_walk_dep(struct worker *w, const struct batch *b)
{
	if (!others_run(w, b))
		run_dep(w, b);
}

void batch_device_dep(struct worker *w, const struct batch *b)
{
	if (w->role == ROLE_DEVICE)
		device_run(w, b, run_dep);
	else
		batch_walk_dep(w, b);
}

void batch_walk_thr(struct worker *w, const struct batch *b)
{
	if (!others_run(w, b)) {
		w->iotlb_before = w->t.iotlb;
		if (b->counted)
			counters_start(w->counters);
		walk(w, b, false);
		if (b->counted)
			counters_stop(w->counters);
	}
}

/* What is timed by itself: an operation, or SMALL of them. */
struct alone {
	struct worker *w;
	const struct batch *b;
	engine_exec *exec;
	struct singles *into;
	double cost_ns;	       /* of what is not the operation */
	unsigned until_single; /* operations until the next single one */
};

/* The ns of @n operations; NAN: they do not count. */
static double timed(struct alone *a, size_t at, size_t n, uint64_t intended,
		    struct engine_block *r)
{
	struct worker *w = a->w;
	bool device = w->role == ROLE_DEVICE;
	uint64_t missed = device ? w->t.iotlb.misses : r->faults;
	uint64_t from = clock_start(), to;
	struct tally *apart;
	double ns;

	a->exec(w->group->domain, &w->t, w->ops + w->at + at, n, r);
	to = clock_stop();
	from = intended ? intended : from;
	tally_add(&w->walk, a->b, from, to, (double)n);
	/* One under way at the end took at least that long: it counts. */
	if (from < a->b->begin || from >= a->b->end)
		return NAN;
	ns = clock_ns(to - from) - a->cost_ns;
	if (n == 1 && a->b->which == WALK_PLAIN) {
		missed = (device ? w->t.iotlb.misses : r->faults) - missed;
		apart = missed ? &w->fault : &w->hit;
		apart->ops++;
		apart->ns += ns;
	}
	return ns;
}

static void add(struct hist *h, double ns)
{
	if (!isnan(ns))
		hist_add(h, singles_round(ns));
}

static void in_small_blocks(struct alone *a, struct engine_block *r)
{
	for (size_t i = 0; i < WORK_BLOCK_OPS; i += SMALL)
		add(a->into->block, timed(a, i, SMALL, 0, r));
}

/* One operation in K by itself, the others between untimed. */
static void singly(struct alone *a, struct engine_block *r)
{
	struct worker *w = a->w;
	size_t i = 0;

	while (i < WORK_BLOCK_OPS) {
		size_t n = WORK_BLOCK_OPS - i;

		n = a->until_single < n ? a->until_single : n;
		if (n)
			a->exec(w->group->domain, &w->t, w->ops + w->at + i, n,
				r);
		a->until_single -= (unsigned)n;
		i += n;
		if (i == WORK_BLOCK_OPS)
			return;
		add(a->into->one, timed(a, i++, 1, 0, r));
		a->until_single = batch_gap(w);
	}
}

static void closed_loop(struct alone *a)
{
	struct worker *w = a->w;

	for (unsigned n = 0; clock_start() < a->b->end && !worker_stopped(w);
	     n++) {
		struct engine_block r = {.chain = w->chain};

		if (n % 2)
			singly(a, &r);
		else
			in_small_blocks(a, &r);
		check(w, &r);
	}
}

/*
 * Every operation has an intended start, whether or not the one before it is
 * done by then; its latency counts from there.
 */
static void open_loop(struct alone *a)
{
	struct worker *w = a->w;
	const struct batch *b = a->b;
	double period = 1e9 / (double)w->group->params->time.rate_ops_per_s;
	uint64_t n = 0, intended = b->start;
	double ns;

	while (intended < b->end && !worker_stopped(w)) {
		struct engine_block r = {.chain = w->chain};

		for (size_t i = 0; i < WORK_BLOCK_OPS; i++) {
			intended = b->start + clock_ticks(period * (double)n++);
			if (intended >= b->end || worker_stopped(w))
				return;
			batch_wait(intended);
			ns = timed(a, i, 1, intended, &r);
			if (!isnan(ns))
				singles_add(a->into, ns);
			/* Rates are low: reclamation must not wait for us. */
			w->group->design->thread_quiesce(&w->t);
		}
		check(w, &r);
	}
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

/* What calling the executor costs; found once, in a batch thrown away. */
static double call_ns(struct worker *w, const struct batch *b,
		      engine_exec *exec)
{
	struct call c = {.w = w, .exec = exec};

	if (!(w->call_ns[b->which] > 0))
		w->call_ns[b->which] = clock_mean_ns(call_nothing, &c);
	return w->call_ns[b->which];
}

static void alone(struct worker *w, const struct batch *b)
{
	bool plain = b->which == WALK_PLAIN;
	bool device = w->role == ROLE_DEVICE;
	bool open = plain && w->group->params->time.rate_ops_per_s;
	struct alone a = {
		.w = w,
		.b = b,
		.exec = walk_exec(w, b, true),
		.into = &w->tail[device	 ? TAIL_DEVICE
				 : open	 ? TAIL_WALK_OPEN
				 : plain ? TAIL_WALK
					 : TAIL_TRANSLATE],
		.until_single = batch_gap(w),
	};

	a.cost_ns = open ? clock_info()->cost_ns : call_ns(w, b, a.exec);
	batch_wait(b->start);
	if (open)
		open_loop(&a);
	else
		closed_loop(&a);
}

void batch_walk_tail(struct worker *w, const struct batch *b)
{
	if (!others_run(w, b))
		alone(w, b);
}

void batch_device_tail(struct worker *w, const struct batch *b)
{
	if (w->role == ROLE_DEVICE)
		device_run(w, b, alone);
	else
		batch_walk_dep(w, b);
}
