/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which cell is drawn next, once all have the draws of the plan: the one whose
 * intervals a draw narrows most for its time. How wide they are is told by
 * whoever started the run.
 */
#ifndef RUN_PRECISE_H
#define RUN_PRECISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/product.h"
#include "store/results.h"

/* Why a figure is drawn on, the most urgent first. */
enum runner_urgency {
	RUNNER_NO_INTERVAL, /* there are too few draws for one */
	RUNNER_OPEN,	    /* what was asked is open */
	RUNNER_CASE,	    /* it is not, but here it would be */
	RUNNER_LONG,	    /* it takes more draws than a cell may have */
};

/* What a cell's draws have not told precisely enough yet: figures of one
 * urgency, the cell's first. */
enum { RUNNER_FIGURES = 24 };
struct runner_needs {
	unsigned n; /* figures; 0: it is precise */
	enum runner_urgency urgency;
	double excess[RUNNER_FIGURES]; /* half-width / wanted, above 1 */
	unsigned phases; /* enum phase_bit; that these figures come from */
	bool whole;	 /* one is of single operations, or of no phase */
};

/* Whether cells get draws beyond the plan's repetitions. */
bool runner_adapts(const struct params_run *run);

struct runner_cell {
	const struct trial_plan *first; /* of its @n trials in repetition 0 */
	size_t n;
	unsigned draws;
	double draw_s; /* what the last one took */
	bool out;      /* a trial failed: it gets no more */
	struct runner_needs needs;
	struct store_trials trials;
	size_t loaded; /* of these, records that are not its own */
};

/* Whoever tells what cells lack. */
struct runner_judge {
	/* Before any of it, once: @run is in @s. 0 or the store's error. */
	int (*begin)(void *arg, struct store *s, int64_t run, struct err *e);
	/* Fills the needs of all @n cells, from all their trials. */
	void (*needs)(void *arg, struct runner_cell *cell, size_t n);
	void *arg;
};

/*
 * runner_choose() - of the most urgent cells the one for which a draw helps
 * most: the sum over its figures of what the excess is expected to shrink, by
 * second. SIZE_MAX: all
 * are precise, have @most draws, or take longer than @left_s.
 */
size_t runner_choose(const struct runner_cell *cell, size_t n, unsigned most,
		     double left_s);

/* Seconds until all @cell are precise or have @most draws; about. */
double runner_until_precise(const struct runner_cell *cell, size_t n,
			    unsigned most);

/* Seconds of a budget of which @before_ns were used before @from_ns; INFINITY:
 * there is none. */
double runner_budget_left(uint64_t budget_ns, uint64_t before_ns,
			  uint64_t from_ns, uint64_t now_ns);

/*
 * runner_cells() - the cells of @plan, with their trials of @stored, which
 * outlive them. The caller releases. Aborts without memory.
 */
size_t runner_cells(const struct plan *plan, const struct store_trials *stored,
		    struct runner_cell **out);
/* One trial more of the last draw; takes the record over. */
void runner_cell_add(struct runner_cell *c, const struct store_trial *t);
void runner_cells_release(struct runner_cell *cell, size_t n);

#endif
