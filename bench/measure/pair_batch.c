/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Timing one batch, and whether its threads had their CPUs meanwhile. */
#include <ck_pr.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "machine/clock.h"
#include "counters/os_sample.h"
#include "measure/pair_batch.h"
#include "../topology/pin.h"

/* Threads that begin further apart than this did not run together. */
enum { APART_NS_MAX = 2000 };

/* What one thread does in a batch, and what came of it. */
struct part {
	const struct side *side;
	struct side_tree *tree;
	const struct pair_work *work;
	unsigned thread;
	atomic_uint *arrived; /* NULL: alone */
	uint64_t begin, end;  /* ticks */
	uint64_t ticks[2];
	bool lost;
	struct side_result result;
};

struct pair_helper {
	pthread_t id;
	unsigned cpu;
	char why[160];
	int error;
	struct part part;
	/* Counts batches; odd: @part is the helper's, even: the leader's.
	 * Release by who hands it over, acquire by the other. */
	atomic_uint turn;
	atomic_bool quit; /* relaxed: read after an acquire of turn */
	atomic_uint arrived;
};

static void run(struct part *p, unsigned half)
{
	const struct pair_ops *ops = &p->work->ops[p->thread];

	p->side->run(p->tree, p->thread, p->work->c->exec, ops->ops[half],
		     ops->n, &p->result);
}

/* Until the other thread has done something. Without giving the CPU away: where
 * something else wants it too, the other one would then wait for us. */
static void spin_while(const atomic_uint *word, unsigned value)
{
	/* acquire: pairs with the release that changes the word */
	while (atomic_load_explicit(word, memory_order_acquire) == value)
		ck_pr_stall();
}

/* Both threads leave at the same moment. */
static void meet(struct part *p)
{
	if (!p->arrived)
		return;
	/* acq_rel: each arrival is seen by the other's spin */
	if (!atomic_fetch_add_explicit(p->arrived, 1, memory_order_acq_rel))
		spin_while(p->arrived, 1);
}

struct edge {
	struct timespec cpu;
	long involuntary, voluntary;
};

static void edge_take(struct edge *e)
{
	struct rusage u;

	getrusage(RUSAGE_THREAD, &u);
	e->involuntary = u.ru_nivcsw;
	e->voluntary = u.ru_nvcsw;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &e->cpu);
}

/* A thread that slept (in a lock's futex) gave its CPU away itself, and its
 * wall time says nothing. */
static bool lost_cpu(const struct edge *a, const struct edge *b, uint64_t ticks)
{
	double cpu = (double)(b->cpu.tv_sec - a->cpu.tv_sec) * 1e9 +
		     (double)(b->cpu.tv_nsec - a->cpu.tv_nsec);

	return a->involuntary != b->involuntary ||
	       (a->voluntary == b->voluntary &&
		clock_ns(ticks) - cpu > OS_LOST_NS_MAX);
}

static void part_run(struct part *p)
{
	const unsigned halves = pair_halves(p->work->c);
	struct edge before, after;

	p->side->enter(p->tree, p->thread);
	for (unsigned half = 0; half < halves; half++)
		run(p, half);
	p->result = (struct side_result){0};
	edge_take(&before);
	meet(p);
	p->begin = clock_start();
	for (unsigned i = 0; i < p->work->repeats; i++) {
		uint64_t t = clock_start(), u;

		run(p, 0);
		u = clock_stop();
		p->ticks[0] += u - t;
		if (halves < 2)
			continue;
		t = clock_start();
		run(p, 1);
		p->ticks[1] += clock_stop() - t;
	}
	p->end = clock_stop();
	edge_take(&after);
	p->lost = lost_cpu(&before, &after, p->end - p->begin);
	p->side->leave(p->tree, p->thread);
}

static void *helper_main(void *arg)
{
	struct pair_helper *h = arg;
	unsigned seen = 0;

	h->error = pin_self(h->cpu, h->why, sizeof(h->why));
	atomic_store_explicit(&h->turn, 2, memory_order_release);
	seen = 2;
	while (!h->error) {
		spin_while(&h->turn, seen);
		if (atomic_load_explicit(&h->quit, memory_order_relaxed))
			break;
		part_run(&h->part);
		seen += 2;
		atomic_store_explicit(&h->turn, seen, memory_order_release);
	}
	return NULL;
}

/* It hands the batch back by making the odd turn even. */
static void helper_wait(struct pair_helper *h, unsigned odd)
{
	spin_while(&h->turn, odd);
}

struct pair_helper *pair_helper_start(unsigned cpu, struct err *e)
{
	struct pair_helper *h = calloc(1, sizeof(*h));
	int rc = h ? 0 : -ENOMEM;

	if (!rc) {
		h->cpu = cpu;
		atomic_init(&h->turn, 1);
		rc = -pthread_create(&h->id, NULL, helper_main, h);
	}
	if (rc) {
		err_set(e, rc, "cannot start a second thread: %s",
			strerror(-rc));
		free(h);
		return NULL;
	}
	helper_wait(h, 1);
	if (!h->error)
		return h;
	err_set(e, h->error, "second thread: %s", h->why);
	pthread_join(h->id, NULL);
	free(h);
	return NULL;
}

void pair_helper_stop(struct pair_helper *h)
{
	if (!h)
		return;
	atomic_store_explicit(&h->quit, true, memory_order_relaxed);
	atomic_fetch_add_explicit(&h->turn, 1, memory_order_release);
	pthread_join(h->id, NULL);
	free(h);
}

/* The two together: from the later start to the later end. */
static void judge(const struct part *a, const struct part *b,
		  struct pair_batch *to)
{
	uint64_t first = a->begin < b->begin ? a->begin : b->begin;
	uint64_t last = a->begin < b->begin ? b->begin : a->begin;

	to->lost = a->lost || b->lost || clock_ns(last - first) > APART_NS_MAX;
}

void pair_batch_run(const struct pair_tree *tree, const struct pair_work *work,
		    struct pair_helper *helper, struct pair_batch *b)
{
	struct part mine = {
		.side = tree->side, .tree = tree->tree, .work = work};
	const struct part *other = NULL;
	double n = (double)work->ops[0].n * work->repeats;
	unsigned odd = 0;

	*b = (struct pair_batch){0};
	if (work->c->threads > 1) {
		atomic_store_explicit(&helper->arrived, 0,
				      memory_order_relaxed);
		helper->part = mine;
		helper->part.thread = 1;
		helper->part.arrived = mine.arrived = &helper->arrived;
		odd = atomic_fetch_add_explicit(&helper->turn, 1,
						memory_order_release) +
		      1;
		other = &helper->part;
	}
	part_run(&mine);
	if (other)
		helper_wait(helper, odd);
	for (unsigned half = 0; half < pair_halves(work->c); half++) {
		uint64_t ticks = mine.ticks[half];

		if (other && other->ticks[half] > ticks)
			ticks = other->ticks[half];
		b->ns[half] = (clock_ns(ticks) -
			       work->repeats * clock_info()->cost_ns) /
			      n;
	}
	b->lost = mine.lost;
	b->sum = mine.result.sum;
	b->wrong = mine.result.faults + mine.result.errors;
	b->error = mine.result.error;
	if (other) {
		judge(&mine, other, b);
		b->wrong += other->result.faults + other->result.errors;
		if (!b->error)
			b->error = other->result.error;
	}
}
