/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a machine can and cannot measure, check by check.
 */
#include "base/text.h"
#include "machine/checks.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "machine/clock.h"
#include "counters/count.h"
#include "machine/envinfo.h"
#include "counters/os_sample.h"
#include "stats/singles.h"

#define MIB (1024.0 * 1024)

__attribute__((format(printf, 3, 4))) static void
say(struct finding *f, enum doctor_status status, const char *fmt, ...)
{
	va_list ap;

	f->status = status;
	va_start(ap, fmt);
	vsnprintf(f->what, sizeof(f->what), fmt, ap);
	va_end(ap);
}

static void then(struct finding *f, const char *consequence, const char *remedy)
{
	snprintf(f->consequence, sizeof(f->consequence), "%s", consequence);
	snprintf(f->remedy, sizeof(f->remedy), "%s", remedy);
}

static void check_cpu(const struct doctor *d, struct finding *f)
{
	double online = 0;

	envinfo_number(d->env, "cpu.online", &online);
	if (!d->topo) {
		say(f, DOCTOR_NO, "%s", d->topo_why);
		then(f, "no thread can be placed", "see vtdbench topo");
		return;
	}
	if (!d->topo->measurable) {
		say(f, DOCTOR_NO, "threads cannot be bound: %s",
		    d->topo->why_not);
		then(f, "nothing can be measured",
		     "unset HWLOC_* variables; allow sched_setaffinity");
		return;
	}
	say(f, DOCTOR_OK, "%zu of %.0f CPUs may be used, %s, hypervisor %s",
	    d->topo->ncpus, online, envinfo_text(d->env, "cpu.model"),
	    envinfo_text(d->env, "cpu.hypervisor"));
	if (d->topo->ncpus > 1)
		return;
	f->status = DOCTOR_WARN;
	then(f, "trials of several threads are left out",
	     "widen the cpuset (taskset, cgroup) or use a larger machine");
}

static void check_smt(const struct doctor *d, struct finding *f)
{
	bool siblings = false;

	for (size_t i = 0; d->topo && i < d->topo->ncpus; i++)
		siblings |= d->topo->cpus[i].smt > 0;
	if (!siblings) {
		say(f, DOCTOR_OK,
		    "no two of the CPUs are said to share a core");
		return;
	}
	say(f, DOCTOR_WARN, "hardware threads share cores");
	then(f, "with more threads than cores, scaling stops at the cores",
	     "read figures up to the core count, or use placement scatter");
}

/* "0: 12 of 12 CPUs, IntelCore, up to 5000 MHz; 1: …" */
static void check_kinds(const struct doctor *d, struct finding *f)
{
	if (!d->topo || d->topo->ncore_kinds < 2) {
		say(f, DOCTOR_OK, "all cores are alike, as far as is known");
		return;
	}
	say(f, topo_hybrid(d->topo) ? DOCTOR_WARN : DOCTOR_OK, "%s", "");
	for (size_t i = 0; i < d->topo->ncore_kinds; i++) {
		const struct topo_core_kind *k = &d->topo->core_kinds[i];
		char what[80];

		topo_kind_text(k, what, sizeof(what));
		text_join(f->what, sizeof(f->what), "; ",
			  "core kind %zu: %u of %u CPUs may be used%s%s", i,
			  k->ncpus, k->ncpus_all, *what ? ", " : "", what);
	}
	if (f->status == DOCTOR_OK)
		return;
	snprintf(f->consequence, sizeof(f->consequence),
		 "threads keep to core kind %u", d->topo->core_kind_used);
	snprintf(f->remedy, sizeof(f->remedy),
		 "core_kind: N in the config for another, any to mix them");
}

