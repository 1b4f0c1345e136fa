/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of the report: which columns, and how a figure is written. */
#include <math.h>
#include <string.h>

#include "page.h"
#include "report.h"

enum kind {
	NS,	   /* median of @metric */
	NS_SINGLE, /* the same, of single operations: ~ within a few steps */
	NS_BLOCK,  /* walk_p50_ns: b when from blocks */
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
	const char *metric, *other;
};

/* A table is printed for a cell that has its first column's metric. */
struct view {
	const char *key;
	const struct column *column; /* ended by name == NULL */
};

static const struct column walks[] = {
	{"walk ns", "p50", 0, NS_BLOCK, "walk_p50_ns", NULL},
	{"walk ns", "p99", 3, NS_SINGLE, "walk_p99_ns", NULL},
	{"walk ns", "p99.9", 8, NS_SINGLE, "walk_p999_ns", NULL},
	{"x", "floor", 0, RATIO, "walk_x_floor", NULL},
	{"", "walks/s [95%]", 1, RATE, "walk_ops_per_s", NULL},
	{"", "scale", 2, SCALE, "walk_ops_per_s", NULL},
	/* The table of translations has it as well. */
	{"IOTLB", "hits", 11, PERCENT, "iotlb_hit_ratio", NULL},
	{MISS_GROUP, "L1d", 9, MISSES, "sim_l1d_misses_per_walk",
	 "l1d_misses_per_op"},
	{MISS_GROUP, "L2", 10, MISSES, "sim_l2_misses_per_walk",
	 "l2_misses_per_op"},
	{MISS_GROUP, "LLC", 7, MISSES, "sim_llc_misses_per_walk",
	 "llc_misses_per_op"},
	{"tables", "held", 4, BYTES, "table_bytes_held_peak",
	 "table_bytes_held_end"},
	{"dis-", "turbed", 0, DISTURBED, NULL, NULL},
	{0},
};

static const struct column updates[] = {
	{"map ns", "p50", 0, NS_SINGLE, "map_p50_ns", NULL},
	{"map ns", "p99", 5, NS_SINGLE, "map_p99_ns", NULL},
	{"map ns", "p99.9", 8, NS_SINGLE, "map_p999_ns", NULL},
	{"unmap ns", "p50", 0, NS_SINGLE, "unmap_p50_ns", NULL},
	{"unmap ns", "p99", 4, NS_SINGLE, "unmap_p99_ns", NULL},
	{"unmap ns", "p99.9", 7, NS_SINGLE, "unmap_p999_ns", NULL},
	{"", "updates/s [95%]", 1, RATE, "update_ops_per_s", NULL},
	{"dump", "ms", 6, PLAIN, "dump_ms", NULL},
	{"pass", "ms", 9, PLAIN, "update_pass_ms", NULL},
	{"tables", "held", 3, BYTES, "table_bytes_held_peak",
	 "table_bytes_held_end"},
	{"dis-", "turbed", 0, DISTURBED, NULL, NULL},
	{0},
};

static const struct column sizes[] = {
	{"map / unmap, ns", "4K", 0, PAIR, "map_4k_ns", "unmap_4k_ns"},
	{"map / unmap, ns", "2M", 1, PAIR, "map_2m_ns", "unmap_2m_ns"},
	{"map / unmap, ns", "1G", 4, PAIR, "map_1g_ns", "unmap_1g_ns"},
	{"map / unmap, ns", "256 x 4K", 2, PAIR, "map_256x4k_ns",
	 "unmap_256x4k_ns"},
	{"map / unmap, ns", "256 x 2M", 3, PAIR, "map_256x2m_ns",
	 "unmap_256x2m_ns"},
	{"map / unmap, ns", "256 x 1G", 5, PAIR, "map_256x1g_ns",
	 "unmap_256x1g_ns"},
	{"dis-", "turbed", 0, DISTURBED, NULL, NULL},
	{0},
};

static const struct column replay[] = {
	{"", "ns / event [95%]", 0, NS_INTERVAL, "event_ns", NULL},
	{"", "events", 2, PLAIN, "events", NULL},
	{"unmaps of", "nothing", 3, PLAIN, "events_unmapped_nothing", NULL},
	{"tables", "held", 1, BYTES, "table_bytes_held_peak",
	 "table_bytes_held_end"},
	{"dis-", "turbed", 0, DISTURBED, NULL, NULL},
	{0},
};

