/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cache model against streams counted by hand and against callgrind.
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

#include "counters/cachesim.h"

/* 2 sets x 2 ways L1d, 4 x 2 L2, 3 x 4 last level (no power of two). */
static const struct cachesim_geometry tiny = {
	.l1d_bytes = 256,
	.l1d_ways = 2,
	.l2_bytes = 512,
	.l2_ways = 2,
	.llc_bytes = 768,
	.llc_ways = 4,
	.line_bytes = 64,
};

static enum cachesim_level get(struct cachesim *s, unsigned cpu, unsigned line)
{
	return cachesim_access(s, cpu, (uint64_t)line * 64 + 8, false, 1);
}

static enum cachesim_level put(struct cachesim *s, unsigned cpu, unsigned line)
{
	return cachesim_access(s, cpu, (uint64_t)line * 64, true, 0);
}

static void lru_by_hand(void **state)
{
	struct cachesim *s = cachesim_new(&tiny, 1);

	assert_non_null(s);
	/* L1d set 0 holds even lines, two of them; L2 set 0 every fourth. */
	assert_int_equal(get(s, 0, 0), CACHESIM_MEMORY);
	assert_int_equal(get(s, 0, 0), CACHESIM_L1D);
	assert_int_equal(get(s, 0, 2), CACHESIM_MEMORY);
	assert_int_equal(get(s, 0, 0), CACHESIM_L1D); /* now 2 is the oldest */
	assert_int_equal(get(s, 0, 4), CACHESIM_MEMORY); /* throws 2 out */
	assert_int_equal(get(s, 0, 0), CACHESIM_L1D);
	assert_int_equal(get(s, 0, 2), CACHESIM_L2); /* throws 4 out */
	assert_int_equal(get(s, 0, 4), CACHESIM_L2);
	/* L2 set 0 has 0 and 4, 4 the latest: 8 throws 0 out of it. */
	assert_int_equal(get(s, 0, 8), CACHESIM_MEMORY);
	assert_int_equal(get(s, 0, 12), CACHESIM_MEMORY);
	assert_int_equal(get(s, 0, 0), CACHESIM_LLC);
	assert_int_equal(cachesim_count(s, 0, 1)->refs, 11);
	assert_int_equal(cachesim_count(s, 0, 1)->l1d_misses, 8);
	assert_int_equal(cachesim_count(s, 0, 1)->l2_misses, 6);
	assert_int_equal(cachesim_count(s, 0, 1)->llc_misses, 5);
	assert_int_equal(cachesim_count(s, 0, 1)->coherence, 0);
	assert_int_equal(cachesim_count(s, 0, 0)->refs, 0);

	cachesim_reset_counts(s);
	assert_int_equal(cachesim_count(s, 0, 1)->refs, 0);
	assert_int_equal(get(s, 0, 0), CACHESIM_L1D);
	cachesim_free(s);
}

/* The longest unused goes, whatever the order of the hits before. */
static void lru_of_four_ways(void **state)
{
	const struct cachesim_geometry g = {
		.l1d_bytes = 256, .l1d_ways = 4, .line_bytes = 64};
	struct cachesim *s = cachesim_new(&g, 1);

	assert_non_null(s);
	for (unsigned line = 0; line < 4; line++)
		get(s, 0, line);
	get(s, 0, 0);
	get(s, 0, 2); /* from the oldest on: 1, 3, 0, 2 */
	get(s, 0, 4);
	assert_int_equal(get(s, 0, 3), CACHESIM_L1D); /* 0, 2, 4, 3 */
	get(s, 0, 5);
	assert_int_equal(get(s, 0, 2), CACHESIM_L1D);	 /* 4, 3, 5, 2 */
	assert_int_equal(get(s, 0, 0), CACHESIM_MEMORY); /* 3, 5, 2, 0 */
	assert_int_equal(get(s, 0, 4), CACHESIM_MEMORY);
	assert_int_equal(get(s, 0, 5), CACHESIM_L1D);
	cachesim_free(s);
}

static void llc_sets_of_any_count(void **state)
{
	struct cachesim *s = cachesim_new(&tiny, 1);

	/* Lines 0, 3, 6, 9, 12 meet in set 0 of 3, which has four ways. */
	for (unsigned line = 0; line <= 12; line += 3)
		assert_int_equal(get(s, 0, line), CACHESIM_MEMORY);
	/* 0 is gone from the LLC; set 0 of the L2 (0, 12) still has it. */
	assert_int_equal(get(s, 0, 0), CACHESIM_L2);
	/* 16 throws 12 out of L2 set 0, 20 then 0: 0 comes from memory. */
	get(s, 0, 16);
	get(s, 0, 20);
	assert_int_equal(get(s, 0, 0), CACHESIM_MEMORY);
	cachesim_free(s);
}

static void lock_line_bounces(void **state)
{
	struct cachesim *s = cachesim_new(&tiny, 3);

	assert_int_equal(put(s, 0, 5), CACHESIM_MEMORY);
	for (unsigned i = 0; i < 10; i++) {
		assert_int_equal(put(s, 0, 5), CACHESIM_L1D);
		assert_int_equal(put(s, 1, 5), CACHESIM_LLC);
		assert_int_equal(put(s, 1, 5), CACHESIM_L1D);
		assert_int_equal(put(s, 0, 5), CACHESIM_LLC);
	}
	/* CPU 1 came for it first by a cold miss, then nine times by theft. */
	assert_int_equal(cachesim_count(s, 0, 0)->coherence, 10);
	assert_int_equal(cachesim_count(s, 1, 0)->coherence, 9);
	assert_int_equal(cachesim_count(s, 1, 0)->l1d_misses, 10);
	assert_int_equal(cachesim_count(s, 2, 0)->refs, 0);
	cachesim_free(s);
}

