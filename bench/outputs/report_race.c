/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What dumps read from tables that were freed while they were in them. */
#include <stdio.h>

#include "judge/race.h"
#include "outputs/report.h"
#include "store/trial_name.h"

static const struct table_column columns[] = {
	{"", "design", 0, true},
	{"", "dumps", 0, false},
	{"in a freed table", "share", 0, false},
	{"in a freed table", "by draw", 2, false},
	{"tables", "freed", 3, false},
	{"tables", "read/million", 0, false},
	{"leaves shown of these", "as they were", 1, false},
	{"leaves shown of these", "another's", 1, false},
	{"leaves shown of these", "garbage", 1, false},
	{"", "wild", 4, false},
};
enum { COLUMNS = sizeof(columns) / sizeof(*columns) };

static void fill(const struct race_sum *r, const char *design, struct table *t,
		 unsigned row)
{
	char *cell[COLUMNS];
	const double counts[] = {r->stale, r->foreign, r->garbage, r->wild};

	for (unsigned i = 0; i < COLUMNS; i++)
		cell[i] = table_cell(t, row, i);
	snprintf(cell[0], TABLE_CELL, "%s", design);
	snprintf(cell[1], TABLE_CELL, "%.0f", r->dumps);
	if (r->exposed > 0) {
		snprintf(cell[2], TABLE_CELL, "%.3g %%", 100 * r->share);
		snprintf(cell[3], TABLE_CELL, "%.3g..%.3g %%", 100 * r->low,
			 100 * r->high);
	} else {
		snprintf(cell[2], TABLE_CELL, "none");
		snprintf(cell[3], TABLE_CELL, "< %.2g %%", 100 * r->high);
	}
	snprintf(cell[4], TABLE_CELL, "%.0f", r->freed);
	snprintf(cell[5], TABLE_CELL, "%.0f",
		 r->freed > 0 ? 1e6 * r->tables / r->freed : 0);
	for (unsigned i = 0; i < 4; i++)
		snprintf(cell[6 + i], TABLE_CELL, "%.0f", counts[i]);
}

void report_race(const struct summary_cell *cell, struct document *d)
{
	struct race_sum r;
	struct table t;
	unsigned n = 0;

	for (size_t i = 0; i < cell->nrows; i++)
		n += race_sum(&cell->row[i], &r);
	if (!n)
		return;
	table_init(&t, columns, COLUMNS, n);
	for (size_t i = 0, row = 0; i < cell->nrows; i++)
		if (race_sum(&cell->row[i], &r))
			fill(&r, cell->row[i].design, &t, (unsigned)row++);
	doc_table(d, &t);
}

void report_race_legend(struct document *d)
{
	report_text(d,
		    "A dump is in a freed table if it read an entry of it "
		    "after it was freed. Share by draw: the least and the "
		    "most; where there was none, what the share is below with "
		    "95 % confidence. Wild: entries that led to no "
		    "table; a kernel would have followed them. Counted in a "
		    "build that fills freed tables with poison; nothing is "
		    "timed.");
}

bool report_races(const struct summary *s, struct document *d)
{
	bool any = false;

	for (size_t i = 0; i < s->ncells; i++) {
		char line[TRIAL_NAME];

		if (!summary_has(&s->cell[i], METRIC_race_dumps))
			continue;
		trial_cell(s->cell[i].sample, line, sizeof(line));
		doc_heading(d, 3, "%s", line);
		report_race(&s->cell[i], d);
		any = true;
	}
	if (any) {
		doc_gap(d);
		report_race_legend(d);
	}
	return any;
}
