/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of the report: how their figures are written. */
#include <math.h>
#include <string.h>

#include "base/format.h"
#include "outputs/report.h"
#include "outputs/report_views.h"

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

static void pair(const struct summary_row *row, const struct report_column *c,
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
		      const struct report_column *columns, char *text,
		      size_t size, struct report_marks *marks)
{
	struct summary_lost worst = {0, 0};
	bool all;

	for (const struct report_column *c = columns; c->name; c++) {
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
static void plain(const struct report_column *c, double value, char *text,
		  size_t size)
{
	if (c->kind == NS || c->kind == NS_IF_ANY)
		format_ns(value, text, size);
	else if (c->kind == SMALL)
		snprintf(text, size, "%.3g", value);
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
		   const struct summary_row *row, const struct report_column *c,
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
			      const struct report_column *c)
{
	return summary_has(cell, c->other)    ? "pmu " REPORT_MISSES
	       : summary_has(cell, c->metric) ? "sim " REPORT_MISSES
					      : REPORT_MISSES;
}

/* With what the interval of every row covers at least. */
static const char *heading(const struct summary_cell *cell,
			   const struct report_column *c, char *text,
			   size_t size)
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
		  const struct report_column *columns, struct document *d,
		  struct report_marks *marks)
{
	struct table_column column[TABLE_COLUMNS] = {
		{.group = "", .name = "design", .left = true}};
	struct report_column used[TABLE_COLUMNS];
	char heads[TABLE_COLUMNS][32];
	const char *misses = NULL;
	struct table t;
	unsigned n = 1;

	for (const struct report_column *c = columns; c->name; c++, n++) {
		/* sizes that this cell does not have, flushes of none */
		while ((c->kind == PAIR || c->kind == NS_IF_ANY ||
			c->kind == SMALL) &&
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
	for (const struct report_view *v = report_views; v->column; v++)
		if (summary_has(cell, v->key))
			table(s, cell, v->column, d, marks);
	report_bounds(cell, d);
	bad_trials(cell, d);
}
