/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first table of a cell: designs against its reference. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "judge/ratio.h"
#include "outputs/report.h"

enum { BEFORE = 2 /* columns: design, rank */ };

struct ratios {
	const struct summary_cell *cell;
	const struct summary_row *reference;
	const struct margins *margins;
	enum metric_id metric[RATIO_FIGURES];
	unsigned n;
	double confidence; /* the lowest of all intervals; 1: none */
	double wanted;	   /* half of one, ln; 0: not asked for */
	/* The widest half of one that is wider or not resolved; 0: none. */
	double unresolved[RATIO_FIGURES];
};

static const char *name_of(enum metric_id m)
{
	return metrics[m].heading ? metrics[m].heading : metrics[m].name;
}

enum doc_tone report_tone(enum ratio_verdict v)
{
	return v == RATIO_SLOWER   ? DOC_BAD
	       : v == RATIO_FASTER ? DOC_GOOD
	       : v == RATIO_SAME   ? DOC_PLAIN
				   : DOC_OPEN;
}

struct table_effect report_effect(const struct ratio *r)
{
	return (struct table_effect){.drawn = true,
				     .interval = r->log.confidence >=
						 RATIO_CONFIDENCE,
				     .told = r->verdict == RATIO_FASTER ||
					     r->verdict == RATIO_SLOWER,
				     .tone = report_tone(r->verdict),
				     .value = r->log.value,
				     .low = r->log.low,
				     .high = r->log.high,
				     .from = -r->margin,
				     .to = r->margin};
}

bool report_ratio_cell(struct table *table, unsigned row, unsigned column,
		       const struct ratio *r)
{
	static const char mark[] = {
		[RATIO_UNRESOLVED] = '?', [RATIO_SAME] = '=',
		[RATIO_FASTER] = '<',	  [RATIO_SLOWER] = '>',
		[RATIO_UNEQUAL] = '!',
	};
	char *text = table_cell(table, row, column);
	char value[16], low[16], high[16];

	*table_effect(table, row, column) = report_effect(r);
	ratio_number(r->log.value, 3, value, sizeof(value));
	if (r->log.confidence < RATIO_CONFIDENCE) {
		snprintf(text, TABLE_CELL, "%s ?", value);
		return false;
	}
	ratio_number(r->log.low, 3, low, sizeof(low));
	ratio_number(r->log.high, 3, high, sizeof(high));
	snprintf(text, TABLE_CELL, "%s [%s, %s] %c", value, low, high,
		 mark[r->verdict]);
	return true;
}

static void figure(struct ratios *t, const struct summary_row *row, unsigned k,
		   struct table *table, unsigned i)
{
	char *text = table_cell(table, i, BEFORE + k);
	struct ratio r;
	double half;

	snprintf(text, TABLE_CELL, row == t->reference ? "1" : "-");
	if (row == t->reference ||
	    !ratio_of(t->cell, row, t->reference, t->metric[k], t->margins, &r))
		return;
	if (!report_ratio_cell(table, i, BEFORE + k, &r))
		return;
	t->confidence = fmin(t->confidence, r.log.confidence);
	half = (r.log.high - r.log.low) / 2;
	if (r.verdict == RATIO_UNRESOLVED ||
	    (t->wanted > 0 && half > t->wanted))
		t->unresolved[k] = fmax(t->unresolved[k], half);
}

static void fill(struct ratios *t, struct table *table)
{
	const struct summary_cell *cell = t->cell;
	unsigned *rank = must_calloc(cell->nrows, sizeof(*rank));

	ratio_ranks(cell, t->metric[0], t->margins, rank);
	for (unsigned i = 0; i < table->rows; i++) {
		bool twin = i == cell->nrows;
		const struct summary_row *row = twin ? &cell->twin
						     : &cell->row[i];

		snprintf(table_cell(table, i, 0), TABLE_CELL, "%s",
			 row->design);
		if (!twin && rank[i])
			snprintf(table_cell(table, i, 1), TABLE_CELL, "%u",
				 rank[i]);
		for (unsigned k = 0; k < t->n; k++)
			figure(t, row, k, table, i);
	}
	free(rank);
}

/* What all draws of the cell took. */
static double seconds(const struct summary_cell *cell)
{
	double sum = 0;

	for (size_t i = 0; i <= cell->nrows; i++) {
		const struct summary_row *row = i < cell->nrows ? &cell->row[i]
								: &cell->twin;

		for (size_t k = 0; k < row->n; k++)
			sum += row->trial[k]->duration_s;
	}
	return sum;
}

/* What could not be told, how far it could be, and in what time. */
static void footer(const struct ratios *t, struct document *d)
{
	char line[320] = "not resolved:";
	double widest = 0;
	bool any = false;

	for (unsigned k = 0; k < t->n; k++) {
		if (t->unresolved[k] <= 0)
			continue;
		text_add(line, sizeof(line), "%s %s +-%.1f %%", any ? "," : "",
			 name_of(t->metric[k]),
			 100 * expm1(fmin(t->unresolved[k], log(RATIO_BOUND))));
		widest = fmax(widest, t->unresolved[k]);
		any = true;
	}
	if (t->wanted > 0 && widest > t->wanted)
		text_add(line, sizeof(line),
			 " reached in %.*f s, +-%.3g %% asked for",
			 seconds(t->cell) < 10, seconds(t->cell),
			 100 * expm1(t->wanted));
	if (any)
		doc_text(d, 2, 4, "%s", line);
}

static void print(struct ratios *t, struct document *d)
{
	char group[64];
	struct table_column column[BEFORE + RATIO_FIGURES] = {
		{.group = "", .name = "design", .left = true},
		{.group = "", .name = "rank"}};
	struct table table;

	for (unsigned k = 0; k < t->n; k++)
		column[BEFORE + k] =
			(struct table_column){.group = group,
					      .name = name_of(t->metric[k]),
					      .leave = k};
	table_init(&table, column, BEFORE + t->n,
		   (unsigned)t->cell->nrows + (t->cell->twin.n != 0));
	fill(t, &table);
	snprintf(group, sizeof(group), "time / time of %s",
		 t->reference->design);
	if (t->confidence < 1)
		snprintf(group + strlen(group), sizeof(group) - strlen(group),
			 " [%.1f%%]", floor(1000 * t->confidence) / 10);
	doc_table(d, &table);
	footer(t, d);
}

void report_ratios(const struct summary_cell *cell, const struct margins *m,
		   struct document *d, struct report_marks *marks)
{
	struct ratios t = {.cell = cell,
			   .reference = ratio_reference(cell),
			   .margins = m,
			   .wanted = ratio_margin(cell->sample, &marks->wanted),
			   .confidence = 1};

	t.n = ratio_figures(cell, t.metric);
	if (!t.reference || !t.n)
		return;
	print(&t, d);
	marks->ratios = true;
	marks->few_draws |= t.confidence >= 1;
}
