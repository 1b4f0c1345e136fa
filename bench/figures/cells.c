/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table of plot "cells": each cell's first figure, by design, as a heat map. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figures/dots.h"
#include "store/trial_name.h"

enum { ROWS_MAX = 40 };

static const char *const columns[] = {
	PLOT_DOTS_COLUMNS("the figure that the cell's designs are ranked by")};

struct cells {
	struct plot_dots dots;
	const struct summary_cell *row[ROWS_MAX];
	enum metric_id metric[ROWS_MAX];
	size_t n, left;
};

/* The first figure of @cell in which its reference has a rival. */
static enum metric_id first_figure(const struct summary_cell *cell)
{
	const struct summary_row *to = ratio_reference(cell);
	enum metric_id metric[RATIO_FIGURES];

	if (!to || !ratio_figures(cell, metric) || !summary_find(to, *metric))
		return METRIC_NONE;
	return *metric;
}

static void add_row(struct cells *c, const struct plotdata *d,
		    const struct summary_cell *cell, enum metric_id metric,
		    const struct plot_designs *drawn)
{
	const struct summary_row *to = ratio_reference(cell);

	for (size_t i = 0; i < cell->nrows; i++) {
		const struct summary_row *row = &cell->row[i];
		struct plot_dot dot = {.group = c->n, .design = NULL};

		for (size_t k = 0; k < drawn->n; k++)
			if (!strcmp(drawn->name[k], row->design))
				dot.design = drawn->name[k];
		if (!dot.design || !summary_find(row, metric))
			continue;
		dot.value = summary_median(row, metric);
		if (row == to ||
		    ratio_of(cell, row, to, metric, d->margins, &dot.ratio))
			plot_dots_add(&c->dots, &dot);
	}
	c->row[c->n] = cell;
	c->metric[c->n++] = metric;
}

/* "footprint / uniform, 1 walker, footprint=1M: walk" */
static void meta_row(FILE *out, const struct cells *c, size_t i)
{
	const struct metric *m = &metrics[c->metric[i]];
	char name[TRIAL_NAME], key[32];

	trial_cell(c->row[i]->sample, name, sizeof(name));
	snprintf(key, sizeof(key), "row0_%zu", i);
	plot_meta(out, key, "%s: %s", name, m->heading ? m->heading : m->name);
}

static void write_table(FILE *out, const struct plotdata *d,
			const struct plot_groups *whole, const struct cells *c)
{
	char note[PLOT_TEXT] =
		"Time over that of the reference (1), by draw. Coloured where "
		"told apart: red slower, blue faster. Hatched: not run there.";

	if (c->left)
		snprintf(note + strlen(note), sizeof(note) - strlen(note),
			 " %zu more cells.", c->left);
	plot_head(out, d, "cells", columns);
	plot_meta_begin(out, d, whole, "Where does which design cost more?",
			note);
	plot_meta(out, "panels", "1");
	plot_meta(out, "panel0", "time / time of the reference");
	plot_meta(out, "rows0", "%zu", c->n);
	for (size_t i = 0; i < c->n; i++)
		meta_row(out, c, i);
	plot_dots_write_one(out, &c->dots, 0);
}

int plotdata_cells(const struct plotdata *d, FILE *out, char why[PLOT_TEXT])
{
	struct cells c = {.n = 0};
	struct plot_designs drawn;
	struct plot_choice choice;
	struct plot_groups whole;
	struct summary s;
	int rc = plot_groups_all(&whole, d, NULL, 0, NULL);

	if (rc)
		return rc;
	d = plot_choose(&choice, d, &whole, PLOT_DESIGNS);
	plot_designs(&drawn, d);
	summary_make(&s, d->trials, d->run->config_text);
	for (size_t i = 0; i < s.ncells; i++) {
		enum metric_id metric = first_figure(&s.cell[i]);

		if (metric && c.n < ROWS_MAX)
			add_row(&c, d, &s.cell[i], metric, &drawn);
		else if (metric)
			c.left++;
	}
	if (c.n) {
		write_table(out, d, &whole, &c);
		rc = 1;
	} else {
		snprintf(why, PLOT_TEXT,
			 "no cell in which two designs can be compared");
	}
	plot_dots_release(&c.dots);
	summary_release(&s);
	plot_groups_release(&whole);
	return rc;
}
