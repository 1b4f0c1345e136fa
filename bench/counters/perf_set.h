/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events of perf_event_open() that count one thread over one phase.
 *
 * Events that the kernel accepts together form one group and are counted over
 * the same time; where it does not, a further group is begun. Groups are
 * started and stopped by their leader alone: members are never disabled, as
 * doing so by group leaves members of another PMU dead on some kernels.
 *
 * Context: everything but perf_encode() by the thread that is measured.
 */
#ifndef COUNTERS_PERF_SET_H
#define COUNTERS_PERF_SET_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How far an event got. Only the last two have a value. */
enum counter_state {
	COUNTER_UNKNOWN,   /* no such name */
	COUNTER_ENCODABLE, /* known, but the kernel did not open it */
	COUNTER_OPENABLE,  /* opened, but never on the PMU, or not believed */
	COUNTER_SCHEDULED, /* counted all the time */
	COUNTER_SCALED,	   /* counted part of the time and scaled up */
};
const char *counter_state_name(enum counter_state s);

enum { COUNTER_REASON = 160 };

struct counter_value {
	enum counter_state state;
	double value; /* over the phase; states SCHEDULED and SCALED only */
	double share; /* of the time that it counted, 0..1 */
	char reason[COUNTER_REASON]; /* why there is no value */
};

/* A point of an event's life, as the kernel counts it. */
struct perf_point {
	uint64_t value, enabled_ns, running_ns;
};

struct perf_counter {
	struct perf_event_attr attr;
	int fd;	       /* -1: not open */
	size_t leader; /* index; its own when it leads a group */
	uint64_t id;
	struct perf_point start, stop;
	struct counter_value result;
};

enum { PERF_SET_MAX = 16 };

/* Start with all zero. */
struct perf_set {
	struct perf_counter c[PERF_SET_MAX];
	size_t n;
};

/*
 * perf_encode() - what libpfm4 makes of @event ("pmu::EVENT:UMASK…" or
 * without the PMU). User mode only for hardware, kernel included for software
 * events (the kernel reports context switches as 0 otherwise). Returns 0, or
 * -ENOENT and the reason. Context: any thread.
 */
int perf_encode(const char *event, struct perf_event_attr *attr,
		char reason[COUNTER_REASON]);

/* Whether libpfm4 sees PMU @name ("skx", "perf") on this machine. */
bool perf_pmu_present(const char *name);
/* Its name for this CPU's PMU, from CPUID: "unknown" if it has none. That the
 * CPU has one does not say that a virtual machine may use it. */
void perf_pmu_core(char *name, size_t len);

/* Adds an encoded event; its index, or -ENOSPC beyond PERF_SET_MAX. */
int perf_set_add(struct perf_set *s, const struct perf_event_attr *attr);
/* Adds an event that cannot be had, with its reason. */
int perf_set_add_unknown(struct perf_set *s, const char *reason);

/*
 * perf_set_open() - open what can be opened, for the calling thread on any
 * CPU, or only on @cpu if that is not -1. Each event's result says how far it
 * got; a failure is no error of the call. Counting is off.
 */
void perf_set_open(struct perf_set *s, int cpu);
void perf_set_close(struct perf_set *s);

/* The edges of a phase; any number of phases. stop fills the results. */
void perf_set_start(struct perf_set *s);
void perf_set_stop(struct perf_set *s);

/* What an errno of perf_event_open() means for the user. */
void perf_open_reason(int err, char reason[COUNTER_REASON]);
/* kernel.perf_event_paranoid, or INT_MIN when there is none. */
int perf_paranoid(void);

#endif
