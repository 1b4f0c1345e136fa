/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Table of plot "ecdf": how single operations are spread, of all draws
 * together; of the reference's own other half, too.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "figures/latency.h"
#include "trial/reference.h"

enum { FEW = 1000 /* samples that hardly make a curve */ };

static const char *const columns[] = {
	"latency of one operation [ns] (source clock)",
	"share of operations that took at most so long [%], of all draws",
	NULL,
};

/* Where the curve is read, %: closer where it bends. */
static const double shares[] = {
	0.5, 1,	   2,  3,    5,	 7.5,  10,   12.5, 15, 17.5, 20, 22.5, 25, 27.5,
	30,  32.5, 35, 37.5, 40, 42.5, 45,   47.5, 50, 52.5, 55, 57.5, 60, 62.5,
	65,  67.5, 70, 72.5, 75, 77.5, 80,   82.5, 85, 87.5, 90, 92,   94, 95,
	96,  97,   98, 98.5, 99, 99.5, 99.7, 99.9,
};
enum { SHARES = sizeof(shares) / sizeof(*shares) };

struct curve {
	double ns[SHARES];
};

/* Of the repetitions of @row that count; false: too few samples. */
static bool curve_of(struct curve *c, const struct summary_row *row,
		     const struct latency_kind *kind)
{
	double step = latency_clock_step(row);
	struct singles all;
	bool enough, from_block;

	if (singles_init(&all))
		must_fail();
	for (size_t i = 0; i < row->n; i++)
		latency_add(&all, row, i, kind);
	enough = hist_count(all.one) >= FEW;
	for (size_t i = 0; enough && i < SHARES; i++) {
		c->ns[i] = singles_quantile(&all, shares[i] / 100, step,
					    &from_block);
		/* Blocks end where single operations begin. */
		if (i)
			c->ns[i] = fmax(c->ns[i], c->ns[i - 1]);
	}
	singles_release(&all);
	return enough;
}

static void put(FILE *out, const struct curve *c, const char *name, size_t p)
{
	plot_block(out, "%s in panel %zu", name, p);
	for (size_t i = 0; i < SHARES; i++)
		fprintf(out, "%.5g\t%g\n", c->ns[i], shares[i]);
}

/* All of a panel; @out NULL: only the ends go to @range, names to @lines. */
static void panel_curves(FILE *out, const struct plotdata *d,
			 const struct latency_panel *panel, size_t p,
			 struct plot_range *range, char lines[PLOT_TEXT],
			 char none[PLOT_TEXT])
{
	struct plot_designs designs;
	struct summary_row row;
	struct curve c;

	plot_designs(&designs, d);
	for (size_t i = 0; i <= designs.n; i++) {
		const char *name = i < designs.n ? designs.name[i]
						 : TWIN_DESIGN;

		if (i < designs.n)
			plot_row(&row, panel->group, name, NULL, 0);
		else
			latency_twin(&row, d, panel->group);
		if (curve_of(&c, &row, panel->kind)) {
			plot_range_add(range, c.ns[0]);
			plot_range_add(range, c.ns[SHARES - 1]);
			text_join(lines, PLOT_TEXT, " ", "%s", name);
			if (out)
				put(out, &c, name, p);
		} else if (row.n && i < designs.n) {
			text_join(none, PLOT_TEXT, ", ", "%s", name);
		}
		free(row.trial);
	}
}

static void write_table(FILE *out, const struct plotdata *d,
			const struct plot_groups *panels,
			const struct latency_panel *panel)
{
	struct plot_range range = {0};

	plot_head(out, d, "ecdf", columns);
	plot_meta_begin(out, d, panels,
			"How are the times of single operations spread?",
			"All draws together. Twin: the reference once more; "
			"a difference that it shows is none. Within five "
			"steps of the clock: means of 16.");
	for (size_t p = 0; p < panels->n; p++) {
		char lines[PLOT_TEXT] = "", none[PLOT_TEXT] = "";

		range = (struct plot_range){0};
		panel_curves(NULL, d, &panel[p], p, &range, lines, none);
		plot_meta_at(out, "lines", p, "%s", lines);
		plot_meta_at(out, "none", p, "%s%s",
			     *none ? "too few operations: " : "", none);
		plot_meta_at(out, "xmin", p, "%.6g", range.lo);
		plot_meta_at(out, "xmax", p, "%.6g", range.hi);
	}
	for (size_t p = 0; p < panels->n; p++) {
		char lines[PLOT_TEXT] = "", none[PLOT_TEXT] = "";

		panel_curves(out, d, &panel[p], p, &range, lines, none);
	}
}

/* The panels in which there is a curve, to the front; how many. */
static size_t with_curves(const struct plotdata *d, struct latency_panel *panel,
			  size_t n)
{
	struct plot_range range = {0};
	size_t kept = 0;

	for (size_t p = 0; p < n; p++) {
		char lines[PLOT_TEXT] = "", none[PLOT_TEXT] = "";

		panel_curves(NULL, d, &panel[p], p, &range, lines, none);
		if (*lines)
			panel[kept++] = panel[p];
	}
	return kept;
}

int plotdata_ecdf(const struct plotdata *d, FILE *out, char why[PLOT_TEXT])
{
	struct latency_panel panel[LATENCY_PANELS];
	struct plot_group shown[LATENCY_PANELS];
	struct plot_groups all, panels = {.group = shown};
	struct plot_choice choice;
	int rc = latency_panels(d, &all, panel, &panels.n);

	if (rc)
		return rc;
	panels.n = with_curves(d, panel, panels.n);
	for (size_t p = 0; p < panels.n; p++) {
		shown[p] = *panel[p].group;
		latency_label(&panel[p], shown[p].label);
	}
	if (panels.n) {
		d = plot_choose(&choice, d, &panels, PLOT_SERIES);
		write_table(out, d, &panels, panel);
		rc = 1;
	} else {
		snprintf(why, PLOT_TEXT,
			 "no latency histograms of %d operations or more", FEW);
	}
	plot_groups_release(&all);
	return rc;
}
