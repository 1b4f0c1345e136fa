/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What walkers do: dependent walks timed in blocks of 256, blocks of 16 and
 * singly, open-loop walks, and independent walks by the thousand.
 */
#include <inttypes.h>

#include "measure/phases.h"

enum {
	SMALL = SINGLES_BLOCK,
	AT_LEAST = 64,	 /* blocks of a phase */
	CLOCK_EVERY = 8, /* blocks between looks at the clock (throughput) */
};

struct walk_loop {
	struct worker *w;
	struct walk_result *r;
	engine_exec *exec;
	double clock_cost, call_cost;
	unsigned until_single; /* operations until the next single one */
};

static engine_exec *walk_exec(const struct worker *w, const struct phase *ph,
			      bool dependent)
{
	static const enum engine_executor which[WALK_NR][3] = {
		[WALK_PLAIN] = {EXEC_WALK_DEP, EXEC_WALK_THR, EXEC_WALK_CHECK},
		[WALK_TRANSLATE] = {EXEC_TRANSLATE_DEP, EXEC_TRANSLATE_THR,
				    EXEC_TRANSLATE_CHECK},
	};
	unsigned kind = dependent ? 0 : w->group->work->walks_change ? 2 : 1;

	if (w->group->domain->nested)
		return w->group->design
			->exec[dependent ? EXEC_NESTED_DEP : EXEC_NESTED_THR];

	return w->group->design->exec[which[ph->which][kind]];
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
	w->group->design->thread_quiesce(&w->t);
}

static void block_whole(struct walk_loop *l, struct engine_block *b, bool keep)
{
	struct worker *w = l->w;
	uint64_t t = clock_start();

	l->exec(w->group->domain, &w->t, w->ops + w->at, WORK_BLOCK_OPS, b);
	t = clock_stop() - t;
	if (keep)
		samples_add(&l->r->blocks,
			    (clock_ns(t) - l->clock_cost) / WORK_BLOCK_OPS);
}

static void add_ns(struct hist *h, double ns, bool keep)
{
	if (keep)
		hist_add(h, singles_round(ns));
}

static void block_small(struct walk_loop *l, struct engine_block *b, bool keep)
{
	struct worker *w = l->w;

	for (size_t i = 0; i < WORK_BLOCK_OPS; i += SMALL) {
		uint64_t t = clock_start();

		l->exec(w->group->domain, &w->t, w->ops + w->at + i, SMALL, b);
		t = clock_stop() - t;
		add_ns(l->r->single.block, clock_ns(t) - l->call_cost, keep);
	}
}

/* One operation in K by itself, the others between untimed. */
static void block_single(struct walk_loop *l, struct engine_block *b, bool keep)
{
	struct worker *w = l->w;
	const uint64_t *ops = w->ops + w->at;
	size_t i = 0;

	while (i < WORK_BLOCK_OPS) {
		size_t n = WORK_BLOCK_OPS - i;
		uint64_t t;

		if (l->until_single >= n) {
			l->exec(w->group->domain, &w->t, ops + i, n, b);
			l->until_single -= (unsigned)n;
			return;
		}
		if (l->until_single)
			l->exec(w->group->domain, &w->t, ops + i,
				l->until_single, b);
		i += l->until_single;
		t = clock_start();
		l->exec(w->group->domain, &w->t, ops + i, 1, b);
		t = clock_stop() - t;
		i++;
		add_ns(l->r->single.one, clock_ns(t) - l->call_cost, keep);
		l->until_single = phase_gap(w);
	}
}

static void closed_loop(struct walk_loop *l, const struct phase *ph)
{
	struct worker *w = l->w;
	unsigned kept = 0;
	uint64_t now;

	/* A thread that lost the CPU all the time still measures a little. */
	for (unsigned n = 0;
	     ((now = clock_start()) < ph->end || kept < AT_LEAST) &&
	     !worker_stopped(w);
	     n++) {
		struct engine_block b = {.chain = w->chain};
		bool keep = phase_keep(w, ph, now);

		kept += keep;

		switch (n % 4) {
		case 0:
			block_small(l, &b, keep);
			break;
		case 1:
			block_single(l, &b, keep);
			break;
		default:
			block_whole(l, &b, keep);
		}
		check(w, &b);
	}
}

