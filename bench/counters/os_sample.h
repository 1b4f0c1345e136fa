/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel says about one thread over one phase: whether it had its
 * CPU all the time. Scheduler facts only, never the measured value: that is
 * what lets a disturbed repetition be thrown out without bias.
 *
 * Context: begin and end are called by the thread that is measured; each
 * costs some 50 microseconds outside the interval it brackets.
 */
#ifndef COUNTERS_OS_SAMPLE_H
#define COUNTERS_OS_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trial/record.h"

/* A point in a thread's life. All counts since it started. */
struct os_sample {
	uint64_t wall_ns, cpu_ns;
	uint64_t run_delay_ns;		 /* runnable, but not on a CPU */
	uint64_t voluntary, involuntary; /* context switches */
	uint64_t minor_faults, major_faults;
	uint64_t steal_ns; /* of @cpu, by the hypervisor; steps of 10 ms */
	int cpu;	   /* where it began: its steal is what counts */
	bool has_run_delay, has_steal; /* the kernel says */
};

/* The difference of two. has_* hold if both had it. */
struct os_delta {
	uint64_t wall_ns, cpu_ns, run_delay_ns;
	uint64_t voluntary, involuntary, minor_faults, major_faults;
	uint64_t steal_ns;
	/* CPU time that threads of the measured thing's own, which run on the
	 * same CPU, took meanwhile; filled by who knows them. */
	uint64_t own_ns;
	bool has_run_delay, has_steal;
};

/*
 * Off the CPU without having asked for it for longer than this and than that
 * part of the time: disturbed. Less is what the kernel's own threads take now
 * and then, some microseconds each; it moves no figure that can be told.
 */
enum { OS_LOST_NS_MAX = 20000, OS_LOST_PART = 1000 };

void os_sample_begin(struct os_sample *s);
/*
 * Begins anew but for steal, whose steps of 10 ms are longer than a warm-up.
 * Costs some 10 microseconds.
 */
void os_sample_again(struct os_sample *s);
/* At the end of a thread that took samples: closes what it read them from. */
void os_sample_close(void);
/* The end of what @begin began; fills *d. */
void os_sample_end(const struct os_sample *begin, struct os_delta *d);

/*
 * os_disturbed() - whether the thread lost its CPU: any steal; run delay, or
 * wall - CPU time, beyond the larger of OS_LOST_NS_MAX and a part of
 * OS_LOST_PART of the time, less what its own other threads took; involuntary
 * switches where the kernel has no run delay. The same for all: a thread that
 * sleeps often is allowed no more, only its wall time says nothing. Writes
 * the reason to @why (may be NULL), at most @len bytes.
 */
bool os_disturbed(const struct os_delta *d, char *why, size_t len);

/* The threads of a trial together. Start with all zero. */
struct os_sum {
	unsigned threads, without_run_delay;
	double cpu_share_min;
	uint64_t run_delay_ns, involuntary, minor_faults;
};
void os_sum_add(struct os_sum *sum, const struct os_delta *d);
/* cpu_share, run_delay_ns, involuntary_switches, minor_faults. */
void os_sum_record(const struct os_sum *sum, struct record *r);

#endif
