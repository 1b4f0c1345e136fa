/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ways of freeing of the designs that defer: nothing is lost and nothing freed
 * twice, whatever waits where when a thread leaves, goes offline or waits
 * itself; what a callback is; what a way waits for. That grace periods are
 * waited for is the torture test's.
 */
#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../designs.h"
#include "../pool_books.h"
#include "../kernels/tsan.h"

#define M2 (UINT64_C(2) << 20)
#define G1 (UINT64_C(1) << 30)

enum { PAGES = 1024, TABLES = 4 };

static struct pool pool;
static void *mem;
static struct domain *dom;
static struct engine_thread thread;

static void open_pool(size_t pages)
{
	mem = aligned_alloc(4096, pages * 4096);
	memset(mem, 0, pages * 4096);
	assert_int_equal(pool_init(&pool, mem, pages * 4096, 0x10000), 0);
}

static struct domain *new_domain(struct freeing how)
{
	struct engine_config cfg = {.format = VTD_SS,
				    .levels = 4,
				    .max_leaf_level = 1,
				    .domain_id = 1,
				    .pool = &pool,
				    .freeing = how};

	return tested->domain_new(&cfg);
}

static void open_domain(struct freeing how, size_t pages)
{
	open_pool(pages);
	dom = new_domain(how);
	assert_non_null(dom);
	tested->thread_enter(&thread, &pool);
}

static void close_pool(void)
{
	assert_int_equal(pool.retired, pool.reclaimed);
	assert_int_equal(pool.calls, pool.called);
	pool_books(&pool);
	pool_fini(&pool);
	free(mem);
}

static void close_domain(void)
{
	tested->thread_leave(&thread);
	tested->domain_free(dom);
	close_pool();
}

static void map(uint64_t iova, uint64_t size)
{
	assert_int_equal(
		tested->map(dom, &thread, iova, iova, size, VTD_R | VTD_W), 0);
}

static void unmap(uint64_t iova, uint64_t size)
{
	uint64_t got;

	assert_int_equal(tested->unmap(dom, &thread, iova, size, &got), 0);
	assert_int_equal(got, size);
}

/* One unmap that frees a table of level 2 and TABLES below it. */
static void free_subtree(void)
{
	for (uint64_t i = 0; i < TABLES; i++)
		map(G1 + 2 * i * M2, M2);
	unmap(G1, G1);
}

static void free_table(void)
{
	map(0, M2);
	unmap(0, M2);
}

static uint64_t waiting(void)
{
	struct pool_cache *cache = &thread.cache;

	return pool_tables_waiting(&pool, &cache, 1);
}

static uint64_t lists(void)
{
	struct pool_cache *cache = &thread.cache;

	return pool_lists_waiting(&pool, &cache, 1);
}

static const struct freeing hows[] = {
	{.way = FREE_list},
	{.way = FREE_list, .reclaimer = RECLAIMER_OWN},
	{.way = FREE_list, .batch = 1},
	{.way = FREE_list, .batch = 1, .reclaimer = RECLAIMER_OWN},
	{.way = FREE_page},
	{.way = FREE_page, .batch = 1},
	{.way = FREE_page, .reclaimer = RECLAIMER_OWN},
	{.way = FREE_bytes},
	{.way = FREE_bytes, .reclaimer = RECLAIMER_OWN},
	{.way = FREE_time},
	{.way = FREE_time, .reclaimer = RECLAIMER_OWN},
	{.way = FREE_sync},
};
enum { HOWS = sizeof(hows) / sizeof(*hows) };

static bool defers(void)
{
	return tested->flags & DESIGN_DEFERS;
}

static void test_other_ways_are_refused(void)
{
	open_pool(PAGES);
	for (size_t i = 0; !defers() && i < HOWS; i++) {
		bool own_way = hows[i].way == FREE_list &&
			       hows[i].reclaimer == RECLAIMER_LIBURCU;

		errno = 0;
		dom = new_domain(hows[i]);
		assert_int_equal(dom != NULL, own_way);
		assert_true(dom || errno == EINVAL);
		tested->domain_free(dom);
	}
	close_pool();
}

