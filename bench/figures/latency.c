/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Table of plot "latency": percentiles of walks, without and with updaters,
 * and of map and unmap while a dumper runs, against the reference's draw by
 * draw.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "base/must.h"
#include "base/text.h"
#include "figures/dots.h"
#include "stats/singles.h"
#include "trial/reference.h"

enum {
	PANELS = 4,
	BEYOND = 3, /* samples that must lie beyond a percentile shown */
	FEW = 30,   /* samples too few for a 90th percentile */
};

static const char *const columns[] = {
	PLOT_DOTS_COLUMNS("latency of one operation (source clock)")};

/* Groups of dots. */
static const struct percentile {
	const char *caption;
	double p;
} percentiles[] = {{"50 %", 0.5},
		   {"90 %", 0.9},
		   {"99 %", 0.99},
		   {"99.9 %", 0.999},
		   {"99.99 %", 0.9999}};
enum { PERCENTILES = sizeof(percentiles) / sizeof(*percentiles) };

enum updaters { QUIET, UPDATED, DUMPED };

static const struct panel_kind {
	const char *hist, *block, *caption;
	enum updaters updaters;
} kinds[PANELS] = {
	{"walk_single", "walk_block", "walk", QUIET},
	{"walk_single", "walk_block", "walk", UPDATED},
	{"map", "map_block", "map", DUMPED},
	{"unmap", "unmap_block", "unmap", DUMPED},
};

struct panel {
	const struct panel_kind *kind;
	const struct plot_group *group;
};

static bool wanted(const struct store_trial *t)
{
	return t->record.nhists > 0;
}

static bool fits(const struct plot_group *g, const struct panel_kind *k)
{
	const struct store_trial *t = g->trial[0];
	bool has = false;

	for (size_t i = 0; i < g->n && !has; i++)
		has = record_hist(&g->trial[i]->record, k->hist);
	switch (k->updaters) {
	case QUIET:
		return has && !t->mappers && !t->dumpers;
	case UPDATED:
		return has && t->mappers && !t->dumpers;
	case DUMPED:
		return has && t->dumpers;
	}
	return false;
}

/* The group with the most walkers; of equals the first. */
static size_t choose(const struct plot_groups *all, struct panel panel[PANELS])
{
	size_t n = 0;

	for (size_t k = 0; k < PANELS; k++) {
		const struct plot_group *best = NULL;

		for (size_t i = 0; i < all->n; i++) {
			const struct plot_group *g = &all->group[i];

			if (fits(g, &kinds[k]) &&
			    (!best ||
			     g->trial[0]->walkers > best->trial[0]->walkers))
				best = g;
		}
		if (best)
			panel[n++] = (struct panel){&kinds[k], best};
	}
	return n;
}

/* Of the repetitions that count, all samples. */
static uint64_t samples(const struct plot_group *g, const char *design,
			const char *name)
{
	struct summary_row row;
	uint64_t n = 0;

	plot_row(&row, g, design, NULL, 0);
	for (size_t i = 0; i < row.n; i++) {
		const struct hist *h = summary_hist(&row, i, name);

		n += h ? hist_count(h) : 0;
	}
	free(row.trial);
	return n;
}

/* A copy, empty where there is none. */
static struct hist *copy(const struct hist *h)
{
	struct hist *to = hist_new();

	if (!to)
		must_fail();
	if (h)
		hist_merge(to, h);
	return to;
}

/* Percentile @p of draw @i of @row; NAN: too few samples, or it is lost. */
static double of_draw(const struct summary_row *row, size_t i,
		      const struct panel_kind *kind, double p)
{
	const struct value *step =
		record_get(&row->trial[i]->record, METRIC_clock_step_ns);
	struct singles s = {.one = copy(summary_hist(row, i, kind->hist)),
			    .block = copy(summary_hist(row, i, kind->block))};
	double ns = NAN;
	bool from_block;

	if ((double)hist_count(s.one) * (1 - p) >= BEYOND)
		ns = singles_quantile(&s, p, step ? step->value : 0,
				      &from_block);
	singles_release(&s);
	return ns;
}

/* The draw of @row that is of @repetition; NAN where there is none. */
static double paired(const struct summary_row *row, unsigned repetition,
		     const struct panel_kind *kind, double p)
{
	for (size_t i = 0; i < row->n; i++)
		if (row->trial[i]->repetition == repetition)
			return of_draw(row, i, kind, p);
	return NAN;
}

static double median_of(const struct summary_row *row,
			const struct panel_kind *kind, double p)
{
	double *x = must_calloc(row->n, sizeof(*x)), median;
	size_t n = 0;

	for (size_t i = 0; i < row->n; i++) {
		x[n] = of_draw(row, i, kind, p);
		n += isnan(x[n]) ? 0 : 1;
	}
	median = stats_median(x, n);
	free(x);
	return median;
}