static void readers_share(void **state)
{
	struct cachesim *s = cachesim_new(&tiny, 2);

	get(s, 0, 7);
	assert_int_equal(get(s, 1, 7), CACHESIM_LLC);
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(get(s, 0, 7), CACHESIM_L1D);
		assert_int_equal(get(s, 1, 7), CACHESIM_L1D);
	}
	/* A write by CPU 0 leaves its own copy alone and takes the other. */
	assert_int_equal(put(s, 0, 7), CACHESIM_L1D);
	assert_int_equal(get(s, 0, 7), CACHESIM_L1D);
	assert_int_equal(get(s, 1, 7), CACHESIM_LLC);
	assert_int_equal(cachesim_count(s, 1, 1)->coherence, 1);
	assert_int_equal(cachesim_count(s, 0, 1)->coherence, 0);
	cachesim_free(s);
}

static void another_cpu_serves(void **state)
{
	struct cachesim *s = cachesim_new(&tiny, 2);

	get(s, 0, 1);
	/* CPU 1 pushes line 1 out of set 1 of the last level. */
	for (unsigned line = 4; line <= 16; line += 3)
		get(s, 1, line);
	assert_int_equal(get(s, 1, 1), CACHESIM_PEER);
	assert_int_equal(cachesim_count(s, 1, 1)->llc_misses, 5);
	assert_int_equal(cachesim_count(s, 1, 1)->l2_misses, 6);
	cachesim_free(s);
}

static void taken_ways_are_used_first(void **state)
{
	struct cachesim *s = cachesim_new(&tiny, 2);

	get(s, 0, 0);
	get(s, 0, 2);
	put(s, 1, 2); /* takes the latest of set 0 */
	get(s, 0, 4); /* goes where 2 was, so 0 stays */
	assert_int_equal(get(s, 0, 0), CACHESIM_L1D);
	assert_int_equal(get(s, 0, 4), CACHESIM_L1D);
	cachesim_free(s);
}

static uint64_t next_random(uint64_t *x)
{
	*x = *x * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return *x >> 33;
}

static void same_stream_same_counts(void **state)
{
	struct cachesim_count seen[2][4];

	memset(seen, 0, sizeof(seen));
	for (unsigned run = 0; run < 2; run++) {
		struct cachesim *s = cachesim_new(&tiny, 4);
		uint64_t x = 42;

		for (unsigned i = 0; i < 20000; i++) {
			uint64_t r = next_random(&x);

			cachesim_access(s, i % 4, (r % 12) * 64,
					next_random(&x) % 7 == 0, 1);
		}
		for (unsigned cpu = 0; cpu < 4; cpu++)
			seen[run][cpu] = *cachesim_count(s, cpu, 1);
		cachesim_free(s);
	}
	assert_memory_equal(seen[0], seen[1], sizeof(seen[0]));
	assert_true(seen[0][0].coherence > 100);
	assert_true(seen[0][0].coherence < seen[0][0].l2_misses);
}

static void bad_geometry(void **state)
{
	struct cachesim_geometry g = tiny;
	struct err e = {0};

	assert_int_equal(cachesim_geometry_check(&g, &e), 0);
	g.line_bytes = 48;
	assert_int_equal(cachesim_geometry_check(&g, &e), -EINVAL);
	assert_non_null(strstr(e.what, "48"));
	g = tiny;
	g.llc_bytes = 100;
	assert_int_equal(cachesim_geometry_check(&g, &e), -EINVAL);
	assert_non_null(strstr(e.what, "LLC"));
	assert_null(cachesim_new(&g, 1));
	assert_int_equal(errno, EINVAL);
	g = tiny;
	g.l2_ways = 0;
	assert_int_equal(cachesim_geometry_check(&g, &e), -EINVAL);
	assert_null(cachesim_new(&tiny, 0));
}

static void geometry_from_topology(void **state)
{
	const struct topo_cache caches[] = {
		{.level = 1, .bytes = 32768, .ways = 8, .line_bytes = 64},
		{.level = 2, .bytes = 524288, .ways = 8, .line_bytes = 64},
		{.level = 3, .bytes = 33554432, .line_bytes = 64},
	};
	struct params_sim p = {.l2_bytes = 1 << 20, .l2_ways = 16};
	struct cachesim_geometry g;
	struct err e = {0};

	assert_int_equal(cachesim_geometry_fill(&g, &p, caches, 3, &e), 0);
	assert_int_equal(g.l1d_bytes, 32768);
	assert_int_equal(g.l1d_ways, 8);
	assert_int_equal(g.l2_bytes, 1 << 20);
	assert_int_equal(g.l2_ways, 16);
	assert_int_equal(g.llc_bytes, 33554432);
	assert_int_equal(g.llc_ways, 16);
	assert_int_equal(g.line_bytes, 64);
	/* No third level: left out. No first: said. */
	assert_int_equal(cachesim_geometry_fill(&g, &p, caches, 2, &e), 0);
	assert_int_equal(g.llc_bytes, 0);
	assert_int_equal(cachesim_geometry_fill(&g, &p, NULL, 0, &e), -EINVAL);
	assert_non_null(strstr(e.what, "L1d"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lru_by_hand),
		cmocka_unit_test(lru_of_four_ways),
		cmocka_unit_test(llc_sets_of_any_count),
		cmocka_unit_test(lock_line_bounces),
		cmocka_unit_test(readers_share),
		cmocka_unit_test(another_cpu_serves),
		cmocka_unit_test(taken_ways_are_used_first),
		cmocka_unit_test(same_stream_same_counts),
		cmocka_unit_test(bad_geometry),
		cmocka_unit_test(geometry_from_topology),
	};

	return cmocka_run_group_tests_name("cachesim", tests, NULL, NULL);
}
