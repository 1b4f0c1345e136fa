/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The crew: the threads of a process that measures. Each is pinned once and
 * then led from batch to batch; a batch is of one contestant, and all of the
 * crew start and stop it together. What a batch does is in batch_*.c.
 *
 * Context: the calling thread is the first of the crew and leads it; all
 * functions are for it. Between batches the others spin for a while, then
 * sleep; they are registered with no design.
 */
#ifndef MEASURE_CREW_H
#define MEASURE_CREW_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rng.h"
#include "counters/count.h"
#include "counters/os_sample.h"
#include "measure/reclaimer.h"
#include "stats/singles.h"
#include "trial/record.h"
#include "workloads/registry.h"

enum { HELD_MAX = 512 }; /* points of the curve of table bytes */

/* How walks are measured: straight, through the IOTLB, in batches; and by calls
 * of the design's functions, walk() and translate(). */
enum {
	WALK_PLAIN,
	WALK_TRANSLATE,
	WALK_BATCHED,
	WALK_CALLED,
	WALK_TRANSLATE_CALLED,
	WALK_NR
};

/* Operations that ended within a batch, and the time they took. */
struct tally {
	double ops, ns;
	unsigned n;	   /* pieces that were timed */
	double pending_ns; /* how long one had been under way at the end */
};

/* Whose single operations. */
enum tail {
	TAIL_WALK,
	TAIL_WALK_OPEN,
	TAIL_TRANSLATE,
	TAIL_DEVICE,
	TAIL_MAP,
	TAIL_UNMAP,
	TAILS,
};

/* What a dumper read from tables that were freed while it was in them. */
struct race {
	uint64_t dumps, exposed; /* that ended; of them, those that did */
	uint64_t tables, wild;	 /* such tables; links in them to nowhere */
	/* Leaves in them: right all the same, another's, the poison. */
	uint64_t stale, foreign, garbage;
};

/* What one thread keeps for one contestant. */
struct worker {
	struct engine_thread t; /* first: aligned */
	struct worker_group *group;
	enum role role;
	unsigned index;	 /* within its role */
	unsigned thread; /* over all roles */
	unsigned cpu;

	const uint64_t *ops;	 /* the stream, repeated; not owned */
	size_t nops, at;	 /* @at: next operation, kept over batches */
	size_t stride;		 /* walks between looks at the clock */
	uint64_t *sums;		 /* expected sum of each block; NULL: unknown */
	struct rng gaps;	 /* between operations timed alone */
	uint64_t chain;		 /* feeds the next dependent walk */
	double call_ns[WALK_NR]; /* of a block of no walks; 0: unknown */

	/* Of the batch that just ended. */
	struct tally walk, update, dump;
	struct singles tail[TAILS];
	/* Of single walks: found a page, or nothing. Of a device's: in the
	 * IOTLB, or not. */
	struct tally hit, fault;
	double pass_ms;
	uint64_t intended; /* updates that were to start in the measured part */
	uint64_t done;	   /* updates, those outside the measured part, too */
	uint64_t stalls;   /* waits for reclamation */
	/* Dumps that ended, what they met, and what of it was dirty. */
	uint64_t passes, leaves, dirty;
	struct iotlb_stats iotlb_before, iotlb_after;
	struct os_delta os;
	bool lost;
	char lost_why[120];

	/* Of all batches: entering a design clears what is in @t. */
	uint64_t retired, invalidations;
	struct race race;
	struct counters *counters; /* of throughput batches; may be NULL */
	struct os_sample since;	   /* start of what is judged */
	uint64_t own_since;	   /* reclaimers' time then, if on this CPU */
	uint64_t wrong;
	int error;     /* first -errno: the trial failed */
	char why[160]; /* for it, or for the first wrong answer */
} __attribute__((aligned(128)));

/* One batch: what every thread does, and when. Ticks of clock.h. */
struct batch {
	const char *name;
	void (*run)(struct worker *w, const struct batch *b);
	unsigned which; /* of WALK_NR, or of what @run tells apart */
	unsigned nth;	/* so many of its kind counted before */
	bool counted;	/* the counter group counts */
	uint64_t lead_ns, ns;
	uint64_t start, begin, end; /* begin = start + lead-in; set by run */
	bool lost;		    /* a thread was without its CPU */
	char why[160];		    /* then: which one, and why */
};

/* A contestant's side of the crew: a worker for each thread. */
struct worker_group {
	struct worker *workers; /* in role order */
	unsigned n;
	const struct params *params;
	const struct work *work;
	struct domain *domain;
	struct replay *replay; /* workload trace; else NULL */
	const struct design *design;
	struct pool *pool;
	struct counter_group *counter_group; /* NULL: count nothing */
	struct pool_cache **caches;	     /* of all workers */
	const volatile sig_atomic_t *stop;   /* asked to give up; may be NULL */
	bool reclaims;	     /* it did, and its threads were looked for */
	uint64_t reclaim_ns; /* CPU time of reclaimers for the last batch */

	/* For the bytes-over-time series: written by one thread a batch. */
	double held_ms[HELD_MAX], held_bytes[HELD_MAX], held_peak;
	/* Of these, what waits for a grace period; gather lists of it. */
	double waiting_peak, lists_peak;
	size_t nheld;
	uint64_t held_next, held_step, held_zero; /* ticks; step 0: off */
	uint64_t held_past; /* ticks in batches before this one */

	/* The thread whose turn it is in batch_transfer(). Release by the one
	 * before, acquire by it. Alone in its lines. */
	struct {
		atomic_uint of;
	} __attribute__((aligned(128))) turn;
};

struct crew;

/*
 * crew_start() - @n threads, the calling one first, each pinned to its CPU of
 * @cpus, which is of @t. 0, -ENOMEM, or what pinning said; then no thread is
 * left.
 */
int crew_start(struct crew **out, const struct topo *t, const unsigned *cpus,
	       unsigned n, struct err *e);

/*
 * crew_run() - @b on all threads, for the contestant @g: they enter its design,
 * start at one tick after the lead-in, and leave it. -EIO: a thread is no
 * longer where it was pinned; -EINTR: stopped; else the first worker's error.
 * Afterwards everything that @g retired has been reclaimed. A batch is lost if
 * something that is not the contestant's took a thread's CPU, or a thread met
 * a page fault.
 */
int crew_run(struct crew *c, struct worker_group *g, struct batch *b,
	     struct err *e);

/* Threads end; the calling one stays pinned. NULL is nothing. */
void crew_stop(struct crew *c);

/* Whether the trial is to be given up; for the loops of batches. */
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
