/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of a gate: changes by metric and design, and all that is known. */
#include <math.h>
#include <string.h>

#include "base/must.h"
#include "outputs/report.h"
#include "stats/effect.h"
#include "views/gate.h"

/* One letter of what came of a metric. */
static char mark(const struct gate_metric *m)
{
	static const char marks[RATIO_VERDICTS] = {
		[RATIO_UNRESOLVED] = '?', [RATIO_SAME] = ' ',
		[RATIO_FASTER] = 'f',	  [RATIO_SLOWER] = '!',
		[RATIO_UNEQUAL] = '?',
	};

	return marks[m->change.ratio.verdict];
}

static const struct gate_metric *find(const struct gate *g,
				      const struct pair_case *c, unsigned half,
				      const char *design)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->metric[i].c == c && g->metric[i].half == half &&
		    !strcmp(g->metric[i].design, design))
			return &g->metric[i];
	return NULL;
}

/* Beside the designs: the metric before them, its margin behind. */
enum { DESIGNS_MAX = TABLE_COLUMNS - 2 };

static unsigned designs(const struct gate *g, const char *design[DESIGNS_MAX])
{
	unsigned n = 0;

	for (size_t i = 0; i < g->n; i++) {
		unsigned k = 0;

		while (k < n && strcmp(design[k], g->metric[i].design))
			k++;
		if (k == n && n < DESIGNS_MAX)
			design[n++] = g->metric[i].design;
	}
	return n;
}

/* False: no design has this metric. */
static bool row(const struct gate *g, const struct pair_case *c, unsigned half,
		const char *const *design, struct table *t, unsigned r)
{
	unsigned n = t->columns - 2;
	double margin = 0;
	bool any = false;

	for (unsigned k = 0; k < n; k++) {
		const struct gate_metric *m = find(g, c, half, design[k]);
		char *text = table_cell(t, r, k + 1);

		if (!m)
			continue;
		any = true;
		margin = fmax(margin, effect_percent(m->change.ratio.margin));
		table_tone(t, r, k + 1, report_tone(m->change.ratio.verdict));
		if (m->change.ratio.draws)
			snprintf(text, TABLE_CELL, "%+.2f%c",
				 effect_percent(m->change.ratio.log.value),
				 mark(m));
		else
			strcpy(text, "? ");
	}
	if (!any)
		return false;
	pair_metric(c, half, table_cell(t, r, 0), TABLE_CELL);
	snprintf(table_cell(t, r, n + 1), TABLE_CELL, "%.1f", margin);
	return true;
}

void gate_changes(const struct gate *g, struct document *d)
{
	struct table_column column[TABLE_COLUMNS] = {
		{.group = "", .name = "metric", .left = true}};
	const char *design[DESIGNS_MAX];
	unsigned n = designs(g, design), rows = 0, r = 0;
	struct table t;

	for (unsigned k = 0; k < n; k++)
		column[k + 1] = (struct table_column){
			.group = "", .name = design[k], .leave = 1};
	column[n + 1] = (struct table_column){.group = "", .name = "margin"};
	for (const struct pair_case *c = pair_cases; c->name; c++)
		rows += pair_halves(c);
	table_init(&t, column, n + 2, rows);
	t.split = true;
	for (const struct pair_case *c = pair_cases; c->name; c++)
		for (unsigned half = 0; half < pair_halves(c); half++)
			r += row(g, c, half, design, &t, r);
	t.rows = r;
	doc_heading(d, 3, "Change of time in per cent; + is slower.");
	doc_table(d, &t);
	doc_text(d, 2, 2,
		 "! slower: all of the interval is beyond the margin; f "
		 "faster; no mark: same, all of it is within; ? not resolved");
}

enum { METRIC, DESIGN, CHANGE, OLD, NEW, LIMIT, BATCHES, VERDICT, COLUMNS };

static void all_of(const struct gate_metric *m, struct table *t, unsigned r)
{
	const struct ratio *ratio = &m->change.ratio;
	const struct estimate *e = &ratio->log;

	pair_metric(m->c, m->half, table_cell(t, r, METRIC), TABLE_CELL);
	strcpy(table_cell(t, r, DESIGN), m->design);
	if (ratio->draws) {
		snprintf(table_cell(t, r, CHANGE), TABLE_CELL,
			 "%+.2f [%+.2f, %+.2f]", effect_percent(e->value),
			 effect_percent(e->low), effect_percent(e->high));
		*table_effect(t, r, CHANGE) = report_effect(ratio);
		snprintf(table_cell(t, r, OLD), TABLE_CELL, "%.4g",
			 stats_median(m->old_ns, ratio->draws));
		snprintf(table_cell(t, r, NEW), TABLE_CELL, "%.4g",
			 stats_median(m->new_ns, ratio->draws));
	}
	snprintf(table_cell(t, r, LIMIT), TABLE_CELL, "%.1f",
		 effect_percent(ratio->margin));
	snprintf(table_cell(t, r, BATCHES), TABLE_CELL, "%zu", m->tried);
	snprintf(table_cell(t, r, VERDICT), TABLE_CELL, "%s",
		 ratio_verdict_name(ratio->verdict));
	table_tone(t, r, VERDICT, report_tone(ratio->verdict));
}

void gate_metrics(const struct gate *g, struct document *d)
{
	static const struct table_column column[COLUMNS] = {
		[METRIC] = {"", "metric", 0, true},
		[DESIGN] = {"", "design", 0, true},
		[CHANGE] = {"% slower", "[99.95 %]", 0, false},
		[OLD] = {"old", "ns", 0, false},
		[NEW] = {"new", "ns", 0, false},
		[LIMIT] = {"margin", "%", 0, false},
		[BATCHES] = {"", "batches", 0, false},
		[VERDICT] = {"", "verdict", 0, true}};
	struct doc_block *b;
	struct table t;

	table_init(&t, column, COLUMNS, (unsigned)g->n);
	for (unsigned i = 0; i < t.rows; i++)
		all_of(&g->metric[i], &t, i);
	doc_fold(d, "Each metric of each design, with its interval");
	b = doc_table(d, &t);
	b->text = must_copy("Change from old to new");
	b->name = must_copy("metrics");
	doc_fold_end(d);
}
