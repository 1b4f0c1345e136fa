/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scheduler facts of one thread: rusage, schedstat, steal.
 */
#include "../kernels/mutant.h"
#include "counters/os_sample.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static uint64_t clock_read(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* The start of @path into @buf; false if it cannot be read. */
static bool read_start(const char *path, char *buf, size_t len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t got = 0;
	ssize_t n = 0;

	if (fd < 0)
		return false;
	while (got < len - 1 && (n = read(fd, buf + got, len - 1 - got)) > 0)
		got += (size_t)n;
	close(fd);
	buf[got] = '\0';
	return got > 0 && n >= 0;
}

/* The thread's schedstat, open from its first sample on; -1: not yet. */
static __thread int schedstat = -1;

void os_sample_close(void)
{
	if (schedstat >= 0)
		close(schedstat);
	schedstat = -1;
}

/* Opening it each time costs more than a batch may take. */
static bool read_run_delay(uint64_t *ns)
{
	char buf[128], *second;
	ssize_t n;

	if (schedstat < 0)
		schedstat = open("/proc/thread-self/schedstat",
				 O_RDONLY | O_CLOEXEC);
	n = schedstat < 0 ? -1 : pread(schedstat, buf, sizeof(buf) - 1, 0);
	if (n <= 0)
		return false;
	buf[n] = '\0';
	second = strchr(buf, ' ');
	if (!second)
		return false;
	*ns = strtoull(second, NULL, 10);
	return true;
}

/* Steal of @cpu: the eighth number of its line in /proc/stat. */
static bool read_steal(int cpu, uint64_t *ns)
{
	char name[24], *line;
	uint64_t ticks;
	long hz = sysconf(_SC_CLK_TCK);
	/* Lines of CPUs come first and are below 128 bytes. */
	size_t len = 4096 + 128 * (size_t)(cpu + 2);
	char *buf = cpu < 0 || hz <= 0 ? NULL : malloc(len);
	bool ok = false;

	if (!buf)
		return false;
	snprintf(name, sizeof(name), "\ncpu%d ", cpu);
	if (read_start("/proc/stat", buf, len)) {
		line = strstr(buf, name);
		ok = line && sscanf(line + strlen(name),
				    "%*u %*u %*u %*u %*u %*u %*u %" SCNu64,
				    &ticks) == 1;
		if (ok)
			*ns = ticks * (UINT64_C(1000000000) / (uint64_t)hz);
	}
	free(buf);
	return ok;
}

static void read_usage(struct os_sample *s)
{
	struct rusage u;

	getrusage(RUSAGE_THREAD, &u);
	s->voluntary = (uint64_t)u.ru_nvcsw;
	s->involuntary = (uint64_t)u.ru_nivcsw;
	s->minor_faults = (uint64_t)u.ru_minflt;
	s->major_faults = (uint64_t)u.ru_majflt;
}

/*
 * The two clocks are the innermost readings and the wall clock the inner of
 * the two, so that taking them is not mistaken for a lost CPU.
 */
void os_sample_begin(struct os_sample *s)
{
	s->cpu = sched_getcpu();
	s->has_steal = read_steal(s->cpu, &s->steal_ns);
	os_sample_again(s);
}

void os_sample_again(struct os_sample *s)
{
	s->has_run_delay = read_run_delay(&s->run_delay_ns);
	read_usage(s);
	s->cpu_ns = clock_read(CLOCK_THREAD_CPUTIME_ID);
	s->wall_ns = clock_read(CLOCK_MONOTONIC_RAW);
}

void os_sample_end(const struct os_sample *begin, struct os_delta *d)
{
	struct os_sample s;

	s.wall_ns = clock_read(CLOCK_MONOTONIC_RAW);
	s.cpu_ns = clock_read(CLOCK_THREAD_CPUTIME_ID);
	read_usage(&s);
	s.has_run_delay = read_run_delay(&s.run_delay_ns);
	s.has_steal = begin->has_steal && read_steal(begin->cpu, &s.steal_ns);

	*d = (struct os_delta){
		.wall_ns = s.wall_ns - begin->wall_ns,
		.cpu_ns = s.cpu_ns - begin->cpu_ns,
		.voluntary = s.voluntary - begin->voluntary,
		.involuntary = s.involuntary - begin->involuntary,
		.minor_faults = s.minor_faults - begin->minor_faults,
		.major_faults = s.major_faults - begin->major_faults,
		.has_run_delay = s.has_run_delay && begin->has_run_delay,
		.has_steal = s.has_steal && begin->has_steal,
	};
	if (d->has_run_delay)
		d->run_delay_ns = s.run_delay_ns - begin->run_delay_ns;
	if (d->has_steal)
		d->steal_ns = s.steal_ns - begin->steal_ns;
}

bool os_disturbed(const struct os_delta *d, char *why, size_t len)
{
	char none[1];
	uint64_t lost = d->wall_ns > d->cpu_ns ? d->wall_ns - d->cpu_ns : 0;
	uint64_t allowed = d->wall_ns / OS_LOST_PART;

	if (allowed < OS_LOST_NS_MAX)
		allowed = OS_LOST_NS_MAX;
	allowed += d->own_ns;
	if (MUTANT(loss_sleep_forgiven))
		allowed += d->voluntary * OS_LOST_NS_MAX;
	if (!why) {
		why = none;
		len = sizeof(none);
	}
	if (d->has_steal && d->steal_ns)
		snprintf(why, len, "the hypervisor took %.0f ms of its CPU",
			 (double)d->steal_ns / 1e6);
	else if (d->has_run_delay && d->run_delay_ns > allowed)
		snprintf(why, len, "it waited %.1f us for a CPU",
			 (double)d->run_delay_ns / 1e3);
	else if (!d->has_run_delay && d->involuntary)
		snprintf(why, len, "%" PRIu64 " involuntary context switches",
			 d->involuntary);
	else if (!d->voluntary && lost > allowed)
		snprintf(why, len, "it was off its CPU for %.1f us",
			 (double)lost / 1e3);
	else
		return false;
	return true;
}

void os_sum_add(struct os_sum *sum, const struct os_delta *d)
{
	double share = d->wall_ns ? (double)d->cpu_ns / (double)d->wall_ns : 1;

	if (!sum->threads++ || share < sum->cpu_share_min)
		sum->cpu_share_min = share;
	if (d->has_run_delay)
		sum->run_delay_ns += d->run_delay_ns;
	else
		sum->without_run_delay++;
	sum->involuntary += d->involuntary;
	sum->minor_faults += d->minor_faults;
}

void os_sum_record(const struct os_sum *sum, struct record *r)
{
	if (!sum->threads)
		return;
	record_add(r, METRIC_cpu_share, sum->cpu_share_min, false);
	if (sum->without_run_delay)
		record_missing(r, METRIC_run_delay_ns,
			       "the kernel has no /proc/thread-self/schedstat");
	else
		record_add(r, METRIC_run_delay_ns, (double)sum->run_delay_ns,
			   false);
	record_add(r, METRIC_involuntary_switches, (double)sum->involuntary,
		   false);
	record_add(r, METRIC_minor_faults, (double)sum->minor_faults, false);
}
