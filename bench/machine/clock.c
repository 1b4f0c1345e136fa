/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Choosing the clock, its rate, its cost and its step. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "machine/clock.h"
#include "machine/clock_step.h"

enum {
	WINDOWS = 9,
	WINDOW_NS = 5 * 1000 * 1000,
	TRIED_NS = 500 * 1000,
	READINGS = 4096,
	READINGS_MIN = 64,
	SAMPLING_NS = 50 * 1000 * 1000,
	MEAN_BLOCKS = 33,
	MEAN_INTERVALS = 64,
};

/* Windows that disagree by more than this: the counter is not steady. */
static const double SPREAD_MAX = 0.002;

bool clock_uses_tsc;
static struct clock_info info = {.ticks_per_ns = 1, .source = "clock_gettime"};

const struct clock_info *clock_info(void)
{
	return &info;
}

double clock_ns(uint64_t ticks)
{
	return (double)ticks / info.ticks_per_ns;
}

uint64_t clock_ticks(double ns)
{
	return (uint64_t)llround(ns * info.ticks_per_ns);
}

uint64_t clock_monotonic_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int by_double(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

#if defined(__x86_64__)

/* Whether the counter runs at one rate in every power state. */
static bool tsc_invariant(void)
{
	unsigned a, b, c, d;

	if (!__get_cpuid(0x80000007, &a, &b, &c, &d) || !(d & (1u << 8)))
		return false;
	return __get_cpuid(0x80000001, &a, &b, &c, &d) && (d & (1u << 27));
}

/*
 * The kernel checks counters of all CPUs against each other and changes the
 * clock source when they drift apart. Its paravirtual sources are the counter
 * scaled.
 */
static bool kernel_trusts_tsc(char *why, size_t size)
{
	static const char path[] = "/sys/devices/system/clocksource/"
				   "clocksource0/current_clocksource";
	static const char *const good[] = {"tsc", "kvm-clock",
					   "hyperv_clocksource_tsc_page"};
	char name[64] = "";
	FILE *f = fopen(path, "re");

	if (f) {
		if (!fgets(name, sizeof(name), f))
			name[0] = '\0';
		fclose(f);
		name[strcspn(name, "\n")] = '\0';
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		if (!strcmp(name, good[i]))
			return true;
	snprintf(why, size, "the kernel's clock source is %s, not tsc",
		 *name ? name : "unknown");
	return false;
}

struct edge {
	uint64_t ticks, ns;
};

/* Both clocks at one moment: the tightest of some attempts. */
static struct edge edge_take(void)
{
	struct edge best = {0, 0};
	uint64_t tightest = UINT64_MAX;

	for (int i = 0; i < 20; i++) {
		uint64_t before = clock_start();
		uint64_t ns = clock_monotonic_ns();
		uint64_t after = clock_stop();

		if (after - before < tightest) {
			tightest = after - before;
			best.ticks = before + tightest / 2;
			best.ns = ns;
		}
	}
	return best;
}

/* Ticks a ns in a window of @ns. */
static double rate_over(uint64_t ns)
{
	struct edge a = edge_take(), b;

	while (clock_monotonic_ns() - a.ns < ns)
		;
	b = edge_take();
	return (double)(b.ticks - a.ticks) / (double)(b.ns - a.ns);
}

/* The median rate of several windows; false if they do not agree. */
static bool tsc_rate(double *ticks_per_ns, char *why, size_t size)
{
	double rate[WINDOWS];

	for (int i = 0; i < WINDOWS; i++)
		rate[i] = rate_over(WINDOW_NS);
	qsort(rate, WINDOWS, sizeof(*rate), by_double);
	*ticks_per_ns = rate[WINDOWS / 2];
	/* The outermost two may each hold an interruption. */
	if (rate[WINDOWS - 2] - rate[1] <= SPREAD_MAX * *ticks_per_ns &&
	    *ticks_per_ns > 0.01 && *ticks_per_ns < 100)
		return true;
	snprintf(
		why, size,
		"rdtsc gave %.4f to %.4f ticks a ns against the kernel's clock",
		rate[1], rate[WINDOWS - 2]);
	return false;
}

static bool tsc_choose(struct clock_info *c)
{
	if (!tsc_invariant()) {
		snprintf(c->reason, sizeof(c->reason),
			 "the CPU has no invariant time-stamp counter");
		return false;
	}
	if (!kernel_trusts_tsc(c->reason, sizeof(c->reason)))
		return false;
	clock_uses_tsc = true;
	clock_uses_tsc =
		tsc_rate(&c->ticks_per_ns, c->reason, sizeof(c->reason));
	return clock_uses_tsc;
}

/* Twice the spread that calibration bears. */
static bool tsc_holds(const struct clock_info *found)
{
	clock_uses_tsc = true;
	clock_uses_tsc = fabs(rate_over(TRIED_NS) / found->ticks_per_ns - 1) <=
			 2 * SPREAD_MAX;
	return clock_uses_tsc;
}

#else

static bool tsc_holds(const struct clock_info *found)
{
	return false;
}

static bool tsc_choose(struct clock_info *c)
{
	snprintf(c->reason, sizeof(c->reason), "the CPU is not x86-64");
	return false;
}

#endif

/*
 * An interval costs less than some clocks can show, so the mean of a block
 * counts; the median over blocks drops those that were interrupted.
 */
double clock_mean_ns(clock_interval *once, void *arg)
{
	double mean[MEAN_BLOCKS];

	for (int b = 0; b < MEAN_BLOCKS; b++) {
		uint64_t sum = 0;

		for (int i = 0; i < MEAN_INTERVALS; i++)
			sum += once(arg);
		mean[b] = clock_ns(sum) / MEAN_INTERVALS;
	}
	qsort(mean, MEAN_BLOCKS, sizeof(*mean), by_double);
	return mean[MEAN_BLOCKS / 2];
}

static uint64_t nothing(void *arg)
{
	uint64_t t = clock_start();

	return clock_stop() - t;
}

/*
 * Lengths of intervals whose work varies by some times what a reading costs,
 * or all would be multiples of that. Never 0: a coarse clock is waited for.
 * Returns how many; very slow clocks give few.
 */
static size_t sample_lengths(uint64_t *length, double cost_ns)
{
	uint64_t until = clock_monotonic_ns() + SAMPLING_NS;
	uint64_t most = 4 * clock_ticks(cost_ns) + 64;
	size_t n = 0;

	while (n < READINGS &&
	       (n < READINGS_MIN || clock_monotonic_ns() < until)) {
		uint64_t work = n * UINT64_C(2654435761) % most;
		uint64_t t = clock_start(), d;

		for (uint64_t k = 0; k < work; k++)
			__asm__ volatile("" ::"r"(k));
		do
			d = clock_stop() - t;
		while (!d);
		length[n++] = d;
	}
	return n;
}

static double measure_step(double cost_ns)
{
	uint64_t length[READINGS];
	size_t n = sample_lengths(length, cost_ns);

	return clock_step_find(length, n) / info.ticks_per_ns;
}

int clock_init(bool allow_tsc, struct err *e)
{
	uint64_t t;

	info = (struct clock_info){.ticks_per_ns = 1,
				   .source = "clock_gettime"};
	clock_uses_tsc = false;
	t = clock_monotonic_ns();
	for (int i = 0; clock_monotonic_ns() == t; i++)
		if (i == 100 * 1000 * 1000)
			return err_set(e, -EIO, "the clock stands still");
	if (!allow_tsc)
		snprintf(info.reason, sizeof(info.reason), "not asked for");
	else if (tsc_choose(&info))
		info.source = "rdtscp";
	else
		info.ticks_per_ns = 1;
	info.cost_ns = clock_mean_ns(nothing, NULL);
	info.step_ns = measure_step(info.cost_ns);
	return 0;
}

int clock_adopt(const struct clock_info *found, struct err *e)
{
	bool tsc = !found->reason[0];

	/* Nobody has calibrated it. */
	if (!(found->cost_ns > 0) || !(found->ticks_per_ns > 0) ||
	    (tsc && !tsc_holds(found)))
		return clock_init(true, e);
	clock_uses_tsc = tsc;
	info = *found;
	info.source = tsc ? "rdtscp" : "clock_gettime";
	return 0;
}
