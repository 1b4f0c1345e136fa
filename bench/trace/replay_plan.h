/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A trace made ready for replay: the events of each thread, what each has to
 * wait for and must return, and the leaves that must be there at the end.
 */
#ifndef TRACE_REPLAY_PLAN_H
#define TRACE_REPLAY_PLAN_H

#include "trace/walks.h"
#include "trace/ftrace.h"

struct replay_op {
	uint64_t iova, bytes;
	uint64_t pa;	/* of a map; of an unmap the size it must return */
	uint32_t event; /* index into trace->events */
	uint32_t dep;	/* first of its dependencies */
	uint32_t reuse; /* likewise: of the unmaps to be flushed before */
	uint16_t ndeps, nreuse;
	uint16_t domain;
	uint8_t kind; /* enum trace_kind */
	uint8_t prot;
	uint8_t expect; /* errno it must return, positive */
};

/*
 * Dependencies of an event: on events of other threads, and, of thread
 * nthreads + list, on the first walks of one of the devices' lists: what a
 * device is to translate is unmapped when it has.
 */
struct replay_thread {
	struct replay_op *ops;
	size_t n;
	struct replay_dep *deps;
	size_t ndeps;
	uint32_t *reuse; /* events */
	size_t nreuse;
};

struct replay_plan {
	const struct trace *trace; /* must outlive the plan */
	size_t events;
	unsigned levels, max_leaf_level;
	unsigned nthreads;
	struct replay_thread *threads;
	/* What devices translate, and CPUs walk, whom nobody waits for. */
	struct walk_kind devices, walkers;
	struct live *live; /* per domain: what is there at the end */
	uint64_t tables;   /* see replay_plan_tables() */
};

struct replay_plan_options {
	unsigned nthreads; /* 1.. */
	unsigned devices, walkers;
	unsigned levels; /* 0 = the fewest that the IOVAs need */
	unsigned max_leaf_level;
	bool deferred;	     /* invalidations are: note what is reused */
	uint64_t max_events; /* 0 = all */
};

/* NULL with @e: -EINVAL (an IOVA needs more levels), -ENOMEM. */
struct replay_plan *replay_plan_new(const struct trace *t,
				    const struct replay_plan_options *o,
				    struct err *e);
void replay_plan_free(struct replay_plan *plan);

/*
 * Table pages with which no design runs out: every table that ever exists,
 * those a design may hold in addition, and what thread caches keep.
 */
uint64_t replay_plan_tables(const struct replay_plan *plan);

#endif
