/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two runs compared: what got faster or slower from A (old) to B (new), by how
 * much, how sure that is; and which exact figures changed.
 *
 * Trials are matched by cell (sweep, workload, threads, axes) and design. What
 * is compared of a design is its time against the reference's in the same draw:
 * what a run, a draw or a machine has in common falls out. Draws of the two
 * runs are two samples. The reference has nothing beside it: its own time is
 * compared, by a wide margin, and says as much about the machine as about the
 * build. Deterministic figures (equal for equal config and seed) are compared
 * exactly.
 *
 * Of the ratios called slower or faster a share of 1 - confidence at most is so
 * by chance (Benjamini, Hochberg 1995; the intervals: Benjamini, Yekutieli
 * 2005); of two runs of one build, any in so many comparisons at most.
 */
#ifndef JUDGE_COMPARE_H
#define JUDGE_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "judge/ratio.h"
#include "store/results.h"
#include "trial/record.h"

struct compare_options {
	struct margins margins; /* (judge/ratio.h) */
	double confidence;	/* that what is called different is, 0.95 */
	/* POSIX extended: further metrics to compare; NULL: only those by
	 * which designs are. */
	const char *metrics;
};

enum compare_method { COMPARE_RATIO, COMPARE_TIME, COMPARE_EXACT };
const char *compare_method_name(enum compare_method m);

/* A figure of one design in one cell. Points into the trials. */
struct compare_row {
	const struct store_trial *trial; /* any of run B */
	const char *metric, *unit;
	enum better better;
	enum compare_method method;
	const char *reference;	     /* of ratios: the design */
	double *old_log, *new_log;   /* of the draws, not if exact */
	size_t n_old, n_new;	     /* draws used */
	double old_mid, new_mid;     /* medians; exact: the values */
	double old_ratio, new_ratio; /* medians; of ratios */
	/* Of time; .log.confidence 0: no interval can be had, which then has
	 * no ends (infinite). Of exact figures the verdict alone. */
	struct ratio change;
	bool moved; /* exact, and no direction is better */
	enum clock_mark old_mark, new_mark; /* of percentiles */
	bool disturbed; /* only draws that lost a CPU were there */
	char text[192]; /* exact: "+1 reference per walk (4 -> 5)" */
};

struct compare {
	struct compare_options options;
	struct compare_row *row; /* by cell as in the report, then metric */
	size_t nrows;
	size_t ratios;	       /* of these */
	double alpha;	       /* what each interval may err */
	size_t exact;	       /* exact figures compared */
	size_t exact_differ;   /* of these, rows */
	bool exact_left;       /* not compared: seeds differ */
	char (*left_out)[256]; /* what could not be compared, and why */
	size_t nleft_out;
	/* Rows by verdict, and those of times, which are apart. */
	size_t count[RATIO_VERDICTS], times[RATIO_VERDICTS];
	enum ratio_verdict verdict; /* of all: slower if any is, ... */
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
 * what is counted beside; a key whose default is another today is known of
 * all. False: the first that is not is in @why, with what the two are called.
 */
bool compare_same_params(const char *a, const char *a_name, const char *b,
			 const char *b_name, char *why, size_t size);

/* What a change of an exact figure is, in words. */
void compare_explain(const char *metric, double old, double new, char *text,
		     size_t size);

/* judge/compare_words.c: what the forms of a comparison say alike. */

/* What one interval of @c covers, in per cent. */
double compare_interval_percent(const struct compare *c);
/* Draws that each run needs for such an interval. */
size_t compare_draws_min(const struct compare *c);
/* What a row without a reference is to be taken for. */
extern const char compare_time_note[];
/* "walks / uniform, rcu, 1 walker (own), footprint=64M" */
void compare_title(const struct store_trial *t, char *text, size_t size);
/* What ln(new/old) of a cost is in per cent: + is slower, as in all outputs. */
double compare_slower_percent(double log);
/* The verdict on all, in a line. */
void compare_conclusion(const struct compare *c, char *text, size_t size);

#endif
