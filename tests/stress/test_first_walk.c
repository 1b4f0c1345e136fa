/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first walk that an IOTLB is asked for, beside an unmap that takes it for
 * one that nobody asks: a page is cleared and invalidated while another thread
 * samples the generation, reads the page and fills. What was cleared may not be
 * found afterwards. It happens once in the life of an IOTLB, so each round has
 * a new one. STRESS_SECONDS as in test_torture.c.
 */
#include <math.h>
#include <pthread.h>
#include <sched.h>

#include "stress.h"

#include "base/rng.h"

#define IOVA UINT64_C(0x7000)
#define PA   UINT64_C(0x123000)

static struct {
	struct iotlb *iotlb;
	uint64_t page; /* what the leaf entry says; 0: nothing */
	/* Rounds that were begun, and that the walker has done. acquire and
	 * release: with what belongs to a round. */
	uint64_t begun, done;
	bool stop;
} w;

/* Until *@at is @round. */
static void await(const uint64_t *at, uint64_t round)
{
	enum { SPINS = 4096 };

	for (unsigned i = 1; __atomic_load_n(at, __ATOMIC_ACQUIRE) != round;
	     i++)
		if (i % SPINS)
			__builtin_ia32_pause();
		else
			sched_yield();
}

/* So that they do not meet at the same place each time; they begin as far apart
 * as a line takes between their CPUs, which is ten times as long where these
 * share no cache. */
static void dawdle(struct rng *r)
{
	for (uint64_t n = rng_below(r, UINT64_C(64) << rng_below(r, 5)); n; n--)
		__asm__ volatile("");
}

static void *walker(void *arg)
{
	struct iotlb_stats stats = {0};
	struct rng r;

	rng_seed(&r, (uint64_t)stress_number("STRESS_SEED", 1), 1);
	for (uint64_t round = 1;; round++) {
		uint64_t generation, page;

		await(&w.begun, round);
		if (w.stop)
			return NULL;
		dawdle(&r);
		generation = iotlb_generation(w.iotlb);
		/* acquire: as the engine's loads of entries */
		page = __atomic_load_n(&w.page, __ATOMIC_ACQUIRE);
		if (page)
			iotlb_fill(w.iotlb, generation, 1, IOVA, page, 1,
				   VTD_R | VTD_W, &stats);
		__atomic_store_n(&w.done, round, __ATOMIC_RELEASE);
	}
}

static void nothing_stale_is_left(void **state)
{
	const struct iotlb_geometry small = {.sets = 1, .ways = 1};
	const double end = stress_now(CLOCK_MONOTONIC) +
			   fmin(stress_number("STRESS_SECONDS", 10) / 4, 20);
	struct iotlb_stats stats = {0};
	uint64_t rounds = 0, found = 0;
	pthread_t thread;
	struct rng r;

	rng_seed(&r, (uint64_t)stress_number("STRESS_SEED", 1), 0);
	assert_int_equal(pthread_create(&thread, NULL, walker, NULL), 0);
	while (!rounds || stress_now(CLOCK_MONOTONIC) < end) {
		uint64_t pa;
		unsigned perm;

		w.iotlb = iotlb_new(&small);
		assert_non_null(w.iotlb);
		w.page = PA;
		__atomic_store_n(&w.begun, ++rounds, __ATOMIC_RELEASE);
		dawdle(&r);
		/* release: as the engine's clearing of entries */
		__atomic_store_n(&w.page, 0, __ATOMIC_RELEASE);
		iotlb_invalidate_pages(w.iotlb, 1, IOVA, 0, true, &stats);
		await(&w.done, rounds);
		found += iotlb_lookup(w.iotlb, 1, IOVA, &pa, &perm, &stats);
		iotlb_free(w.iotlb);
	}
	w.stop = true;
	__atomic_store_n(&w.begun, rounds + 1, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	print_message("%" PRIu64 " first walks\n", rounds);
	assert_int_equal(found, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_stale_is_left)};

	return cmocka_run_group_tests_name("first walk", tests, NULL, NULL);
}
