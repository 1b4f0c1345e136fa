/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The threads of one trial: created once, pinned, and led through phases.
 * Between phases they sleep in a barrier, offline for RCU; in a phase nobody
 * sleeps. What a phase does is in phase_*.c.
 *
 * Context: the functions of the group are for the leading thread, which takes
 * no part in any phase and waits in the barrier meanwhile.
 */
#ifndef MEASURE_WORKER_H
#define MEASURE_WORKER_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "counters/count.h"
#include "base/err.h"
#include "stats/hist.h"
#include "counters/os_sample.h"
#include "trial/record.h"
#include "base/rng.h"
#include "measure/samples.h"
#include "stats/singles.h"
#include "workloads/registry.h"

enum { HELD_MAX = 512 }; /* points of the curve of table bytes */

enum { PHASES_MAX = 16 }; /* measured ones in a trial */

/* Walks are measured twice: straight, and through the IOTLB. */
enum { WALK_PLAIN, WALK_TRANSLATE, WALK_NR };

/* What a walker measured; histograms as trial/record.h says. */
struct walk_result {
	struct samples blocks; /* ns per operation, blocks of 256 */
	struct singles single; /* its blocks: 16 walks between two readings */
	struct singles open;
	struct samples thr; /* ns per independent operation, larger blocks */
	double ops, ns;	    /* independent operations, and their time */
};

struct update_result {
	struct singles map, unmap;
	double ops, ns;
	uint64_t stalls; /* waits for reclamation */
};

struct worker {
	struct engine_thread t; /* first: aligned */
	struct worker_group *group;
	enum role role;
	unsigned index;	 /* within its role */
	unsigned thread; /* over all roles */
	unsigned cpu;
	pthread_t id;

	const uint64_t *ops; /* the stream, repeated; not owned */
	size_t nops, at;     /* @at: next operation, kept over phases */
	uint64_t *sums;	     /* expected sum of each block; NULL: unknown */
	const uint64_t *floor_ops; /* its walks of static IOVAs, @nfloor */
	size_t nfloor;		   /* 0: the floor cannot be measured */
	uint64_t *own_floor;	   /* when that is not the stream itself */
	struct rng gaps;	   /* between operations timed alone */
	uint64_t chain;		   /* feeds the next dependent walk */

	struct walk_result walk[WALK_NR];
	struct update_result update;
	struct samples dumps;		     /* ms each */
	struct samples floor_dep, floor_thr; /* ns per operation */
	struct samples one_stage; /* ns per walk of a nested domain's first */
	double dumps_done, dumps_ns;
	double pass_ms, control_ops_per_s;
	uint64_t iotlb_hits, iotlb_lookups; /* of the translate phases */

	struct counters *counters; /* of the throughput phase; may be NULL */
	struct os_delta os[PHASES_MAX]; /* of each measured phase */
	unsigned nos;
	uint64_t wrong;
	int error;	  /* first -errno: the trial failed */
	char why[160];	  /* for it, or for the first wrong answer */
	unsigned lost_in; /* phases in which it lost its CPU: enum phase_bit */
	char lost[120];	  /* when and why it first did */
	struct os_sample since; /* start of what is judged of this phase */
	bool warm;		/* the warm-up is over, @since is its end */
} __attribute__((aligned(128)));

/* One phase: what every thread does, and when. Ticks of machine/clock.h. */
struct phase {
	const char *name;
	void (*run)(struct worker *w, const struct phase *ph);
	unsigned bit;	/* of enum phase_bit: its figures suffer when a thread
			   loses its CPU; 0: nothing is measured */
	unsigned which; /* of WALK_NR */
	uint64_t warmup_ns, ns;
	uint64_t start, begin, end; /* begin = start + warm-up; set by run */
};

struct worker_group {
	struct worker *workers; /* in role order */
	unsigned n;
	const struct params *params;
	const struct work *work;
	struct domain *domain;
	const struct design *design;
	struct pool *pool;
	struct counter_group *counter_group; /* NULL: count nothing */
	struct pool_cache **caches;	     /* of all workers */
	const volatile sig_atomic_t *stop;   /* asked to give up; may be NULL */

	/* For the bytes-over-time series: written by one thread a phase. */
	double held_ms[HELD_MAX], held_bytes[HELD_MAX], held_peak;
	size_t nheld;
	uint64_t held_next, held_step, held_zero; /* ticks; step 0: off */

	struct phase *phase;
	pthread_mutex_t gate;	/* held while threads are being created */
	pthread_barrier_t edge; /* workers and the leader */
	bool quit;
	unsigned started;
};

/*
 * Starts the threads, each pinned to its worker's cpu and entered into the
 * design. The caller has filled workers[].{role,index,thread,cpu,ops,nops}.
 * 0, -ENOMEM, or what pinning said; then no thread is left.
 */
int worker_group_start(struct worker_group *g, struct err *e);

/*
 * Runs @ph on all threads. -EIO: a thread is no longer where it was pinned;
 * -EINTR: stopped; else the first worker's error. All threads are back at the
 * barrier in any case.
 */
int worker_group_run(struct worker_group *g, struct phase *ph, struct err *e);

/* Threads leave the design and end. */
void worker_group_finish(struct worker_group *g);

/* Whether the trial is to be given up; for the loops of phases. */
static inline bool worker_stopped(const struct worker *w)
{
	return w->group->stop && *w->group->stop;
}

/* First wrong answer: kept for the report. */
void worker_wrong(struct worker *w, uint64_t n, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* First error: ends the trial. */
void worker_failed(struct worker *w, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
