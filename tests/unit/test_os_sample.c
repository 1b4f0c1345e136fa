/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scheduler facts: what counts as a lost CPU, and that real losses are seen.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "counters/os_sample.h"

static void rules(void **state)
{
	const struct os_delta calm = {.wall_ns = 1000000,
				      .cpu_ns = 999000,
				      .has_run_delay = true,
				      .has_steal = true};
	struct os_delta d = calm;
	char why[64] = "";

	assert_false(os_disturbed(&d, why, sizeof(why)));
	assert_string_equal(why, "");

	d.cpu_ns = d.wall_ns - OS_LOST_NS_MAX;
	assert_false(os_disturbed(&d, NULL, 0));
	d.cpu_ns--;
	assert_true(os_disturbed(&d, NULL, 0));
	d.voluntary = 1; /* slept: its wall time says nothing */
	assert_false(os_disturbed(&d, NULL, 0));

	d = calm;
	d.run_delay_ns = OS_LOST_NS_MAX;
	assert_false(os_disturbed(&d, NULL, 0));
	d.run_delay_ns++;
	assert_true(os_disturbed(&d, why, sizeof(why)));
	assert_non_null(strstr(why, "waited"));
	d.voluntary = 100; /* who sleeps much is allowed no more */
	assert_true(os_disturbed(&d, NULL, 0));
	d.own_ns = 1; /* its own other thread ran */
	assert_false(os_disturbed(&d, NULL, 0));
	d.own_ns = 0;
	d.has_run_delay = false;
	assert_false(os_disturbed(&d, NULL, 0));

	/* A part of a long phase. */
	d = calm;
	d.wall_ns = d.cpu_ns = OS_LOST_PART * UINT64_C(100000);
	d.run_delay_ns = 100000;
	assert_false(os_disturbed(&d, NULL, 0));
	d.run_delay_ns++;
	assert_true(os_disturbed(&d, NULL, 0));

	/* What a switch cost is known, or it counts by itself. */
	d = calm;
	d.involuntary = 1;
	assert_false(os_disturbed(&d, NULL, 0));
	d.has_run_delay = false;
	assert_true(os_disturbed(&d, NULL, 0));
	d = calm;
	d.steal_ns = 10000000;
	assert_true(os_disturbed(&d, NULL, 0));
}

static void burn(uint64_t ns)
{
	struct timespec t;
	uint64_t start, now;

	clock_gettime(CLOCK_MONOTONIC, &t);
	start = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
	do {
		clock_gettime(CLOCK_MONOTONIC, &t);
		now = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
	} while (now - start < ns);
}

/* A second process on the same CPU: the kernel has to share it out. */
static void a_neighbour_is_seen(void **state)
{
	struct os_sample s;
	struct os_delta d;
	cpu_set_t one, old;
	int status;
	pid_t child;

	sched_getaffinity(0, sizeof(old), &old);
	CPU_ZERO(&one);
	CPU_SET((size_t)sched_getcpu(), &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	child = fork();
	if (!child) {
		burn(300000000);
		_exit(0);
	}
	os_sample_begin(&s);
	burn(200000000);
	os_sample_end(&s, &d);
	waitpid(child, &status, 0);
	sched_setaffinity(0, sizeof(old), &old);

	assert_true(d.wall_ns >= 200000000);
	assert_true(d.cpu_ns < d.wall_ns * 9 / 10);
	assert_true(d.involuntary > 0);
	assert_true(os_disturbed(&d, NULL, 0));
	if (d.has_run_delay)
		assert_true(d.run_delay_ns > 20000000);
}

static void sleep_and_faults_are_counted(void **state)
{
	const struct timespec nap = {.tv_nsec = 2000000};
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct os_sample s;
	struct os_delta d;
	char *mem = mmap(NULL, 64 * page, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(mem, MAP_FAILED);
	madvise(mem, 64 * page, MADV_NOHUGEPAGE);
	os_sample_begin(&s);
	for (size_t i = 0; i < 64; i++)
		mem[i * page] = 1;
	nanosleep(&nap, NULL);
	os_sample_end(&s, &d);
	munmap(mem, 64 * page);
	assert_true(d.minor_faults >= 64);
	assert_true(d.minor_faults < 80);
	assert_true(d.voluntary >= 1);
	assert_true(d.wall_ns - d.cpu_ns > 1000000);
}

static void threads_add_up(void **state)
{
	struct os_delta a = {.wall_ns = 100,
			     .cpu_ns = 90,
			     .run_delay_ns = 10,
			     .involuntary = 2,
			     .has_run_delay = true};
	struct os_delta b = a;
	struct os_sum sum = {0};
	struct record r;

	b.cpu_ns = 50;
	os_sum_add(&sum, &a);
	os_sum_add(&sum, &b);
	record_init(&r);
	os_sum_record(&sum, &r);
	assert_true(record_get(&r, METRIC_cpu_share)->value == 0.5);
	assert_true(record_get(&r, METRIC_run_delay_ns)->value == 20);
	assert_true(record_get(&r, METRIC_involuntary_switches)->value == 4);
	record_release(&r);

	a.has_run_delay = false;
	os_sum_add(&sum, &a);
	record_init(&r);
	os_sum_record(&sum, &r);
	assert_null(record_get(&r, METRIC_run_delay_ns));
	assert_int_equal(r.nmissing, 1);
	record_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules),
		cmocka_unit_test(a_neighbour_is_seen),
		cmocka_unit_test(sleep_and_faults_are_counted),
		cmocka_unit_test(threads_add_up),
	};

	return cmocka_run_group_tests_name("os_sample", tests, NULL, NULL);
}
