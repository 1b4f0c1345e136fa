/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Deferred invalidation: until a flush the old translation may be seen, the
 * IOVA is not free and no table is retired; after it none is seen. When a
 * flush comes, and that nothing is left behind.
 */
#include "../designs.h"

enum { PAGES = 4096, FULL = FLUSH_SLOTS - 1, M2 = 2 << 20 };

static struct pool pool;
static void *mem;
static struct iotlb *tlb;
static struct domain *dom;
static struct engine_thread thread;
static uint64_t now;

static uint64_t time_is(void *arg)
{
	return now;
}

static void open_domain(void)
{
	struct iotlb_geometry g = {1024, 4};
	struct engine_config cfg = {.format = VTD_SS,
				    .levels = 4,
				    .max_leaf_level = 1,
				    .domain_id = 3,
				    .pool = &pool,
				    .flush = FLUSH_DEFERRED,
				    .flush_now = time_is};

	now = 1;
	mem = aligned_alloc(4096, PAGES * 4096);
	memset(mem, 0, PAGES * 4096);
	assert_int_equal(pool_init(&pool, mem, PAGES * 4096, 0x10000), 0);
	tlb = cfg.iotlb = iotlb_new(&g);
	dom = tested->domain_new(&cfg);
	assert_non_null(dom);
	tested->thread_enter(&thread, &pool);
}

static void close_domain(void)
{
	tested->thread_leave(&thread);
	tested->domain_free(dom);
	assert_int_equal(pool_tables_held(&pool, NULL, 0), 0);
	assert_int_equal(pool.allocated, pool.freed);
	pool_fini(&pool);
	iotlb_free(tlb);
	free(mem);
}

/* Maps, lets a translation be cached, and unmaps. */
static void pass(uint64_t iova)
{
	uint64_t got;
	unsigned perm;

	assert_int_equal(tested->map(dom, &thread, iova, engine_op_pa(iova, 0),
				     4096, VTD_R | VTD_W),
			 0);
	assert_int_equal(tested->translate(dom, &thread, iova, &perm),
			 engine_op_pa(iova, 0));
	assert_int_equal(tested->unmap(dom, &thread, iova, 4096, &got), 0);
}

static bool stale(uint64_t iova)
{
	unsigned perm;

	return tested->translate(dom, &thread, iova, &perm) != ENGINE_FAULT;
}

/* A leaf table, unmapped whole. */
static void pass_table(uint64_t iova)
{
	uint64_t got;

	assert_int_equal(tested->map(dom, &thread, iova, engine_op_pa(iova, 0),
				     4096, VTD_R | VTD_W),
			 0);
	assert_int_equal(tested->unmap(dom, &thread, iova, M2, &got), 0);
}

static void none_after_the_flush(void)
{
	uint64_t ticket;

	open_domain();
	pass(0x5000);
	ticket = thread.ticket;
	assert_true(ticket != 0);
	assert_false(flush_done(dom->flush, ticket));
	assert_true(stale(0x5000));
	tested->flush(dom, &thread);
	assert_true(flush_done(dom->flush, ticket));
	assert_false(stale(0x5000));
	/* what comes later waits for a later one */
	pass(0x5000);
	assert_false(flush_done(dom->flush, thread.ticket));
	assert_int_equal(thread.inv.deferred, 2);
	assert_int_equal(thread.inv.flushes, 1);
	assert_int_equal(thread.inv.submits, 1);
	close_domain();
}

static void when_the_queue_is_full(void)
{
	open_domain();
	for (uint64_t i = 0; i < FULL; i++)
		pass(i << 12);
	assert_int_equal(thread.inv.flushes, 0);
	assert_true(stale(0));
	pass((uint64_t)FULL << 12);
	assert_int_equal(thread.inv.flushes, 1);
	assert_false(stale(0));
	/* which came before this one was queued */
	assert_false(flush_done(dom->flush, thread.ticket));
	for (uint64_t i = 1; i < 10 * FULL; i++)
		pass((FULL + i) << 12);
	assert_int_equal(thread.inv.flushes, 10);
	close_domain();
}