static void check_numa(const struct doctor *d, struct finding *f)
{
	double balancing = 0;
	size_t n = d->topo ? topo_memory_nodes(d->topo) : 0;
	char homes[120] = "";

	envinfo_number(d->env, "settings.numa_balancing", &balancing);
	if (d->topo)
		topo_homes_text(d->topo, homes, sizeof(homes));
	if (n < 2) {
		say(f, DOCTOR_WARN, "one NUMA node%s%s",
		    d->topo && d->topo->nnodes > 1 ? " with memory" : "",
		    *homes ? ", and CPUs that are of another" : "");
		then(f, "remote and cross-node trials are left out",
		     "use a machine of several nodes for them");
		return;
	}
	if (balancing > 0) {
		say(f, DOCTOR_WARN,
		    "%zu NUMA nodes, and the kernel moves pages", n);
		then(f, "a trial may measure page migration",
		     "sysctl kernel.numa_balancing=0");
		return;
	}
	if (*homes) {
		say(f, DOCTOR_WARN,
		    "%zu NUMA nodes with memory, and CPUs that are of none", n);
		snprintf(f->consequence, sizeof(f->consequence),
			 "memory local is the nearest that has: %s", homes);
		snprintf(f->remedy, sizeof(f->remedy),
			 "placement list, with CPUs of a node that has memory");
		return;
	}
	say(f, DOCTOR_OK, "%zu NUMA nodes", n);
}

static void check_clock(const struct doctor *d, struct finding *f)
{
	const struct clock_info *c;
	struct err e = {0};

	if (clock_init(true, &e)) {
		say(f, DOCTOR_NO, "%s", e.what);
		then(f, "nothing can be timed", e.remedy);
		return;
	}
	c = clock_info();
	say(f, DOCTOR_OK, "%s, step %.1f ns, a reading costs %.1f ns",
	    c->source, c->step_ns, c->cost_ns);
	if (c->reason[0]) {
		f->status = DOCTOR_WARN;
		snprintf(f->consequence, sizeof(f->consequence),
			 "samples are coarser and cost more (%s)", c->reason);
		snprintf(f->remedy, sizeof(f->remedy),
			 "a machine whose kernel trusts its TSC");
	} else if (c->step_ns > 5) {
		f->status = DOCTOR_WARN;
		snprintf(f->consequence, sizeof(f->consequence),
			 "percentiles below %.0f ns are of means of 16 "
			 "operations",
			 singles_least_ns(c->step_ns));
		snprintf(f->remedy, sizeof(f->remedy),
			 "a machine whose TSC is not emulated or scaled");
	}
}

static void check_pmu(const struct doctor *d, struct finding *f)
{
	struct counter_totals t = {0};
	struct counter_group *g = NULL;
	struct err e = {0};
	int rc = counter_group_find(&g, "cycles", NULL, &e);

	if (!rc)
		rc = counters_probe(g, &t, &e);
	if (rc) {
		say(f, DOCTOR_WARN, "%s", e.what);
		then(f, "hardware events cannot be tried out", e.remedy);
	} else if (t.threads && t.v[0].state >= COUNTER_SCHEDULED &&
		   t.v[0].value > 0) {
		say(f, DOCTOR_OK, "PMU %s counts (%s)", g->pmu,
		    counter_state_name(t.v[0].state));
	} else {
		say(f, DOCTOR_WARN, "PMU %s: %s",
		    envinfo_text(d->env, "cpu.pmu"),
		    !t.threads	       ? "no events are listed for it"
		    : t.v[0].reason[0] ? t.v[0].reason
				       : "cycles stayed 0: not believed");
		then(f,
		     "cache misses come from the cache model (source sim) only",
		     "bare metal, or a virtual machine with a virtual PMU; "
		     "vtdbench counters shows each event");
	}
	counter_group_free(g);
}

static void check_perf(const struct doctor *d, struct finding *f)
{
	int level = perf_paranoid();
	struct perf_event_attr attr;
	struct perf_set s = {.n = 0};
	char reason[COUNTER_REASON] = "";

	if (level == INT_MIN) {
		say(f, DOCTOR_WARN, "the kernel has no perf events");
		then(f, "sources pmu and os count less",
		     "a kernel with CONFIG_PERF_EVENTS");
		return;
	}
	if (!perf_encode("perf::CONTEXT-SWITCHES", &attr, reason))
		perf_set_add(&s, &attr);
	else
		perf_set_add_unknown(&s, reason);
	perf_set_open(&s, -1);
	perf_set_close(&s);
	if (s.c[0].result.state >= COUNTER_OPENABLE) {
		say(f, DOCTOR_OK,
		    "perf events may be counted, kernel.perf_event_paranoid is "
		    "%d",
		    level);
		return;
	}
	say(f, DOCTOR_WARN, "perf events: %s", s.c[0].result.reason);
	then(f, "software events are counted by rusage alone",
	     "sysctl kernel.perf_event_paranoid=1, or CAP_PERFMON");
}

