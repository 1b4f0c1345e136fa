/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The IOTLB model: hits, replacement, every kind of invalidation, and the
 * generation that keeps a walk from entering what was invalidated; the same of
 * the paging-structure caches; what an invalidation costs, in counts; and that
 * it waits for devices. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/rng.h"
#include "../kernels/device.h"
#include "../kernels/invalidation/queue.h"
#include "../kernels/iotlb.h"

static struct iotlb *tlb;
static struct iotlb_stats stats;

static int open_tlb(void **state)
{
	struct iotlb_geometry g = {16, 4};

	memset(&stats, 0, sizeof(stats));
	tlb = iotlb_new(&g);
	return !tlb;
}

static int close_tlb(void **state)
{
	iotlb_free(tlb);
	return 0;
}

static void fill(uint16_t domain, uint64_t iova, uint64_t pa, unsigned level)
{
	iotlb_fill(tlb, iotlb_generation(tlb), domain, iova, pa, level,
		   VTD_R | VTD_W, &stats);
}

static bool holds(uint16_t domain, uint64_t iova, uint64_t want)
{
	unsigned perm = 0;
	uint64_t pa;

	if (!iotlb_lookup(tlb, domain, iova, &pa, &perm, &stats))
		return false;
	assert_int_equal(pa, want);
	assert_int_equal(perm, VTD_R | VTD_W);
	return true;
}

static void test_geometry(void **state)
{
	static const struct iotlb_geometry bad[] = {
		{0, 1}, {3, 1}, {16, 0}, {16, 17}};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		errno = 0;
		assert_null(iotlb_new(&bad[i]));
		assert_int_equal(errno, EINVAL);
	}
}

static void test_hit(void **state)
{
	assert_false(holds(1, 0x5000, 0));
	fill(1, 0x5000, 0xabc000, 1);
	assert_true(holds(1, 0x5123, 0xabc123));
	assert_false(holds(2, 0x5123, 0)); /* another domain */
	assert_false(holds(1, 0x6000, 0)); /* the next page */
	fill(1, 0x40300000, 0x80200000 + 0x100000, 2);
	assert_true(holds(1, 0x402fffff, 0x802fffff));
	assert_false(holds(1, 0x40400000, 0));
	fill(1, 0x1c0000000, 0x3c0000000, 3);
	assert_true(holds(1, 0x1ffffffff, 0x3ffffffff));
	assert_int_equal(stats.hits, 3);
	assert_int_equal(stats.misses, 4);
}

static void test_refill_replaces(void **state)
{
	fill(1, 0x5000, 0x1000, 1);
	fill(1, 0x5000, 0x2000, 1);
	assert_true(holds(1, 0x5000, 0x2000));
}

static void test_replacement(void **state)
{
	unsigned held = 0;

	/* five pages of one set of four ways: the first goes */
	for (uint64_t i = 0; i < 5; i++)
		fill(1, i * 16 << 12, i << 20, 1);
	for (uint64_t i = 0; i < 5; i++)
		held += holds(1, i * 16 << 12, i << 20);
	assert_int_equal(held, 4);
	assert_false(holds(1, 0, 0));
}

static void test_generation(void **state)
{
	uint64_t before;

	before = iotlb_generation(tlb);
	iotlb_invalidate_pages(tlb, 1, 0x9000, 0, true, &stats);
	/* the walk began before: what it read may be gone */
	iotlb_fill(tlb, before, 1, 0x5000, 0x1000, 1, VTD_R, &stats);
	assert_false(holds(1, 0x5000, 0));
	assert_int_equal(stats.fills_dropped, 1);
	assert_int_equal(stats.fills, 0);
}

static void test_domain_and_global(void **state)
{
	fill(1, 0x5000, 0x1000, 1);
	fill(2, 0x5000, 0x2000, 1);
	iotlb_invalidate_domain(tlb, 1, &stats);
	assert_false(holds(1, 0x5000, 0));
	assert_true(holds(2, 0x5000, 0x2000));
	iotlb_invalidate_global(tlb, &stats);
	assert_false(holds(2, 0x5000, 0));
}

