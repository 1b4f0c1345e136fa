/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counters of a trial: a group's events, counted per thread over the edges of
 * a phase and turned into the group's metrics.
 *
 *	in each thread:  counters_open(); … counters_start(); the phase;
 *			 counters_stop(); … counters_close()
 *	after the join:  counters_add() per thread, counters_record()
 *
 * A counter that could not be had is `not counted` with its reason and never
 * a value. Adding a source: a file counters/source_NAME.c, a
 * row in counters/sources.def.
 */
#ifndef COUNTERS_COUNT_H
#define COUNTERS_COUNT_H

#include "counters/group.h"
#include "base/err.h"
#include "counters/perf_set.h"
#include "trial/record.h"

/* A source counts some of a group's events for the thread that opened it. */
struct counter_source_ops {
	enum source source; /* its values are recorded under */
	bool (*owns)(const char *event);
	/* Opens what can be opened of @n events; each one's state is in the
	 * result of read(). 0 or -ENOMEM. */
	int (*open)(void **state, const char *const *events, size_t n);
	void (*start)(void *state);
	void (*stop)(void *state);
	/* The phase between start and stop, or how far opening got. */
	void (*read)(const void *state, struct counter_value *values);
	void (*close)(void *state);
};

/* A row of counters/sources.def. */
struct counter_source {
	const char *name;
	const char *help;
	const struct counter_source_ops *ops;
};
extern const struct counter_source counter_sources[]; /* ended by no name */

/* One thread's counters; opaque. */
struct counters;

/*
 * counters_open() - open the events of @g for the calling thread; NULL opens
 * nothing and all the calls below do nothing then. Events that cannot be had
 * are no error: counters_add() carries their reasons. -ENOMEM. Context: start
 * and stop by the same thread; add and close by any thread later. @g is only
 * read.
 */
int counters_open(struct counters **c, const struct counter_group *g,
		  struct err *e);
void counters_start(struct counters *c);
void counters_stop(struct counters *c);
void counters_close(struct counters *c);

/* The threads of a phase together. Start with all zero. */
struct counter_totals {
	unsigned threads;
	struct counter_value v[COUNTER_EVENTS_MAX]; /* as the variant's */
};

/* Sums of values; the worst state and the smallest share of any thread. */
void counters_add(struct counter_totals *t, const struct counters *c);

/*
 * counters_record() - the metrics of @g for @ops operations into @r, plus
 * `pmu_running_share` where events were multiplexed; what has no value as
 * missing. A hardware event that stayed 0, now and in all trials before, is
 * not believed. @g must outlive @r. Context: one thread at a time.
 */
void counters_record(struct counter_group *g, const struct counter_totals *t,
		     double ops, struct record *r);

/*
 * counters_probe() - count a moment of memory accesses in the calling thread,
 * to see what can be had here. Returns 0 or -ENOMEM.
 */
int counters_probe(const struct counter_group *g, struct counter_totals *t,
		   struct err *e);

/* The source that event @name (as of counter_event_name()) belongs to. */
const struct counter_source *counter_source_of(const char *event);

#endif