static const struct column translates[] = {
	{"translate", "ns", 0, NS, "translate_ns", NULL},
	{"", "p99", 2, NS_SINGLE, "translate_p99_ns", NULL},
	{"", "translates/s [95%]", 1, RATE, "translate_ops_per_s", NULL},
	{"IOTLB", "hits", 0, PERCENT, "iotlb_hit_ratio", NULL},
	{"same, one", "thread", 3, PERCENT, "iotlb_pass_hit_ratio", NULL},
	{"invali-", "dations", 4, PLAIN, "iotlb_invalidations", NULL},
	{"dis-", "turbed", 0, DISTURBED, NULL, NULL},
	{0},
};

static const struct column open_loop[] = {
	{"from intended start, ns", "p50", 0, NS_SINGLE, "walk_open_p50_ns",
	 NULL},
	{"from intended start, ns", "p99", 0, NS_SINGLE, "walk_open_p99_ns",
	 NULL},
	{"from intended start, ns", "p99.9", 1, NS_SINGLE, "walk_open_p999_ns",
	 NULL},
	{"dis-", "turbed", 0, DISTURBED, NULL, NULL},
	{0},
};

static const struct view views[] = {
	{"walk_lat_ns", walks}, {"walk_open_p50_ns", open_loop},
	{"event_ns", replay},	{"update_ops_per_s", updates},
	{"map_4k_ns", sizes},	{"translate_ns", translates},
};

/* A percentile this near to the clock's step says more of the clock. */
static const double FEW_STEPS = 4;

void report_ns(double ns, char *text, size_t size)
{
	if (ns < 9.995)
		snprintf(text, size, "%.2f", ns);
	else if (ns < 99.95)
		snprintf(text, size, "%.1f", ns);
	else if (ns < 99999.5)
		snprintf(text, size, "%.0f", ns);
	else if (ns < 99999500)
		snprintf(text, size, "%.0fk", ns / 1e3);
	else
		snprintf(text, size, "%.0fM", ns / 1e6);
}

static void scaled(double value, double base, const char *units, char *text,
		   size_t size)
{
	while (value >= 999.5 && units[1]) {
		value /= base;
		units++;
	}
	snprintf(text, size,
		 value < 9.995	 ? "%.2f"
		 : value < 99.95 ? "%.1f"
				 : "%.0f",
		 value);
	if (*units != ' ' && strlen(text) + 1 < size)
		strncat(text, units, 1);
}

void report_si(double value, char *text, size_t size)
{
	scaled(value, 1000, " kMGT", text, size);
}

void report_bytes(double bytes, char *text, size_t size)
{
	if (bytes < 999.5)
		snprintf(text, size, "%.0f", bytes);
	else
		scaled(bytes, 1024, " KMGTP", text, size);
}

