/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counting for real, without a PMU: breakpoints count exactly in hardware, an
 * event bound to a CPU runs part of the time, and page faults can be known.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <linux/hw_breakpoint.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "counters/count.h"

static volatile uint64_t watched[8];

static struct perf_event_attr breakpoint(volatile uint64_t *at)
{
	return (struct perf_event_attr){
		.type = PERF_TYPE_BREAKPOINT,
		.size = sizeof(struct perf_event_attr),
		.bp_type = HW_BREAKPOINT_W,
		.bp_addr = (uintptr_t)at,
		.bp_len = HW_BREAKPOINT_LEN_8,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};
}

static struct perf_event_attr software(uint64_t config)
{
	return (struct perf_event_attr){
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(struct perf_event_attr),
		.config = config,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};
}

/* A machine that cannot do this at all says so and is passed over. */
static void need(const struct perf_set *s, size_t i)
{
	if (s->c[i].result.state >= COUNTER_OPENABLE)
		return;
	print_message("skipped: %s\n", s->c[i].result.reason);
	skip();
}

static void assert_counted(const struct perf_set *s, size_t i, double value)
{
	assert_int_equal(s->c[i].result.state, COUNTER_SCHEDULED);
	assert_true(s->c[i].result.share == 1);
	if (s->c[i].result.value != value)
		fail_msg("event %zu counted %g, not %g", i,
			 s->c[i].result.value, value);
}

static void breakpoints_count_exactly(void **state)
{
	struct perf_event_attr attr;
	struct perf_set s = {.n = 0};

	for (size_t i = 0; i < 3; i++) {
		attr = breakpoint(&watched[i]);
		assert_int_equal(perf_set_add(&s, &attr), i);
	}
	perf_set_open(&s, -1);
	need(&s, 0);
	/* Several phases: each has its own counts, pauses have none. */
	for (size_t phase = 1; phase <= 3; phase++) {
		watched[0] = 1;
		perf_set_start(&s);
		for (size_t k = 0; k < 1000 * phase; k++) {
			watched[0] = k;
			if (k % 2)
				watched[1] = k;
		}
		perf_set_stop(&s);
		watched[1] = 1;
		assert_counted(&s, 0, 1000.0 * (double)phase);
		assert_counted(&s, 1, 500.0 * (double)phase);
		assert_counted(&s, 2, 0);
	}
	perf_set_close(&s);
}

static void a_fifth_breakpoint_is_too_many(void **state)
{
	struct perf_event_attr attr;
	struct perf_set s = {.n = 0};

	for (size_t i = 0; i < 5; i++) {
		attr = breakpoint(&watched[i]);
		perf_set_add(&s, &attr);
	}
	perf_set_open(&s, -1);
	need(&s, 0);
	perf_set_start(&s);
	watched[3] = 1;
	perf_set_stop(&s);
	perf_set_close(&s);
	assert_counted(&s, 3, 1);
	assert_int_equal(s.c[4].result.state, COUNTER_ENCODABLE);
	assert_non_null(strstr(s.c[4].result.reason, "no counter"));
}

