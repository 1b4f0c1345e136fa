/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines that move between CPUs, per operation, with more CPUs than there are:
 * the design's lock as many want it at once.
 *
 * @cpus CPUs perform operations without a pause: the threads that update each
 * one, all others walk. Whose turn it is is drawn, and a turn is one reference
 * (touches.h), so that operations interleave; each takes as long as another,
 * whether a line moves or not. Caches have no bounds (holders.h), lines are 64
 * bytes. What an operation does to the tables it does as it begins.
 *
 * Who finds the lock taken waits as its kind does (kernels/locks/flags.h), and
 * gets in as that lets it: in order, or whoever looks first. What it watches it
 * reads again when it was written, which moves the line; who watches a line
 * that stays takes no turn. Nobody tries in vain: a waiter that looks and finds
 * the lock free has it. Only the design's lock keeps anybody out, neither locks
 * of single tables nor that of the invalidation queue. So what a lock costs is
 * at least this.
 *
 * Nothing in it depends on the machine.
 */
#ifndef COUNTERS_CROWD_H
#define COUNTERS_CROWD_H

#include "base/err.h"
#include "base/rng.h"
#include "counters/holders.h"
#include "counters/touches.h"
#include "trial/record.h"

enum { CROWD_STEPS = 6 }; /* 2, 4, … HOLDERS_MAX CPUs */

/* Lines moved per walk and per update, by step. */
struct crowd_metric {
	unsigned cpus;
	enum metric_id walk, update;
};
extern const struct crowd_metric crowd_metrics[CROWD_STEPS];

struct crowd_count {
	uint64_t walks, updates; /* that ended */
	uint64_t walk_moves, update_moves;
};

/*
 * crowd_run() - @cpus CPUs over @d, at most HOLDERS_MAX and more than update.
 * Of @threads, those that walk lend their streams to all that do, each begins
 * elsewhere; those that update go on where they are (their @at moves). After
 * @walks walks as many again are counted.
 *
 * Context: as touches.h. Returns 0, -EINVAL (no walker among @threads, no room
 * for one), -ENOMEM, or what an operation said.
 */
int crowd_run(const struct design *design, struct domain *d,
	      struct cachesim_thread *threads, size_t n, unsigned cpus,
	      uint64_t walks, struct rng *rng, struct crowd_count *count,
	      struct err *e);

/*
 * crowd_record() - crowd_run() of 2, 4, … @most CPUs, as far as that is more
 * than update; the figures into @r, deterministic. A design for one thread has
 * none.
 */
int crowd_record(const struct design *design, struct domain *d,
		 struct cachesim_thread *threads, size_t n, unsigned most,
		 uint64_t walks, struct rng *rng, struct record *r,
		 struct err *e);

#endif
