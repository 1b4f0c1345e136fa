/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The executor of traces. */
#include "replay.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "replay_check.h"

enum { BLOCK_EVENTS = 256, SPINS = 256 };

/* One thread. What others read stands on a line of its own. */
struct worker {
	alignas(64) uint64_t done; /* events; see publish() */

	alignas(64) struct engine_thread engine;
	struct run *run;
	const struct replay_thread *plan;
	unsigned index;
	pthread_t thread;
	double *blocks; /* ns per event of each block */
	size_t nblocks;
	uint64_t wait_ticks, waits;
	uint64_t wrong;
	size_t first_wrong; /* op index, if wrong */
	int first_result;
	int error; /* -errno that is no answer: ENOMEM, entering failed */
	unsigned until_sample;
	struct hist *map, *unmap;
	uint64_t held_peak;
	uint64_t retired;
	struct iotlb_stats iotlb;
	uint64_t end_tick;
};

struct run {
	const struct replay_plan *plan;
	const struct replay_config *cfg;
	struct domain **domains;
	struct worker *workers;
	struct pool_cache **caches;
	uint64_t start_tick;
	struct err *e;

	/* Where threads meet before and after; the lock protects what
	 * follows, and e. */
	pthread_mutex_t lock;
	pthread_cond_t met;
	unsigned expected, arrived, round;
	bool give_up; /* settled when the threads have met first */
};

/* Returns when all threads have come. */
static void meet(struct run *r)
{
	unsigned round;

	pthread_mutex_lock(&r->lock);
	round = r->round;
	if (++r->arrived == r->expected) {
		r->arrived = 0;
		r->round++;
		r->start_tick = round ? r->start_tick : clock_start();
		pthread_cond_broadcast(&r->met);
	}
	while (round == r->round)
		pthread_cond_wait(&r->met, &r->lock);
	pthread_mutex_unlock(&r->lock);
}

static bool stopped(const struct run *r)
{
	return r->cfg->stop && *r->cfg->stop;
}

/* release: pairs with the acquire in reached(): whoever sees the count sees
 * the table entries that these events wrote. */
static void publish(struct worker *w, size_t done)
{
	__atomic_store_n(&w->done, done, __ATOMIC_RELEASE);
}

static bool reached(const struct run *r, const struct replay_dep *dep)
{
	/* acquire: pairs with the release in publish() */
	return __atomic_load_n(&r->workers[dep->thread].done,
			       __ATOMIC_ACQUIRE) >= dep->count;
}

/* False: the replay is being given up, the event must not run. */
static __attribute__((noinline)) bool wait_for(struct worker *w,
					       const struct replay_dep *dep)
{
	const struct design *d = w->run->cfg->design;
	uint64_t since = clock_start();
	unsigned spins = 0;

	while (spins++ < SPINS && !reached(w->run, dep))
		__builtin_ia32_pause();
	if (!reached(w->run, dep)) {
		/* Others may be waiting for readers, and for this CPU. */
		d->thread_offline(&w->engine);
		while (!reached(w->run, dep) && !stopped(w->run))
			sched_yield();
		d->thread_online(&w->engine);
	}
	w->waits++;
	w->wait_ticks += clock_stop() - since;
	return reached(w->run, dep);
}

static inline __attribute__((always_inline)) void
run_op(struct worker *w, const struct design *d, const struct replay_op *op)
{
	struct domain *domain = w->run->domains[op->domain];
	uint64_t unmapped = op->pa;
	int rc;

	for (unsigned i = 0; i < op->ndeps; i++)
		if (!reached(w->run, &w->plan->deps[op->dep + i]) &&
		    !wait_for(w, &w->plan->deps[op->dep + i]))
			return;
	if (op->kind == TRACE_MAP)
		rc = d->map(domain, &w->engine, op->iova, op->pa, op->bytes,
			    op->prot);
	else
		rc = d->unmap(domain, &w->engine, op->iova, op->bytes,
			      &unmapped);
	if (__builtin_expect(
		    rc != -(int)op->expect || (!rc && unmapped != op->pa), 0)) {
		if (!w->wrong++) {
			w->first_wrong = (size_t)(op - w->plan->ops);
			w->first_result = rc;
		}
		if (rc == -ENOMEM)
			w->error = rc;
	}
}

