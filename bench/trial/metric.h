/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is measured, under names that the compiler knows: METRIC_walk_lat_ns is
 * the row "walk_lat_ns" of trial/metrics.def. Counters of groups, which files
 * name, and what a results file has from another version get ids of their own
 * while the program runs.
 */
#ifndef TRIAL_METRIC_H
#define TRIAL_METRIC_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Parts of a trial that are judged by themselves: a thread that loses its CPU
 * in one spoils the figures of that part only. Bits; stored in databases, so
 * never renumbered.
 */
enum phase_bit {
	PHASE_ALL = 1 << 0, /* not told apart: all that was timed */
	PHASE_CONTROL = 1 << 1,
	PHASE_FLOOR = 1 << 2,
	PHASE_ONE_STAGE = 1 << 3,
	PHASE_PASS = 1 << 4,
	PHASE_LATENCY = 1 << 5,
	PHASE_THROUGHPUT = 1 << 6,
	PHASE_TRANSLATE_LATENCY = 1 << 7,
	PHASE_TRANSLATE_THROUGHPUT = 1 << 8,
	PHASE_SIZES = 1 << 9, /* the first of map_sizes, then one bit a size */
	/* By what other draws say, so never stored: as PHASE_ALL. */
	PHASE_APART = 1 << 30,
};
enum {
	PHASE_NONE = 0, /* no clock is in it */
	/* Updates and dumps go on from the first of these to the last. */
	PHASE_UPDATES = PHASE_LATENCY | PHASE_THROUGHPUT |
			PHASE_TRANSLATE_LATENCY | PHASE_TRANSLATE_THROUGHPUT,
};
const char *phase_name(enum phase_bit bit);

/* Where a value comes from. The printed names are in trial/metric.c. */
enum source {
	SOURCE_CLOCK,
	SOURCE_ENGINE,
	SOURCE_SIM,
	SOURCE_PMU,
	SOURCE_OS,
	SOURCE_NR,
};
const char *source_name(enum source s);
int source_find(const char *name); /* -1: no such source */

enum better { BETTER_LOWER, BETTER_HIGHER, BETTER_NEITHER };

/* The sizes of workload map_sizes. */
enum map_size {
#define MAP_SIZE(size, ...) MAP_SIZE_##size,
#include "trial/map_sizes.def"
#undef MAP_SIZE
	MAP_SIZES,
	/* Those of the cover letters; the others are where leaves are 4K. */
	MAP_SIZES_LETTER = MAP_SIZE_16x4k
};

/* Counters that outputs ask for, and what older versions measured. */
#define METRICS_NAMED                   \
	METRIC_NAMED(l1d_misses_per_op) \
	METRIC_NAMED(l2_misses_per_op)  \
	METRIC_NAMED(llc_misses_per_op) \
	METRIC_NAMED(walk_p50_from_block)

enum metric_id {
	METRIC_NONE,
#define METRIC(id, ...) METRIC_##id,
#include "trial/metrics.def"
#undef METRIC
	METRIC_NR, /* and from here on what only has a name */
	METRIC_LAST = METRIC_NR - 1,
#define METRIC_NAMED(name) METRIC_##name,
	METRICS_NAMED
#undef METRIC_NAMED
		METRIC_KNOWN
};

/* A row of trial/metrics.def; what is not said there is 0. */
struct metric {
	const char *name; /* "walk_lat_ns" */
	const char *unit; /* "ns" */
	enum source source;
	enum better better;
	unsigned phases; /* a thread that loses its CPU in these spoils it */
	const char *help;
	const char *heading; /* in tables */
	/* From 1: on which figures designs are compared, the first before all. */
	unsigned rank;
	/* Time of an operation: which, and its metric of operations a second. */
	const char *op;
	enum metric_id rate;
	/*
	 * Quantile of single operations: which, and the metric that says up to
	 * which percentile they come from blocks.
	 */
	double quantile;
	enum metric_id from_block;
	enum metric_id of; /* a count of events: out of so many tries */
};
extern const struct metric metrics[METRIC_NR]; /* [METRIC_NONE] is empty */

/*
 * Whether designs, and so runs, are compared by @id, which has a row, unless
 * one asks: of a time and its rate, which say the same, the one with a rank.
 */
bool metric_compares(enum metric_id id);
/* NULL: it has no row. */
const struct metric *metric_row(enum metric_id id);
/*
 * The id of what is called @name; what has no row gets one of its own. These
 * two abort without memory; any thread.
 */
enum metric_id metric_of(const char *name);
/* @text, kept once and for good, and its id if @id is not NULL. */
const char *metric_keep(const char *text, enum metric_id *id);

/* A row of trial/map_sizes.def. */
struct map_size_row {
	const char *name; /* "256x4k" */
	unsigned leaf_level;
	unsigned pages; /* leaves in one operation */
	unsigned slots; /* operations in a block, side by side */
	enum metric_id map, unmap;
	const char *caption, *bits; /* "256 × 4 KiB", "256*2^12" */
};
extern const struct map_size_row map_sizes[MAP_SIZES];

#endif
