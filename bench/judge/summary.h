/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The trials of a run as people compare them: cells (one question: sweep,
 * workload, threads, other axes), in each a row per design, in each the
 * repetitions that count.
 *
 * Which of them count is decided figure by figure: those in which no thread
 * lost its CPU in the phases that the figure comes from; if there is none of
 * these, all, and summary_all_lost() says so.
 */
#ifndef JUDGE_SUMMARY_H
#define JUDGE_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/sample.h"
#include "store/results.h"

struct summary_row {
	const char *design;
	const struct store_trial **trial; /* those that are ok */
	size_t n;
	size_t stored;			     /* all trials of the row */
	size_t bad;			     /* of these, wrong or failed */
	const struct store_trial *first_bad; /* NULL: none */
};

struct summary_cell {
	const struct store_trial *sample; /* any trial of it */
	struct summary_row *row;	  /* of designs, as registered */
	size_t nrows;
	struct summary_row twin; /* .n 0: none; no design, so no row */
	size_t place;		 /* of its sweep in the config */
};

/* Points into the trials it was made from. */
struct summary {
	/* By sweep as in the config, workload, threads, axes. */
	struct summary_cell *cell;
	size_t ncells;
};

/* @config: text of the run's config, or NULL. Aborts without memory. */
void summary_make(struct summary *s, const struct store_trials *trials,
		  const char *config);
void summary_release(struct summary *s);

/*
 * The value of @metric in row->trial[@i] if it counts; NULL if it does not or
 * is not there.
 */
const struct value *summary_value(const struct summary_row *row, size_t i,
				  enum metric_id metric);
/* The same for histograms. */
const struct hist *summary_hist(const struct summary_row *row, size_t i,
				const char *name);
/* In how many of the attempts that have it a figure was disturbed. */
struct summary_lost {
	size_t lost, of;
};
struct summary_lost summary_lost(const struct summary_row *row,
				 enum metric_id metric);
/* Whether in all of them, so that none but disturbed ones count. */
static inline bool summary_all_lost(struct summary_lost l)
{
	return l.of && l.lost == l.of;
}
/* Keeps in *@worst the figure that suffered more. */
void summary_lost_worst(struct summary_lost *worst, struct summary_lost l);
/*
 * Median of @metric with its interval (95 %, or what can be had) over the
 * repetitions of @row that count. False: none of them has it.
 */
bool summary_estimate(const struct summary_row *row, enum metric_id metric,
		      struct estimate *est);
/*
 * What the clock's step did to @metric in half or more of the repetitions that
 * count, which is what the median is of.
 */
enum clock_mark summary_mark(const struct summary_row *row,
			     enum metric_id metric);
/* The median alone; NaN if there is none. */
double summary_median(const struct summary_row *row, enum metric_id metric);
/* The value of @metric in the first trial that has it, or NULL. */
const struct value *summary_find(const struct summary_row *row,
				 enum metric_id metric);

/* Whether any row of @cell has @metric. */
bool summary_has(const struct summary_cell *cell, enum metric_id metric);

/* Whether @a and @b are of one cell. */
bool summary_one_cell(const struct store_trial *a, const struct store_trial *b);

/* Whether @t is counted in @row of @cell. */
bool summary_is_of(const struct summary_cell *cell,
		   const struct summary_row *row, const struct store_trial *t);

/* The cell that is called @name, the row of @design; NULL: there is none. */
const struct summary_cell *summary_cell_of(const struct summary *s,
					   const char *name);
const struct summary_row *summary_row_of(const struct summary_cell *cell,
					 const char *design);

/* The row of @design with one walker and all else as in @cell, or NULL. */
const struct summary_row *summary_single(const struct summary *s,
					 const struct summary_cell *cell,
					 const char *design);

#endif
