/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The IOTLB model: hits, replacement, every kind of invalidation, and the
 * generation that keeps a walk from entering what was invalidated. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
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
	assert_int_equal(stats.entries_invalidated, 2);
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

/* Random ranges against the plain meaning: overlap is gone, and what shares
 * no page of the widened range stays. */
static void test_range(void **state)
{
	struct rng r;

	rng_seed(&r, 5, 0);
	for (int round = 0; round < 3000; round++) {
		uint64_t first = rng_below(&r, 40), n = 1 + rng_below(&r, 20);
		uint64_t at = rng_below(&r, 64), mask = 0, low;

		iotlb_invalidate_global(tlb, &stats);
		fill(1, at << 12, 0x7000, 1);
		iotlb_invalidate_range(tlb, 1, first << 12,
				       ((first + n) << 12) - 1, true, &stats);
		while (first >> mask != (first + n - 1) >> mask)
			mask++;
		low = first >> mask << mask;
		assert_int_equal(holds(1, at << 12, 0x7000),
				 at < low || at >= low + (1ull << mask));
	}
}

/* Beyond the largest mask the whole domain goes, and only it. */
static void test_range_beyond_mask(void **state)
{
	fill(1, 0x7ffff000, 0x1000, 1);
	fill(2, 0x7ffff000, 0x2000, 1);
	iotlb_invalidate_range(tlb, 1, 0, (UINT64_C(1) << 40) - 1, false,
			       &stats);
	assert_false(holds(1, 0x7ffff000, 0));
	assert_true(holds(2, 0x7ffff000, 0x2000));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_tlb, close_tlb)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_geometry),	    TEST(test_hit),
		TEST(test_refill_replaces), TEST(test_replacement),
		TEST(test_generation),	    TEST(test_domain_and_global),
		TEST(test_pages),	    TEST(test_large_dies_whole),
		TEST(test_range),	    TEST(test_range_beyond_mask),
	};

	return cmocka_run_group_tests_name("iotlb", tests, NULL, NULL);
}
