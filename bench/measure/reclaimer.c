/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Threads that designs start: found in /proc, moved, their time read. */
#include "measure/reclaimer.h"

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/mutant.h"

/* The CPU clock of a thread by its id, as pthread_getcpuclockid() makes it. */
static clockid_t thread_clock(int tid)
{
	enum { SCHED = 2, PER_THREAD = 4 };

	return (clockid_t)((~(unsigned)tid << 3) | PER_THREAD | SCHED);
}

static bool in_crew(const struct topo_cpu *cpu, const struct topo *t,
		    const unsigned *crew, unsigned n, bool core)
{
	for (unsigned i = 0; i < n; i++) {
		int at = topo_cpu_find(t, crew[i]);

		if (cpu->os_index == crew[i] ||
		    (core && at >= 0 && t->cpus[at].core == cpu->core))
			return true;
	}
	return false;
}

void reclaimers_place(struct reclaimers *r, const struct topo *t,
		      const unsigned *crew, unsigned n)
{
	*r = (struct reclaimers){.cpu = crew[0], .shared = true};
	for (int core = 1; core >= 0 && r->shared; core--)
		for (size_t i = 0; i < t->ncpus && r->shared; i++)
			if (!in_crew(&t->cpus[i], t, crew, n, core)) {
				r->cpu = t->cpus[i].os_index;
				r->shared = false;
			}
}

static int add(struct reclaimers *r, int tid, struct err *e)
{
	size_t bytes = CPU_ALLOC_SIZE(r->cpu + 1);
	cpu_set_t *set = CPU_ALLOC(r->cpu + 1);
	int ret = 0;

	if (!set)
		return err_set(e, -ENOMEM, "no memory for a CPU set");
	CPU_ZERO_S(bytes, set);
	CPU_SET_S(r->cpu, bytes, set);
	/* ESRCH: it has ended meanwhile */
	if (!MUTANT(reclaimer_not_moved) &&
	    sched_setaffinity(tid, bytes, set) && errno != ESRCH)
		ret = err_set(e, -errno,
			      "a reclaiming thread cannot be put "
			      "on CPU %u: %s",
			      r->cpu, strerror(errno));
	CPU_FREE(set);
	r->tid[r->n] = tid;
	r->clock[r->n++] = thread_clock(tid);
	return ret;
}

static bool known(const int *tid, unsigned n, int id)
{
	for (unsigned i = 0; i < n; i++)
		if (tid[i] == id)
			return true;
	return false;
}

int reclaimers_find(struct reclaimers *r, const int *crew, unsigned n,
		    struct err *e)
{
	DIR *dir = opendir("/proc/self/task");
	const struct dirent *d;
	int ret = 0;

	if (!dir)
		return err_set(e, -errno, "/proc/self/task: %s",
			       strerror(errno));
	while (!ret && r->n < RECLAIMERS_MAX && (d = readdir(dir))) {
		int tid = atoi(d->d_name);

		if (tid > 0 && !known(crew, n, tid) &&
		    !known(r->tid, r->n, tid))
			ret = add(r, tid, e);
	}
	closedir(dir);
	return ret;
}

uint64_t reclaimers_cpu_ns(const struct reclaimers *r)
{
	uint64_t ns = 0;

	for (unsigned i = 0; i < r->n; i++) {
		struct timespec t;

		if (!clock_gettime(r->clock[i], &t))
			ns += (uint64_t)t.tv_sec * 1000000000u +
			      (uint64_t)t.tv_nsec;
	}
	return ns;
}