/* One event alone, into a histogram; its waiting does not count. */
static void sample_op(struct worker *w, const struct design *d,
		      const struct replay_op *op)
{
	uint64_t waited = w->wait_ticks, from = clock_start(), ticks;
	double ns;

	run_op(w, d, op);
	ticks = clock_stop() - from - (w->wait_ticks - waited);
	ns = clock_ns(ticks) - clock_info()->cost_ns;
	hist_add(op->kind == TRACE_MAP ? w->map : w->unmap,
		 ns > 0 ? (uint64_t)ns : 0);
	w->until_sample = w->run->cfg->sample_every;
}

static void run_block(struct worker *w, size_t from, size_t n)
{
	const struct design *d = w->run->cfg->design;
	const struct replay_op *ops = &w->plan->ops[from];
	uint64_t waited = w->wait_ticks, since = clock_start();

	for (size_t i = 0; i < n; i++) {
		if (w->until_sample && !--w->until_sample)
			sample_op(w, d, &ops[i]);
		else
			run_op(w, d, &ops[i]);
		publish(w, from + i + 1);
	}
	w->blocks[w->nblocks++] =
		clock_ns(clock_stop() - since - (w->wait_ticks - waited)) /
		(double)n;
}

/* Off the clock, and by one thread: it reads what all of them count. */
static void sample_held(struct worker *w)
{
	const struct run *r = w->run;
	uint64_t held;

	if (w->index)
		return;
	held = pool_tables_held(r->cfg->pool, r->caches, r->plan->nthreads);
	if (held > w->held_peak)
		w->held_peak = held;
}

static void replay_events(struct worker *w)
{
	const struct replay_config *cfg = w->run->cfg;

	w->until_sample = cfg->sample_every;
	for (size_t i = 0; i < w->plan->n && !stopped(w->run);
	     i += BLOCK_EVENTS) {
		size_t left = w->plan->n - i;

		run_block(w, i, left < BLOCK_EVENTS ? left : BLOCK_EVENTS);
		cfg->design->thread_quiesce(&w->engine);
		sample_held(w);
	}
}

static int enter(struct worker *w)
{
	const struct replay_config *cfg = w->run->cfg;
	struct err e = {0};

	if (!cfg->enter)
		return 0;
	w->error = cfg->enter(cfg->arg, w->index, &e);
	if (w->error) {
		pthread_mutex_lock(&w->run->lock);
		if (w->run->e)
			*w->run->e = e;
		w->run->give_up = true;
		pthread_mutex_unlock(&w->run->lock);
	}
	return w->error;
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	struct run *r = w->run;
	const struct replay_config *cfg = r->cfg;

	enter(w);
	cfg->design->thread_enter(&w->engine, cfg->pool);
	cfg->design->thread_offline(&w->engine);
	meet(r);
	cfg->design->thread_online(&w->engine);
	if (!r->give_up) {
		if (cfg->edge)
			cfg->edge(cfg->arg, w->index, false);
		replay_events(w);
		w->end_tick = clock_stop();
		if (cfg->edge)
			cfg->edge(cfg->arg, w->index, true);
	}
	w->retired = w->engine.tables_retired;
	w->iotlb = w->engine.iotlb;
	/* Thread 0 reads the caches of all: nobody leaves before it is done. */
	cfg->design->thread_offline(&w->engine);
	meet(r);
	cfg->design->thread_online(&w->engine);
	cfg->design->thread_leave(&w->engine);
	return NULL;
}

static int worker_prepare(struct run *r, unsigned i)
{
	struct worker *w = &r->workers[i];
	size_t blocks = r->plan->threads[i].n / BLOCK_EVENTS + 1;

	w->run = r;
	w->plan = &r->plan->threads[i];
	w->index = i;
	w->blocks = calloc(blocks, sizeof(*w->blocks));
	w->map = hist_new();
	w->unmap = hist_new();
	r->caches[i] = &w->engine.cache;
	/* Page faults of its first use do not belong into the loop. */
	if (w->blocks)
		memset(w->blocks, 0, blocks * sizeof(*w->blocks));
	return w->blocks && w->map && w->unmap ? 0 : -ENOMEM;
}