/* A page-selective invalidation takes exactly the pages of its mask. */
static void test_pages(void **state)
{
	for (unsigned mask = 0; mask <= 6; mask++) {
		uint64_t first = UINT64_C(64) << 12;
		uint64_t n = UINT64_C(1) << mask;

		iotlb_invalidate_global(tlb, &stats);
		fill(1, first - 4096, 0x1000, 1);
		fill(1, first + (n - 1) * 4096, 0x2000, 1);
		fill(1, first + n * 4096, 0x3000, 1);
		fill(7, first, 0x4000, 1);
		iotlb_invalidate_pages(tlb, 1, first, mask, true, &stats);
		assert_true(holds(1, first - 4096, 0x1000));
		assert_false(holds(1, first + (n - 1) * 4096, 0));
		assert_true(holds(1, first + n * 4096, 0x3000));
		assert_true(holds(7, first, 0x4000));
	}
}

static void test_large_dies_whole(void **state)
{
	fill(1, 0x40200000, 0x80200000, 2);
	fill(1, 0x40000000, 0xc0000000, 3);
	fill(1, 0x40400000, 0x80400000, 2);
	iotlb_invalidate_pages(tlb, 1, 0x40201000, 0, true, &stats);
	assert_false(holds(1, 0x40200000, 0)); /* neither 2M nor 1G */
	assert_true(holds(1, 0x40400000, 0x80400000));
}

/* ---- paging-structure caches ---------------------------------------------- */

static const struct device *walker; /* who fills and asks; NULL: a CPU */

static void psc_of(enum psc_scope scope)
{
	struct iotlb_geometry g = {4, 4};

	walker = NULL;
	assert_int_equal(iotlb_psc_init(tlb, &g, scope), 0);
}

static void psc(void)
{
	psc_of(PSC_SHARED);
}

/* The tables that a walk of @iova through five levels goes by: of level @to to
 * 4, each named by an entry above. */
static void psc_fill(uint16_t domain, uint64_t iova, unsigned to)
{
	for (unsigned level = 5; level > to; level--)
		iotlb_psc_fill(tlb, walker, iotlb_generation(tlb), domain, iova,
			       (uint64_t)(level << 20) | VTD_R | VTD_W, level,
			       &stats);
}

/* Where a walk of @iova begins. */
static unsigned begins(uint16_t domain, uint64_t iova)
{
	uint64_t table = 0;
	unsigned perm = 0;
	unsigned level = iotlb_psc_lookup(tlb, walker, domain, iova, 5, &table,
					  &perm, &stats);

	assert_int_equal(perm, VTD_R | VTD_W);
	if (level < 5)
		assert_int_equal(table, (level + 1) << 20);
	return level;
}

static void test_psc_geometry(void **state)
{
	struct iotlb_geometry bad = {3, 1};

	assert_int_equal(begins(1, 0x5000), 5); /* there are none */
	assert_int_equal(iotlb_psc_init(tlb, &bad, PSC_SHARED), -EINVAL);
	psc();
	assert_int_equal(begins(1, 0x5000), 5);
}

static void test_psc_lowest(void **state)
{
	const uint64_t iova = UINT64_C(0x12345678a000);
	uint64_t table;
	unsigned perm;

	psc();
	for (unsigned to = 4; to >= 1; to--) {
		psc_fill(1, iova, to);
		assert_int_equal(begins(1, iova), to);
		/* another page that the same table leads to */
		assert_int_equal(begins(1, iova ^ (vtd_span(to + 1) - 4096)),
				 to);
	}
	/* a neighbour shares the tables above */
	assert_int_equal(begins(1, iova ^ vtd_span(2)), 2);
	assert_int_equal(begins(1, iova ^ vtd_span(4)), 4);
	assert_int_equal(begins(2, iova), 5);
	/* what the upper entries allow comes with it */
	iotlb_psc_fill(tlb, NULL, iotlb_generation(tlb), 1, iova,
		       0x7000 | VTD_R, 2, &stats);
	assert_int_equal(iotlb_psc_lookup(tlb, NULL, 1, iova, 5, &table, &perm,
					  &stats),
			 1);
	assert_int_equal(table, 0x7000);
	assert_int_equal(perm, VTD_R);
}

