/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Simulated crowds over real tables: what each kind of lock makes move as the
 * CPUs become more, held against what its algorithm has to, counted by hand.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "counters/crowd.h"
#include "../kernels/aligned.h"

enum { POOL_BYTES = 4 << 20, PAGES = 1024, NOPS = 512, WALKS = 2048 };

/* A domain of PAGES 4K pages from IOVA 0; a stream that walks them, and one
 * that maps and unmaps a page beside them. */
struct bed {
	const struct design *design;
	void *mem;
	struct pool pool;
	struct domain *d;
	struct engine_thread t[2];
	uint64_t walks[NOPS], updates[NOPS];
	struct cachesim_thread thread[2];
};

static struct bed *bed_up(const struct design *design)
{
	struct bed *b = aligned_zalloc(_Alignof(struct bed), 1, sizeof(*b));
	struct engine_config cfg = {.format = VTD_SS,
				    .levels = 4,
				    .max_leaf_level = 1,
				    .reclaim = RECLAIM_WHOLE,
				    .pool = &b->pool};
	struct rng r;

	if (!b)
		abort();
	b->design = design;
	b->mem = mmap(NULL, POOL_BYTES, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(b->mem, MAP_FAILED);
	assert_int_equal(pool_init(&b->pool, b->mem, POOL_BYTES, 1 << 20), 0);
	b->d = design->domain_new(&cfg);
	assert_non_null(b->d);
	design->thread_enter(&b->t[0], &b->pool);
	pool_cache_init(&b->t[1].cache, &b->pool);
	rng_seed(&r, 7, 0);
	for (uint64_t i = 0; i < PAGES; i++)
		assert_int_equal(design->map(b->d, &b->t[0], i << 12,
					     engine_op_pa(i << 12, 0), 4096,
					     VTD_R | VTD_W),
				 0);
	for (size_t i = 0; i < NOPS; i++) {
		b->walks[i] =
			engine_op(OP_WALK, rng_below(&r, PAGES) << 12, 0, 0);
		/* In another line than any that is walked. */
		b->updates[i] = engine_op(i % 2 ? OP_UNMAP : OP_MAP,
					  (uint64_t)(PAGES + 64) << 12, 1, 0);
	}
	b->thread[0] = (struct cachesim_thread){
		.t = &b->t[0], .ops = b->walks, .n = NOPS};
	b->thread[1] = (struct cachesim_thread){
		.t = &b->t[1], .ops = b->updates, .n = NOPS, .updates = true};
	return b;
}

static void bed_down(struct bed *b)
{
	pool_cache_drain(&b->t[1].cache);
	b->design->thread_leave(&b->t[0]);
	b->design->domain_free(b->d);
	pool_fini(&b->pool);
	munmap(b->mem, POOL_BYTES);
	free(b);
}

static struct crowd_count run(struct bed *b, size_t threads, unsigned cpus)
{
	struct crowd_count count = {0};
	struct err e = {0};
	struct rng rng;

