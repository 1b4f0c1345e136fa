/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The threads of a crew that replay the events of a trace. */
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <time.h>

#include "measure/replay_parts.h"

enum {
	BLOCK = 256, /* events between looks at the clock */
	/* So much of a thread's events, whole blocks, is lead-in. */
	LEAD_PART = 16,
	SPINS = 256,
	LONG_NS = 1000000, /* a yield that took longer went to a stranger */
};

/* One thread's view of the replay. */
struct player {
	struct worker *w;
	const struct design *design;
	struct replay *r;
	const struct replay_thread *plan;
	struct replay_part *part;
};

static bool reached(const struct replay *r, const struct replay_dep *dep)
{
	return replay_done(&r->parts[dep->thread]) >= dep->count;
}

void replay_give_way(struct replay_part *p)
{
	const struct timespec moment = {.tv_nsec = 20000};
	uint64_t before = clock_start();

	/* A stranger that is yielded to keeps the CPU for all of its time; who
	 * sleeps gets it back on waking. */
	if (p->strangers)
		nanosleep(&moment, NULL);
	else
		sched_yield();
	if (clock_ns(clock_stop() - before) > LONG_NS)
		p->strangers = true;
}

/* False: the replay is being given up, the event must not run. */
static __attribute__((noinline)) bool wait_for(const struct player *p,
					       const struct replay_dep *dep)
{
	uint64_t since = clock_start();
	unsigned spins = 0;

	if (!reached(p->r, dep))
		p->part->waits++;
	while (spins++ < SPINS && !reached(p->r, dep))
		__builtin_ia32_pause();
	while (!reached(p->r, dep) && !worker_stopped(p->w)) {
		/* Others may be waiting for readers, and for this CPU. Not
		 * offline: what waits for a flush would be flushed. */
		p->design->thread_quiesce(&p->w->t);
		replay_give_way(p->part);
	}
	p->part->wait_ticks += clock_stop() - since;
	return reached(p->r, dep);
}

/*
 * Whether @dep holds, perhaps after a wait. A device's line is away from this
 * CPU each time: fetching it is no part of the event, so it is a wait at once.
 */
static inline __attribute__((always_inline)) bool
await(const struct player *p, const struct replay_dep *dep)
{
	bool device = dep->thread >= p->r->plan->nthreads;

	if (device && MUTANT(replay_unmap_early))
		return true;
	return (!device && reached(p->r, dep)) || wait_for(p, dep);
}

static void wrong_result(const struct player *p, const struct replay_op *op,
			 int result)
{
	if (result == -ENOMEM)
		worker_failed(p->w, result,
			      "replay: the table pool of %zu pages is "
			      "exhausted",
			      p->w->group->pool->npages);
	worker_wrong(p->w, 1,
		     "domain %.60s: %s of 0x%" PRIx64 " bytes at IOVA "
		     "0x%" PRIx64 " returned %d, not %d",
		     p->r->plan->trace->domains[op->domain],
		     op->kind == TRACE_MAP ? "map" : "unmap", op->bytes,
		     op->iova, result, -(int)op->expect);
}

/* What @op maps was unmapped shortly before: has it been flushed? */
static __attribute__((noinline)) void flush_reused(const struct player *p,
						   const struct replay_op *op)
{
	struct domain *d = p->r->domains[op->domain];

	for (unsigned i = 0; i < op->nreuse; i++) {
		uint32_t unmap = p->plan->reuse[op->reuse + i];

		if (!flush_done(d->flush, p->r->tickets[unmap]) &&
		    !MUTANT(replay_reuse_unflushed))
			p->design->flush(d, &p->w->t);
	}
}

/* Time passes, as it did when the trace was recorded; then comes @op. */
static __attribute__((noinline)) void observe(const struct player *p,
					      const struct replay_op *op)
{
	const struct trace_event *ev = &p->r->plan->trace->events[op->event];

	p->r->now = ev->time;
	p->design->thread_quiesce(&p->w->t);
	if (op->kind == TRACE_UNMAP)
		p->r->line = ev->line;
}

static inline __attribute__((always_inline)) void
play(const struct player *p, const struct replay_op *op)
{
	struct domain *domain = p->r->domains[op->domain];
	uint64_t unmapped = op->pa;
	int rc;

	for (unsigned i = 0; i < op->ndeps; i++)
		if (!await(p, &p->plan->deps[op->dep + i]))
			return;
	if (__builtin_expect(p->r->submitted != NULL, 0))
		observe(p, op);
	if (__builtin_expect(op->nreuse != 0, 0))
		flush_reused(p, op);
	if (op->kind == TRACE_MAP)
		rc = p->design->map(domain, &p->w->t, op->iova, op->pa,
				    op->bytes, op->prot);
	else
		rc = p->design->unmap(domain, &p->w->t, op->iova, op->bytes,
				      &unmapped);
	if (p->r->tickets && op->kind == TRACE_UNMAP)
		p->r->tickets[op->event] = rc ? 0 : p->w->t.ticket;
	if (__builtin_expect((rc != -(int)op->expect ||
			      (!rc && unmapped != op->pa)) &&
				     !MUTANT(replay_result_ignored),
			     0))
		wrong_result(p, op, rc);
}

