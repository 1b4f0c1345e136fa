/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two runs compared: what got faster or slower from A (old) to B (new), by how
 * much, how sure that is; and which exact figures changed.
 *
 * Trials are matched by cell (sweep, workload, threads, axes) and design.
 * Times are compared over the repetitions in which no thread lost its CPU, in
 * pairs of the same repetition where the runs have the same seed and enough
 * of them, else as two samples. Deterministic figures (equal for equal config
 * and seed) are compared exactly.
 */
#ifndef JUDGE_COMPARE_H
#define JUDGE_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "trial/record.h"
#include "stats/effect.h"
#include "store/results.h"

struct compare_options {
	double threshold; /* share, 0.03: smaller effects do not matter */
	double alpha;	  /* what either bound of an interval may err */
	/* POSIX extended: further metrics to compare; NULL: only the times
	 * of the operations (judge/timed.h). */
	const char *metrics;
};

enum compare_method { COMPARE_PAIRED, COMPARE_UNPAIRED, COMPARE_EXACT };
const char *compare_method_name(enum compare_method m);

/* A figure of one design in one cell. Points into the trials. */
struct compare_row {
	const struct store_trial *trial; /* any of run B */
	const char *metric, *unit;
	enum better better;
	enum compare_method method;
	size_t n_old, n_new;	   /* repetitions used */
	double old_mid, new_mid;   /* medians; exact: the values */
	double old_best, new_best; /* smallest, or largest if that is better */
	struct effect effect;	   /* of the cost; not if exact */
	enum verdict verdict;
	bool moved; /* exact, and no direction is better */
	enum clock_mark old_mark, new_mark; /* of percentiles */
	bool disturbed; /* only repetitions that lost a CPU were there */
	char text[192]; /* exact: "+1 reference per walk (4 -> 5)" */
};

struct compare {
	struct compare_options options;
	struct compare_row *row; /* by cell as in the report, then metric */
	size_t nrows;
	size_t exact;	       /* exact figures compared */
	size_t exact_differ;   /* of these, rows */
	bool exact_left;       /* not compared: seeds differ */
	char (*left_out)[256]; /* what could not be compared, and why */
	size_t nleft_out;
	size_t count[VERDICT_NR]; /* rows by verdict */
	enum verdict verdict;	  /* of all: slower if any is, … */
};

struct compare_run {
	const struct store_run *run;
	const struct store_trials *trials;
};

/*
 * 0; -EINVAL with *e: bad pattern, or the runs have nothing in common.
 * compare_release() in any case. Borrows the trials.
 */
int compare_runs(const struct compare_run *a, const struct compare_run *b,
		 const struct compare_options *o, struct compare *c,
		 struct err *e);
void compare_release(struct compare *c);

/*
 * Whether the two runs are of one machine class (store/machine_class.h). False:
 * what differs is in @why.
 */
bool compare_same_machine(const struct store_run *a, const struct store_run *b,
			  char *why, size_t size);

/*
 * Whether the parameters (JSON) that both know are the same, but for paths and
 * what is counted beside. False: the first that is not is in @why, with what
 * the two are called.
 */
bool compare_same_params(const char *a, const char *a_name, const char *b,
			 const char *b_name, char *why, size_t size);

/* What a change of an exact figure is, in words. */
void compare_explain(const char *metric, double old, double new, char *text,
		     size_t size);

/* judge/compare_words.c: what the forms of a comparison say alike. */

/* "3.2 %", what the interval of @c covers: 98 for bounds of 99 %. */
double compare_interval_percent(const struct compare *c);
/* "walks / uniform, rcu, 1 walker, footprint=64M" */
void compare_title(const struct store_trial *t, char *text, size_t size);
/* What ln(new/old) of a cost is in per cent: + is slower, as in all outputs. */
double compare_slower_percent(double log);
/* The verdict on all, in a line. */
void compare_conclusion(const struct compare *c, char *text, size_t size);

#endif
