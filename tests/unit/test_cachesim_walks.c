/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated pass over real tables: every design, counted by hand where
 * that is possible, and the same twice.
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

#include "counters/cachesim.h"
#include "base/rng.h"
#include "../kernels/aligned.h"

enum { POOL_BYTES = 4 << 20, PAGES = 4096, THREADS = 2, NOPS = 1000 };

static const struct cachesim_geometry desk = {
	.l1d_bytes = 8192,
	.l1d_ways = 8,
	.l2_bytes = 32768,
	.l2_ways = 8,
	.llc_bytes = 3 << 18,
	.llc_ways = 12,
	.line_bytes = 64,
};

/* A domain of PAGES 4K pages from IOVA 0, and streams of walks over it. */
struct bed {
	const struct design *design;
	void *mem;
	struct pool pool;
	struct domain *d;
	struct engine_thread t;
	uint64_t ops[THREADS][NOPS];
};

static void bed_up(struct bed *b, const struct design *design)
{
	struct engine_config cfg = {.format = VTD_SS,
				    .levels = 4,
				    .max_leaf_level = 1,
				    .reclaim = RECLAIM_WHOLE,
				    .pool = &b->pool};
	struct rng r;

	memset(b, 0, sizeof(*b));
	b->design = design;
	b->mem = mmap(NULL, POOL_BYTES, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(b->mem, MAP_FAILED);
	assert_int_equal(pool_init(&b->pool, b->mem, POOL_BYTES, 1 << 20), 0);
	b->d = design->domain_new(&cfg);
	assert_non_null(b->d);
	design->thread_enter(&b->t, &b->pool);
	for (uint64_t i = 0; i < PAGES; i++)
		assert_int_equal(design->map(b->d, &b->t, i << 12,
					     engine_op_pa(i << 12, 0), 4096,
					     VTD_R | VTD_W),
				 0);
	for (unsigned t = 0; t < THREADS; t++) {
		rng_seed(&r, 7, t);
		for (size_t i = 0; i < NOPS; i++)
			b->ops[t][i] = engine_op(
				OP_WALK, rng_below(&r, PAGES) << 12, 0, 0);
	}
}

static void bed_down(struct bed *b)
{
	b->design->thread_leave(&b->t);
	b->design->domain_free(b->d);
	pool_fini(&b->pool);
	munmap(b->mem, POOL_BYTES);
}

static int pass(struct bed *b, size_t threads, uint64_t walks, struct record *r,
		struct err *e)
{
	struct cachesim *s = cachesim_new(&desk, THREADS);
	struct engine_thread *t[THREADS] = {&b->t, &b->t};
	const uint64_t *streams[THREADS] = {b->ops[0], b->ops[1]};
	const size_t nops[THREADS] = {NOPS, NOPS};
	int rc;

	assert_non_null(s);
	record_init(r);
	rc = cachesim_walks(s, b->design, b->d, t, streams, nops, threads,
			    walks, r, e);
	cachesim_free(s);
	return rc;
}

static double get(const struct record *r, const char *name)
{
	const struct value *v = record_get(r, metric_of(name));

	if (!v)
		fail_msg("no %s", name);
	assert_int_equal(v->source, SOURCE_SIM);
	assert_true(v->deterministic);
	return v->value;
}

/* Threads that one trial of @design may have. */
static size_t most_threads(const struct design *design)
{
	return design->flags & DESIGN_SINGLE_THREAD ? 1 : THREADS;
}

static void every_design_twice_the_same(void **state)
{
	for (size_t i = 0; designs[i]; i++) {
		struct engine_sync_ref refs[ENGINE_SYNC_MAX];
		unsigned before, n;
		struct record r[2];

		for (unsigned k = 0; k < 2; k++) {
			struct bed *b = aligned_zalloc(_Alignof(struct bed), 1,
						       sizeof(*b));
			struct err e = {0};

			assert_non_null(b);
			bed_up(b, designs[i]);
			assert_int_equal(pass(b, most_threads(designs[i]), 1000,
					      &r[k], &e),
					 0);
			bed_down(b);
			free(b);
		}
		assert_int_equal(r[0].nvalues, r[1].nvalues);
		for (size_t v = 0; v < r[0].nvalues; v++)
			if (r[0].values[v].value != r[1].values[v].value)
				fail_msg("%s: %s differs", designs[i]->name,
					 r[0].values[v].name);
		/* Four entries, and all that the design touches. */
		n = designs[i]->sync_refs(OP_WALK, 0, refs, &before);
		assert_true(get(&r[0], "sim_refs_per_walk") == 4 + n);
		assert_true(get(&r[0], "sim_l1d_misses_t1_per_walk") > 0.5);
		assert_null(
			record_get(&r[0], METRIC_sim_l1d_misses_t5_per_walk));
		record_release(&r[0]);
		record_release(&r[1]);
	}
}

static void levels_add_up(void **state)
{
	struct bed *b = aligned_zalloc(_Alignof(struct bed), 1, sizeof(*b));
	struct record r;
	struct err e = {0};
	double sum = 0;

	assert_non_null(b);
	bed_up(b, design_find("none"));
	assert_int_equal(pass(b, 1, 2000, &r, &e), 0);
	assert_true(get(&r, "sim_walks") == 2000);
	assert_true(get(&r, "sim_refs_per_walk") == 4);
	for (unsigned level = 1; level <= 4; level++) {
		char name[48];

		snprintf(name, sizeof(name), "sim_l1d_misses_t%u_per_walk",
			 level);
		sum += get(&r, name);
	}
	assert_true(sum > 0);
	assert_true(sum - get(&r, "sim_l1d_misses_per_walk") < 1e-9);
	assert_true(get(&r, "sim_l1d_misses_per_walk") - sum < 1e-9);
	assert_true(get(&r, "sim_sync_misses_per_walk") == 0);
	assert_true(get(&r, "sim_coherence_misses_per_walk") == 0);
	/* 4096 leaf entries are 32 KiB: more than the L1d, within the LLC. */
	assert_true(get(&r, "sim_l1d_misses_t1_per_walk") > 0.7);
	assert_true(get(&r, "sim_llc_misses_per_walk") < 0.3);
	/* The root's one line is read by every walk: always there. */
	assert_true(get(&r, "sim_l1d_misses_t4_per_walk") == 0);
	record_release(&r);
	bed_down(b);
	free(b);
}

/* A lock's line moves with every walk of two threads in turn. */
static void a_lock_bounces_and_rcu_does_not(void **state)
{
	struct bed *b = aligned_zalloc(_Alignof(struct bed), 1, sizeof(*b));
	struct record lock, rcu;
	struct err e = {0};

	assert_non_null(b);
	bed_up(b, design_find("spinlock"));
	assert_int_equal(pass(b, 2, 1000, &lock, &e), 0);
	bed_down(b);
	bed_up(b, design_find("rcu"));
	assert_int_equal(pass(b, 2, 1000, &rcu, &e), 0);
	bed_down(b);
	assert_true(get(&lock, "sim_coherence_misses_per_walk") >= 1);
	assert_true(get(&lock, "sim_sync_misses_per_walk") >= 1);
	assert_true(get(&rcu, "sim_coherence_misses_per_walk") == 0);
	record_release(&lock);
	record_release(&rcu);
	free(b);
}

static void what_cannot_be_simulated(void **state)
{
	struct bed *b = aligned_zalloc(_Alignof(struct bed), 1, sizeof(*b));
	struct record r;
	struct err e = {0};

	assert_non_null(b);
	bed_up(b, design_find("rcu"));
	assert_int_equal(pass(b, 2, 0, &r, &e), -EINVAL);
	record_release(&r);
	assert_int_equal(pass(b, 3, 10, &r, &e), -EINVAL);
	record_release(&r);
	for (size_t i = 0; i < NOPS; i++)
		b->ops[1][i] = engine_op(OP_UNMAP, 0, 1, 0);
	assert_int_equal(pass(b, 2, 10, &r, &e), -EINVAL);
	assert_non_null(strstr(e.what, "no walks"));
	record_release(&r);
	/* Among other operations, the walks are found. */
	b->ops[1][5] = engine_op(OP_WALK, 4096, 0, 0);
	assert_int_equal(pass(b, 2, 10, &r, &e), 0);
	record_release(&r);
	bed_down(b);
	free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_design_twice_the_same),
		cmocka_unit_test(levels_add_up),
		cmocka_unit_test(a_lock_bounces_and_rcu_does_not),
		cmocka_unit_test(what_cannot_be_simulated),
	};

	return cmocka_run_group_tests_name("cachesim_walks", tests, NULL, NULL);
}