static void test_nothing_is_lost_at_leave(void)
{
	for (size_t i = 0; defers() && i < HOWS; i++) {
		open_domain(hows[i], PAGES);
		free_subtree();
		free_table();
		close_domain();
	}
}

static void test_offline_hands_over(void)
{
	for (size_t i = 0; defers() && i < HOWS; i++) {
		open_domain(hows[i], PAGES);
		free_subtree();
		free_table();
		tested->thread_offline(&thread);
		assert_null(thread.queue.first);
		tested->reclaim_barrier();
		assert_int_equal(waiting(), 0);
		tested->thread_online(&thread);
		close_domain();
	}
}

/* Who waits by itself need not have gone offline; nor who frees a domain. */
static void test_who_waits_hands_over(void)
{
	for (size_t i = 0; defers() && i < HOWS; i++) {
		open_domain(hows[i], PAGES);
		free_subtree();
		tested->reclaim_barrier();
		assert_int_equal(waiting(), 0);
		free_table();
		tested->domain_free(dom);
		assert_int_equal(waiting(), 0);
		tested->thread_leave(&thread);
		close_pool();
	}
}

/* Of few pages, more tables than there are: map finds none, and waits. */
static void test_map_waits_for_pages(void)
{
	for (size_t i = 0; defers() && i < HOWS; i++) {
		open_domain(hows[i], 8);
		for (int n = 0; n < 40; n++)
			free_table();
		close_domain();
	}
}

/* An engine_thread that never entered, or has left, has nothing wait in it. */
static void test_not_inside_hands_over(void)
{
	static struct engine_thread other;

	for (size_t i = 0; defers() && i < HOWS; i++) {
		struct pool_cache *caches[2] = {&thread.cache, &other.cache};
		uint64_t got;

		open_domain(hows[i], PAGES);
		tested->thread_leave(&thread);
		tested->thread_enter(&other, &pool);
		for (int n = 0; n < 2; n++) {
			pool_cache_init(&thread.cache, &pool);
			map(0, M2);
			assert_int_equal(
				tested->unmap(dom, &thread, 0, M2, &got), 0);
			assert_null(thread.queue.first);
			tested->reclaim_barrier();
			assert_int_equal(pool_tables_waiting(&pool, caches, 2),
					 0);
			pool_cache_drain(&thread.cache);
			memset(&thread, 0, sizeof(thread));
		}
		tested->thread_leave(&other);
		tested->domain_free(dom);
		close_pool();
	}
}

static void test_callbacks(void)
{
	struct freeing quiet = {.batch = 1000};

	if (!defers())
		return;
	/* a list is one, whatever is in it */
	open_domain(quiet, PAGES);
	free_subtree();
	assert_int_equal(waiting(), 1 + TABLES);
	assert_int_equal(lists(), 1);
	free_table();
	assert_int_equal(waiting(), 2 + TABLES);
	assert_int_equal(lists(), 2);
	assert_non_null(thread.queue.first);
	tested->thread_quiesce(&thread);
	assert_null(thread.queue.first);
	close_domain();
	/* each page is one */
	quiet.way = FREE_page;
	open_domain(quiet, PAGES);
	free_subtree();
	assert_int_equal(waiting(), 1 + TABLES);
	assert_int_equal(lists(), 1 + TABLES);
	assert_non_null(thread.queue.first);
	tested->thread_quiesce(&thread);
	assert_null(thread.queue.first);
	close_domain();
	/* unmap has waited */
	open_domain((struct freeing){.way = FREE_sync}, PAGES);
	free_subtree();
	assert_int_equal(waiting(), 0);
	assert_int_equal(pool.reclaimed, 1 + TABLES);
	assert_true(pool.waits.n && pool.waits.max_ns);
	close_domain();
}

