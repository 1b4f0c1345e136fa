/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Batches: nothing counts that ended after the end, one rule for lost CPUs
 * and page faults, and the threads that designs start themselves are known.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../kernels/aligned.h"
#include "machine/clock.h"
#include "measure/batch.h"

static struct topo *topo;
static struct crew *crew;
static struct worker_group group;

static int setup(void **state)
{
	struct err e = {0};
	char why[256];
	unsigned cpu;

	if (clock_init(true, &e) || topo_load(&topo, "live", why, sizeof(why)))
		return -1;
	cpu = topo->cpus[0].os_index;
	group = (struct worker_group){.n = 1, .design = designs[0]};
	group.workers = aligned_zalloc(_Alignof(struct worker), 1,
				       sizeof(struct worker));
	if (!group.workers)
		return -1;
	group.workers[0].cpu = cpu;
	for (unsigned i = 0; i < TAILS; i++)
		if (singles_init(&group.workers[0].tail[i]))
			return -1;
	return crew_start(&crew, topo, &cpu, 1, &e);
}

static int teardown(void **state)
{
	crew_stop(crew);
	for (unsigned i = 0; i < TAILS; i++)
		singles_release(&group.workers[0].tail[i]);
	free(group.workers);
	topo_free(topo);
	return 0;
}

static void only_what_ended_counts(void **state)
{
	uint64_t ms = clock_ticks(1e6);
	const struct batch b = {.begin = ms, .end = 2 * ms};
	struct tally t = {0};

	tally_add(&t, &b, ms - 10, ms + 10, 1);	   /* began in the lead-in */
	tally_add(&t, &b, 2 * ms, 2 * ms + 10, 1); /* began after the end */
	assert_true(t.ops == 0 && t.n == 0 && t.pending_ns == 0);
	assert_true(isinf(tally_ns_per_op(&t)));
	/* Under way at the end for half a millisecond: none ended still. */
	tally_add(&t, &b, ms + ms / 2, 3 * ms, 1);
	assert_true(t.ops == 0);
	assert_true(fabs(t.pending_ns - 5e5) < 10);
	assert_true(isinf(tally_ns_per_op(&t)));
	/* Then five short ones: what waited is not forgotten. */
	tally_add(&t, &b, ms, ms + ms / 100, 5);
	assert_true(t.ops > 4.5 && t.ops < 5.5);
	assert_true(tally_ns_per_op(&t) > 1e5);
}

/* A neighbour on this CPU that never sleeps, for as long as @ms. */
static void with_neighbour(double ms)
{
	uint64_t end;
	int status;
	pid_t child = fork();

	if (!child)
		for (;;)
			;
	end = clock_start() + clock_ticks(ms * 1e6);
	while (clock_start() < end)
		;
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
}

static void beside_a_neighbour(struct worker *w, const struct batch *b)
{
	batch_wait(b->start);
	with_neighbour(100);
}

static void alone(struct worker *w, const struct batch *b)
{
	batch_wait(b->end);
}

/* Others may disturb these few microseconds: tried again. */
static bool clean_once(batch_run *run)
{
	for (int i = 0; i < 200; i++) {
		struct batch b = {.name = "test", .run = run, .ns = 20000};
		struct err e = {0};

		assert_int_equal(crew_run(crew, &group, &b, &e), 0);
		assert_true(b.begin >= b.start && b.end > b.begin);
		if (!b.lost)
			return true;
	}
	return false;
}

static void a_lost_cpu_is_a_lost_batch(void **state)
{
	struct batch b = {.name = "test", .run = beside_a_neighbour};
	struct err e = {0};

	assert_true(clean_once(alone));
	assert_int_equal(crew_run(crew, &group, &b, &e), 0);
	assert_true(b.lost);
	assert_non_null(strstr(b.why, "walker 0 in test: it waited"));
}

static void touch(struct worker *w, const struct batch *b)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *mem = mmap(NULL, page, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	batch_wait(b->start);
	*mem = 1;
	munmap(mem, page);
}

static void a_page_fault_is_a_lost_batch(void **state)
{
	assert_false(clean_once(touch));
}

static atomic_int helper_tid;

static void *helper(void *stop)
{
	atomic_store(&helper_tid, gettid());
	while (!atomic_load((atomic_bool *)stop))
		;
	return NULL;
}