/*
 * Every operation has an intended start, whether or not the one before it is
 * done by then; its latency counts from there.
 */
static void open_loop(struct walk_loop *l, const struct phase *ph)
{
	struct worker *w = l->w;
	double period = 1e9 / (double)w->group->params->time.rate_ops_per_s;
	uint64_t n = 0, intended = ph->start;

	while (intended < ph->end && !worker_stopped(w)) {
		struct engine_block b = {.chain = w->chain};

		for (size_t i = 0; i < WORK_BLOCK_OPS; i++) {
			uint64_t t;

			intended =
				ph->start + clock_ticks(period * (double)n++);
			if (intended >= ph->end || worker_stopped(w))
				return;
			phase_wait(intended);
			l->exec(w->group->domain, &w->t, w->ops + w->at + i, 1,
				&b);
			t = clock_stop();
			if (intended >= ph->begin)
				singles_add(&l->r->open,
					    clock_ns(t - intended) -
						    l->clock_cost);
			/* Rates are low: reclamation must not wait for us. */
			w->group->design->thread_quiesce(&w->t);
		}
		check(w, &b);
	}
}

void phase_latency(struct worker *w, const struct phase *ph)
{
	struct walk_loop l = {
		.w = w,
		.r = &w->walk[ph->which],
		.exec = walk_exec(w, ph, true),
		.clock_cost = clock_info()->cost_ns,
	};

	if (w->role == ROLE_MAPPER)
		update_run(w, ph);
	else if (w->role == ROLE_DUMPER)
		dump_run(w, ph);
	if (w->role != ROLE_WALKER)
		return;
	l.call_cost = phase_call_cost(w, l.exec);
	l.until_single = phase_gap(w);
	phase_begin(w, ph);
	if (w->group->params->time.rate_ops_per_s && ph->which == WALK_PLAIN)
		open_loop(&l, ph);
	else
		closed_loop(&l, ph);
}

static void walk_throughput(struct worker *w, const struct phase *ph)
{
	engine_exec *exec = walk_exec(w, ph, false);
	struct walk_result *r = &w->walk[ph->which];
	struct iotlb_stats before = {0};
	uint64_t t, last, first = 0;

	phase_begin(w, ph);
	last = clock_start();
	while ((last < ph->end || !first) && !worker_stopped(w)) {
		bool keep = phase_keep(w, ph, last);

		if (keep && !first) {
			if (ph->which == WALK_PLAIN)
				counters_start(w->counters);
			last = clock_start();
			first = last;
			before = w->t.iotlb;
		}
		for (int i = 0; i < CLOCK_EVERY; i++) {
			struct engine_block b = {0};

			exec(w->group->domain, &w->t, w->ops + w->at,
			     WORK_BLOCK_OPS, &b);
			check(w, &b);
		}
		t = clock_start();
		if (keep) {
			r->ops += CLOCK_EVERY * WORK_BLOCK_OPS;
			samples_add(&r->thr,
				    clock_ns(t - last) /
					    (CLOCK_EVERY * WORK_BLOCK_OPS));
		}
		last = t;
	}
	if (!first)
		return;
	if (ph->which == WALK_PLAIN)
		counters_stop(w->counters);
	r->ns = clock_ns(last - first);
	w->iotlb_hits += w->t.iotlb.hits - before.hits;
	w->iotlb_lookups += w->t.iotlb.hits - before.hits + w->t.iotlb.misses -
			    before.misses;
}

void phase_throughput(struct worker *w, const struct phase *ph)
{
	switch (w->role) {
	case ROLE_WALKER:
		walk_throughput(w, ph);
		break;
	case ROLE_MAPPER:
		update_run(w, ph);
		break;
	case ROLE_DUMPER:
		dump_run(w, ph);
		break;
	case ROLE_NR:
		break;
	}
}
