/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The threads of a replay. */
#include "trace/replay_thread.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <time.h>

#include "machine/clock.h"

/* A yield that took longer went to a stranger. */
enum { SPINS = 256, LONG_NS = 1000000 };

/* Returns when all threads have come. */
static void meet(struct replay_state *r)
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

bool replay_stopped(const struct replay_state *r)
{
	return r->cfg->stop && *r->cfg->stop;
}

/* release: pairs with the acquire in reached(): whoever sees the count sees
 * the table entries that these events wrote. */
static void publish(struct replay_worker *w, size_t done)
{
	__atomic_store_n(&w->done, done, __ATOMIC_RELEASE);
}

static bool reached(const struct replay_state *r, const struct replay_dep *dep)
{
	/* acquire: pairs with the release in publish() */
	return __atomic_load_n(&r->workers[dep->thread].done,
			       __ATOMIC_ACQUIRE) >= dep->count;
}

/* False: the replay is being given up, the event must not run. */
static __attribute__((noinline)) bool wait_for(struct replay_worker *w,
					       const struct replay_dep *dep)
{
	const struct design *d = w->run->cfg->design;
	const struct timespec moment = {.tv_nsec = 20000};
	uint64_t since = clock_start(), before;
	unsigned spins = 0;

	while (spins++ < SPINS && !reached(w->run, dep))
		__builtin_ia32_pause();
	if (!reached(w->run, dep)) {
		/* Others may be waiting for readers, and for this CPU. */
		d->thread_offline(&w->engine);
		while (!reached(w->run, dep) && !replay_stopped(w->run)) {
			before = clock_start();
			/* A stranger that is yielded to keeps the CPU for all
			 * of its time; who sleeps gets it back on waking. */
			if (w->strangers)
				nanosleep(&moment, NULL);
			else
				sched_yield();
			if (clock_ns(clock_stop() - before) > LONG_NS)
				w->strangers = true;
		}
		d->thread_online(&w->engine);
	}
	w->waits++;
	w->wait_ticks += clock_stop() - since;
	return reached(w->run, dep);
}

static inline __attribute__((always_inline)) void
run_op(struct replay_worker *w, const struct design *d,
       const struct replay_op *op)
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
static void sample_op(struct replay_worker *w, const struct design *d,
		      const struct replay_op *op)
{
	uint64_t waited = w->wait_ticks, from = clock_start(), ticks;
	double ns;

	run_op(w, d, op);
	ticks = clock_stop() - from - (w->wait_ticks - waited);
	ns = clock_ns(ticks) - clock_info()->cost_ns;
	singles_add(op->kind == TRACE_MAP ? &w->map : &w->unmap, ns);
	w->until_sample = w->run->cfg->sample_every;
}

static void run_block(struct replay_worker *w, size_t from, size_t n)
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
static void sample_held(struct replay_worker *w)
{
	const struct replay_state *r = w->run;
	uint64_t held;

	if (w->index)
		return;
	held = pool_tables_held(r->cfg->pool, r->caches, r->plan->nthreads);
	if (held > w->held_peak)
		w->held_peak = held;
}

static void replay_events(struct replay_worker *w)
{
	const struct replay_config *cfg = w->run->cfg;

	w->until_sample = cfg->sample_every;
	for (size_t i = 0; i < w->plan->n && !replay_stopped(w->run);
	     i += REPLAY_BLOCK_EVENTS) {
		size_t left = w->plan->n - i;

		run_block(w, i,
			  left < REPLAY_BLOCK_EVENTS ? left
						     : REPLAY_BLOCK_EVENTS);
		cfg->design->thread_quiesce(&w->engine);
		sample_held(w);
	}
}

static int enter(struct replay_worker *w)
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
	struct replay_worker *w = arg;
	struct replay_state *r = w->run;
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

int replay_threads_run(struct replay_state *r)
{
	unsigned n = r->plan->nthreads, started = 0;
	int rc = 0;

	r->expected = n;
	for (; started < n; started++) {
		struct replay_worker *w = &r->workers[started];

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
