/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pins the calling thread and reads back that it is where it was put. */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/mutant.h"
#include "pin.h"
#include "topo.h"

enum {
	/* More than any kernel has, so sched_getaffinity() never says EINVAL */
	SET_CPUS = TOPO_CPUS_MAX,
};

struct pin_saved {
	cpu_set_t *set;
};

int (*pin_getcpu)(void) = sched_getcpu;

static size_t set_bytes(void)
{
	return CPU_ALLOC_SIZE(SET_CPUS);
}

static int on_cpu(unsigned cpu, char *why, size_t why_len)
{
	int at = pin_getcpu();

	if (at == (int)cpu || MUTANT(pin_not_verified))
		return 0;
	if (at < 0)
		snprintf(why, why_len,
			 "pinned to CPU %u, but the kernel does not say where "
			 "the thread runs: %s",
			 cpu, strerror(errno));
	else
		snprintf(why, why_len,
			 "pinned to CPU %u, but the thread runs on CPU %d", cpu,
			 at);
	return -EIO;
}

int pin_self(unsigned cpu, char *why, size_t why_len)
{
	cpu_set_t *set;
	int ret = 0;

	if (cpu >= SET_CPUS) {
		snprintf(why, why_len, "CPU %u: no machine has that many", cpu);
		return -EINVAL;
	}
	set = CPU_ALLOC(SET_CPUS);
	if (!set) {
		snprintf(why, why_len, "CPU %u: out of memory", cpu);
		return -ENOMEM;
	}
	CPU_ZERO_S(set_bytes(), set);
	CPU_SET_S(cpu, set_bytes(), set);
	if (sched_setaffinity(0, set_bytes(), set)) {
		ret = -errno;
		snprintf(why, why_len, "cannot pin to CPU %u: %s", cpu,
			 ret == -EINVAL ? "it is not there, offline, or not "
					  "allowed here"
					: strerror(-ret));
	}
	CPU_FREE(set);
	return ret ? ret : on_cpu(cpu, why, why_len);
}

int pin_verify(unsigned cpu, char *why, size_t why_len)
{
	cpu_set_t *set = CPU_ALLOC(SET_CPUS);
	int n = 0, has = 0;

	if (!set) {
		snprintf(why, why_len, "CPU %u: out of memory", cpu);
		return -ENOMEM;
	}
	if (cpu < SET_CPUS && sched_getaffinity(0, set_bytes(), set) == 0) {
		n = CPU_COUNT_S(set_bytes(), set);
		has = CPU_ISSET_S(cpu, set_bytes(), set);
	}
	CPU_FREE(set);
	if (n != 1 || !has) {
		snprintf(why, why_len,
			 "no longer pinned to CPU %u: the thread may run on %d "
			 "CPUs",
			 cpu, n);
		return -EIO;
	}
	return on_cpu(cpu, why, why_len);
}

struct pin_saved *pin_save(void)
{
	struct pin_saved *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->set = CPU_ALLOC(SET_CPUS);
	if (s->set && sched_getaffinity(0, set_bytes(), s->set) == 0)
		return s;
	CPU_FREE(s->set);
	free(s);
	return NULL;
}

int pin_restore(struct pin_saved *saved)
{
	int ret;

	if (!saved)
		return -EINVAL;
	ret = sched_setaffinity(0, set_bytes(), saved->set) ? -errno : 0;
	CPU_FREE(saved->set);
	free(saved);
	return ret;
}