static void threads_of_designs_are_moved(void **state)
{
	const int crew_tid[] = {gettid()};
	unsigned cpu = topo->cpus[0].os_index;
	struct reclaimers r;
	struct err e = {0};
	atomic_bool stop = false;
	uint64_t before;
	cpu_set_t set;
	pthread_t t;

	reclaimers_place(&r, topo, &cpu, 1);
	assert_int_equal(r.shared, topo->ncpus == 1);
	assert_true(r.shared || r.cpu != cpu);
	assert_int_equal(pthread_create(&t, NULL, helper, &stop), 0);
	while (!atomic_load(&helper_tid))
		sched_yield();
	assert_int_equal(reclaimers_find(&r, crew_tid, 1, &e), 0);
	assert_int_equal(reclaimers_find(&r, crew_tid, 1, &e), 0);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.tid[0], atomic_load(&helper_tid));
	assert_int_equal(sched_getaffinity(r.tid[0], sizeof(set), &set), 0);
	assert_int_equal(CPU_COUNT(&set), 1);
	assert_true(CPU_ISSET(r.cpu, &set));
	before = reclaimers_cpu_ns(&r);
	while (reclaimers_cpu_ns(&r) == before)
		sched_yield();
	atomic_store(&stop, true);
	pthread_join(t, NULL);
}

static void no_cpu_left_is_shared(void **state)
{
	struct reclaimers r;
	struct topo *two;
	unsigned cpus[] = {1, 0};
	char why[256];

	assert_int_equal(
		topo_load(&two, "synthetic:core:2 pu:2", why, sizeof(why)), 0);
	/* Another core before another thread of the same one. */
	reclaimers_place(&r, two, cpus, 1);
	assert_false(r.shared);
	assert_int_equal(r.cpu, 2);
	cpus[1] = 2;
	reclaimers_place(&r, two, cpus, 2);
	assert_int_equal(r.cpu, 0);
	topo_free(two);
	assert_int_equal(
		topo_load(&two, "synthetic:core:2 pu:1", why, sizeof(why)), 0);
	cpus[1] = 0;
	reclaimers_place(&r, two, cpus, 2);
	assert_true(r.shared);
	assert_int_equal(r.cpu, 1);
	topo_free(two);
}

/* A map that takes @map_ns. */
static double map_ns;

static int slow_map(struct domain *d, struct engine_thread *t, uint64_t iova,
		    uint64_t pa, uint64_t size, unsigned prot)
{
	batch_wait(clock_start() + clock_ticks(map_ns));
	return 0;
}

static void quiesce(struct engine_thread *t)
{
}

/* The mapper's part of a batch of 1 ms at 100000 a second. */
static void paced(struct worker *w, struct batch *b, double ns)
{
	map_ns = ns;
	w->at = w->done = w->intended = 0;
	w->update = (struct tally){0};
	singles_clear(&w->tail[TAIL_MAP]);
	b->start = clock_start() + clock_ticks(1e5);
	b->begin = b->start + clock_ticks(2.05e5);
	b->end = b->start + clock_ticks(10.05e5);
	update_run(w, b);
	/* every 10 us from the start on, 21 of 101 in the lead-in */
	assert_int_equal(w->intended, 80);
}

static void a_rate_is_kept_or_it_is_said(void **state)
{
	static const uint64_t ops[] = {OP_MAP | 1 << 4};
	const struct design design = {.map = slow_map,
				      .thread_quiesce = quiesce};
	struct params p = {.time.mapper_rate = 100000};
	struct worker_group g = {
		.n = 1, .params = &p, .design = &design, .workers = NULL};
	struct worker *w = &group.workers[0];
	struct batch b = {.name = "test"};
	bool kept = false, late = false;

	w->group = &g;
	w->role = ROLE_MAPPER;
	w->index = 1; /* the first one watches the memory held */
	w->ops = ops;
	w->nops = 1;
	/* Others may have the CPU meanwhile: tried again. */
	for (int i = 0; i < 2000 && !kept; i++) {
		paced(w, &b, 100);
		kept = w->update.ops > 79 && w->done == 101;
	}
	assert_true(kept);
	/* Half of them, at most, and none that begins after the end; each from
	 * when it was meant to start, so a stall is in what follows. */
	for (int i = 0; i < 100 && !late; i++) {
		paced(w, &b, 20000);
		assert_true(w->update.ops <= 40);
		assert_true(w->done <= 51);
		late = hist_max(w->tail[TAIL_MAP].one) > 300000;
	}
	assert_true(late);
	w->group = &group;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_ended_counts),
		cmocka_unit_test(a_lost_cpu_is_a_lost_batch),
		cmocka_unit_test(a_page_fault_is_a_lost_batch),
		cmocka_unit_test(threads_of_designs_are_moved),
		cmocka_unit_test(no_cpu_left_is_shared),
		cmocka_unit_test(a_rate_is_kept_or_it_is_said),
	};

	return cmocka_run_group_tests_name("crew", tests, setup, teardown);
}
