/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The summary of a run for people: what was asked, then a line per design. */
#ifndef OUTPUTS_REPORT_H
#define OUTPUTS_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "document/blocks.h"
#include "figures/why.h"
#include "judge/ratio.h"

/*
 * Prints the summary of @run in @s to @out, as wide as page_width(). 0, or the
 * error of reading the store. Errors of @out are the caller's to check.
 */
int report_print(struct store *s, int64_t run, FILE *out, struct err *e);

/* Trials of a plan that are there: retries and twins do not count. */
size_t report_first_attempts(const struct store_trials *trials);

/*
 * How many batches were lost (in older runs: attempts at trials), and for how
 * many trials some figure is known from such ones only. False: none.
 */
bool report_lost(const struct store_trials *trials, char *text, size_t size);

/* A paragraph, its lines but the first indented. */
void report_text(struct document *d, const char *text);

/*
 * The parts of the report: what was asked, on what, and how quiet that was;
 * how it was measured; the tables of each cell, and what the signs in them
 * mean.
 */
void report_head(const struct store_run *run, const struct store_shards *shards,
		 const struct store_trials *trials, struct document *d);
void report_method(const struct store_trials *trials, struct document *d);
/* What the hardware took for an invalidation in the model, if cells have any. */
void report_hardware(const struct summary *s, struct document *d);
/* Of the head: the machine of @run. */
void report_machine(const struct store_run *run, struct document *d);
/* @which, "Run": its name anywhere, when and where it was, how compiled. */
void report_origin(const char *which, const struct store_run *run,
		   struct document *d);

/* Marks that tables used. */
struct report_marks {
	bool clock[MARK_STEPS + 1]; /* by enum clock_mark */
	bool none_clean, absent;
	bool race;		/* a table of report_race() */
	bool lines;		/* one of report_lines() */
	bool ratios, few_draws; /* a table of ratios; one without intervals */
	bool why[WHY_NO_LATENCY + 1]; /* by enum why_missing */
	struct margins wanted;	      /* given: precision that was asked for */
};

/* A run with all that its report is made of. */
struct report {
	struct store_run run;
	struct store_trials trials;
	struct store_shards shards;
	struct margins margins;
	struct summary summary;
	struct report_marks marks;
	json_t *latency; /* what this machine's loads take; or NULL */
	bool brief;	 /* cells: the table of ratios alone */
};
/* 0 or the store's error; report_release() in any case. */
int report_load(struct report *r, struct store *s, int64_t run, struct err *e);
void report_release(struct report *r);
void report_cells(struct report *r, struct document *d);

/* The tables of one cell; marks used are added to @marks. */
void report_cell(const struct summary *s, const struct summary_cell *cell,
		 const struct margins *m, struct document *d,
		 struct report_marks *marks);
/* What dumps read from freed tables, if that was counted; and what it means. */
void report_race(const struct summary_cell *cell, struct document *d);
void report_race_legend(struct document *d);
/* Both, for all cells; false: it was counted in none. */
bool report_races(const struct summary *s, struct document *d);
/* Below the tables of @cell: who does not keep a rate, who waits. */
void report_bounds(const struct summary_cell *cell, struct document *d);
/* What its walks were expected to take, and did; @latency as why_of() has it.
 * What that means, or what would have to be run to know. */
void report_why(const struct summary_cell *cell, const json_t *latency,
		struct document *d, struct report_marks *marks);
void report_why_legend(const struct report_marks *marks, struct document *d);
/*
 * Into a cell of @table @r in words, "1.02 [1.01, 1.03] >", and to be drawn.
 * False: there is no interval.
 */
bool report_ratio_cell(struct table *table, unsigned row, unsigned column,
		       const struct ratio *r);
/*
 * What many simulated CPUs would fetch from each other, if the model was asked;
 * not if the cell of one walker, which says the same, is in @s. What that is.
 */
void report_lines(const struct summary *s, const struct summary_cell *cell,
		  struct document *d, struct report_marks *marks);
void report_lines_legend(struct document *d);
/* Of these the first: ratios to the reference, where there is one. */
void report_ratios(const struct summary_cell *cell, const struct margins *m,
		   struct document *d, struct report_marks *marks);
/* A ratio as it is drawn beside what it says, and how that is to be taken. */
struct table_effect report_effect(const struct ratio *r);
enum doc_tone report_tone(enum ratio_verdict v);
/* What the signs in it mean. */
void report_ratio_signs(const struct report_marks *marks,
			const struct margins *m, struct document *d);

/*
 * A time in ns with what the clock's step did to it: "8.50b" from blocks of
 * 16, "~28.5" within five steps. The explanations of such marks.
 */
void report_marked_ns(double ns, enum clock_mark mark, char *text, size_t size);
/* By enum clock_mark. */
extern const char *const report_mark_text[];
extern const char *const report_mark_before[], *const report_mark_behind[];

#endif