/* @design against @to, in the group of dots @k; nothing without a pair. */
static void add_dot(struct plot_dots *dots, const struct plotdata *d,
		    const struct panel *panel, size_t p, size_t k,
		    const char *design, const struct summary_row *to)
{
	const struct panel_kind *kind = panel->kind;
	struct plot_dot dot = {.panel = p, .group = k, .design = design};
	struct summary_row row;
	double *x;
	size_t n = 0;

	plot_row(&row, panel->group, design, NULL, 0);
	x = must_calloc(row.n, sizeof(*x));
	for (size_t i = 0; i < row.n; i++) {
		double q = percentiles[k].p;

		x[n] = log(of_draw(&row, i, kind, q) /
			   paired(to, row.trial[i]->repetition, kind, q));
		n += isfinite(x[n]) ? 1 : 0;
	}
	if (n) {
		dot.ratio = ratio_make(
			x, n, ratio_margin(panel->group->trial[0], d->margins));
		dot.value = median_of(&row, kind, percentiles[k].p);
		plot_dots_add(dots, &dot);
	}
	free(x);
	free(row.trial);
}

/* The first that has samples in @panel; NULL: none. */
static const char *reference_of(const struct panel *panel)
{
	for (const char *const *name = reference_designs; *name; name++)
		if (samples(panel->group, *name, panel->kind->hist))
			return *name;
	return NULL;
}

/* Groups of a panel: percentiles that the reference has. */
static void add_panel(struct plot_dots *dots, FILE *out,
		      const struct plotdata *d, const struct panel *panel,
		      size_t p)
{
	const char *reference = reference_of(panel);
	struct plot_designs designs;
	struct summary_row to;
	size_t k = 0;

	plot_designs(&designs, d);
	plot_row(&to, panel->group, reference, NULL, 0);
	for (; reference && k < PERCENTILES; k++) {
		double ns = median_of(&to, panel->kind, percentiles[k].p);
		char number[24], text[PLOT_TEXT];

		if (isnan(ns))
			break;
		format_ns(ns, number, sizeof(number));
		snprintf(text, sizeof(text), "%s ns", number);
		fprintf(out, "group%zu_%zu\t%s\n", p, k,
			percentiles[k].caption);
		plot_meta_sub(out, p, k, text);
		for (size_t i = 0; i < designs.n; i++)
			if (strcmp(designs.name[i], reference))
				add_dot(dots, d, panel, p, k, designs.name[i],
					&to);
	}
	plot_meta_at(out, "groups", p, "%zu", k);
	free(to.trial);
}

static bool has_dot(const struct plot_dots *dots, size_t p, const char *design)
{
	for (size_t i = 0; i < dots->n; i++)
		if (dots->dot[i].panel == p &&
		    !strcmp(dots->dot[i].design, design))
			return true;
	return false;
}

/*
 * Designs without a dot: under which the operation was starved, which is a
 * result too, or of which no draw has a pair.
 */
static void meta_none(FILE *out, const struct plotdata *d,
		      const struct panel *panel, size_t p,
		      const struct plot_dots *dots)
{
	const char *reference = reference_of(panel);
	char few[PLOT_TEXT] = "", lost[PLOT_TEXT] = "";
	struct plot_designs designs;

	plot_designs(&designs, d);
	for (size_t i = 0; reference && i < designs.n; i++) {
		const char *name = designs.name[i];
		bool starved = samples(panel->group, name, panel->kind->hist) <
			       FEW;

		if (plot_has_design(panel->group, name) &&
		    strcmp(name, reference) && !has_dot(dots, p, name))
			text_join(starved ? few : lost, PLOT_TEXT, ", ", "%s",
				  name);
	}
	plot_meta_at(out, "none", p, "%s%s%s%s%s",
		     *few ? "hardly ever got to run: " : "", few,
		     *few && *lost ? "; " : "",
		     *lost ? "no draw undisturbed beside the reference: " : "",
		     lost);
}

int plotdata_latency(const struct plotdata *d, FILE *out, char why[PLOT_TEXT])
{
	struct panel panel[PANELS];
	struct plot_group shown[PANELS];
	struct plot_groups all, panels = {.group = shown};
	struct plot_dots dots = {0};
	const char *reference = NULL, *own;
	char note[PLOT_TEXT] = PLOT_DOTS_NOTE;
	int rc = plot_groups_all(&all, d, wanted, PLOT_PANEL | PLOT_WALKERS,
				 NULL);

	if (rc)
		return rc;
	panels.n = choose(&all, panel);
	for (size_t p = 0; p < panels.n; p++) {
		shown[p] = *panel[p].group;
		snprintf(shown[p].label, PLOT_TEXT, "%s: %.150s",
			 panel[p].kind->caption, panel[p].group->label);
		/* The note names that of the first. */
		own = reference_of(&panel[p]);
		reference = p ? reference : own;
		if (own && reference && strcmp(own, reference))
			text_add(shown[p].label, PLOT_TEXT, "; 1 is %s", own);
	}
	text_add(note, sizeof(note), "Below: %s.",
		 reference ? reference : "the reference");
	if (panels.n) {
		plot_head(out, d, "latency", columns);
		plot_meta_begin(out, d, &panels,
				"How slow is the unlucky operation?", note);
		for (size_t p = 0; p < panels.n; p++) {
			add_panel(&dots, out, d, &panel[p], p);
			meta_none(out, d, &panel[p], p, &dots);
		}
		plot_dots_meta(out, &dots);
		plot_dots_write(out, &dots, panels.n);
		rc = 1;
	} else {
		snprintf(why, PLOT_TEXT, "no latency histograms");
	}
	plot_dots_release(&dots);
	plot_groups_release(&all);
	return rc;
}