static void test_limits(void)
{
	struct freeing some = {.batch = 3};

	if (!defers())
		return;
	open_domain(some, PAGES);
	free_table();
	free_table();
	assert_non_null(thread.queue.first);
	free_table();
	assert_null(thread.queue.first);
	close_domain();
	/* bytes: a quiescent state is no reason */
	some = (struct freeing){.way = FREE_bytes, .bytes = 3 * 4096};
	open_domain(some, PAGES);
	free_table();
	free_table();
	tested->thread_quiesce(&thread);
	assert_non_null(thread.queue.first);
	free_table();
	assert_null(thread.queue.first);
	free_subtree();
	assert_null(thread.queue.first);
	close_domain();
	/* time: nor is one before it is over, which is not within this test */
	some = (struct freeing){.way = FREE_time,
				.time_ns = UINT64_C(3600) * 1000000000};
	open_domain(some, PAGES);
	free_table();
	tested->thread_quiesce(&thread);
	assert_non_null(thread.queue.first);
	thread.queue.since_ns -= some.time_ns;
	tested->thread_quiesce(&thread);
	assert_null(thread.queue.first);
	close_domain();
}

/* A thread works on domains that free in different ways. */
static void test_ways_side_by_side(void)
{
	struct domain *of[HOWS];

	if (!defers())
		return;
	open_domain(hows[0], PAGES);
	for (size_t i = 0; i < HOWS; i++)
		of[i] = i ? new_domain(hows[i]) : dom;
	for (int n = 0; n < 3; n++)
		for (size_t i = 0; i < HOWS; i++) {
			dom = of[i];
			free_table();
		}
	tested->thread_leave(&thread);
	for (size_t i = 0; i < HOWS; i++)
		tested->domain_free(of[i]);
	close_pool();
}

/* A child has a reclaimer of its own, with what waited when it was born. */
static void test_fork(void)
{
#ifdef TSAN
	(void)tsan_grace; /* it follows no thread of a child */
#else
	const struct freeing own = {.reclaimer = RECLAIMER_OWN};
	int status;
	pid_t child;

	if (!defers())
		return;
	open_domain(own, PAGES);
	/* liburcu's helper of earlier tests is out of its grace periods: a
	 * lock that it held would stay locked in the child */
	tested->reclaim_barrier();
	free_subtree();
	tested->thread_offline(&thread);
	child = fork();
	assert_true(child >= 0);
	tested->thread_online(&thread);
	free_table();
	tested->reclaim_barrier();
	if (!child)
		_exit(waiting() ? 1 : 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(waiting(), 0);
	close_domain();
#endif
}

static void test_waits(void)
{
	struct free_waits w = {.n = 0};
	const uint64_t now = free_now();
	double p50;

	for (int i = 0; i < 100; i++)
		free_waited(&w, now - (i < 10 ? 1000 : 1000000000));
	p50 = free_wait_quantile(&w, 0.5);
	assert_int_equal(w.n, 100);
	/* lower end of an eighth of a power of two; time went on meanwhile */
	assert_true(p50 > 0.88e9 && p50 <= (double)w.max_ns);
	assert_true(free_wait_quantile(&w, 0) < 0.5e9);
	assert_true(w.max_ns >= 1000000000);
}

int main(void)
{
	static const struct design_case cases[] = {
		{"other_ways_are_refused", test_other_ways_are_refused},
		{"nothing_is_lost_at_leave", test_nothing_is_lost_at_leave},
		{"offline_hands_over", test_offline_hands_over},
		{"who_waits_hands_over", test_who_waits_hands_over},
		{"map_waits_for_pages", test_map_waits_for_pages},
		{"not_inside_hands_over", test_not_inside_hands_over},
		{"callbacks", test_callbacks},
		{"limits", test_limits},
		{"ways_side_by_side", test_ways_side_by_side},
		{"fork", test_fork},
		{"waits", test_waits},
	};

	return designs_run("freeing", cases, sizeof(cases) / sizeof(*cases),
			   NULL);
}