static void test_psc_generation(void **state)
{
	uint64_t before;

	psc();
	before = iotlb_generation(tlb);
	iotlb_invalidate_pages(tlb, 1, 0x9000, 0, false, &stats);
	iotlb_psc_fill(tlb, NULL, before, 1, 0x5000, 0x1003, 2, &stats);
	assert_int_equal(stats.psc_fills_dropped, 1);
	assert_int_equal(begins(1, 0x5000), 5);
}

/* The leaf-only hint leaves all; without it all entries go that the range
 * overlaps, of every level, and no others. */
static void test_psc_pages(void **state)
{
	psc();
	for (unsigned mask = 0; mask <= INV_MASK_MAX; mask++) {
		const uint64_t iova = UINT64_C(0x345600000000);
		const uint64_t bytes = UINT64_C(4096) << mask;
		const uint64_t last = iova + bytes - 4096;

		iotlb_invalidate_global(tlb, &stats);
		psc_fill(1, iova, 1);
		psc_fill(1, last, 1);
		psc_fill(7, iova, 1);
		iotlb_invalidate_pages(tlb, 1, iova, mask, true, &stats);
		assert_int_equal(begins(1, iova), 1);
		assert_int_equal(begins(1, last), 1);
		iotlb_invalidate_pages(tlb, 1, iova, mask, false, &stats);
		assert_int_equal(begins(1, iova), 5);
		assert_int_equal(begins(1, last), 5);
		assert_int_equal(begins(7, iova), 1);
	}
	/* next door: only what both are below goes */
	psc_fill(1, 0x40000000, 1);
	iotlb_invalidate_pages(tlb, 1, 0x40200000, 9, false, &stats);
	assert_int_equal(begins(1, 0x40000000), 1);
}

static void test_psc_domain_and_global(void **state)
{
	psc();
	psc_fill(1, 0x5000, 1);
	psc_fill(2, 0x5000, 1);
	iotlb_invalidate_domain(tlb, 1, &stats);
	assert_int_equal(begins(1, 0x5000), 5);
	assert_int_equal(begins(2, 0x5000), 1);
	iotlb_invalidate_global(tlb, &stats);
	assert_int_equal(begins(2, 0x5000), 5);
}

/* Where a walk of domain 1 at @iova begins: of a CPU, and of @dev. */
static void begin_at(struct device *const dev[2], uint64_t iova, unsigned cpu,
		     unsigned first, unsigned second)
{
	walker = NULL;
	assert_int_equal(begins(1, iova), cpu);
	walker = dev[0];
	assert_int_equal(begins(1, iova), first);
	walker = dev[1];
	assert_int_equal(begins(1, iova), second);
}

static void fill_all(struct device *const dev[2], uint64_t iova)
{
	for (unsigned i = 0; i < 3; i++) {
		walker = i < 2 ? dev[i] : NULL;
		psc_fill(1, iova, 1);
	}
	begin_at(dev, iova, 1, 1, 1);
}

/* Each device its own, and the CPUs theirs: nobody gets what another's walk
 * found, and every invalidation is for all of them. */
