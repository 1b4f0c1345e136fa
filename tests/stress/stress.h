/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the stress tests share: settings, memory, the books of a pool. */
#ifndef STRESS_H
#define STRESS_H

#include <inttypes.h>
#include <sys/mman.h>
#include <time.h>

#include "../designs.h"
#include "../pool_books.h"
#include "../kernels/aligned.h"
#include "../kernels/check.h"
#include "../kernels/device_walk.h"

static inline double stress_number(const char *name, double fallback)
{
	const char *text = getenv(name);

	return text ? strtod(text, NULL) : fallback;
}

static inline double stress_now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* How many times as long as asked for a part may take on a busy machine. */
enum { STRESS_PATIENCE = 4 };

/*
 * Lets @threads run for @seconds. On a machine that is busy otherwise, until
 * together they had half a CPU for so long (they sleep much of the time),
 * within STRESS_PATIENCE times that; and until *@begun, which they count up
 * (relaxed: a number on its own), says that each has done something.
 */
static inline void stress_wait(double seconds, unsigned threads,
			       const unsigned *begun)
{
	const struct timespec moment = {.tv_nsec = 2000000};
	double begin = stress_now(CLOCK_MONOTONIC), passed = 0;
	double had = stress_now(CLOCK_PROCESS_CPUTIME_ID);

	while (passed < seconds ||
	       __atomic_load_n(begun, __ATOMIC_RELAXED) < threads ||
	       (passed < STRESS_PATIENCE * seconds &&
		stress_now(CLOCK_PROCESS_CPUTIME_ID) - had < seconds / 2)) {
		nanosleep(&moment, NULL);
		passed = stress_now(CLOCK_MONOTONIC) - begin;
	}
}

/* The share of one design in STRESS_SECONDS (10). */
static inline double stress_seconds(void)
{
	size_t n = 0;

	while (designs[n])
		n++;
	if (getenv("STRESS_DESIGN"))
		n = 1;
	return stress_number("STRESS_SECONDS", 10) / (double)n;
}

/* A pool of @pages, of which only those used take memory. */
static inline void stress_pool_init(struct pool *p, size_t pages, uint64_t pa)
{
	void *mem = mmap(NULL, pages * VTD_PAGE_BYTES, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	assert_ptr_not_equal(mem, MAP_FAILED);
	assert_int_equal(pool_init(p, mem, pages * VTD_PAGE_BYTES, pa), 0);
}

static inline void stress_pool_fini(struct pool *p)
{
	pool_books(p);
	munmap(p->mem, p->npages * VTD_PAGE_BYTES);
	pool_fini(p);
}

static inline void stress_ages_clear(void)
{
	memset(check_ages, 0, sizeof(check_ages));
}

/* What the grace periods came to: how long unlinked tables waited. Returns how
 * many tables did. */
static inline uint64_t stress_ages_print(void)
{
	static const char *const units[] = {"ns", "us", "ms", "s"};
	uint64_t sum = 0;

	print_message("#   unlinked to reclaimed:");
	for (unsigned k = 0; k < CHECK_AGES; k++) {
		if (check_ages[k])
			print_message(" %u%s+ %" PRIu64, 1u << k % 10,
				      units[k / 10], check_ages[k]);
		sum += check_ages[k];
	}
	print_message("\n");
	return sum;
}

/*
 * A thread of @d's; or, with the IOTLB that it asks, a device, which is no
 * thread of the design's: t->device tells them apart.
 */
static inline void stress_enter(const struct design *d, struct engine_thread *t,
				struct pool *pool, struct iotlb *device_of)
{
	if (!device_of)
		d->thread_enter(t, pool);
	else if (device_enter(t, device_of))
		abort();
}

static inline void stress_leave(const struct design *d, struct engine_thread *t,
				struct iotlb *device_of)
{
	if (device_of)
		device_leave(t, device_of);
	else
		d->thread_leave(t);
}

static inline void stress_quiesce(const struct design *d,
				  struct engine_thread *t)
{
	if (!t->device)
		d->thread_quiesce(t);
}

/* More threads than CPUs: lets the others in, too. A device waits for nobody,
 * so it sleeps. */
static inline void stress_rest(const struct design *d, struct engine_thread *t)
{
	if (!t->device)
		d->thread_offline(t);
	check_give_way(t->device);
	if (!t->device)
		d->thread_online(t);
}

/* Runs @test on each design; STRESS_DESIGN takes one. */
static inline int stress_run(const char *name, void (*test)(void))
{
	const struct design_case one = {name, test};

	return designs_run(name, &one, 1, "STRESS_DESIGN");
}

#endif