static void check_huge_pages(const struct doctor *d, struct finding *f)
{
	const char *thp = envinfo_text(d->env, "memory.thp");
	double reserved = 0;
	const json_t *kind;
	size_t i;

	json_array_foreach(json_object_get(json_object_get(d->env, "memory"),
					   "huge_pages"),
			   i, kind)
	{
		double pages = 0;

		if (envinfo_number(kind, "free", &pages))
			reserved += pages;
	}
	if (!strcmp(thp, "always") || !strcmp(thp, "madvise") || reserved > 0) {
		say(f, DOCTOR_OK,
		    "transparent huge pages: %s, reserved and free: %.0f", thp,
		    reserved);
		return;
	}
	say(f, DOCTOR_WARN, "no huge pages (transparent: %s)", thp);
	then(f, "walks of large tables also measure the CPU's own TLB misses",
	     "echo madvise >/sys/kernel/mm/transparent_hugepage/enabled");
}

static void check_memory(const struct doctor *d, struct finding *f)
{
	double free_bytes = 0, bytes = 0;

	if (!envinfo_number(d->env, "now.memory_available_bytes",
			    &free_bytes)) {
		say(f, DOCTOR_WARN, "free memory is not known");
		then(f, "a footprint may be too large for the machine",
		     "mount /proc");
		return;
	}
	if (sysconf(_SC_PAGESIZE) != 4096) {
		say(f, DOCTOR_NO, "pages of %ld bytes", sysconf(_SC_PAGESIZE));
		then(f, "tables are pages of 4096 bytes",
		     "a kernel with pages of 4096 bytes");
		return;
	}
	envinfo_number(d->env, "memory.bytes", &bytes);
	say(f, DOCTOR_OK, "%.1f of the machine's %.1f GiB are available",
	    free_bytes / (1024 * MIB), bytes / (1024 * MIB));
	if (free_bytes >= 1024 * MIB)
		return;
	f->status = free_bytes < 64 * MIB ? DOCTOR_NO : DOCTOR_WARN;
	then(f, "large footprints do not fit",
	     "free memory, or make the footprints of the config smaller");
}

static void check_disk(const struct doctor *d, struct finding *f)
{
	const char *where = access("results", F_OK) ? "." : "results";
	struct statvfs fs;
	double bytes;

	if (statvfs(where, &fs) || access(where, W_OK)) {
		say(f, DOCTOR_NO, "the folder '%s' cannot be written: %s",
		    where, strerror(errno));
		then(f, "no result can be kept",
		     "run in a folder of yours, or --set results=FILE");
		return;
	}
	bytes = (double)fs.f_bavail * (double)fs.f_frsize;
	say(f, DOCTOR_OK, "%.0f MiB free where results go (%s)", bytes / MIB,
	    where);
	if (bytes >= 200 * MIB)
		return;
	f->status = bytes < 1 * MIB ? DOCTOR_NO : DOCTOR_WARN;
	then(f, "a long run may fill the disk",
	     "free space, or --set results=FILE elsewhere");
}

static void check_limits(const struct doctor *d, struct finding *f)
{
	double cpus = 0, online = 0;

	envinfo_number(d->env, "cpu.allowed", &online);
	if (!envinfo_number(d->env, "limits.cgroup_cpus", &cpus)) {
		say(f, DOCTOR_OK, "no CPU quota is set by a control group");
		return;
	}
	if (cpus >= online) {
		say(f, DOCTOR_OK, "the CPU quota of %.2f CPUs covers them all",
		    cpus);
		return;
	}
	say(f, DOCTOR_WARN, "a control group allows %.2f CPUs' worth of time",
	    cpus);
	then(f, "threads are stopped in the middle of trials",
	     "lift cpu.max, or use fewer threads");
}