static void test_psc_of_walkers(void **state)
{
	const uint64_t iova = UINT64_C(0x345600000000);
	struct device *dev[2];

	psc_of(PSC_WALKER);
	for (unsigned i = 0; i < 2; i++)
		assert_non_null(dev[i] = iotlb_device_get(tlb));
	walker = dev[0];
	psc_fill(1, iova, 1);
	begin_at(dev, iova, 5, 1, 5);
	walker = NULL;
	psc_fill(1, iova, 2);
	begin_at(dev, iova, 2, 1, 5);
	/* counted where a walker counts, whosever they are */
	assert_int_equal(stats.psc_fills, 4 + 3);
	assert_int_equal(stats.psc_hits, 1 + 2);
	assert_int_equal(stats.psc_misses, 2 + 1);

	fill_all(dev, iova);
	iotlb_invalidate_pages(tlb, 1, iova, 0, true, &stats);
	begin_at(dev, iova, 1, 1, 1);
	iotlb_invalidate_pages(tlb, 2, iova, 0, false, &stats);
	begin_at(dev, iova, 1, 1, 1);
	iotlb_invalidate_pages(tlb, 1, iova, 0, false, &stats);
	begin_at(dev, iova, 5, 5, 5);
	assert_int_equal(stats.psc_dropped, 3 * 4);
	fill_all(dev, iova);
	iotlb_invalidate_domain(tlb, 1, &stats);
	begin_at(dev, iova, 5, 5, 5);
	fill_all(dev, iova);
	iotlb_invalidate_global(tlb, &stats);
	begin_at(dev, iova, 5, 5, 5);

	/* A device that nobody has keeps nothing that was invalidated. */
	fill_all(dev, iova);
	iotlb_device_put(tlb, dev[1]);
	iotlb_invalidate_pages(tlb, 1, iova, 0, false, &stats);
	assert_ptr_equal(iotlb_device_get(tlb), dev[1]);
	begin_at(dev, iova, 5, 5, 5);
	walker = NULL;
}

/* ---- what an invalidation costs -------------------------------------------- */

/* Sets that a page-selective invalidation looked into. */
static uint64_t visits(unsigned mask, bool leaf_only)
{
	uint64_t before = stats.sets_visited;

	iotlb_invalidate_pages(tlb, 1, 0, mask, leaf_only, &stats);
	return stats.sets_visited - before;
}

static void fill_up(void)
{
	for (uint64_t i = 0; i < 200; i++) {
		fill((uint16_t)(1 + i % 3), i << 12, i << 20, 1);
		fill((uint16_t)(1 + i % 3), i << 21, i << 30, 2);
		psc_fill((uint16_t)(1 + i % 3), i << 30, 1);
	}
}

/* It is the same whatever the caches hold: none of a domain or of everything,
 * and a set for each page and level of a page-selective one, or all. */
static void test_cost(void **state)
{
	psc();
	/* Nobody has walked yet: there is nothing to look for. */
	assert_int_equal(visits(0, false), 0);
	assert_int_equal(visits(11, true), 0);
	iotlb_generation(tlb);
	for (unsigned round = 0; round < 2; round++) {
		/* 16 sets; 4 of each paging-structure cache */
		assert_int_equal(visits(0, true), 3);
		assert_int_equal(visits(3, true), 8 + 2);
		assert_int_equal(visits(8, true), 16 + 2);
		assert_int_equal(visits(11, true), 16 + 4 + 1);
		assert_int_equal(visits(0, false), 3 + 4);
		assert_int_equal(visits(10, false), 16 + 2 + 1 + 2 + 3);
		fill_up();
	}
	stats.sets_visited = stats.entries_dropped = stats.psc_dropped = 0;
	iotlb_invalidate_domain(tlb, 1, &stats);
	iotlb_invalidate_global(tlb, &stats);
	assert_int_equal(stats.sets_visited, 0);
	assert_int_equal(stats.entries_dropped + stats.psc_dropped, 0);
}