/* Whether the block of events from @at on counts. */
static bool counts(const struct player *p, size_t at)
{
	return at >= p->plan->n / LEAD_PART / BLOCK * BLOCK;
}

/* The block of @n events from @at on; waiting for others does not count. */
static void play_block(const struct player *p, size_t at, size_t n)
{
	uint64_t waited = p->part->wait_ticks, from = clock_start(), ticks;
	struct tally *t = &p->w->update;

	for (size_t i = at; i < at + n; i++) {
		play(p, &p->plan->ops[i]);
		replay_publish(p->part, i + 1);
	}
	p->design->thread_quiesce(&p->w->t);
	ticks = clock_stop() - from - (p->part->wait_ticks - waited);
	if (!counts(p, at))
		return;
	t->ops += (double)n;
	t->ns += clock_ns(ticks) - clock_info()->cost_ns;
	t->n++;
}

/* ns of @op from the tick @from on, without its waits. */
static double play_alone(const struct player *p, const struct replay_op *op,
			 uint64_t from)
{
	uint64_t waited = p->part->wait_ticks, ticks;

	play(p, op);
	ticks = clock_stop() - from - (p->part->wait_ticks - waited);
	return clock_ns(ticks) - clock_info()->cost_ns;
}

static void keep_single(const struct player *p, const struct replay_op *op,
			double ns)
{
	singles_add(&p->w->tail[op->kind == TRACE_MAP ? TAIL_MAP : TAIL_UNMAP],
		    ns);
}

/* The same with some events timed alone; @left: until the next of them. */
static void play_singles(const struct player *p, size_t at, size_t n,
			 unsigned *left)
{
	for (size_t i = at; i < at + n; i++) {
		const struct replay_op *op = &p->plan->ops[i];

		if (*left) {
			play(p, op);
			--*left;
		} else {
			keep_single(p, op, play_alone(p, op, clock_start()));
			*left = batch_gap(p->w);
		}
		replay_publish(p->part, i + 1);
	}
	p->design->thread_quiesce(&p->w->t);
}

/*
 * Each event at its time, or as soon as the one before is over, and measured
 * from there. What the thread waits for others moves all later ones.
 */
static void play_paced(const struct player *p, const struct batch *b, size_t at,
		       size_t n, double period_ns)
{
	struct tally *t = &p->w->update;

	for (size_t i = at; i < at + n && !worker_stopped(p->w); i++) {
		const struct replay_op *op = &p->plan->ops[i];
		uint64_t intended = b->start + p->part->wait_ticks +
				    clock_ticks(period_ns * (double)i);
		double ns;

		batch_wait(intended);
		ns = play_alone(p, op, intended);
		if (b->which == REPLAY_SINGLES) {
			keep_single(p, op, ns);
		} else if (counts(p, at)) {
			t->ops++;
			t->ns += ns;
			t->n++;
		}
		replay_publish(p->part, i + 1);
		p->design->thread_quiesce(&p->w->t);
	}
}

/* By one thread: it reads what all of them count. */
static void sample_held(const struct player *p)
{
	const struct worker_group *g = p->w->group;
	uint64_t held;

	if (p->w->index)
		return;
	held = pool_tables_held(g->pool, g->caches, g->n);
	if (held > p->part->held_peak)
		p->part->held_peak = held;
}

static void replay_events(struct worker *w, const struct batch *b)
{
	struct replay *r = w->group->replay;
	const struct params *params = w->group->params;
	const struct player p = {.w = w,
				 .design = w->group->design,
				 .r = r,
				 .plan = &r->plan->threads[w->index],
				 .part = &r->parts[w->index]};
	size_t events = p.plan->n - (p.plan->n && MUTANT(replay_event_lost));
	unsigned left;

	/* All contestants time the same events alone, others in each round. */
	if (!MUTANT(replay_singles_differ))
		rng_seed(&w->gaps, params->seed + w->index, b->nth);
	left = batch_gap(w);
	batch_wait(b->start);
	for (size_t at = 0; at < events && !worker_stopped(w); at += BLOCK) {
		size_t rest = events - at, n = rest < BLOCK ? rest : BLOCK;

		if (params->time.mapper_rate)
			play_paced(&p, b, at, n,
				   1e9 / (double)params->time.mapper_rate);
		else if (b->which == REPLAY_BLOCKS)
			play_block(&p, at, n);
		else
			play_singles(&p, at, n, &left);
		sample_held(&p);
	}
	p.part->end = clock_stop();
	w->done = p.part->done;
	replay_publish(p.part, REPLAY_OVER);
}

void batch_replay(struct worker *w, const struct batch *b)
{
	if (w->role == ROLE_MAPPER)
		replay_events(w, b);
	else
		replay_walk(w, b);
}