	rng_seed(&rng, 3, 0);
	if (crowd_run(b->design, b->d, b->thread, threads, cpus, WALKS, &rng,
		      &count, &e))
		fail_msg("%s: %s", b->design->name, e.what);
	assert_true(count.walks >= WALKS && count.walks < WALKS + 64);
	return count;
}

/* Lines moved per walk, of @cpus that walk. */
static double walks(const char *design, unsigned cpus)
{
	struct bed *b = bed_up(design_find(design));
	struct crowd_count n = run(b, 1, cpus);

	bed_down(b);
	assert_int_equal(n.updates, 0);
	assert_int_equal(n.update_moves, 0);
	return (double)n.walk_moves / (double)n.walks;
}

/* Lines moved per update, beside @cpus - 1 that walk. */
static double updates(const char *design, unsigned cpus)
{
	struct bed *b = bed_up(design_find(design));
	struct crowd_count n = run(b, 2, cpus);

	bed_down(b);
	if (!n.updates)
		fail_msg("%s: no update of %u CPUs", design, cpus);
	return (double)n.update_moves / (double)n.updates;
}

static void lines_are_lost_to_writes_alone(void **state)
{
	struct holders h = {0};
	uint32_t line = holders_find(&h, 64), other = holders_find(&h, 128);

	assert_int_not_equal(line, other);
	assert_int_equal(holders_find(&h, 127), line);
	/* From memory, and twice. */
	assert_false(holders_access(&h, line, 0, false));
	assert_false(holders_access(&h, line, 63, false));
	assert_true(holders_has(&h, line, 0) && holders_has(&h, line, 63));
	assert_false(holders_access(&h, line, 0, true));
	assert_false(holders_has(&h, line, 63));
	assert_true(holders_has(&h, line, 0));
	assert_false(holders_access(&h, line, 0, true));
	assert_true(holders_access(&h, line, 63, false));
	assert_false(holders_access(&h, line, 63, false));
	assert_false(holders_access(&h, other, 63, false));
	/* More than it began with. */
	for (uint64_t i = 3; i < 5000; i++)
		assert_int_equal(holders_find(&h, i * 64), i - 1);
	for (uint64_t i = 4999; i >= 3; i--)
		assert_int_equal(holders_find(&h, i * 64), i - 1);
	assert_int_equal(holders_find(&h, 64), line);
	holders_release(&h);
}

/* Whoever writes nothing that others read takes nothing from them. */
static void readers_that_write_nothing_move_nothing(void **state)
{
	static const char *const design[] = {"driver",	     "leak",
					     "rcu",	     "rcu_qsbr",
					     "typesafe",     "broadcast",
					     "rwlock_percpu"};

	for (size_t i = 0; i < sizeof(design) / sizeof(*design); i++)
		for (unsigned n = 2; n <= 64; n *= 2)
			if (walks(design[i], n) != 0)
				fail_msg("%s: lines moved of %u CPUs",
					 design[i], n);
}

/* The count of readers: in and out, each from another CPU but by chance. */
static void readers_fetch_the_count_twice(void **state)
{
	static const char *const design[] = {"rwlock", "rwlock_phase_fair",
					     "rwlock_task_fair",
					     "rwlock_pthread"};

	for (size_t i = 0; i < sizeof(design) / sizeof(*design); i++) {
		double two = walks(design[i], 2), many = walks(design[i], 64);

		if (!(two > 0.8 && two < 1.3 && many > 1.9 && many <= 2))
			fail_msg("%s: %g, %g", design[i], two, many);
	}
}

/*
 * All watch one word, which a holder writes as it leaves and the next in the
 * end of the line as it comes: each of the others reads it twice a section.
 */
static void a_watched_word_moves_to_all(void **state)
{
	static const char *const design[] = {
		"spinlock_ticket", "spinlock_unfair", "spinlock_pthread"};

	for (size_t i = 0; i < sizeof(design) / sizeof(*design); i++)
		for (unsigned n = 8; n <= 64; n *= 2) {
			double is = walks(design[i], n);

			if (!(is > n && is < 2.2 * n + 4))
				fail_msg("%s: %g of %u CPUs", design[i], is, n);
		}
}

/*
 * MCS: the tail as it comes, the node before, its own when it is told; the
 * holder its own node, which was linked, and the next one's: five lines, of
 * any crowd. Linux's: the word as it comes, as it watches and as it leaves,
 * the node before, its own when it is told and once it was linked, and the
 * next one's: seven.
 */
static void a_queue_moves_as_many_of_any_crowd(void **state)
{
	for (unsigned n = 8; n <= 64; n *= 2) {
		double mcs = walks("spinlock_mcs", n);
		double queued = walks("spinlock", n);

		if (!(mcs > 4.2 && mcs < 5.1))
			fail_msg("MCS: %g of %u CPUs", mcs, n);
		if (!(queued > 5.5 && queued < 8.1))
			fail_msg("queued: %g of %u CPUs", queued, n);
	}
}

/* A big reader's writer reads the line of every reader, and they its word. */
static void a_writer_pays_for_readers(void **state)
{
	for (unsigned n = 4; n <= 64; n *= 4) {
		double is = updates("rwlock_percpu", n);

		if (!(is > 0.8 * (n - 1) && is < n + 3))
			fail_msg("%g of %u CPUs", is, n);
		/* None of that where readers write nothing for it to read. */
		assert_true(updates("rcu", n) == 0);
		assert_true(updates("rcu_locked", n) == 0);
		assert_true(updates("rwlock", n) < 16);
	}
}

/* With a mapper beside them, twice: the same, and it goes on in its stream. */
static void every_design_twice_the_same(void **state)
{
	for (size_t i = 0; designs[i]; i++) {
		struct crowd_count n[2];

		for (unsigned k = 0; k < 2; k++) {
			struct bed *b = bed_up(designs[i]);
			n[k] = run(b, 2, 16);
			assert_int_equal(b->thread[0].at, 0);
			/* Readers that are preferred keep a writer out. */
			if (!n[k].updates !=
			    !strcmp(designs[i]->name, "rwlock_pthread"))
				fail_msg("%s: %llu updates", designs[i]->name,
					 (unsigned long long)n[k].updates);
			/* Who began anew would map what is mapped. */
			for (unsigned cpus = 2; cpus <= 64; cpus *= 2)
				run(b, 2, cpus);
			bed_down(b);
		}
		assert_memory_equal(&n[0], &n[1], sizeof(n[0]));
	}
}

static void figures_by_number_of_cpus(void **state)
{
	struct bed *b = bed_up(design_find("spinlock_ticket"));
	struct err e = {0};
	struct record r;
	struct rng rng;

	rng_seed(&rng, 3, 0);
	record_init(&r);
	assert_int_equal(crowd_record(b->design, b->d, b->thread, 2, 16, WALKS,
				      &rng, &r, &e),
			 0);
	assert_int_equal(r.nvalues, 2 * 4);
	assert_true(record_get(&r, METRIC_sim_moved_c16_per_walk)->value >
		    2 * record_get(&r, METRIC_sim_moved_c4_per_walk)->value);
	assert_non_null(record_get(&r, METRIC_sim_moved_c2_per_update));
	assert_null(record_get(&r, METRIC_sim_moved_c32_per_walk));
	for (size_t i = 0; i < r.nvalues; i++)
		assert_true(r.values[i].deterministic);
	record_release(&r);
	bed_down(b);
}

static void what_cannot_be_simulated(void **state)
{
	struct bed *b = bed_up(design_find("rcu"));
	struct crowd_count n;
	struct err e = {0};
	struct rng rng;

	rng_seed(&rng, 3, 0);
	/* No room for a walker, no walker, too many. */
	assert_int_equal(crowd_run(b->design, b->d, b->thread, 2, 1, 10, &rng,
				   &n, &e),
			 -EINVAL);
	assert_int_equal(crowd_run(b->design, b->d, b->thread + 1, 1, 4, 10,
				   &rng, &n, &e),
			 -EINVAL);
	assert_int_equal(crowd_run(b->design, b->d, b->thread, 2,
				   HOLDERS_MAX + 1, 10, &rng, &n, &e),
			 -EINVAL);
	bed_down(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_lost_to_writes_alone),
		cmocka_unit_test(readers_that_write_nothing_move_nothing),
		cmocka_unit_test(readers_fetch_the_count_twice),
		cmocka_unit_test(a_watched_word_moves_to_all),
		cmocka_unit_test(a_queue_moves_as_many_of_any_crowd),
		cmocka_unit_test(a_writer_pays_for_readers),
		cmocka_unit_test(every_design_twice_the_same),
		cmocka_unit_test(figures_by_number_of_cpus),
		cmocka_unit_test(what_cannot_be_simulated),
	};

	return cmocka_run_group_tests_name("crowd", tests, NULL, NULL);
}
