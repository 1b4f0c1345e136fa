/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rounds: whose batches count, and until when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "machine/clock.h"
#include "measure/rounds.h"

enum { N = 3 };

/* Contestants that lose the batches that they are told to. */
static struct {
	unsigned round, ran[N], collected[N], lost[N];
	unsigned lose_every, lose_of; /* contestant @lose_of, each so many */
	unsigned out;		      /* is not there; N: all are */
	int fails;
	unsigned first[N]; /* how often the round began with it */
	bool begun;
	uint64_t wait; /* ticks of a round */
} seen;

static int prepare(void *arg, unsigned round)
{
	uint64_t until = clock_start() + seen.wait;

	assert_int_equal(round, seen.round++);
	seen.begun = false;
	while (clock_start() < until)
		;
	return 0;
}

static int run(void *arg, unsigned i, struct batch *b)
{
	if (i == seen.out)
		return 1;
	if (!seen.begun)
		seen.first[i]++;
	seen.begun = true;
	seen.ran[i]++;
	b->lost = i == seen.lose_of && seen.lose_every &&
		  seen.round % seen.lose_every == 0;
	return seen.fails;
}

static void collect(void *arg, unsigned i, const struct batch *b)
{
	seen.collected[i]++;
	seen.lost[i] += b->lost;
}

static int rounds(unsigned wanted, unsigned tries, uint64_t patience, bool pair)
{
	struct rng rng;
	const struct rounds r = {.n = N,
				 .wanted = wanted,
				 .tries = tries,
				 .patience_ns = patience,
				 .paired = pair,
				 .rng = &rng,
				 .prepare = prepare,
				 .run = run,
				 .collect = collect};

	rng_seed(&rng, 1, 1);
	return rounds_run(&r);
}

static int start(void **state)
{
	memset(&seen, 0, sizeof(seen));
	seen.out = N;
	return 0;
}

static void as_many_as_wanted(void **state)
{
	assert_int_equal(rounds(300, 900, 0, false), 0);
	assert_int_equal(seen.round, 300);
	for (unsigned i = 0; i < N; i++) {
		assert_int_equal(seen.ran[i], 300);
		assert_int_equal(seen.collected[i], 300);
		/* 100 on average; 8.2 is one standard deviation */
		assert_in_range(seen.first[i], 60, 140);
	}
}

static void who_lost_tries_again(void **state)
{
	seen.lose_every = 2;
	assert_int_equal(rounds(10, 90, 0, false), 0);
	assert_int_equal(seen.ran[0], 19);
	assert_int_equal(seen.ran[1], 10);
	for (unsigned i = 0; i < N; i++) {
		assert_int_equal(seen.collected[i], 10);
		assert_int_equal(seen.lost[i], 0);
	}
}

static void a_pair_is_of_one_round(void **state)
{
	seen.lose_every = 2;
	assert_int_equal(rounds(10, 90, 0, true), 0);
	for (unsigned i = 0; i < N; i++) {
		assert_int_equal(seen.ran[i], 19);
		assert_int_equal(seen.collected[i], 10);
	}
}

static void no_clean_one_in_all_tries(void **state)
{
	seen.lose_every = 1;
	assert_int_equal(rounds(10, 30, 0, false), 0);
	assert_int_equal(seen.ran[0], 30);
	assert_int_equal(seen.collected[0], 1);
	assert_int_equal(seen.lost[0], 1);
	start(state);
	seen.lose_every = 1;
	assert_int_equal(rounds(10, 30, 0, true), 0);
	assert_int_equal(seen.round, 30);
	assert_int_equal(seen.collected[0] + seen.collected[1], 0);
}

static void patience_ends(void **state)
{
	seen.wait = clock_ticks(1e6);
	assert_int_equal(rounds(1000, 1000, 5000000, false), 0);
	assert_in_range(seen.round, 1, 7);
	assert_int_equal(seen.collected[0], seen.round);
}

static void who_is_out(void **state)
{
	seen.out = 1;
	assert_int_equal(rounds(5, 5, 0, false), 0);
	assert_int_equal(seen.collected[0], 5);
	assert_int_equal(seen.collected[1], 0);
	assert_int_equal(seen.round, 5);
}

static void a_failure_ends_them(void **state)
{
	seen.fails = -5;
	assert_int_equal(rounds(5, 5, 0, false), -5);
	assert_int_equal(seen.ran[0] + seen.ran[1] + seen.ran[2], 1);
	assert_int_equal(seen.collected[0], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(as_many_as_wanted, start),
		cmocka_unit_test_setup(who_lost_tries_again, start),
		cmocka_unit_test_setup(a_pair_is_of_one_round, start),
		cmocka_unit_test_setup(no_clean_one_in_all_tries, start),
		cmocka_unit_test_setup(patience_ends, start),
		cmocka_unit_test_setup(who_is_out, start),
		cmocka_unit_test_setup(a_failure_ends_them, start),
	};
	struct err e = {0};

	return clock_init(true, &e)
		       ? 1
		       : cmocka_run_group_tests_name("rounds", tests, NULL,
						     NULL);
}