static void when_it_is_old(void)
{
	open_domain();
	pass(0x5000);
	now += FLUSH_TIME_NS - 1;
	pass(0x6000);
	tested->thread_quiesce(&thread);
	assert_true(stale(0x5000));
	now++;
	tested->thread_quiesce(&thread);
	assert_false(stale(0x5000));
	assert_int_equal(thread.inv.flushes, 1);
	/* nothing waits, nothing comes */
	now += 2 * FLUSH_TIME_NS;
	tested->thread_quiesce(&thread);
	assert_int_equal(thread.inv.flushes, 1);
	/* the age is of the oldest since */
	pass(0x5000);
	now += FLUSH_TIME_NS - 1;
	tested->thread_quiesce(&thread);
	assert_int_equal(thread.inv.flushes, 1);
	close_domain();
}

static void before_a_map(void)
{
	open_domain();
	pass(0x5000);
	tested->flush_before(dom, &thread, 0x6000, 0x2000);
	tested->flush_before(dom, &thread, 0x4000, 0x1000);
	assert_int_equal(thread.inv.flushes, 0);
	tested->flush_before(dom, &thread, 0x4000, 0x2000);
	assert_int_equal(thread.inv.flushes, 1);
	assert_false(stale(0x5000));
	tested->flush_before(dom, &thread, 0x4000, 0x2000);
	assert_int_equal(thread.inv.flushes, 1);
	close_domain();
}

/* As an operation of a stream. */
static void a_remap_flushes(void)
{
	const uint64_t iova = 0x5000;
	const uint64_t ops[] = {engine_op(OP_MAP, iova, 1, 0),
				engine_op(OP_UNMAP, iova, 1, 0),
				engine_op(OP_REMAP, iova + 4096, 1, 1),
				engine_op(OP_REMAP, iova, 1, 1)};
	struct engine_block b = {0};

	open_domain();
	tested->exec[EXEC_UPDATE](dom, &thread, ops, 3, &b);
	assert_int_equal(thread.inv.flushes, 0);
	tested->exec[EXEC_UPDATE](dom, &thread, ops + 3, 1, &b);
	assert_int_equal(b.errors, 0);
	assert_int_equal(thread.inv.flushes, 1);
	close_domain();
}

static void tables_wait_for_it(void)
{
	open_domain();
	pass_table(M2);
	pass_table(4 * (uint64_t)M2);
	assert_int_equal(thread.tables_retired, 0);
	tested->flush(dom, &thread);
	assert_int_equal(thread.tables_retired, 2);
	pass_table(M2);
	assert_int_equal(thread.tables_retired, 2);
	/* who goes away leaves nothing behind */
	tested->thread_offline(&thread);
	assert_int_equal(thread.tables_retired, 3);
	tested->thread_online(&thread);
	pass_table(M2);
	close_domain();
}

/* The domain goes while something waits, and its thread stays. */
static void the_domain_goes_first(void)
{
	open_domain();
	pass_table(M2);
	pass(0x5000);
	tested->domain_free(dom);
	assert_null(thread.flush_queues);
	tested->thread_leave(&thread);
	assert_int_equal(pool_tables_held(&pool, NULL, 0), 0);
	pool_fini(&pool);
	iotlb_free(tlb);
	free(mem);
}

/* A flush of anyone is for all: the other thread's entries, too. */
static void anyones_flush_will_do(void)
{
	struct engine_thread other;
	uint64_t ticket;

	open_domain();
	memset(&other, 0, sizeof(other));
	other.number = thread_number_get();
	pool_cache_init(&other.cache, &pool);
	pass(0x5000);
	ticket = thread.ticket;
	tested->flush(dom, &other);
	assert_true(flush_done(dom->flush, ticket));
	assert_false(stale(0x5000));
	/* and its owner need not flush for it again */
	tested->flush_before(dom, &thread, 0x5000, 4096);
	assert_int_equal(thread.inv.flushes, 0);
	thread_number_put(other.number);
	close_domain();
}

int main(void)
{
	static const struct design_case cases[] = {
		{"none_after_the_flush", none_after_the_flush},
		{"when_the_queue_is_full", when_the_queue_is_full},
		{"when_it_is_old", when_it_is_old},
		{"before_a_map", before_a_map},
		{"a_remap_flushes", a_remap_flushes},
		{"tables_wait_for_it", tables_wait_for_it},
		{"the_domain_goes_first", the_domain_goes_first},
		{"anyones_flush_will_do", anyones_flush_will_do},
	};

	return designs_run("flush", cases, sizeof(cases) / sizeof(*cases),
			   NULL);
}
