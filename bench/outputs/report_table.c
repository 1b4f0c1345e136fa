/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of the report: which columns, and how a figure is written. */
#include <math.h>
#include <string.h>

#include "base/format.h"
#include "outputs/report.h"

enum kind {
	NS,	   /* median of @metric */
	NS_IF_ANY, /* the same; left out where no design has it */
	NS_SINGLE, /* the same, of single operations, with its mark */
	PAIR,	   /* @metric / @other, both ns */
	PLAIN,
	RATIO,
	RATE, /* with its interval */
	NS_INTERVAL,
	SCALE, /* @metric against the same with one walker */
	PERCENT,
	MISSES, /* @other (pmu) if it is there, else @metric (sim) */
	BYTES,
	DISTURBED,
};

/* The heading over columns of misses; their source comes before it. */
#define MISS_GROUP "misses / walk"

struct column {
	const char *group, *name; /* two lines of heading */
	unsigned leave;		  /* as in struct table_column */
	enum kind kind;
	enum metric_id metric, other;
};

/* A table is printed for a cell that has its first column's metric. */
struct view {
	enum metric_id key;
	const struct column *column; /* ended by name == NULL */
};

static const struct column walks[] = {
	{"walk ns", "p50", 0, NS_SINGLE, METRIC_walk_p50_ns, 0},
	{"walk ns", "p99", 3, NS_SINGLE, METRIC_walk_p99_ns, 0},
	{"walk ns", "p99.9", 8, NS_SINGLE, METRIC_walk_p999_ns, 0},
	{"x", "floor", 0, RATIO, METRIC_walk_x_floor, 0},
	{"", "walks/s", 1, RATE, METRIC_walk_ops_per_s, 0},
	{"", "scale", 2, SCALE, METRIC_walk_ops_per_s, 0},
	/* The table of translations has it as well. */
	{"IOTLB", "hits", 11, PERCENT, METRIC_iotlb_hit_ratio, 0},
	{MISS_GROUP, "L1d", 9, MISSES, METRIC_sim_l1d_misses_per_walk,
	 METRIC_l1d_misses_per_op},
	{MISS_GROUP, "L2", 10, MISSES, METRIC_sim_l2_misses_per_walk,
	 METRIC_l2_misses_per_op},
	{MISS_GROUP, "LLC", 7, MISSES, METRIC_sim_llc_misses_per_walk,
	 METRIC_llc_misses_per_op},
	{"tables", "held", 4, BYTES, METRIC_table_bytes_held_peak,
	 METRIC_table_bytes_held_end},
	{"dis-", "turbed", 0, DISTURBED, 0, 0},
	{0},
};

/* Where mappers change what is walked. */
static const struct column mixed[] = {
	{"walks that", "find nothing", 0, PERCENT, METRIC_walk_fault_ratio, 0},
	{"single walk, ns", "page found", 1, NS, METRIC_walk_hit_ns, 0},
	{"single walk, ns", "nothing", 2, NS, METRIC_walk_fault_ns, 0},
	{"dis-", "turbed", 0, DISTURBED, 0, 0},
	{0},
};

static const struct column updates[] = {
	{"map ns", "p50", 0, NS_SINGLE, METRIC_map_p50_ns, 0},
	{"map ns", "p99", 5, NS_SINGLE, METRIC_map_p99_ns, 0},
	{"map ns", "p99.9", 8, NS_SINGLE, METRIC_map_p999_ns, 0},
	{"unmap ns", "p50", 0, NS_SINGLE, METRIC_unmap_p50_ns, 0},
	{"unmap ns", "p99", 4, NS_SINGLE, METRIC_unmap_p99_ns, 0},
	{"unmap ns", "p99.9", 7, NS_SINGLE, METRIC_unmap_p999_ns, 0},
	{"", "updates/s", 1, RATE, METRIC_update_ops_per_s, 0},
	{"dump", "ms", 6, PLAIN, METRIC_dump_ms, 0},
	{"pass", "ms", 9, PLAIN, METRIC_update_pass_ms, 0},
	{"reclaim", "stalls", 2, PLAIN, METRIC_reclaim_stalls, 0},
	{"tables", "held", 3, BYTES, METRIC_table_bytes_held_peak,
	 METRIC_table_bytes_held_end},
	{"dis-", "turbed", 0, DISTURBED, 0, 0},
	{0},
};

