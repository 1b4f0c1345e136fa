/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The generators give the published sequences and no biased draws. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/rng.h"

/* First outputs of splitmix64 seeded with 1234567, as published. */
static void seeds_with_splitmix64(void **state)
{
	static const uint64_t want[] = {
		UINT64_C(6457827717110365317),
		UINT64_C(3203168211198807973),
		UINT64_C(9817491932198370423),
		UINT64_C(4593380528125082431),
	};
	struct rng r;

	rng_seed(&r, 1234567, 0);
	for (int i = 0; i < 4; i++)
		assert_true(r.s[i] == want[i]);
}

/* From the state 1, 2, 3, 4: the vector other implementations test. */
static void draws_xoshiro256ss(void **state)
{
	static const uint64_t want[] = {
		11520U,
		0U,
		1509978240U,
		UINT64_C(1215971899390074240),
		UINT64_C(1216172134540287360),
		UINT64_C(607988272756665600),
		UINT64_C(16172922978634559625),
		UINT64_C(8476171486693032832),
		UINT64_C(10595114339597558777),
		UINT64_C(2904607092377533576),
	};
	struct rng r = {{1, 2, 3, 4}};

	for (int i = 0; i < 10; i++)
		assert_true(rng_u64(&r) == want[i]);
}

static void streams_differ(void **state)
{
	enum { SEEDS = 4, STREAMS = 64, ALL = SEEDS * STREAMS };
	uint64_t first[ALL];
	int n = 0;

	for (uint64_t seed = 0; seed < SEEDS; seed++)
		for (uint64_t stream = 0; stream < STREAMS; stream++) {
			struct rng r;

			rng_seed(&r, seed, stream);
			first[n] = rng_u64(&r);
			for (int i = 0; i < n; i++)
				assert_true(first[i] != first[n]);
			n++;
		}
}

/*
 * For 3 * 2^62 a remainder would give the lower third double, and a product
 * without a second draw every third number.
 */
static void below_is_uniform(void **state)
{
	uint64_t n = UINT64_C(3) << 62;
	unsigned third[3] = {0}, residue[3] = {0}, small[7] = {0};
	struct rng r;

	rng_seed(&r, 1, 0);
	for (int i = 0; i < 30000; i++) {
		uint64_t v = rng_below(&r, n);

		assert_true(v < n);
		third[v >> 62]++;
		residue[v % 3]++;
		small[rng_below(&r, 7)]++;
		assert_true(rng_below(&r, 1) == 0);
	}
	for (int i = 0; i < 3; i++) {
		assert_in_range(third[i], 9600, 10400);
		assert_in_range(residue[i], 9600, 10400);
	}
	for (int i = 0; i < 7; i++)
		assert_in_range(small[i], 4000, 4600);
}

static void doubles_fill_the_unit(void **state)
{
	double least = 1, most = 0, sum = 0;
	struct rng r;

	rng_seed(&r, 2, 0);
	for (int i = 0; i < 100000; i++) {
		double d = rng_double(&r);

		least = d < least ? d : least;
		most = d > most ? d : most;
		sum += d;
	}
	assert_true(least >= 0 && least < 0.001);
	assert_true(most < 1 && most > 0.999);
	assert_true(sum > 49500 && sum < 50500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seeds_with_splitmix64),
		cmocka_unit_test(draws_xoshiro256ss),
		cmocka_unit_test(streams_differ),
		cmocka_unit_test(below_is_uniform),
		cmocka_unit_test(doubles_fill_the_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
