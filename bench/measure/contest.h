/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One draw of a cell: all its contestants in this process, each with memory,
 * tables and a domain of its own, led by one crew. Kind of batch by kind of
 * batch, round by round: a batch of every contestant, in random order. What a
 * contestant yields is the median over the rounds, in its record.
 *
 * A batch in which a thread was without its CPU for a reason that is not the
 * contestant's own does not count and is repeated with its round; on scheduler
 * facts only, never on the value.
 */
#ifndef MEASURE_CONTEST_H
#define MEASURE_CONTEST_H

#include <signal.h>

#include "../topology/topo.h"
#include "base/err.h"
#include "counters/group.h"
#include "trace/replay_check.h"
#include "trial/params.h"
#include "trial/record.h"

/* What all draws of a run share. */
struct trial_env {
	const struct topo *topo;	   /* measurable */
	const volatile sig_atomic_t *stop; /* set: give up soon; NULL: never */
	struct counter_group *counters;	   /* of p->counters; NULL: none */
	const struct trace *trace; /* NULL: workload trace reads its own */
	bool share_cpus;	   /* where there are more threads than CPUs */
};

struct contestant {
	const struct params *p;	     /* alike but for the design */
	const struct design *design; /* NULL: the one of that name in here */
	struct record r;
};

struct contest_options {
	uint64_t seed;	  /* of the order */
	unsigned retries; /* of a lost batch, while there is time for it */
	bool exact;	  /* the deterministic figures, too */
	/* enum phase_bit: only figures that all come from these, no tails; 0:
	 * all figures. */
	unsigned phases;
	/* Workload trace: one replay, which calls this for each live leaf, and
	 * no figures to speak of. NULL: it is measured. */
	replay_leaf *leaf;
	/* The same for each descriptor that is submitted to the invalidation
	 * queue; one mapper. */
	replay_submitted *submitted;
	void *arg; /* of both */
};

/*
 * contest_run() - fills the records, which the caller has initialised, of @n
 * contestants, 1 to ROUNDS_CONTESTANTS, set up in an order of the seed. Never
 * fails itself: a contestant that could not be run has status TRIAL_FAILED and
 * says why. Context: one at a time in a process; pins the calling thread, whose
 * affinity is given back at the end.
 */
void contest_run(struct contestant *c, unsigned n, const struct trial_env *env,
		 const struct contest_options *o);

/*
 * trial_memory() - bytes of tables a contestant will reserve, without running
 * it. -EINVAL: the parameters do not fit together, said in @e.
 */
int trial_memory(const struct params *p, uint64_t *bytes, struct err *e);

#endif