static void with_interval(const struct summary_row *row, const char *metric,
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

static void single(const struct summary_row *row, double value, char *text,
		   size_t size, struct report_marks *marks)
{
	double step = summary_median(row, "clock_step_ns");
	char plain[24];

	report_ns(value, plain, sizeof(plain));
	if (step > 0 && value < FEW_STEPS * step) {
		marks->few_steps = true;
		snprintf(text, size, "~%s", plain);
	} else {
		snprintf(text, size, "%s", plain);
	}
}

static void block(const struct summary_row *row, double value, char *text,
		  size_t size, struct report_marks *marks)
{
	const struct value *from = summary_find(row, "walk_p50_from_block");
	char plain[24];

	if (!from || !(from->value > 0)) {
		single(row, value, text, size, marks);
		return;
	}
	report_ns(value, plain, sizeof(plain));
	marks->block = true;
	snprintf(text, size, "%sb", plain);
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
		report_ns(a, first, sizeof(first));
	if (!isnan(b))
		report_ns(b, second, sizeof(second));
	snprintf(text, size, "%s / %s", first, second);
}

/* Trials in which a thread lost its CPU where figures of this table arose. */
static void disturbed(const struct summary_row *row,
		      const struct column *columns, char *text, size_t size,
		      struct report_marks *marks)
{
	bool none_clean = false, all;
	size_t lost = 0;

	for (size_t i = 0; i < row->n; i++) {
		const struct record *r = &row->trial[i]->record;
		const struct column *c = columns;

		while (c->name && !(c->metric && record_get(r, c->metric) &&
				    record_disturbed(r, c->metric)))
			c++;
		lost += c->name != NULL;
	}
	for (const struct column *c = columns; c->name; c++)
		if (c->metric && summary_lost(row, c->metric, &all))
			none_clean = none_clean || all;
	snprintf(text, size, "%zu/%zu%s", lost, row->stored,
		 none_clean ? "!" : "");
	marks->none_clean |= none_clean;
}

/* Figures that are a median of the row and need only be written. */
static void plain(const struct column *c, double value, char *text, size_t size)
{
	if (c->kind == NS)
		report_ns(value, text, size);
	else if (c->kind == RATIO)
		snprintf(text, size, "%.2f", value);
	else if (c->kind == PERCENT)
		snprintf(text, size, "%.1f%%", 100 * value);
	else if (c->kind == MISSES)
		snprintf(text, size, "%.2f", value);
	else if (c->kind == BYTES)
		report_bytes(value, text, size);
	else
		report_si(value, text, size);
}

/* The text of a figure; left empty when there is none. */
static void figure(const struct summary *s, const struct summary_cell *cell,
		   const struct summary_row *row, const struct column *columns,
		   const struct column *c, char *text, size_t size,
		   struct report_marks *marks)
{
	const struct summary_row *one;
	double value = NAN;

	text[0] = '\0';
	if (c->kind == MISSES && summary_find(row, c->other))
		value = summary_median(row, c->other);
	else if (c->metric)
		value = summary_median(row, c->metric);
	if (c->kind == BYTES && isnan(value))
		value = summary_median(row, c->other);
	if (c->kind == DISTURBED) {
		disturbed(row, columns, text, size, marks);
	} else if (c->kind == PAIR) {
		pair(row, c, text, size);
	} else if (isnan(value)) {
		return;
	} else if (c->kind == RATE) {
		with_interval(row, c->metric, report_si, text, size);
	} else if (c->kind == NS_INTERVAL) {
		with_interval(row, c->metric, report_ns, text, size);
	} else if (c->kind == NS_SINGLE) {
		single(row, value, text, size, marks);
	} else if (c->kind == NS_BLOCK) {
		block(row, value, text, size, marks);
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

static bool has(const struct summary_cell *cell, const char *metric)
{
	for (size_t i = 0; i < cell->nrows; i++)
		if (summary_find(&cell->row[i], metric))
			return true;
	return false;
}

/* Where the misses of this cell come from. */
static const char *miss_group(const struct summary_cell *cell,
			      const struct column *c)
{
	return has(cell, c->other)    ? "pmu " MISS_GROUP
	       : has(cell, c->metric) ? "sim " MISS_GROUP
				      : MISS_GROUP;
}

static void table(const struct summary *s, const struct summary_cell *cell,
		  const struct column *columns, FILE *out,
		  struct report_marks *marks)
{
	struct table_column column[TABLE_COLUMNS] = {
		{.group = "", .name = "design", .left = true}};
	const char *misses = NULL;
	struct table t;
	unsigned n = 1;

	for (const struct column *c = columns; c->name; c++, n++) {
		if (c->kind == MISSES && !misses)
			misses = miss_group(cell, c);
		column[n] = (struct table_column){
			.group = c->kind == MISSES ? misses : c->group,
			.name = c->name,
			.leave = c->leave};
	}
	table_init(&t, column, n, (unsigned)cell->nrows);
	for (unsigned r = 0; r < t.rows; r++) {
		const struct summary_row *row = &cell->row[r];

		snprintf(table_cell(&t, r, 0), TABLE_CELL, "%s", row->design);
		for (unsigned k = 1; k < n; k++) {
			char *text = table_cell(&t, r, k);

			figure(s, cell, row, columns, &columns[k - 1], text,
			       TABLE_CELL, marks);
			marks->absent |= !*text;
			if (!*text)
				strcpy(text, "-");
		}
	}
	table_print(&t, page_width(out), out);
	table_release(&t);
}

/* Trials that gave no figures must be seen where the figures are. */
static void bad_trials(const struct summary_cell *cell, FILE *out)
{
	for (size_t i = 0; i < cell->nrows; i++) {
		const struct summary_row *row = &cell->row[i];
		const struct record *r;

		if (!row->first_bad)
			continue;
		r = &row->first_bad->record;
		page_line(out, page_width(out), 4,
			  "  ! %s: %zu of %zu trials %s: %s", row->design,
			  row->bad, row->stored,
			  r->status == TRIAL_WRONG ? "gave wrong answers"
						   : "failed",
			  *r->reason ? r->reason : "no reason given");
	}
}

void report_cell(const struct summary *s, const struct summary_cell *cell,
		 FILE *out, struct report_marks *marks)
{
	for (size_t i = 0; i < sizeof(views) / sizeof(*views); i++)
		if (has(cell, views[i].key))
			table(s, cell, views[i].column, out, marks);
	bad_trials(cell, out);
}