/* Beside walkers that run free. */
static const struct column paced[] = {
	{"map from intended start, ns", "p50", 0, NS_SINGLE, METRIC_map_p50_ns,
	 0},
	{"map from intended start, ns", "p99", 3, NS_SINGLE, METRIC_map_p99_ns,
	 0},
	{"unmap", "p50", 0, NS_SINGLE, METRIC_unmap_p50_ns, 0},
	{"unmap", "p99", 4, NS_SINGLE, METRIC_unmap_p99_ns, 0},
	{"rate", "kept", 0, PERCENT, METRIC_update_rate_kept, 0},
	{"reclaim", "stalls", 1, PLAIN, METRIC_reclaim_stalls, 0},
	{"tables", "held", 2, BYTES, METRIC_table_bytes_held_peak,
	 METRIC_table_bytes_held_end},
	{"dis-", "turbed", 0, DISTURBED, 0, 0},
	{0},
};

static const struct column sizes[] = {
#define MAP_SIZE(size, level, pages, slots, text, brief, caption, bits) \
	{"map / unmap, ns",                                             \
	 text,                                                          \
	 METRIC_map_##size##_ns - METRIC_map_4k_ns,                     \
	 PAIR,                                                          \
	 METRIC_map_##size##_ns,                                        \
	 METRIC_unmap_##size##_ns},
#include "trial/map_sizes.def"
#undef MAP_SIZE
	{"dis-", "turbed", 0, DISTURBED, 0, 0},
	{0},
};

static const struct column replay[] = {
	{"", "ns / event", 0, NS_INTERVAL, METRIC_event_ns, 0},
	{"of it", "inv ns", 0, NS_IF_ANY, METRIC_event_inv_ns, 0},
	{"device", "ns", 5, NS_IF_ANY, METRIC_device_translate_ns, 0},
	{"", "events", 2, PLAIN, METRIC_events, 0},
	{"unmaps of", "nothing", 4, PLAIN, METRIC_events_unmapped_nothing, 0},
	{"tables", "freed", 3, PLAIN, METRIC_tables_freed, 0},
	{"tables", "held", 1, BYTES, METRIC_table_bytes_held_peak,
	 METRIC_table_bytes_held_end},
	{"dis-", "turbed", 0, DISTURBED, 0, 0},
	{0},
};

/* Who walks what a replay maps. */
static const struct column beside[] = {
	{"walk ns", "mean", 0, NS, METRIC_replay_walk_ns, 0},
	{"walk ns", "p50", 1, NS_SINGLE, METRIC_walk_p50_ns, 0},
	{"walk ns", "p99", 2, NS_SINGLE, METRIC_walk_p99_ns, 0},
	{"walks", "kept", 0, PERCENT, METRIC_walks_kept, 0},
	{"dis-", "turbed", 0, DISTURBED, 0, 0},
	{0},
};

static const struct column translates[] = {
	{"translate", "ns", 0, NS, METRIC_translate_ns, 0},
	{"", "p99", 2, NS_SINGLE, METRIC_translate_p99_ns, 0},
	{"", "translates/s", 1, RATE, METRIC_translate_ops_per_s, 0},
	{"IOTLB", "hits", 0, PERCENT, METRIC_iotlb_hit_ratio, 0},
	{"same, one", "thread", 3, PERCENT, METRIC_iotlb_pass_hit_ratio, 0},
	{"invali-", "dations", 4, PLAIN, METRIC_iotlb_invalidations, 0},
	{"dis-", "turbed", 0, DISTURBED, 0, 0},
	{0},
};

static const struct column open_loop[] = {
	{"from intended start, ns", "p50", 0, NS_SINGLE,
	 METRIC_walk_open_p50_ns, 0},
	{"from intended start, ns", "p99", 0, NS_SINGLE,
	 METRIC_walk_open_p99_ns, 0},
	{"from intended start, ns", "p99.9", 1, NS_SINGLE,
	 METRIC_walk_open_p999_ns, 0},
	{"dis-", "turbed", 0, DISTURBED, 0, 0},
	{0},
};

static const struct view views[] = {
	{METRIC_walk_lat_ns, walks},	  {METRIC_walk_open_p50_ns, open_loop},
	{METRIC_walk_fault_ratio, mixed}, {METRIC_event_ns, replay},
	{METRIC_replay_walk_ns, beside},  {METRIC_update_ops_per_s, updates},
	{METRIC_map_4k_ns, sizes},	  {METRIC_translate_ns, translates},
	{METRIC_update_rate_kept, paced},
};

const char *const report_mark_before[] = {
	[MARK_NONE] = "", [MARK_BLOCK] = "", [MARK_STEPS] = "~"};
const char *const report_mark_behind[] = {
	[MARK_NONE] = "", [MARK_BLOCK] = "b", [MARK_STEPS] = ""};
const char *const report_mark_text[] = {
	[MARK_NONE] = "",
	[MARK_BLOCK] = "b from blocks of 16 operations: the clock is too "
		       "coarse for one",
	[MARK_STEPS] = "~ within five steps of the clock: its resolution more "
		       "than a time",
};

void report_marked_ns(double ns, enum clock_mark mark, char *text, size_t size)
{
	char plain[24];

	format_ns(ns, plain, sizeof(plain));
	snprintf(text, size, "%s%s%s", report_mark_before[mark], plain,
		 report_mark_behind[mark]);
}

static void with_interval(const struct summary_row *row, enum metric_id metric,
			  void (*print)(double, char *, size_t), char *text,
			  size_t size)
{
	char value[16], low[16], high[16];
	struct estimate est;

	if (!summary_estimate(row, metric, &est))
		return;
	print(est.value, value, sizeof(value));
	print(est.low, low, sizeof(low));
	print(est.high, high, sizeof(high));
	if (est.confidence > 0)
		snprintf(text, size, "%s [%s, %s]", value, low, high);
	else
		snprintf(text, size, "%s", value);
}

static void pair(const struct summary_row *row, const struct column *c,
		 char *text, size_t size)
{
	double a = summary_median(row, c->metric);
	double b = summary_median(row, c->other);
	char first[24] = "-", second[24] = "-";

	if (isnan(a) && isnan(b))
		return;
	if (!isnan(a))
		format_ns(a, first, sizeof(first));
	if (!isnan(b))
		format_ns(b, second, sizeof(second));
	snprintf(text, size, "%s / %s", first, second);
}

/*
 * Of the figure of this table that suffered most, in how many attempts a
 * thread lost its CPU; "!": in all of them.
 */
static void disturbed(const struct summary_row *row,
		      const struct column *columns, char *text, size_t size,
		      struct report_marks *marks)
{
	struct summary_lost worst = {0, 0};
	bool all;

	for (const struct column *c = columns; c->name; c++) {
		if (c->metric)
			summary_lost_worst(&worst,
					   summary_lost(row, c->metric));
		if (c->other)
			summary_lost_worst(&worst, summary_lost(row, c->other));
	}
	all = summary_all_lost(worst);
	if (worst.of)
		snprintf(text, size, "%zu/%zu%s", worst.lost, worst.of,
			 all ? "!" : "");
	marks->none_clean |= all;
}

/* Figures that are a median of the row and need only be written. */
static void plain(const struct column *c, double value, char *text, size_t size)
{
	if (c->kind == NS || c->kind == NS_IF_ANY)
		format_ns(value, text, size);
	else if (c->kind == RATIO)
		snprintf(text, size, "%.2f", value);
	else if (c->kind == PERCENT)
		snprintf(text, size, "%.1f%%", 100 * value);
	else if (c->kind == MISSES)
		snprintf(text, size, "%.2f", value);
	else if (c->kind == BYTES)
		format_bytes(value, text, size);
	else
		format_si(value, text, size);
}

/* The text of a figure; left empty when there is none. */
static void figure(const struct summary *s, const struct summary_cell *cell,
		   const struct summary_row *row, const struct column *c,
		   char *text, size_t size, struct report_marks *marks)
{
	const struct summary_row *one;
	double value = NAN;

	text[0] = '\0';
	if (c->kind == MISSES && summary_find(row, c->other))
		value = summary_median(row, c->other);
	else
		value = summary_median(row, c->metric);
	if (c->kind == BYTES && isnan(value))
		value = summary_median(row, c->other);
	if (c->kind == PAIR) {
		pair(row, c, text, size);
	} else if (isnan(value)) {
		return;
	} else if (c->kind == RATE) {
		with_interval(row, c->metric, format_si, text, size);
	} else if (c->kind == NS_INTERVAL) {
		with_interval(row, c->metric, format_ns, text, size);
	} else if (c->kind == NS_SINGLE) {
		enum clock_mark mark = summary_mark(row, c->metric);

		report_marked_ns(value, mark, text, size);
		marks->clock[mark] = true;
	} else if (c->kind == SCALE) {
		one = cell->sample->walkers > 1
			      ? summary_single(s, cell, row->design)
			      : NULL;
		if (one && summary_median(one, c->metric) > 0)
			snprintf(text, size, "%.2f",
				 value / summary_median(one, c->metric));
	} else {
		plain(c, value, text, size);
	}
}

/* Where the misses of this cell come from. */
static const char *miss_group(const struct summary_cell *cell,
			      const struct column *c)
{
	return summary_has(cell, c->other)    ? "pmu " MISS_GROUP
	       : summary_has(cell, c->metric) ? "sim " MISS_GROUP
					      : MISS_GROUP;
}

/* With what the interval of every row covers at least. */
static const char *heading(const struct summary_cell *cell,
			   const struct column *c, char *text, size_t size)
{
	double confidence = 1;

	if (c->kind != RATE && c->kind != NS_INTERVAL)
		return c->name;
	for (size_t i = 0; i < cell->nrows; i++) {
		struct estimate est;

		if (summary_estimate(&cell->row[i], c->metric, &est))
			confidence = fmin(confidence, est.confidence);
	}
	if (!(confidence > 0))
		return c->name;
	snprintf(text, size, "%s [%.0f%%]", c->name, floor(100 * confidence));
	return text;
}

static void table(const struct summary *s, const struct summary_cell *cell,
		  const struct column *columns, struct document *d,
		  struct report_marks *marks)
{
	struct table_column column[TABLE_COLUMNS] = {
		{.group = "", .name = "design", .left = true}};
	struct column used[TABLE_COLUMNS];
	char heads[TABLE_COLUMNS][32];
	const char *misses = NULL;
	struct table t;
	unsigned n = 1;

	for (const struct column *c = columns; c->name; c++, n++) {
		/* as sizes that this cell does not have */
		while ((c->kind == PAIR || c->kind == NS_IF_ANY) &&
		       !summary_has(cell, c->metric))
			c++;
		used[n - 1] = *c;
		if (c->kind == MISSES && !misses)
			misses = miss_group(cell, c);
		column[n] = (struct table_column){
			.group = c->kind == MISSES ? misses : c->group,
			.name = heading(cell, c, heads[n], sizeof(heads[n])),
			.leave = c->leave};
	}
	table_init(&t, column, n, (unsigned)cell->nrows);
	for (unsigned r = 0; r < t.rows; r++) {
		const struct summary_row *row = &cell->row[r];

		snprintf(table_cell(&t, r, 0), TABLE_CELL, "%s", row->design);
		for (unsigned k = 1; k < n; k++) {
			char *text = table_cell(&t, r, k);

			if (used[k - 1].kind == DISTURBED)
				disturbed(row, columns, text, TABLE_CELL,
					  marks);
			else
				figure(s, cell, row, &used[k - 1], text,
				       TABLE_CELL, marks);
			marks->absent |= !*text;
			if (!*text)
				strcpy(text, "-");
		}
	}
	doc_table(d, &t);
}

/* Trials that gave no figures must be seen where the figures are. */
static void bad_trials(const struct summary_cell *cell, struct document *d)
{
	for (size_t i = 0; i < cell->nrows; i++) {
		const struct summary_row *row = &cell->row[i];
		const struct record *r;

		if (!row->first_bad)
			continue;
		r = &row->first_bad->record;
		doc_alert(d, "%s: %zu of %zu trials %s: %s", row->design,
			  row->bad, row->stored,
			  r->status == TRIAL_WRONG ? "gave wrong answers"
						   : "failed",
			  *r->reason ? r->reason : "no reason given");
	}
}

void report_cell(const struct summary *s, const struct summary_cell *cell,
		 const struct margins *m, struct document *d,
		 struct report_marks *marks)
{
	report_ratios(cell, m, d, marks);
	for (size_t i = 0; i < sizeof(views) / sizeof(*views); i++)
		if (summary_has(cell, views[i].key))
			table(s, cell, views[i].column, d, marks);
	report_bounds(cell, d);
	bad_trials(cell, d);
}