static void touch_pages(size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *mem = mmap(NULL, n * page, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(mem, MAP_FAILED);
	madvise(mem, n * page, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < n; i++)
		mem[i * page] = 1;
	munmap(mem, n * page);
}

/* A group over two PMUs: stopping by group kills members on some kernels. */
static void mixed_group_counts_in_the_second_cycle(void **state)
{
	struct perf_event_attr bp = breakpoint(&watched[0]);
	struct perf_event_attr faults = software(PERF_COUNT_SW_PAGE_FAULTS);
	struct perf_set s = {.n = 0};

	perf_set_add(&s, &bp);
	perf_set_add(&s, &faults);
	perf_set_open(&s, -1);
	need(&s, 0);
	assert_int_equal(s.c[1].leader, 0);
	touch_pages(4); /* stack and library pages are there now */
	for (size_t cycle = 0; cycle < 3; cycle++) {
		perf_set_start(&s);
		watched[0] = cycle;
		touch_pages(100);
		perf_set_stop(&s);
		assert_counted(&s, 0, 1);
		assert_true(s.c[1].result.value >= 100);
		assert_true(s.c[1].result.value < 150);
	}
	perf_set_close(&s);
}

static void run_on(int cpu, unsigned ms)
{
	struct timespec t, end;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	assert_int_equal(sched_setaffinity(0, sizeof(set), &set), 0);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
	end.tv_nsec += (long)ms * 1000000;
	do
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	while ((t.tv_sec - end.tv_sec) * 1000000000 + t.tv_nsec - end.tv_nsec <
	       0);
}

/* An event of one CPU, and the thread there a third of its time. */
static void part_of_the_time_is_scaled(void **state)
{
	struct perf_event_attr attr = software(PERF_COUNT_SW_TASK_CLOCK);
	struct perf_set s = {.n = 0};
	cpu_set_t old;
	int cpu[2], n = 0;

	sched_getaffinity(0, sizeof(old), &old);
	for (int i = 0; i < CPU_SETSIZE && n < 2; i++)
		if (CPU_ISSET((size_t)i, &old))
			cpu[n++] = i;
	if (n < 2) {
		print_message("skipped: one CPU only\n");
		skip();
	}
	perf_set_add(&s, &attr);
	perf_set_open(&s, cpu[0]);
	need(&s, 0);

	run_on(cpu[0], 1);
	perf_set_start(&s);
	run_on(cpu[0], 20);
	run_on(cpu[1], 40);
	run_on(cpu[0], 0);
	perf_set_stop(&s);
	assert_int_equal(s.c[0].result.state, COUNTER_SCALED);
	print_message("ran %.2f of the time, %.1f ms\n", s.c[0].result.share,
		      s.c[0].result.value / 1e6);
	assert_true(s.c[0].result.share > 0.05);
	assert_true(s.c[0].result.share < 0.6);
	/* 20 ms counted, scaled to the time that it was wanted for. */
	assert_true(s.c[0].result.value > 35e6);

	run_on(cpu[1], 1);
	perf_set_start(&s);
	run_on(cpu[1], 5);
	perf_set_stop(&s);
	sched_setaffinity(0, sizeof(old), &old);
	perf_set_close(&s);
	assert_int_equal(s.c[0].result.state, COUNTER_OPENABLE);
	assert_non_null(strstr(s.c[0].result.reason, "never"));
}

static void no_such_event(void **state)
{
	struct perf_event_attr attr = software(0x7fff);
	char reason[COUNTER_REASON] = "";
	struct perf_set s = {.n = 0};

	perf_set_add(&s, &attr);
	perf_set_add_unknown(&s, "made up");
	perf_set_open(&s, -1);
	perf_set_start(&s);
	perf_set_stop(&s);
	perf_set_close(&s);
	assert_int_equal(s.c[0].result.state, COUNTER_ENCODABLE);
	assert_string_equal(s.c[0].result.reason,
			    "no such event on this machine");
	assert_int_equal(s.c[1].result.state, COUNTER_UNKNOWN);
	assert_string_equal(s.c[1].result.reason, "made up");
	assert_int_equal(perf_encode("perf::NO-SUCH", &attr, reason), -ENOENT);
	assert_non_null(strstr(reason, "NO-SUCH"));
}

static void no_permission(void **state)
{
	struct passwd *nobody = getpwnam("nobody");
	int status;
	pid_t child;

	if (perf_paranoid() < 2 || geteuid() || !nobody) {
		print_message("skipped: paranoid below 2, or not root\n");
		skip();
	}
	child = fork();
	if (!child) {
		struct perf_event_attr attr;
		struct perf_set s = {.n = 0};
		char reason[COUNTER_REASON], level[16];

		if (setgid(nobody->pw_gid) || setuid(nobody->pw_uid))
			_exit(2);
		if (perf_encode("perf::CONTEXT-SWITCHES", &attr, reason))
			_exit(3);
		perf_set_add(&s, &attr);
		perf_set_open(&s, -1);
		snprintf(level, sizeof(level), "is %d", perf_paranoid());
		if (s.c[0].result.state != COUNTER_ENCODABLE)
			_exit(4);
		if (!strstr(s.c[0].result.reason, "perf_event_paranoid") ||
		    !strstr(s.c[0].result.reason, level))
			_exit(5);
		_exit(0);
	}
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static const char software_yaml[] = "configs/counters/software.yaml";

static void software_group_counts(void **state)
{
	struct counter_totals t = {0};
	struct counter_group *g;
	struct counters *c;
	struct record r;
	struct err e = {0};

	assert_int_equal(counter_group_read(&g, software_yaml, &e), 0);
	assert_int_equal(counters_open(&c, g, &e), 0);
	touch_pages(4);
	for (size_t cycle = 0; cycle < 2; cycle++) {
		const struct timespec nap = {.tv_nsec = 1000000};

		counters_start(c);
		touch_pages(100);
		nanosleep(&nap, NULL);
		counters_stop(c);
	}
	counters_add(&t, c);
	if (t.v[0].state == COUNTER_ENCODABLE) {
		print_message("skipped: %s\n", t.v[0].reason);
		counters_close(c);
		counter_group_free(g);
		skip();
	}
	counters_add(&t, c); /* as if a second thread had done the same */
	counters_close(c);
	record_init(&r);
	counters_record(g, &t, 10, &r);
	assert_int_equal(r.nmissing, 0);
	assert_true(record_get(&r, metric_of("page_faults"))->value >= 200);
	assert_true(record_get(&r, metric_of("page_faults"))->value < 230);
	assert_true(record_get(&r, metric_of("context_switches"))->value >= 2);
	assert_true(record_get(&r, metric_of("voluntary_switches"))->value >=
		    2);
	assert_true(record_get(&r, metric_of("task_clock_ns_per_op"))->value >
		    100);
	assert_int_equal(record_get(&r, metric_of("page_faults"))->source,
			 SOURCE_OS);
	assert_null(record_get(&r, metric_of("pmu_running_share")));
	record_release(&r);
	counter_group_free(g);
}

/* Values as a PMU would give them, to see what is made of them. */
static void states_become_values_or_reasons(void **state)
{
	struct counter_totals t = {.threads = 1};
	struct counter_group *g;
	struct record r;
	struct err e = {0};

	assert_int_equal(
		counter_group_read(&g, "configs/counters/cycles.yaml", &e), 0);
	assert_true(counter_group_choose(g, "perf"));
	assert_false(counter_group_choose(g, "pentium"));
	t.v[0] = (struct counter_value){COUNTER_SCALED, 3000, 0.5, ""};
	t.v[1] = (struct counter_value){COUNTER_SCHEDULED, 0, 1, ""};

	record_init(&r);
	counters_record(g, &t, 1000, &r);
	assert_true(record_get(&r, metric_of("cycles_per_op"))->value == 3);
	assert_int_equal(record_get(&r, metric_of("cycles_per_op"))->source,
			 SOURCE_PMU);
	assert_true(record_get(&r, metric_of("pmu_running_share"))->value ==
		    0.5);
	assert_null(record_get(&r, metric_of("instructions_retired_per_op")));
	assert_null(record_get(&r, metric_of("ipc")));
	assert_int_equal(r.nmissing, 2);
	assert_non_null(strstr(r.missing[0].reason, "not believed"));
	record_release(&r);

	/* Once seen above 0, a 0 is a count. */
	t.v[1].value = 6000;
	record_init(&r);
	counters_record(g, &t, 1000, &r);
	assert_true(record_get(&r, metric_of("ipc"))->value == 2);
	record_release(&r);
	t.v[1].value = 0;
	record_init(&r);
	counters_record(g, &t, 1000, &r);
	assert_true(record_get(&r, metric_of("instructions_retired_per_op"))
			    ->value == 0);
	record_release(&r);

	/* No operations: no figure per operation. */
	record_init(&r);
	counters_record(g, &t, 0, &r);
	assert_null(record_get(&r, metric_of("cycles_per_op")));
	assert_non_null(strstr(r.missing[0].reason, "division by zero"));
	record_release(&r);

	t.v[0].state = COUNTER_ENCODABLE;
	strcpy(t.v[0].reason, "no such event on this machine");
	record_init(&r);
	counters_record(g, &t, 1000, &r);
	assert_string_equal(r.missing[0].name, "cycles_per_op");
	assert_non_null(strstr(r.missing[0].reason, "no such event"));
	record_release(&r);

	/* A PMU no variant is for. */
	g->active = -1;
	record_init(&r);
	counters_record(g, &t, 1000, &r);
	assert_int_equal(r.nvalues, 0);
	assert_int_equal(r.nmissing, 3);
	assert_non_null(strstr(r.missing[0].reason, "no events for PMU"));
	record_release(&r);
	counter_group_free(g);
}

static int encode_group(void *arg, const char *path)
{
	struct counter_group *g;
	unsigned *encoded = arg;
	struct err e = {0};

	if (counter_group_read(&g, path, &e)) {
		print_error("%s\n", e.what);
		return 1;
	}
	for (size_t v = 0; v < g->nvariants; v++)
		for (size_t p = 0; p < g->variants[v].npmus; p++)
			for (size_t i = 0; i < g->variants[v].nevents; i++) {
				char name[256], reason[COUNTER_REASON];
				struct perf_event_attr attr;

				counter_event_name(&g->variants[v].events[i],
						   g->variants[v].pmus[p], name,
						   sizeof(name));
				if (!strncmp(name, "os::", 4))
					continue;
				if (perf_encode(name, &attr, reason)) {
					print_error("%s: %s\n", path, reason);
					return 2;
				}
				++*encoded;
			}
	counter_group_free(g);
	return 0;
}

/* In a process of its own: libpfm4 reads the variable only once. */
static int encode_all_groups(void)
{
	unsigned encoded = 0;
	struct err e = {0};

	if (counter_group_each(NULL, encode_group, &encoded, &e))
		return 1;
	return encoded < 60; /* events x PMUs */
}

/* The tables of every PMU named, whatever this machine has. */
static void every_group_encodes(void **state)
{
	int status;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (!child) {
		setenv("LIBPFM_ENCODE_INACTIVE", "1", 1);
		execl("/proc/self/exe", "test_counters", "encode", NULL);
		_exit(99);
	}
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void bad_files(void **state)
{
	static const struct {
		const char *text, *where, *what;
	} cases[] = {
		{"", "", "is empty"},
		{"[a]\n", ":1:1:", "expected a mapping"},
		{"name: a\n---\nname: b\n", ":2:1:", "second document"},
		{"name: a\nhelp: h\nname: b\n",
		 ":3:1:", "name: given twice; first at line 1"},
		{"variants: 3\nvariants: 4\n", ":1:11:", "list"},
		{"name: ~\n", ":1:7:", "empty"},
		{"help: \"a\\e[2J\"\n", ":1:7:", "control character"},
		{"help: \"a\\0\"\n", ":1:7:", "control character"},
		{"help: !file x\n", ":1:7:", "tag"},
		{"variants:\n  - pmus: [x]\n    pmus: [y]\n", ":3:5:", "twice"},
		{"name: a\nhelp: [\n", ":3:1:", ""},
		{"name: a\ncolour: red\n", ":2:1:", "'colour'"},
		{"name: [a]\n", ":1:7:", "must be a text"},
		{"name: a b\n", ":1:7:", "' ' in the name"},
		{"name: a\nhelp: h\n", ":1:1:", "missing"},
		{"variants: 3\n", ":1:11:", "list"},
		{"variants:\n  - pmus: [skx]\n", ":2:5:", "no event"},
		{"variants:\n  - events: {A: B}\n", ":2:5:", "no PMU"},
		{"variants:\n  - pmus: skx\n", ":2:11:", "list"},
		{"variants:\n  - pmus: [x]\n    events: {OPS: B}\n",
		 ":3:14:", "OPS"},
		{"variants:\n  - pmus: [x]\n    events: {A: B, A: C}\n",
		 ":3:20:", "twice"},
		{"variants:\n  - {pmus: [x], events: {A: B}}\n"
		 "metrics:\n  walk_p50_ns: {formula: A, unit: x, help: h}\n",
		 ":4:3:", "'walk_p50_ns' is one of vtdbench's own"},
		{"variants:\n  - {pmus: [x], events: {A: B}}\n"
		 "metrics:\n  pmu_running_share: {formula: A, unit: x, help: "
		 "h}\n",
		 ":4:3:", "vtdbench's own"},
		{"variants:\n  - {pmus: [x], events: {A: B}}\n"
		 "metrics:\n  real_time: {formula: A, unit: x, help: h}\n",
		 ":4:3:", "a field of vtdbench export"},
		{"variants:\n  - {pmus: [x], events: {A: B}}\n"
		 "metrics:\n  walk_p50_ns_clock: {formula: A, unit: x, help: "
		 "h}\n",
		 ":4:3:", "a field of vtdbench export"},
		{"variants:\n  - {pmus: [x], events: {A: B}}\n"
		 "metrics:\n  walk_lat_seconds: {formula: A, unit: x, help: "
		 "h}\n",
		 ":4:3:", "one with 'walk_lat_ns' in OpenMetrics"},
		{"variants:\n  - {pmus: [x], events: {A: B}}\n"
		 "metrics:\n  m_ns: {formula: A, unit: x, help: h}\n"
		 "  m_ms: {formula: A, unit: x, help: h}\n",
		 ":5:3:", "one with 'm_ns' in OpenMetrics"},
		{"variants:\n  - {pmus: [x], events: {A: B}}\n"
		 "metrics:\n  m: {formula: A, unit: x, help: h, unit: y}\n",
		 ":4:37:", "unit: given twice"},
		{"variants:\n  - {pmus: [x], events: {A: B}}\n"
		 "metrics:\n  m: {formula: A, unit: x, help: h}\n"
		 "  m: {formula: A, unit: x, help: h}\n",
		 ":5:3:", "m: given twice"},
		{"variants:\n  - {pmus: [x], events: {A: B}}\n"
		 "metrics:\n  m: {formula: A / C, unit: x, help: h}\n",
		 ":4:6:", "unknown name 'C'"},
		{"variants:\n  - {pmus: [x], events: {A: B}}\n"
		 "metrics:\n  m: {formula: A +, unit: x, help: h}\n",
		 ":4:6:", "ends"},
		{"variants:\n  - {pmus: [x], events: {A: B}}\n"
		 "metrics:\n  m: {formula: A, unit: x}\n",
		 ":4:6:", "lacks"},
	};
	char path[] = "/tmp/test-counters-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct counter_group *g;
		struct err e = {0};
		FILE *f = fopen(path, "w");

		fputs(cases[i].text, f);
		fclose(f);
		assert_int_equal(counter_group_read(&g, path, &e), -EINVAL);
		assert_null(g);
		if (!strstr(e.what, cases[i].where) ||
		    !strstr(e.what, cases[i].what))
			fail_msg("case %zu: '%s'", i, e.what);
	}
	unlink(path);
}

/* Anchors and merge keys, as in configs. */
static void groups_merge(void **state)
{
	static const char text[] =
		"name: merged\nhelp: h\n"
		"variants: [{pmus: [perf], events: {A: PERF_COUNT_HW_X}}]\n"
		"metrics:\n"
		"  a_per_op: &m {formula: A / OPS, unit: \"1\", help: h}\n"
		"  a_twice: {<<: *m, formula: 2 * A}\n";
	char path[] = "/tmp/test-counters-XXXXXX";
	struct counter_group *g;
	int fd = mkstemp(path);
	struct err e = {0};

	assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
	close(fd);
	if (counter_group_read(&g, path, &e))
		fail_msg("%s", e.what);
	assert_int_equal(g->nmetrics, 2);
	assert_string_equal(g->metrics[1].formula, "2 * A");
	assert_string_equal(g->metrics[1].help, "h");
	counter_group_free(g);
	unlink(path);
}

static void where_groups_are_found(void **state)
{
	struct counter_group *g;
	struct err e = {0};

	assert_int_equal(counter_group_find(&g, "none", NULL, &e), 0);
	assert_null(g);
	assert_int_equal(counter_group_find(&g, "cache", NULL, &e), 0);
	assert_string_equal(g->name, "cache");
	counter_group_free(g);
	assert_int_equal(counter_group_find(&g, "tlb",
					    "configs/questions/q1.yaml", &e),
			 0);
	assert_non_null(strstr(g->path, "counters/tlb.yaml"));
	counter_group_free(g);
	assert_int_equal(counter_group_find(&g, software_yaml, NULL, &e), 0);
	counter_group_free(g);
	assert_int_equal(counter_group_find(&g, "cash", NULL, &e), -ENOENT);
	assert_non_null(strstr(e.what, "'cash'"));
	assert_true(e.remedy[0]);
	assert_int_equal(counter_group_find(&g, "./no.yaml", NULL, &e),
			 -ENOENT);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(breakpoints_count_exactly),
		cmocka_unit_test(a_fifth_breakpoint_is_too_many),
		cmocka_unit_test(mixed_group_counts_in_the_second_cycle),
		cmocka_unit_test(part_of_the_time_is_scaled),
		cmocka_unit_test(no_such_event),
		cmocka_unit_test(no_permission),
		cmocka_unit_test(software_group_counts),
		cmocka_unit_test(states_become_values_or_reasons),
		cmocka_unit_test(every_group_encodes),
		cmocka_unit_test(bad_files),
		cmocka_unit_test(groups_merge),
		cmocka_unit_test(where_groups_are_found),
	};

	if (argc == 2 && !strcmp(argv[1], "encode"))
		return encode_all_groups();
	return cmocka_run_group_tests_name("counters", tests, NULL, NULL);
}