static void check_frequency(const struct doctor *d, struct finding *f)
{
	const char *governor = envinfo_text(d->env, "settings.governor");
	const char *turbo = envinfo_text(d->env, "settings.turbo");

	say(f, DOCTOR_OK, "governor %s, turbo %s", governor, turbo);
	if (!strcmp(governor, "performance") && !strcmp(turbo, "off"))
		return;
	f->status = DOCTOR_WARN;
	then(f,
	     !strcmp(governor, "unknown")
		     ? "whether the clock rate changes in a run cannot be told"
		     : "the clock rate may change in a run",
	     !strcmp(governor, "unknown")
		     ? "compare interleaved repetitions only, as the run does"
		     : "cpupower frequency-set -g performance, and turbo off");
}

/* How often a thread loses its CPU right now: 30 windows of 10 ms. */
static void check_noise(const struct doctor *d, struct finding *f)
{
	enum { WINDOWS = 30, WINDOW_NS = 10000000 };
	double pressure = 0;
	unsigned disturbed = 0;
	uint64_t lost = 0;

	envinfo_number(d->env, "now.cpu_pressure_percent", &pressure);
	for (unsigned i = 0; i < WINDOWS; i++) {
		struct os_sample s;
		struct os_delta delta;
		uint64_t end;

		os_sample_begin(&s);
		end = clock_monotonic_ns() + WINDOW_NS;
		while (clock_monotonic_ns() < end)
			;
		os_sample_end(&s, &delta);
		disturbed += os_disturbed(&delta, NULL, 0);
		if (delta.wall_ns > delta.cpu_ns)
			lost += delta.wall_ns - delta.cpu_ns;
	}
	say(f, DOCTOR_OK,
	    "a thread lost its CPU in %u of %d windows of 10 ms, %.2f ms in "
	    "all; CPU pressure %.0f %%",
	    disturbed, WINDOWS, (double)lost / 1e6, pressure);
	if (disturbed * 10 <= WINDOWS)
		return;
	f->status = DOCTOR_WARN;
	then(f, "many repetitions will be marked as disturbed and repeated",
	     "stop what else runs here; vtdbench marks, it does not hide");
}

static void check_priority(const struct doctor *d, struct finding *f)
{
	double nice = 0;

	envinfo_number(d->env, "limits.nice", &nice);
	say(f, nice < 0 ? DOCTOR_OK : DOCTOR_WARN, "draws run at nice %.0f",
	    nice);
	if (nice < 0)
		return;
	then(f, "who else wants a CPU gets it, which costs batches",
	     "run it as root, or with a limit of nice -20 (ulimit -e 40)");
}

static void check_gnuplot(const struct doctor *d, struct finding *f)
{
	const char *path = getenv("PATH");
	char *copy = strdup(path ? path : ""), *save = NULL, *dir;
	char file[PATH_MAX];

	for (dir = copy ? strtok_r(copy, ":", &save) : NULL; dir;
	     dir = strtok_r(NULL, ":", &save)) {
		if (snprintf(file, sizeof(file), "%s/gnuplot", dir) <
			    PATH_MAX &&
		    !access(file, X_OK)) {
			say(f, DOCTOR_OK, "%s", file);
			free(copy);
			return;
		}
	}
	free(copy);
	say(f, DOCTOR_WARN, "gnuplot is not installed");
	then(f, "results are kept, plots are not drawn",
	     "apt-get install gnuplot-nox");
}

const struct check doctor_checks[] = {
	{"cpu", check_cpu},	     {"smt", check_smt},
	{"core kinds", check_kinds}, {"numa", check_numa},
	{"clock", check_clock},	     {"pmu", check_pmu},
	{"perf", check_perf},	     {"huge pages", check_huge_pages},
	{"memory", check_memory},    {"disk", check_disk},
	{"quota", check_limits},     {"frequency", check_frequency},
	{"noise", check_noise},	     {"priority", check_priority},
	{"gnuplot", check_gnuplot},  {NULL, NULL},
};
