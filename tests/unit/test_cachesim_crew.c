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

enum { SEED = 5 };

/* The first @threads walk; @mappers more go through ops[threads] on. */
static int pass_with(struct bed *b, size_t threads, size_t mappers,
		     uint64_t walks, struct record *r, struct err *e)
{
	struct cachesim *s = cachesim_new(&desk, THREADS);
	struct engine_thread second = {0};
	struct cachesim_thread t[THREADS + 1] = {
		{&b->t, b->ops[0], NOPS, 0, threads == 0},
		{&second, b->ops[1], NOPS, 0, threads <= 1 && mappers}};
	struct rng rng;
	int rc;

	assert_non_null(s);
	record_init(r);
	rng_seed(&rng, SEED, 0);
	pool_cache_init(&second.cache, &b->pool);
	rc = cachesim_crew(s, b->design, b->d, t, threads + mappers, walks,
			   &rng, r, e);
	pool_cache_drain(&second.cache);
	cachesim_free(s);
	return rc;
}

static int pass(struct bed *b, size_t threads, uint64_t walks, struct record *r,
		struct err *e)
{
	return pass_with(b, threads, 0, walks, r, e);
}

/* How often thread @who comes after the other, in rounds of two; the first
 * half warms up. */
static unsigned handovers(unsigned rounds, unsigned who)
{
	unsigned order[2], last = 2, n = 0;
	struct rng rng;

	rng_seed(&rng, SEED, 0);
	for (unsigned i = 0; i < 2 * rounds; i++) {
		cachesim_order(&rng, order, 2);
		assert_int_equal(order[0] + order[1], 1);
		for (unsigned k = 0; k < 2; k++) {
			n += i >= rounds && order[k] == who && last == 1 - who;
			last = order[k];
		}
	}
	return n;
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
		/* The operation, four entries, all that the design touches. */
		n = designs[i]->sync_refs(OP_WALK, false, 0, refs, &before);
		assert_true(get(&r[0], "sim_refs_per_walk") == 1 + 4 + n);
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
	assert_true(get(&r, "sim_refs_per_walk") == 5);
	for (unsigned level = 1; level <= 4; level++) {
		char name[48];

		snprintf(name, sizeof(name), "sim_l1d_misses_t%u_per_walk",
			 level);
		sum += get(&r, name);
	}
	assert_true(sum > 0);
	sum += get(&r, "sim_stream_misses_per_walk");
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

static struct bed *bed_of(const char *design)
{
	struct bed *b = aligned_zalloc(_Alignof(struct bed), 1, sizeof(*b));

	assert_non_null(b);
	bed_up(b, design_find(design));
	return b;
}

static void bed_free(struct bed *b)
{
	bed_down(b);
	free(b);
}

/* A lock's line is lost whenever the other thread had it, and then alone. */
static void a_lock_bounces_and_rcu_does_not(void **state)
{
	struct bed *b = bed_of("spinlock");
	double moves = handovers(500, 0) + handovers(500, 1);
	struct record lock, rcu;
	struct err e = {0};

	assert_true(moves >= 500);
	assert_int_equal(pass(b, 2, 1000, &lock, &e), 0);
	bed_free(b);
	b = bed_of("rcu");
	assert_int_equal(pass(b, 2, 1000, &rcu, &e), 0);
	bed_free(b);
	assert_true(get(&lock, "sim_sync_misses_per_walk") == moves / 1000);
	/* A place that was taken is the first to be given to another line. */
	assert_true(get(&lock, "sim_coherence_misses_per_walk") <=
		    moves / 1000);
	assert_true(get(&lock, "sim_coherence_misses_per_walk") >
		    0.8 * moves / 1000);
	assert_true(get(&rcu, "sim_sync_misses_per_walk") <= 0.01);
	assert_true(get(&rcu, "sim_coherence_misses_per_walk") == 0);
	record_release(&lock);
	record_release(&rcu);
}

/* Walks of one page, and a neighbour in its line of entries or another one
 * that is mapped and unmapped beside them. */
static void beside_a_mapper(const char *design, uint64_t page, struct record *r)
{
	struct bed *b = bed_of(design);
	struct err e = {0};

	for (size_t i = 0; i < NOPS; i++) {
		b->ops[0][i] = engine_op(OP_WALK, 0, 0, 0);
		b->ops[1][i] =
			engine_op(i % 2 ? OP_MAP : OP_UNMAP, page << 12, 1, 0);
	}
	if (pass_with(b, 1, 1, 400, r, &e))
		fail_msg("%s: %s", design, e.what);
	bed_free(b);
}

static void a_mapper_takes_lines_away(void **state)
{
	double walker = handovers(400, 0) / 400.0;
	double mapper = handovers(400, 1) / 400.0;
	struct record r;

	/* The lock alone is shared. */
	beside_a_mapper("spinlock", 1000, &r);
	assert_true(get(&r, "sim_sync_misses_per_walk") == walker);
	assert_true(get(&r, "sim_coherence_misses_per_walk") == walker);
	assert_true(get(&r, "sim_sync_misses_per_update") == mapper);
	assert_true(get(&r, "sim_coherence_misses_per_update") == mapper);
	record_release(&r);
	/* The lock, and the line of entries; who only reads takes nothing. */
	beside_a_mapper("rwlock", 1, &r);
	assert_true(get(&r, "sim_sync_misses_per_walk") == walker);
	assert_true(get(&r, "sim_coherence_misses_per_walk") == 2 * walker);
	assert_true(get(&r, "sim_coherence_misses_per_update") == mapper);
	record_release(&r);
	/* No lock: nothing but the entries. */
	beside_a_mapper("leak", 1, &r);
	assert_true(get(&r, "sim_sync_misses_per_walk") == 0);
	assert_true(get(&r, "sim_coherence_misses_per_walk") == walker);
	record_release(&r);
	beside_a_mapper("leak", 1000, &r);
	assert_true(get(&r, "sim_coherence_misses_per_walk") == 0);
	record_release(&r);
}

/* Lines that one mapper loses to another, an update; each makes a table and has
 * it freed, @apart of one another. */
static double lost_to_the_other(const struct design *design, uint64_t apart)
{
	struct bed *b = bed_of(design->name);
	struct record r;
	struct err e = {0};
	double lost;

	for (unsigned t = 0; t < THREADS; t++)
		for (size_t i = 0; i < NOPS; i++)
			b->ops[t][i] = engine_op(
				i % 2 ? OP_UNMAP : OP_MAP,
				(UINT64_C(8) << 30) + t * apart, 128 + 9, 0);
	if (pass_with(b, 0, THREADS, 200, &r, &e))
		fail_msg("%s: %s", design->name, e.what);
	lost = get(&r, "sim_coherence_misses_per_update");
	record_release(&r);
	bed_free(b);
	return lost;
}

/* Where updates take no line of the design's they share none at all, if their
 * links are not in one line of the table above. */
static void mappers_apart_share_nothing(void **state)
{
	struct engine_sync_ref refs[ENGINE_SYNC_MAX];
	unsigned before, n = 0;

	for (size_t i = 0; designs[i]; i++) {
		const struct design *d = designs[i];

		if (d->flags & (DESIGN_SINGLE_THREAD | DESIGN_DEFERS) ||
		    d->sync_refs(OP_MAP, false, 0, refs, &before) ||
		    d->sync_refs(OP_UNMAP, false, 0, refs, &before))
			continue;
		assert_true(lost_to_the_other(d, UINT64_C(1) << 30) == 0);
		assert_true(lost_to_the_other(d, UINT64_C(2) << 20) > 0.1);
		n++;
	}
	assert_true(n > 0);
}

/* Each kind of lock has lines of its own: an MCS lock's node is the thread's,
 * and a big reader writes a line that only writers look at. */
static void each_lock_has_its_lines(void **state)
{
	double moves = handovers(500, 0) + handovers(500, 1);
	struct bed *b = bed_of("spinlock_mcs");
	struct record r;
	struct err e = {0};

	assert_int_equal(pass(b, 2, 1000, &r, &e), 0);
	bed_free(b);
	assert_true(get(&r, "sim_sync_misses_per_walk") == moves / 1000);
	record_release(&r);
	b = bed_of("rwlock_percpu");
	assert_int_equal(pass(b, 2, 1000, &r, &e), 0);
	bed_free(b);
	assert_true(get(&r, "sim_sync_misses_per_walk") <= 0.01);
	record_release(&r);
	/* The writer's word stays with the writer, for walkers only read it,
	 * and the walker's line with the walker: each comes for the other's. */
	beside_a_mapper("rwlock_percpu", 1000, &r);
	assert_true(get(&r, "sim_sync_misses_per_walk") ==
		    handovers(400, 0) / 400.0);
	assert_true(get(&r, "sim_sync_misses_per_update") ==
		    handovers(400, 1) / 400.0);
	record_release(&r);
}

/* A table that map makes is zeroed: 64 lines, and a link is written. */
static void a_new_table_is_touched_whole(void **state)
{
	struct bed *b = bed_of("leak");
	struct record r;
	struct err e = {0};

	/* New ones each time, as it holds what was freed. */
	for (size_t i = 0; i < NOPS; i++) {
		b->ops[0][i] = engine_op(OP_WALK, 0, 0, 0);
		b->ops[1][i] = engine_op(i % 2 ? OP_UNMAP : OP_MAP,
					 UINT64_C(1) << 30, 128 + 9, 0);
	}
	assert_int_equal(pass_with(b, 1, 1, 100, &r, &e), 0);
	/* Half of the updates; more lines than these are in other sets. */
	assert_true(get(&r, "sim_l1d_misses_per_update") >= 32);
	assert_true(get(&r, "sim_l1d_misses_per_update") < 40);
	record_release(&r);
	bed_free(b);
}

/* Eight operations share a line that nobody has read before. */
static void the_stream_counts(void **state)
{
	struct bed *b = bed_of("none");
	struct record r;
	struct err e = {0};

	for (size_t i = 0; i < NOPS; i++)
		b->ops[0][i] = engine_op(OP_WALK, 0, 0, 0);
	assert_int_equal(pass(b, 1, 400, &r, &e), 0);
	assert_true(get(&r, "sim_stream_misses_per_walk") == 0.125);
	assert_true(get(&r, "sim_l1d_misses_per_walk") == 0.125);
	record_release(&r);
	bed_free(b);
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
		cmocka_unit_test(a_mapper_takes_lines_away),
		cmocka_unit_test(mappers_apart_share_nothing),
		cmocka_unit_test(each_lock_has_its_lines),
		cmocka_unit_test(a_new_table_is_touched_whole),
		cmocka_unit_test(the_stream_counts),
		cmocka_unit_test(what_cannot_be_simulated),
	};

	return cmocka_run_group_tests_name("cachesim_crew", tests, NULL, NULL);
}
