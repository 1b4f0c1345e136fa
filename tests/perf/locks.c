/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each kind of lock costs, for tests/perf/bench-engine: `locks [ROUNDS]`
 * prints a table, medians over the rounds (9), in which the kinds take turns.
 *
 *   read, write   an empty section that finds the lock free, one thread, ns
 *   handover      two threads on two CPUs enter the write side again and again:
 *                 the time over the number of sections that came after one of
 *                 the other thread's, ns
 *   handed        these, of 100 sections: an unfair lock lets one thread have
 *                 many in a row, and has few hand-overs to show for its time
 *
 * Where two CPUs are not to be had they are "-". Exit: 0; 1 no clock or no
 * memory; 2 usage.
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "machine/clock.h"
#include "stats/sample.h"

#include "../../topology/pin.h"
#include "../locks.h"

enum {
	ROUNDS = 9,
	ROUNDS_MAX = 1001,
	SECTIONS = 20000,
	PHASE_NS = 2000000,
	PAIR = 2,
};

struct round {
	double read_ns, write_ns, handover_ns, handed;
};

static unsigned cpus[PAIR];

/* Two CPUs that this process may run on. */
static bool find_cpus(void)
{
	cpu_set_t set;
	unsigned n = 0;

	if (sched_getaffinity(0, sizeof(set), &set))
		return false;
	for (unsigned cpu = 0; cpu < CPU_SETSIZE && n < PAIR; cpu++)
		if (CPU_ISSET(cpu, &set))
			cpus[n++] = cpu;
	return n == PAIR;
}

/* One of two threads that share a lock. */
struct side {
	const struct lock_kind *kind;
	void *lock;
	pthread_t thread;
	struct engine_thread t;
	unsigned self;	/* 1 or 2 */
	unsigned *last; /* who was in last; the lock protects it */
	unsigned *ready;
	const int *stop;
	bool pinned;
	double ns;
	uint64_t sections, taken;
};

static void *side_run(void *arg)
{
	struct side *s = arg;
	char why[128];
	uint64_t begin;

	s->pinned = !pin_self(cpus[s->self - 1], why, sizeof(why));
	s->t.number = thread_number_get();
	/* relaxed: the two begin together, no more */
	__atomic_fetch_add(s->ready, 1, __ATOMIC_RELAXED);
	while (__atomic_load_n(s->ready, __ATOMIC_RELAXED) < PAIR)
		__builtin_ia32_pause();
	begin = clock_start();
	s->sections = s->kind->turns(s->lock, &s->t, s->self, s->last, s->stop,
				     &s->taken);
	s->ns = clock_ns(clock_stop() - begin);
	thread_number_put(s->t.number);
	return NULL;
}

/* False: the CPUs are not to be had. */
static bool handover(const struct lock_kind *kind, void *lock, struct round *r)
{
	const struct timespec phase = {.tv_nsec = PHASE_NS};
	struct side side[PAIR];
	unsigned ready = 0, last = 0;
	double taken, sections;
	int stop = 0;

	memset(side, 0, sizeof(side));
	for (unsigned i = 0; i < PAIR; i++) {
		side[i].kind = kind;
		side[i].lock = lock;
		side[i].self = i + 1;
		side[i].last = &last;
		side[i].ready = &ready;
		side[i].stop = &stop;
		if (pthread_create(&side[i].thread, NULL, side_run, &side[i]))
			abort();
	}
	while (__atomic_load_n(&ready, __ATOMIC_RELAXED) < PAIR)
		sched_yield();
	nanosleep(&phase, NULL);
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (unsigned i = 0; i < PAIR; i++)
		pthread_join(side[i].thread, NULL);
	taken = (double)(side[0].taken + side[1].taken);
	sections = (double)(side[0].sections + side[1].sections);
	r->handover_ns = side[0].ns / (taken > 0 ? taken : 1);
	r->handed = 100 * taken / sections;
	return side[0].pinned && side[1].pinned;
}

static double alone(const struct lock_kind *kind, void *lock, bool write)
{
	struct engine_thread t = {.number = thread_number_get()};
	uint64_t begin;
	double ns;

	kind->sections(lock, &t, write, 1); /* so that it knows its reader */
	begin = clock_start();
	kind->sections(lock, &t, write, SECTIONS);
	ns = clock_ns(clock_stop() - begin) / SECTIONS;
	thread_number_put(t.number);
	return ns;
}

/* The median of a member of @n rounds. */
static double median(const struct round *rounds, unsigned n, size_t member)
{
	static double x[ROUNDS_MAX];

	for (unsigned i = 0; i < n; i++)
		memcpy(&x[i], (const char *)&rounds[i] + member, sizeof(*x));
	return stats_median(x, n);
}

static void print_row(const struct lock_kind *kind, const struct round *rounds,
		      unsigned n, bool pair)
{
	printf("%-15s %9.2f %9.2f", kind->name,
	       median(rounds, n, offsetof(struct round, read_ns)),
	       median(rounds, n, offsetof(struct round, write_ns)));
	if (pair)
		printf(" %11.1f %8.1f\n",
		       median(rounds, n, offsetof(struct round, handover_ns)),
		       median(rounds, n, offsetof(struct round, handed)));
	else
		printf(" %11s %8s\n", "-", "-");
}

int main(int argc, char **argv)
{
	unsigned n = argc > 1 ? (unsigned)atoi(argv[1]) : ROUNDS;
	static struct round rounds[LOCK_KINDS][ROUNDS_MAX];
	bool pair = find_cpus();
	struct err e = {0};

	if (argc > 2 || !n || n > ROUNDS_MAX) {
		fprintf(stderr, "locks [ROUNDS]\n");
		return 2;
	}
	if (clock_init(true, &e)) {
		fprintf(stderr, "locks: %s\n", e.what);
		return 1;
	}
	for (unsigned i = 0; i < n; i++)
		for (unsigned k = 0; k < LOCK_KINDS; k++) {
			void *lock = lock_new(lock_kinds[k]);

			if (!lock)
				return 1;
			rounds[k][i].read_ns =
				alone(lock_kinds[k], lock, false);
			rounds[k][i].write_ns =
				alone(lock_kinds[k], lock, true);
			pair = pair &&
			       handover(lock_kinds[k], lock, &rounds[k][i]);
			lock_free(lock_kinds[k], lock);
		}
	printf("%-15s %9s %9s %11s %8s\n", "lock", "read ns", "write ns",
	       "handover ns", "handed %");
	for (unsigned k = 0; k < LOCK_KINDS; k++)
		print_row(lock_kinds[k], rounds[k], n, pair);
	return 0;
}
