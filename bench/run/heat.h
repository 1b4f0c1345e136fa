/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A draw of a cell, from the plan to the store. Inside of run/ only. */
#ifndef RUN_HEAT_H
#define RUN_HEAT_H

#include "trial/sides.h"
#include "run/loop.h"
#include "run/precise.h"

enum { HEAT_MAX = 32 };

/* What the loop over draws keeps. */
struct loop {
	struct runner *r;
	const struct runner_progress *progress;
	struct gate_sides sides;  /* the designs, one file a link order */
	struct gate_sides other;  /* of another build; none without */
	uint64_t done_ns, ran_ns; /* planned and real, of what was measured */
	uint64_t from_ns;	  /* when this session began to measure */
	uint64_t before_ns;	  /* that earlier ones measured */
	/* Draws beyond the plan's repetitions. */
	struct runner_cell *cell;
	size_t ncells;
	struct trial_plan more[HEAT_MAX]; /* of the draw under way */
};

/* Contestants of one cell in one draw: trials of the plan, and the copies of
 * the reference that are put beside them. */
struct heat {
	const struct trial_plan *trial[HEAT_MAX];
	struct params params[HEAT_MAX];
	struct record record[HEAT_MAX];
	unsigned n, planned;
	const char *copy[2]; /* what [planned], [planned + 1] are called */
	unsigned phases;     /* that are wanted; 0: all */
	double s;	     /* how long it took */
};

/*
 * heat_gather() - what is not stored of @trials, at most @n, that belong to the
 * draw of the first; *@taken: how many do, stored or not. 0 or the store's
 * error. heat_release() in any case.
 */
int heat_gather(struct loop *l, const struct trial_plan *trials, size_t n,
		struct heat *h, size_t *taken, struct err *e);

/*
 * heat_measure() - measures what was gathered, in one process, and stores it in
 * one transaction. A contestant that fails is stored as such. -EINTR: stopped,
 * nothing is stored; or the store's error.
 */
int heat_measure(struct loop *l, struct heat *h, struct err *e);

/* Contestant @i as the store has it, but for key, parameters and time; its
 * record stays @h's. */
struct store_trial heat_trial(const struct loop *l, const struct heat *h,
			      unsigned i);

void heat_release(struct heat *h);

#endif
