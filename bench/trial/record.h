/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one trial yields: values under the names of trial/metrics.def,
 * histograms, and how it went. Filled by the worker, written by the store.
 */
#ifndef TRIAL_RECORD_H
#define TRIAL_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/hist.h"
#include "trial/metric.h"

enum trial_status {
	TRIAL_OK,
	TRIAL_WRONG,  /* an answer was wrong: the values mean nothing */
	TRIAL_FAILED, /* could not be run: placement, memory, … */
	TRIAL_INTERRUPTED,
};
const char *trial_status_name(enum trial_status s);
int trial_status_find(const char *name); /* -1: no such status */

struct value {
	enum metric_id metric;
	const char *name; /* of the metric, or of a counter of a group */
	const char *unit;
	enum source source;
	double value;
	bool deterministic; /* depends on nothing but config and seed */
};

/* A counter that could not be had; never a value of 0. */
struct not_counted {
	char name[48];
	char reason[160];
};

/*
 * Of single operations in ns: "walk_single", "walk_open" (from the intended
 * start), "translate_single", "map", "unmap". "walk_block" and
 * "translate_block" count blocks of 16 operations by the ns of the whole
 * block, so that a sixteenth of a nanosecond an operation can be told;
 * "walk_open_block", "map_block" and "unmap_block" 16 single ones together.
 */
struct named_hist {
	char name[32];
	struct hist *hist;
};

/* A quantity over the trial: "table_bytes_held" (x ms, y bytes). */
struct series {
	char name[32];
	size_t n;
	double *x, *y;
};

struct record {
	enum trial_status status;
	char reason[256];   /* when not TRIAL_OK, or what disturbed it */
	unsigned disturbed; /* in these phases a thread lost its CPU; bits of
			       enum phase_bit, 0: in none */
	struct value *values;
	size_t nvalues;
	struct not_counted *missing;
	size_t nmissing;
	struct named_hist *hists;
	size_t nhists;
	struct series *series;
	size_t nseries;
};

void record_init(struct record *r);
void record_release(struct record *r);
/*
 * These abort when memory is out. A @value that is not finite is recorded as
 * missing.
 */
void record_add(struct record *r, enum metric_id metric, double value,
		bool deterministic);
void record_missing(struct record *r, enum metric_id metric,
		    const char *reason);
/* The reason of a time that is endless, and whether @metric is missing for it. */
#define RECORD_NONE_ENDED "in most batches no operation ended"
bool record_none_ended(const struct record *r, enum metric_id metric);
/*
 * The same for a counter of a group, which the group's file documents, and for
 * what is read back under its name. The texts are copied.
 */
void record_add_counter(struct record *r, const char *name, const char *unit,
			enum source source, double value);
void record_missing_counter(struct record *r, const char *name,
			    const char *reason);
/* Takes ownership of @hist. */
void record_add_hist(struct record *r, const char *name, struct hist *hist);
/* Copies @x and @y. */
void record_add_series(struct record *r, const char *name, size_t n,
		       const double *x, const double *y);
/* NULL: not in the record. */
const struct value *record_get(const struct record *r, enum metric_id metric);
const struct hist *record_hist(const struct record *r, const char *name);
/*
 * Whether a thread lost its CPU in a phase that the metric or histogram comes
 * from. Never so for figures that no clock is in; what this version has no row
 * for can come from any phase.
 */
bool record_disturbed(const struct record *r, enum metric_id metric);
/* Whether it would not be but for PHASE_APART. */
bool record_only_apart(const struct record *r, enum metric_id metric);
bool record_hist_disturbed(const struct record *r, const char *name);

/*
 * What the clock's step does to a percentile of single operations: it comes
 * from blocks of 16, or (largest values, and runs of before 1.0) it is within
 * five steps and says more about the clock.
 */
enum clock_mark { MARK_NONE, MARK_BLOCK, MARK_STEPS };
/* MARK_NONE for figures that are no percentile. */
enum clock_mark record_mark(const struct record *r, enum metric_id metric);
const char *mark_name(enum clock_mark m); /* "", "block", "steps" */

#endif
