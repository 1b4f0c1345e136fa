/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Install races: threads meet at a barrier and map neighbouring pages of a
 * region that has no tables yet, so that each level is installed by all of
 * them at once and all but one lose. Whoever loses has to use the winner's
 * table and give its own back: every page translates, and at the end the pool
 * has each table exactly once.
 *
 * STRESS_ROUNDS (default 3000) regions a design; fewer once STRESS_SECONDS
 * (default 10) of CPU time, shared by all designs, are over.
 */
#include <pthread.h>

#include "stress.h"

enum { THREADS = 2, POOL_PAGES = 1 << 14, LEVELS = 5 };

struct world {
	const struct design *design;
	struct pool pool;
	struct domain *d;
	unsigned rounds;
	double seconds; /* CPU time, all threads; STRESS_PATIENCE times by the
			 * clock */
	/* Threads that have arrived, of all rounds so far. acq_rel: a round
	 * begins after everyone's round before. */
	unsigned arrived;
	int stop; /* set by thread 0 before it arrives, read after */
	uint64_t lost, wrong;
};

struct worker {
	struct world *w;
	unsigned index;
	pthread_t thread;
};

static void meet(struct world *w, struct engine_thread *t, unsigned round)
{
	unsigned spins = 0;

	w->design->thread_offline(t);
	__atomic_fetch_add(&w->arrived, 1, __ATOMIC_ACQ_REL);
	while (__atomic_load_n(&w->arrived, __ATOMIC_ACQUIRE) <
	       (round + 1) * THREADS)
		if (++spins % 4096 == 0)
			check_give_way(false);
	w->design->thread_online(t);
}

static void *worker_run(void *arg)
{
	struct worker *self = arg;
	struct world *w = self->w;
	struct engine_thread t;
	uint64_t wrong = 0, unmapped;
	double end = stress_now(CLOCK_PROCESS_CPUTIME_ID) + w->seconds;
	double last =
		stress_now(CLOCK_MONOTONIC) + STRESS_PATIENCE * w->seconds;
	unsigned meeting = 0;

	w->design->thread_enter(&t, &w->pool);
	for (unsigned round = 0; round < w->rounds; round++) {
		/* another entry of the root for each */
		uint64_t base = (uint64_t)(round % 256) << 48;
		uint64_t iova = base + self->index * 4096;
		struct engine_walk found;

		if (!self->index &&
		    (stress_now(CLOCK_PROCESS_CPUTIME_ID) > end ||
		     stress_now(CLOCK_MONOTONIC) > last))
			w->stop = 1;
		meet(w, &t, meeting++);
		if (w->stop)
			break;
		wrong += w->design->map(w->d, &t, iova, iova & 0xfffff000, 4096,
					VTD_R) != 0;
		wrong += w->design->walk(w->d, &t, iova, &found) != 0 ||
			 found.pa != (iova & 0xfffff000);
		w->design->thread_quiesce(&t);
		meet(w, &t, meeting++);
		/* one unmaps the whole region, tables and all */
		if (!self->index)
			wrong += w->design->unmap(w->d, &t, base,
						  UINT64_C(1) << 48,
						  &unmapped) != 0;
		w->design->thread_quiesce(&t);
	}
	w->design->thread_leave(&t);
	__atomic_fetch_add(&w->lost, t.installs_lost, __ATOMIC_RELAXED);
	__atomic_fetch_add(&w->wrong, wrong, __ATOMIC_RELAXED);
	return NULL;
}

static void test_design(void)
{
	struct world w = {.design = tested};
	struct engine_config cfg = {.format = VTD_SS,
				    .levels = LEVELS,
				    .max_leaf_level = 1,
				    .reclaim = RECLAIM_WHOLE,
				    .domain_id = 1,
				    .pool = &w.pool};
	struct worker workers[THREADS];
	size_t pages = POOL_PAGES;

	if (w.design->flags & DESIGN_SINGLE_THREAD)
		return;
	w.rounds = (unsigned)stress_number("STRESS_ROUNDS", 3000);
	w.seconds = stress_seconds();
	/* what is never freed needs room for all of the run */
	if (w.design->flags & DESIGN_HOLDS)
		pages = (size_t)w.rounds * LEVELS * THREADS + 1024;
	stress_pool_init(&w.pool, pages, 1 << 20);
	w.d = w.design->domain_new(&cfg);
	assert_non_null(w.d);
	for (unsigned i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){&w, i, 0};
		assert_int_equal(pthread_create(&workers[i].thread, NULL,
						worker_run, &workers[i]),
				 0);
	}
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(workers[i].thread, NULL);
	w.design->domain_free(w.d);
	print_message("%s: %u meetings, %llu installs lost\n", w.design->name,
		      w.arrived / THREADS, (unsigned long long)w.lost);
	assert_int_equal(w.wrong, 0);
	if (!(w.design->flags & (DESIGN_ONE_UPDATER | DESIGN_LINEAR_UPDATES)) &&
	    w.arrived > 400)
		assert_true(w.lost > 0); /* else nothing was tested */
	stress_pool_fini(&w.pool);
}

int main(void)
{
	check_preempt_every = 20;
	return stress_run("install", test_design);
}
