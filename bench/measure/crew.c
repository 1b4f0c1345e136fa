/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Threads that spin for the next batch, and the moments they share in it. */
#include "measure/crew.h"

#include <ck_pr.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../kernels/mutant.h"
#include "../topology/pin.h"
#include "machine/clock.h"
#include "measure/batch.h"

enum {
	AHEAD_NS = 3000, /* from the last arrival to the common start */
	SPINS_YIELD = 1 << 12,
	SPINS = 1 << 15, /* some hundred microseconds, then a thread sleeps */
};

struct member {
	struct crew *crew;
	pthread_t id;
	unsigned index, cpu;
	int error;
	char why[160];
};

struct crew {
	unsigned n;
	struct member *members;
	int *tid; /* of each; written before @done, read after it */
	struct reclaimers reclaimers;
	struct worker_group *group; /* of the batch under way, with @batch: */
	struct batch *batch;	    /* written before @turn, read after it */
	/* Counts batches. Release by the leader, acquire by the others. */
	atomic_uint turn;
	atomic_uint asleep;	 /* of the others; seq_cst against @turn */
	atomic_uint arrived;	 /* acq_rel by all, acquire by the leader */
	atomic_uint ready, done; /* likewise */
	atomic_uint gone; /* release by the others, acquire by the leader */
	/* Tick of the common start; 0: not yet. Release by the leader, when all
	 * have arrived; acquire by the others: they see b->begin and b->end. */
	_Atomic uint64_t start;
	bool quit; /* written before @turn, read after it */
};

void worker_wrong(struct worker *w, uint64_t n, const char *fmt, ...)
{
	va_list ap;

	if (!w->wrong && !w->why[0]) {
		va_start(ap, fmt);
		vsnprintf(w->why, sizeof(w->why), fmt, ap);
		va_end(ap);
	}
	w->wrong += n;
}

void worker_failed(struct worker *w, int code, const char *fmt, ...)
{
	va_list ap;

	if (w->error)
		return;
	w->error = code;
	va_start(ap, fmt);
	vsnprintf(w->why, sizeof(w->why), fmt, ap);
	va_end(ap);
}

/* Outside what is measured: who waits for long lets others run. */
static void spin_until(const atomic_uint *word, unsigned value)
{
	/* acquire: pairs with the release that brings the word there */
	for (unsigned i = 0;
	     atomic_load_explicit(word, memory_order_acquire) != value; i++)
		if (i < SPINS_YIELD)
			ck_pr_stall();
		else
			sched_yield();
}

/*
 * All threads leave here at one tick, which the leader names. What happens to
 * a thread before all have come is nobody's loss; after that, it is.
 */
static void meet(struct crew *c, struct worker *w, bool leads)
{
	struct batch *b = c->batch;

	/* acq_rel: what each did before is seen by whoever comes after */
	atomic_fetch_add_explicit(&c->arrived, 1, memory_order_acq_rel);
	spin_until(&c->arrived, c->n);
	if (leads)
		w->own_since = reclaimers_cpu_ns(&c->reclaimers);
	os_sample_again(&w->since);
	atomic_fetch_add_explicit(&c->ready, 1, memory_order_acq_rel);
	if (leads) {
		spin_until(&c->ready, c->n);
		b->start = clock_start() + clock_ticks(AHEAD_NS);
		b->begin = b->start + clock_ticks((double)b->lead_ns);
		b->end = b->begin + clock_ticks((double)b->ns);
		/* release: pairs with the acquire below */
		atomic_store_explicit(&c->start, b->start,
				      memory_order_release);
	}
	/* acquire: pairs with the release above */
	while (!atomic_load_explicit(&c->start, memory_order_acquire))
		ck_pr_stall();
}

static void forget(struct worker *w)
{
	w->walk = w->update = w->dump = (struct tally){0};
	w->passes = w->leaves = w->dirty = 0;
	w->hit = w->fault = (struct tally){0};
	for (unsigned i = 0; i < TAILS; i++)
		singles_clear(&w->tail[i]);
	w->pass_ms = 0;
	w->done = 0;
	w->intended = 0;
	w->stalls = 0;
	w->lost = false;
}

