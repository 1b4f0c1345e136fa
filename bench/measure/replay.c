/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A trace replayed by the crew, and what must come of it. */
#include "measure/replay.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../kernels/aligned.h"

enum {
	BLOCK = 256, /* events between looks at the clock */
	/* So much of a thread's events, whole blocks, is lead-in. */
	LEAD_PART = 16,
	SPINS = 256,
	LONG_NS = 1000000, /* a yield that took longer went to a stranger */
};

struct replay_part {
	_Alignas(64) uint64_t done; /* events; see publish() */

	_Alignas(64) uint64_t wait_ticks;
	uint64_t waits, held_peak, end;
	bool strangers; /* others have been seen to keep its CPU busy */
};

/* One thread's view of the replay. */
struct player {
	struct worker *w;
	const struct design *design;
	struct replay *r;
	const struct replay_thread *plan;
	struct replay_part *part;
};

struct replay *replay_new(const struct replay_plan *plan,
			  const struct engine_config *engine)
{
	struct replay *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->plan = plan;
	r->engine = *engine;
	r->engine.levels = plan->levels;
	r->domains = calloc(plan->trace->ndomains, sizeof(struct domain *));
	r->parts = aligned_zalloc(_Alignof(struct replay_part), plan->nthreads,
				  sizeof(*r->parts));
	if (engine->flush == FLUSH_DEFERRED)
		r->tickets = calloc(plan->trace->n, sizeof(*r->tickets));
	if (r->domains && r->parts &&
	    (r->tickets || engine->flush == FLUSH_STRICT))
		return r;
	replay_free(r);
	return NULL;
}

void replay_free(struct replay *r)
{
	if (!r)
		return;
	free(r->domains);
	free(r->parts);
	free(r->tickets);
	free(r);
}

static void submitted(void *arg, const struct inv_descriptor *d)
{
	struct replay *r = arg;

	r->submitted(r->arg, r->line, d);
}

static uint64_t trace_now(void *arg)
{
	const struct replay *r = arg;

	return r->now;
}

void replay_observe(struct replay *r, struct inv_queue *q, replay_submitted *to,
		    void *arg)
{
	r->submitted = to;
	r->arg = arg;
	r->engine.flush_now = trace_now;
	r->engine.flush_arg = r;
	inv_queue_observe(q, submitted, r);
}

static void free_domains(struct replay *r, const struct worker_group *g)
{
	for (size_t i = 0; i < r->plan->trace->ndomains; i++) {
		if (r->domains[i])
			g->design->domain_free(r->domains[i]);
		r->domains[i] = NULL;
	}
}

/* Of all caches that were drained, and by reclaimers. */
static uint64_t freed_so_far(const struct pool *pool)
{
	/* relaxed: nobody frees while it is read */
	return __atomic_load_n(&pool->freed, __ATOMIC_RELAXED);
}

int replay_begin(struct replay *r, const struct worker_group *g, struct err *e)
{
	if (r->plan->nthreads > 1 && g->design->flags & DESIGN_SINGLE_THREAD)
		return err_set(e, -EINVAL,
			       "design %s is for a single thread, not %u",
			       g->design->name, r->plan->nthreads);
	memset(r->parts, 0, r->plan->nthreads * sizeof(*r->parts));
	for (size_t i = 0; i < r->plan->trace->ndomains; i++) {
		int code;

		r->engine.domain_id = (uint16_t)(i + 1);
		r->domains[i] = g->design->domain_new(&r->engine);
		if (r->domains[i])
			continue;
		code = errno ? -errno : -ENOMEM;
		free_domains(r, g);
		return err_set(e, code, "design %s: no domain: %s",
			       g->design->name,
			       code == -ENOTSUP ? "it cannot reclaim empty "
						  "tables"
						: strerror(-code));
	}
	r->freed_before = freed_so_far(g->pool);
	return 0;
}

/* release: pairs with the acquire in reached(): whoever sees the count sees
 * the table entries that these events wrote. */
static void publish(struct replay_part *p, size_t done)
{
	__atomic_store_n(&p->done, done, __ATOMIC_RELEASE);
}

static bool reached(const struct replay *r, const struct replay_dep *dep)
{
	/* acquire: pairs with the release in publish() */
	return __atomic_load_n(&r->parts[dep->thread].done, __ATOMIC_ACQUIRE) >=
	       dep->count;
}