/* What an invalidation of a domain left behind takes nobody's place. */
static void test_dead_are_used_again(void **state)
{
	for (uint64_t i = 0; i < 4; i++)
		fill(1, i * 16 << 12, i << 20, 1);
	iotlb_invalidate_domain(tlb, 1, &stats);
	/* four more of the same set; 7 sets on for each domain */
	for (uint64_t i = 0; i < 4; i++)
		fill(17, i * 16 << 12, (i + 1) << 20, 1);
	for (uint64_t i = 0; i < 4; i++)
		assert_true(holds(17, i * 16 << 12, (i + 1) << 20));
	/* back in the same page, and alive */
	fill(1, 0, 0x3000, 1);
	assert_true(holds(1, 0, 0x3000));
}

/* ---- devices ----------------------------------------------------------------
 */

static int returned; /* relaxed: looked at for itself */

static void *invalidate(void *arg)
{
	struct iotlb_stats own = {0};

	switch (*(int *)arg) {
	case 0:
		iotlb_invalidate_pages(tlb, 1, 0x5000, 0, true, &own);
		break;
	case 1: /* tables may go: any on the way to any page of the domain */
		iotlb_invalidate_pages(tlb, 1, 0x80000000, 0, false, &own);
		break;
	case 2:
		iotlb_invalidate_domain(tlb, 1, &own);
		break;
	default:
		iotlb_invalidate_global(tlb, &own);
		break;
	}
	__atomic_store_n(&returned, 1, __ATOMIC_RELAXED);
	return own.drained == 1 ? NULL : &returned;
}

/* Who invalidates is back after the walk that was under way, and not before. */
static void test_drain(void **state)
{
	const struct timespec moment = {.tv_nsec = 5000000};
	struct device *dev = iotlb_device_get(tlb);
	pthread_t thread;
	void *wrong;

	assert_non_null(dev);
	iotlb_generation(tlb); /* as every walk that misses */
	for (int kind = 0; kind < 4; kind++) {
		returned = 0;
		device_begin(dev, 1, 0x5123);
		assert_int_equal(
			pthread_create(&thread, NULL, invalidate, &kind), 0);
		for (int i = 0; i < 4; i++) {
			nanosleep(&moment, NULL);
			assert_int_equal(__atomic_load_n(&returned,
							 __ATOMIC_RELAXED),
					 0);
		}
		device_end(dev);
		/* the next one began after it, and is not waited for */
		device_begin(dev, 1, 0x5123);
		pthread_join(thread, &wrong);
		assert_null(wrong);
		device_end(dev);
	}
	iotlb_device_put(tlb, dev);
}

/* What cannot use what is removed is not waited for: these return. */
static void test_drain_of_others(void **state)
{
	struct device *dev = iotlb_device_get(tlb);

	assert_non_null(dev);
	device_begin(dev, 1, 0x5000);
	iotlb_invalidate_pages(tlb, 1, 0x6000, 0, true, &stats);
	iotlb_invalidate_pages(tlb, 2, 0x5000, 0, false, &stats);
	iotlb_invalidate_domain(tlb, 2, &stats);
	device_end(dev);
	iotlb_invalidate_global(tlb, &stats);
	assert_int_equal(stats.drained, 0);
	iotlb_device_put(tlb, dev);
	/* given out again, and to one at a time */
	assert_ptr_equal(iotlb_device_get(tlb), dev);
	assert_ptr_not_equal(iotlb_device_get(tlb), dev);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_tlb, close_tlb)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_geometry),
		TEST(test_hit),
		TEST(test_refill_replaces),
		TEST(test_replacement),
		TEST(test_generation),
		TEST(test_domain_and_global),
		TEST(test_pages),
		TEST(test_large_dies_whole),
		TEST(test_psc_geometry),
		TEST(test_psc_lowest),
		TEST(test_psc_generation),
		TEST(test_psc_pages),
		TEST(test_psc_domain_and_global),
		TEST(test_psc_of_walkers),
		TEST(test_cost),
		TEST(test_dead_are_used_again),
		TEST(test_drain),
		TEST(test_drain_of_others),
	};

	return cmocka_run_group_tests_name("iotlb", tests, NULL, NULL);
}