/* What others did to the thread in this batch. */
static void judge(struct crew *c, struct worker *w, bool leads)
{
	if (leads && c->reclaimers.shared)
		w->os.own_ns = reclaimers_cpu_ns(&c->reclaimers) - w->own_since;
	w->lost = os_disturbed(&w->os, w->lost_why, sizeof(w->lost_why));
	if (w->lost || MUTANT(batch_faults_forgiven) ||
	    !(w->os.minor_faults + w->os.major_faults))
		return;
	w->lost = true;
	snprintf(w->lost_why, sizeof(w->lost_why), "%" PRIu64 " page faults",
		 w->os.minor_faults + w->os.major_faults);
}

static void take_part(struct crew *c, unsigned index)
{
	struct worker_group *g = c->group;
	struct worker *w = &g->workers[index];

	forget(w);
	g->design->thread_enter(&w->t, g->pool);
	meet(c, w, index == 0);
	if (!w->error)
		c->batch->run(w, c->batch);
	os_sample_end(&w->since, &w->os);
	judge(c, w, index == 0);
	/* Nobody leaves while another may look at its pool cache; who waits
	 * does not hold up reclamation. */
	g->design->thread_offline(&w->t);
	atomic_fetch_add_explicit(&c->done, 1, memory_order_acq_rel);
	spin_until(&c->done, c->n);
	g->design->thread_online(&w->t);
	g->design->thread_leave(&w->t);
	w->retired += w->t.tables_retired;
	w->race.tables += w->t.tables_exposed;
	w->race.wild += w->t.links_wild;
	w->invalidations += w->t.iotlb.invalidations;
	if (pin_verify(w->cpu, w->error ? (char[160]){0} : w->why,
		       sizeof(w->why)))
		w->error = w->error ? w->error : -EIO;
}

/* Until the leader has moved on from batch @seen. */
static void await(struct crew *c, unsigned seen)
{
	for (unsigned i = 0; i < SPINS; i++) {
		/* acquire: pairs with the release in lead() */
		if (atomic_load_explicit(&c->turn, memory_order_acquire) !=
		    seen)
			return;
		ck_pr_stall();
	}
	/* seq_cst, with lead(): either it sees a sleeper or we its turn */
	atomic_fetch_add(&c->asleep, 1);
	while (atomic_load(&c->turn) == seen)
		syscall(SYS_futex, &c->turn, FUTEX_WAIT_PRIVATE, seen, NULL,
			NULL, 0);
	atomic_fetch_sub(&c->asleep, 1);
}

static void *member_main(void *arg)
{
	struct member *m = arg;
	struct crew *c = m->crew;

	c->tid[m->index] = gettid();
	m->error = pin_self(m->cpu, m->why, sizeof(m->why));
	/* release: pairs with the leader's acquire, which reads m->error */
	atomic_fetch_add_explicit(&c->done, 1, memory_order_release);
	for (unsigned seen = 0;; seen++) {
		await(c, seen);
		if (c->quit)
			break;
		take_part(c, m->index);
		/* release: pairs with the leader's acquire in crew_run(), which
		 * reads what this thread found and begins the next batch */
		atomic_fetch_add_explicit(&c->gone, 1, memory_order_release);
	}
	os_sample_close();
	return NULL;
}

static void next_turn(struct crew *c)
{
	/* seq_cst, with await(); a release for those that spin */
	atomic_fetch_add(&c->turn, 1);
	if (atomic_load(&c->asleep))
		syscall(SYS_futex, &c->turn, FUTEX_WAKE_PRIVATE, INT_MAX, NULL,
			NULL, 0);
}

