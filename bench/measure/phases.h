/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the threads of a trial do in each phase; see docs/measuring.md. The
 * functions are `run` members of struct phase: called in every worker, each
 * acts if the phase concerns its role.
 */
#ifndef MEASURE_PHASES_H
#define MEASURE_PHASES_H

#include "machine/clock.h"
#include "measure/worker.h"

typedef void phase_run(struct worker *w, const struct phase *ph);

phase_run phase_populate;   /* thread 0 makes the static mappings */
phase_run phase_counters;   /* walkers: open the counter group */
phase_run phase_floor;	    /* walkers: bare loads over the tables */
phase_run phase_one_stage;  /* walkers: a nested domain's first stage alone */
phase_run phase_control;    /* walkers: private work */
phase_run phase_pass;	    /* mappers: their stream once */
phase_run phase_latency;    /* walkers dependent, or open loop; mappers update,
			       dumpers dump. ph->which of WALK_NR */
phase_run phase_throughput; /* walkers independent; the others as above */

/* Called by the phases above for the other roles, until ph->end. */
phase_run update_run, dump_run;

/* What one clocked call of exec with no operation costs, in ns. */
double phase_call_cost(struct worker *w, engine_exec *exec);

/*
 * Operations until the next one that is timed alone: sample_every on average,
 * at random, so that no period of the stream is always or never hit.
 */
static inline unsigned phase_gap(struct worker *w)
{
	unsigned k = w->group->params->time.sample_every;

	return k > 1 ? (unsigned)rng_below(&w->gaps, 2 * k - 1) : 0;
}

/* Spins until the tick; a phase never sleeps. */
static inline void phase_wait(uint64_t tick)
{
	while (clock_start() < tick)
		;
}

/*
 * Waits for the start of the phase, with all the others. The leader, which
 * woke the threads, is asleep by then: what it took of their CPUs does not
 * count.
 */
static inline void phase_begin(struct worker *w, const struct phase *ph)
{
	phase_wait(ph->start);
	os_sample_again(&w->since);
}

/*
 * Whether what starts at @now is to be kept: the warm-up is over. The first
 * time, the thread is judged anew from here on, which takes some
 * microseconds: nothing may be under way that is timed from before.
 */
static inline bool phase_keep(struct worker *w, const struct phase *ph,
			      uint64_t now)
{
	if (now < ph->begin)
		return false;
	if (!w->warm)
		os_sample_again(&w->since);
	w->warm = true;
	return true;
}

/* Starts the curve of table bytes held; for the leader, before a phase. */
void held_start(struct worker_group *g, double length_ns);
/* Takes a point of it if one is due. One worker a phase calls it. */
void held_sample(struct worker_group *g, uint64_t now);
/* Table bytes that are live or wait for reclamation, as of now. */
double held_bytes(const struct worker_group *g);
/* Takes one now; the leader, between phases. */
void held_now(struct worker_group *g);

#endif