/* False: the replay is being given up, the event must not run. */
static __attribute__((noinline)) bool wait_for(const struct player *p,
					       const struct replay_dep *dep)
{
	const struct timespec moment = {.tv_nsec = 20000};
	uint64_t since = clock_start(), before;
	unsigned spins = 0;

	while (spins++ < SPINS && !reached(p->r, dep))
		__builtin_ia32_pause();
	if (!reached(p->r, dep)) {
		/* Others may be waiting for readers, and for this CPU. */
		p->design->thread_offline(&p->w->t);
		while (!reached(p->r, dep) && !worker_stopped(p->w)) {
			before = clock_start();
			/* A stranger that is yielded to keeps the CPU for all
			 * of its time; who sleeps gets it back on waking. */
			if (p->part->strangers)
				nanosleep(&moment, NULL);
			else
				sched_yield();
			if (clock_ns(clock_stop() - before) > LONG_NS)
				p->part->strangers = true;
		}
		p->design->thread_online(&p->w->t);
	}
	p->part->waits++;
	p->part->wait_ticks += clock_stop() - since;
	return reached(p->r, dep);
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

		if (!flush_done(d->flush, p->r->tickets[unmap]))
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
		if (!reached(p->r, &p->plan->deps[op->dep + i]) &&
		    !wait_for(p, &p->plan->deps[op->dep + i]))
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

/* The block of @n events from @at on; waiting for others does not count. */
static void play_block(const struct player *p, size_t at, size_t n)
{
	uint64_t waited = p->part->wait_ticks, from = clock_start(), ticks;
	struct tally *t = &p->w->update;

	for (size_t i = at; i < at + n; i++) {
		play(p, &p->plan->ops[i]);
		publish(p->part, i + 1);
	}
	p->design->thread_quiesce(&p->w->t);
	ticks = clock_stop() - from - (p->part->wait_ticks - waited);
	if (at < p->plan->n / LEAD_PART / BLOCK * BLOCK)
		return;
	t->ops += (double)n;
	t->ns += clock_ns(ticks) - clock_info()->cost_ns;
	t->n++;
}

static void play_alone(const struct player *p, const struct replay_op *op)
{
	uint64_t waited = p->part->wait_ticks, from = clock_start(), ticks;

	play(p, op);
	ticks = clock_stop() - from - (p->part->wait_ticks - waited);
	singles_add(&p->w->tail[op->kind == TRACE_MAP ? TAIL_MAP : TAIL_UNMAP],
		    clock_ns(ticks) - clock_info()->cost_ns);
}

/* The same with some events timed alone; @left: until the next of them. */
static void play_singles(const struct player *p, size_t at, size_t n,
			 unsigned *left)
{
	for (size_t i = at; i < at + n; i++) {
		if (*left) {
			play(p, &p->plan->ops[i]);
			--*left;
		} else {
			play_alone(p, &p->plan->ops[i]);
			*left = batch_gap(p->w);
		}
		publish(p->part, i + 1);
	}
	p->design->thread_quiesce(&p->w->t);
}

/* By one thread: it reads what all of them count. */
static void sample_held(const struct player *p)
{
	const struct worker_group *g = p->w->group;
	uint64_t held;

	if (p->w->thread)
		return;
	held = pool_tables_held(g->pool, g->caches, g->n);
	if (held > p->part->held_peak)
		p->part->held_peak = held;
}

void batch_replay(struct worker *w, const struct batch *b)
{
	struct replay *r = w->group->replay;
	const struct player p = {.w = w,
				 .design = w->group->design,
				 .r = r,
				 .plan = &r->plan->threads[w->thread],
				 .part = &r->parts[w->thread]};
	size_t events = p.plan->n - (p.plan->n && MUTANT(replay_event_lost));
	unsigned left;

	/* All contestants time the same events alone, others in each round. */
	if (!MUTANT(replay_singles_differ))
		rng_seed(&w->gaps, w->group->params->seed + w->thread, b->nth);
	left = batch_gap(w);
	batch_wait(b->start);
	for (size_t at = 0; at < events && !worker_stopped(w); at += BLOCK) {
		size_t rest = events - at, n = rest < BLOCK ? rest : BLOCK;

		if (b->which == REPLAY_BLOCKS)
			play_block(&p, at, n);
		else
			play_singles(&p, at, n, &left);
		sample_held(&p);
	}
	p.part->end = clock_stop();
	w->done = p.part->done;
}

static void look_back(struct replay *r, struct worker_group *g,
		      const struct batch *b)
{
	uint64_t end = b->start;

	r->waits = r->tables_retired = r->invalidations = 0;
	r->held_end = pool_tables_held(g->pool, NULL, 0);
	r->held_peak = r->held_end;
	r->tables_freed = freed_so_far(g->pool) - r->freed_before;
	for (unsigned i = 0; i < r->plan->nthreads; i++) {
		const struct replay_part *p = &r->parts[i];

		end = p->end > end ? p->end : end;
		r->waits += p->waits;
		r->tables_retired += g->workers[i].t.tables_retired;
		r->tables_freed -= g->workers[i].t.installs_lost;
		r->invalidations += g->workers[i].t.iotlb.invalidations;
		if (p->held_peak > r->held_peak)
			r->held_peak = p->held_peak;
	}
	r->wall_ns = clock_ns(end - b->start);
}

void replay_end(struct replay *r, struct worker_group *g, const struct batch *b)
{
	struct replay_leaves found = {.leaf = r->leaf, .arg = r->arg};
	uint64_t left;

	if (b) {
		look_back(r, g, b);
		replay_check(r->plan, g->design, g->pool, r->domains, &found);
		r->tables_live = found.tables;
	}
	if (found.wrong)
		worker_wrong(&g->workers[0], found.wrong, "%s", found.why);
	free_domains(r, g);
	left = pool_tables_held(g->pool, NULL, 0);
	if (left && b)
		worker_wrong(&g->workers[0], left,
			     "%" PRIu64 " tables were not given back when "
			     "the domains went",
			     left);
}