int crew_start(struct crew **out, const struct topo *t, const unsigned *cpus,
	       unsigned n, struct err *e)
{
	struct crew *c = calloc(1, sizeof(*c));
	sigset_t all, old;
	unsigned started = 1;
	int rc = 0;

	*out = NULL;
	if (c)
		c->members = calloc(n, sizeof(*c->members));
	if (c)
		c->tid = calloc(n, sizeof(*c->tid));
	if (!c || !c->members || !c->tid) {
		if (c) {
			free(c->members);
			free(c->tid);
		}
		free(c);
		return err_set(e, -ENOMEM, "no memory for the threads");
	}
	c->n = n;
	reclaimers_place(&c->reclaimers, t, cpus, n);
	for (unsigned i = 0; i < n; i++)
		c->members[i] =
			(struct member){.crew = c, .index = i, .cpu = cpus[i]};
	/* Signals are for the leader: no other runs a handler. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	while (started < n && !rc) {
		struct member *m = &c->members[started];

		rc = -pthread_create(&m->id, NULL, member_main, m);
		started += !rc;
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	c->n = started;
	if (rc) {
		err_set(e, rc, "cannot start thread %u: %s", started,
			strerror(-rc));
		crew_stop(c);
		return rc;
	}
	spin_until(&c->done, n - 1);
	c->tid[0] = gettid();
	c->members[0].error =
		pin_self(cpus[0], c->members[0].why, sizeof(c->members[0].why));
	for (unsigned i = 0; i < n && !rc; i++)
		if (c->members[i].error)
			rc = err_set(e, c->members[i].error, "thread %u: %s", i,
				     c->members[i].why);
	if (rc)
		crew_stop(c);
	else
		*out = c;
	return rc;
}

static int first_error(const struct worker_group *g, struct err *e)
{
	for (unsigned i = 0; i < g->n; i++)
		if (g->workers[i].error)
			return err_set(e, g->workers[i].error, "%s %u: %s",
				       role_name(g->workers[i].role),
				       g->workers[i].index, g->workers[i].why);
	return 0;
}

static void note_lost(const struct worker_group *g, struct batch *b)
{
	b->lost = false;
	for (unsigned i = 0; i < g->n && !b->lost; i++) {
		const struct worker *w = &g->workers[i];

		b->lost = w->lost;
		if (w->lost)
			snprintf(b->why, sizeof(b->why), "%s %u in %s: %.100s",
				 role_name(w->role), w->index, b->name,
				 w->lost_why);
	}
}

/*
 * Everything that the contestant retired is reclaimed, by its own threads or
 * by this one, and charged to it. The first time shows what threads it has.
 */
static int reclaim(struct crew *c, struct worker_group *g, struct err *e)
{
	bool retired = false;
	int ret = 0;

	for (unsigned i = 0; i < g->n; i++)
		retired |= g->workers[i].t.tables_retired != 0;
	if (!retired)
		return 0;
	if (g->pool)
		held_waiting(g);
	g->design->reclaim_barrier();
	if (!g->reclaims)
		ret = reclaimers_find(&c->reclaimers, c->tid, c->n, e);
	g->reclaims = true;
	return ret;
}

int crew_run(struct crew *c, struct worker_group *g, struct batch *b,
	     struct err *e)
{
	uint64_t before = reclaimers_cpu_ns(&c->reclaimers);
	int ret;

	c->group = g;
	c->batch = b;
	atomic_store_explicit(&c->arrived, 0, memory_order_relaxed);
	atomic_store_explicit(&c->ready, 0, memory_order_relaxed);
	atomic_store_explicit(&c->done, 0, memory_order_relaxed);
	atomic_store_explicit(&c->gone, 0, memory_order_relaxed);
	atomic_store_explicit(&c->start, 0, memory_order_relaxed);
	next_turn(c);
	take_part(c, 0);
	spin_until(&c->gone, c->n - 1);
	ret = reclaim(c, g, e);
	g->reclaim_ns = reclaimers_cpu_ns(&c->reclaimers) - before;
	note_lost(g, b);
	if (g->stop && *g->stop)
		return err_set(e, -EINTR, "interrupted");
	return ret ? ret : first_error(g, e);
}

void crew_stop(struct crew *c)
{
	if (!c)
		return;
	c->quit = true;
	next_turn(c);
	for (unsigned i = 1; i < c->n; i++)
		pthread_join(c->members[i].id, NULL);
	free(c->members);
	free(c->tid);
	free(c);
}
