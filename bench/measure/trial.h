/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One trial from its parameters to its record: memory and threads placed,
 * tables made, phases run (docs/measuring.md), answers checked, everything
 * given back.
 */
#ifndef MEASURE_TRIAL_H
#define MEASURE_TRIAL_H

#include <signal.h>

#include "counters/group.h"
#include "base/err.h"
#include "trial/params.h"
#include "trial/record.h"
#include "../topology/topo.h"

/* What all trials of a run share. */
struct trial_env {
	const struct topo *topo;	   /* measurable */
	const volatile sig_atomic_t *stop; /* set: give up soon; NULL: never */
	struct counter_group *counters;	   /* of p->counters; NULL: none */
};

/*
 * trial_run() - fills *r, which the caller has initialised. Never fails
 * itself: a trial that could not be run has status TRIAL_FAILED and says why.
 * Context: one at a time in a process (phases share clock and CPUs); the
 * calling thread is not pinned and sleeps meanwhile.
 */
void trial_run(const struct params *p, const struct trial_env *env,
	       struct record *r);

/*
 * trial_memory() - bytes of tables the trial will reserve, without running
 * it. -EINVAL: the parameters do not fit together, said in @e.
 */
int trial_memory(const struct params *p, uint64_t *bytes, struct err *e);

/* Frees what is kept between trials (the last trace). */
void trial_trace_forget(void);

#endif
