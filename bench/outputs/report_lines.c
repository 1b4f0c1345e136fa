/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines that many simulated CPUs would fetch from each other. */
#include <math.h>
#include <stdio.h>

#include "counters/crowd.h"
#include "outputs/report.h"

enum { COLUMNS = 1 + 2 * CROWD_STEPS };

static enum metric_id metric_at(unsigned i)
{
	return i < CROWD_STEPS ? crowd_metrics[i].walk
			       : crowd_metrics[i - CROWD_STEPS].update;
}

static bool row_has(const struct summary_row *row)
{
	for (unsigned i = 0; i < 2 * CROWD_STEPS; i++)
		if (summary_find(row, metric_at(i)))
			return true;
	return false;
}

/* Of several numbers of walkers the crowds are the same. */
static bool said_of_one(const struct summary *s,
			const struct summary_cell *cell)
{
	if (cell->sample->walkers < 2)
		return false;
	for (size_t i = 0; i < cell->nrows; i++) {
		const struct summary_row *one =
			summary_single(s, cell, cell->row[i].design);

		if (one && row_has(one))
			return true;
	}
	return false;
}

static void fill(const struct summary_row *row, const unsigned *which,
		 unsigned columns, struct table *t, unsigned at)
{
	snprintf(table_cell(t, at, 0), TABLE_CELL, "%s", row->design);
	for (unsigned k = 1; k < columns; k++) {
		const struct value *v = summary_find(row, metric_at(which[k]));

		if (v)
			snprintf(table_cell(t, at, k), TABLE_CELL, "%.*f",
				 v->value < 9.95 ? 1 : 0, v->value);
		else
			snprintf(table_cell(t, at, k), TABLE_CELL, "-");
	}
}

void report_lines(const struct summary *s, const struct summary_cell *cell,
		  struct document *d, struct report_marks *marks)
{
	/* The fewest and the most say most. */
	static const unsigned leave[CROWD_STEPS] = {0, 3, 1, 4, 2, 0};
	struct table_column column[COLUMNS] = {{"", "design", 0, true}};
	char name[COLUMNS][12];
	unsigned which[COLUMNS] = {0}, columns = 1, rows = 0, at = 0;
	struct table t;

	for (size_t i = 0; i < cell->nrows; i++)
		rows += row_has(&cell->row[i]);
	if (!rows || said_of_one(s, cell))
		return;
	for (unsigned i = 0; i < 2 * CROWD_STEPS; i++) {
		if (!summary_has(cell, metric_at(i)))
			continue;
		snprintf(name[columns], sizeof(name[columns]), "%u",
			 crowd_metrics[i % CROWD_STEPS].cpus);
		column[columns] = (struct table_column){
			.group = i < CROWD_STEPS ? "lines moved / walk (sim)"
						 : "/ update (sim)",
			.name = name[columns],
			.leave = leave[i % CROWD_STEPS]};
		which[columns++] = i;
	}
	table_init(&t, column, columns, rows);
	for (size_t i = 0; i < cell->nrows; i++)
		if (row_has(&cell->row[i]))
			fill(&cell->row[i], which, columns, &t, at++);
	doc_table(d, &t);
	marks->lines = true;
}

void report_lines_legend(struct document *d)
{
	report_text(d,
		    "Lines moved (sim): cache lines that an operation has to "
		    "fetch from other CPUs while so many simulated CPUs are "
		    "at it all the time, those of the cell's mappers among "
		    "them; by a model without a clock, the same on any "
		    "machine. What grows with the CPUs falls behind with "
		    "them.");
}