static int start_and_join(struct run *r)
{
	unsigned n = r->plan->nthreads, started = 0;
	int rc = 0;

	r->expected = n;
	for (; started < n; started++) {
		struct worker *w = &r->workers[started];

		rc = pthread_create(&w->thread, NULL, worker_main, w);
		if (rc)
			break;
	}
	if (rc) {
		err_set(r->e, -rc, "replay: cannot start %u threads: %s", n,
			strerror(rc));
		/* Those that wait for the missing ones go home. */
		pthread_mutex_lock(&r->lock);
		r->give_up = true;
		r->expected = started;
		if (r->arrived == started) {
			r->arrived = 0;
			r->round++;
			pthread_cond_broadcast(&r->met);
		}
		pthread_mutex_unlock(&r->lock);
	}
	for (unsigned i = 0; i < started; i++)
		pthread_join(r->workers[i].thread, NULL);
	return -rc;
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Median over the blocks of all threads. */
static int median_block(const struct run *r, double *median)
{
	size_t n = 0, at = 0;
	double *all;

	for (unsigned i = 0; i < r->plan->nthreads; i++)
		n += r->workers[i].nblocks;
	*median = 0;
	if (!n)
		return 0;
	all = malloc(n * sizeof(*all));
	if (!all)
		return -ENOMEM;
	for (unsigned i = 0; i < r->plan->nthreads; i++) {
		const struct worker *w = &r->workers[i];

		memcpy(all + at, w->blocks, w->nblocks * sizeof(*all));
		at += w->nblocks;
	}
	qsort(all, n, sizeof(*all), by_value);
	*median = n % 2 ? all[n / 2] : (all[n / 2 - 1] + all[n / 2]) / 2;
	free(all);
	return 0;
}

static void add_iotlb(struct iotlb_stats *to, const struct iotlb_stats *from)
{
	to->hits += from->hits;
	to->misses += from->misses;
	to->fills += from->fills;
	to->fills_dropped += from->fills_dropped;
	to->invalidations += from->invalidations;
	to->entries_invalidated += from->entries_invalidated;
}

static void describe_wrong(const struct run *r, const struct worker *w,
			   struct replay_result *res)
{
	const struct replay_op *op = &w->plan->ops[w->first_wrong];

	if (!res->first_wrong[0])
		snprintf(res->first_wrong, sizeof(res->first_wrong),
			 "domain %s: %s of 0x%llx bytes at IOVA 0x%llx "
			 "returned %d, not %d",
			 r->plan->trace->domains[op->domain],
			 op->kind == TRACE_MAP ? "map" : "unmap",
			 (unsigned long long)op->bytes,
			 (unsigned long long)op->iova, w->first_result,
			 -(int)op->expect);
}

/* Adds up what the threads have. -ENOMEM: a pool too small. */
static int collect(struct run *r, struct replay_result *res)
{
	uint64_t end = r->start_tick;
	int rc = median_block(r, &res->event_ns);

	for (unsigned i = 0; i < r->plan->nthreads; i++) {
		const struct worker *w = &r->workers[i];

		hist_merge(res->map, w->map);
		hist_merge(res->unmap, w->unmap);
		add_iotlb(&res->iotlb, &w->iotlb);
		res->waits += w->waits;
		res->wait_ns += clock_ns(w->wait_ticks);
		res->tables_retired += w->retired;
		res->wrong_results += w->wrong;
		if (w->wrong)
			describe_wrong(r, w, res);
		if (w->held_peak > res->tables_held_peak)
			res->tables_held_peak = w->held_peak;
		if (w->end_tick > end)
			end = w->end_tick;
		rc = rc ? rc : w->error;
	}
	res->wall_ns = clock_ns(end - r->start_tick);
	res->tables_held_end = pool_tables_held(r->cfg->pool, NULL, 0);
	if (res->tables_held_end > res->tables_held_peak)
		res->tables_held_peak = res->tables_held_end;
	if (rc == -ENOMEM)
		err_set(r->e, rc,
			"replay: the table pool of %zu pages, or "
			"memory, is exhausted",
			r->cfg->pool->npages);
	return rc;
}

static int make_domains(struct run *r)
{
	const struct replay_config *cfg = r->cfg;
	struct engine_config ec = {
		.format = VTD_SS,
		.levels = r->plan->levels,
		.max_leaf_level = r->plan->max_leaf_level,
		.reclaim = cfg->reclaim,
		.pool = cfg->pool,
		.iotlb = cfg->iotlb,
	};

	for (size_t i = 0; i < r->plan->trace->ndomains; i++) {
		ec.domain_id = (uint16_t)(i + 1);
		r->domains[i] = cfg->design->domain_new(&ec);
		if (!r->domains[i]) {
			int rc = errno ? -errno : -ENOMEM;

			return err_set(r->e, rc, "replay: design %s: %s",
				       cfg->design->name,
				       rc == -ENOTSUP
					       ? "cannot free empty tables"
					       : strerror(-rc));
		}
	}
	return 0;
}

static int prepare(struct run *r, struct replay_result *res)
{
	unsigned n = r->plan->nthreads;
	int rc = 0;

	r->workers =
		aligned_alloc(alignof(struct worker), n * sizeof(*r->workers));
	if (r->workers)
		memset(r->workers, 0, n * sizeof(*r->workers));
	r->caches = calloc(n, sizeof(*r->caches));
	r->domains = calloc(r->plan->trace->ndomains, sizeof(*r->domains));
	res->map = hist_new();
	res->unmap = hist_new();
	if (!r->workers || !r->caches || !r->domains || !res->map ||
	    !res->unmap)
		rc = -ENOMEM;
	for (unsigned i = 0; i < n && !rc; i++)
		rc = worker_prepare(r, i);
	if (rc)
		return err_set(r->e, rc, "replay: out of memory");
	return make_domains(r);
}

static void release(struct run *r)
{
	for (size_t i = 0; r->domains && i < r->plan->trace->ndomains; i++)
		if (r->domains[i])
			r->cfg->design->domain_free(r->domains[i]);
	for (unsigned i = 0; r->workers && i < r->plan->nthreads; i++) {
		free(r->workers[i].blocks);
		hist_free(r->workers[i].map);
		hist_free(r->workers[i].unmap);
	}
	free(r->workers);
	free(r->caches);
	free(r->domains);
}

int replay_run_plan(const struct replay_plan *plan,
		    const struct replay_config *cfg, struct replay_result *res,
		    struct err *e)
{
	struct run r = {.plan = plan,
			.cfg = cfg,
			.e = e,
			.lock = PTHREAD_MUTEX_INITIALIZER,
			.met = PTHREAD_COND_INITIALIZER};
	int rc;

	memset(res, 0, sizeof(*res));
	if (plan->nthreads > 1 && (cfg->design->flags & DESIGN_SINGLE_THREAD))
		return err_set(e, -EINVAL,
			       "replay: design %s is for a single "
			       "thread, not %u",
			       cfg->design->name, plan->nthreads);
	res->events = plan->events;
	rc = prepare(&r, res);
	if (!rc)
		rc = start_and_join(&r);
	if (!rc)
		rc = collect(&r, res);
	if (!rc && stopped(&r))
		rc = err_set(e, -EINTR, "replay: interrupted");
	if (!rc)
		replay_check(plan, cfg, r.domains, res);
	release(&r);
	return rc;
}

int replay_run(const struct trace *t, const struct replay_config *cfg,
	       struct replay_result *res, struct err *e)
{
	const struct replay_plan_options o = {
		.nthreads = cfg->nthreads,
		.levels = cfg->levels,
		.max_leaf_level = cfg->max_leaf_level,
		.max_events = cfg->max_events,
	};
	struct replay_plan *plan = replay_plan_new(t, &o, e);
	int rc;

	memset(res, 0, sizeof(*res));
	if (!plan)
		return e && e->code ? e->code : -ENOMEM;
	rc = replay_run_plan(plan, cfg, res, e);
	replay_plan_free(plan);
	return rc;
}

void replay_result_release(struct replay_result *res)
{
	hist_free(res->map);
	hist_free(res->unmap);
	res->map = res->unmap = NULL;
}
