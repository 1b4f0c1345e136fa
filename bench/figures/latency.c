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
#include "figures/latency.h"
#include "trial/reference.h"

enum {
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

static const struct latency_kind kinds[LATENCY_PANELS] = {
	{"walk_single", "walk_block", "walk", LATENCY_QUIET},
	{"walk_single", "walk_block", "walk", LATENCY_UPDATED},
	{"map", "map_block", "map", LATENCY_DUMPED},
	{"unmap", "unmap_block", "unmap", LATENCY_DUMPED},
};

static bool wanted(const struct store_trial *t)
{
	return t->record.nhists > 0;
}

static bool fits(const struct plot_group *g, const struct latency_kind *k)
{
	const struct store_trial *t = g->trial[0];
	bool has = false;

	for (size_t i = 0; i < g->n && !has; i++)
		has = record_hist(&g->trial[i]->record, k->hist);
	switch (k->updaters) {
	case LATENCY_QUIET:
		return has && !t->mappers && !t->dumpers;
	case LATENCY_UPDATED:
		return has && t->mappers && !t->dumpers;
	case LATENCY_DUMPED:
		return has && t->dumpers;
	}
	return false;
}

/* The group with the most walkers; of equals the first. */
static size_t choose(const struct plot_groups *all,
		     struct latency_panel panel[LATENCY_PANELS])
{
	size_t n = 0;

	for (size_t k = 0; k < LATENCY_PANELS; k++) {
		const struct plot_group *best = NULL;

		for (size_t i = 0; i < all->n; i++) {
			const struct plot_group *g = &all->group[i];

			if (fits(g, &kinds[k]) &&
			    (!best ||
			     g->trial[0]->walkers > best->trial[0]->walkers))
				best = g;
		}
		if (best)
			panel[n++] = (struct latency_panel){&kinds[k], best};
	}
	return n;
}

void latency_label(const struct latency_panel *panel, char text[PLOT_TEXT])
{
	snprintf(text, PLOT_TEXT, "%s: %.150s", panel->kind->caption,
		 panel->group->label);
}

int latency_panels(const struct plotdata *d, struct plot_groups *all,
		   struct latency_panel panel[LATENCY_PANELS], size_t *n)
{
	int rc = plot_groups_all(all, d, wanted, PLOT_PANEL | PLOT_WALKERS,
				 NULL);

	*n = rc ? 0 : choose(all, panel);
	return rc;
}

uint64_t latency_samples(const struct plot_group *g, const char *design,
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

static void merge(struct hist *to, const struct hist *from)
{
	if (from)
		hist_merge(to, from);
}

void latency_add(struct singles *to, const struct summary_row *row, size_t i,
		 const struct latency_kind *kind)
{
	merge(to->one, summary_hist(row, i, kind->hist));
	merge(to->block, summary_hist(row, i, kind->block));
}

double latency_clock_step(const struct summary_row *row)
{
	for (size_t i = 0; i < row->n; i++) {
		const struct value *step = record_get(&row->trial[i]->record,
						      METRIC_clock_step_ns);

		if (step)
			return step->value;
	}
	return 0;
}

/* Percentile @p of draw @i of @row; NAN: too few samples, or it is lost. */
static double of_draw(const struct summary_row *row, size_t i,
		      const struct latency_kind *kind, double p)
{
	const struct value *step =
		record_get(&row->trial[i]->record, METRIC_clock_step_ns);
	struct singles s;
	double ns = NAN;
	bool from_block;

	if (singles_init(&s))
		must_fail();
	latency_add(&s, row, i, kind);
	if ((double)hist_count(s.one) * (1 - p) >= BEYOND)
		ns = singles_quantile(&s, p, step ? step->value : 0,
				      &from_block);
	singles_release(&s);
	return ns;
}

/* The draw of @row that is of @repetition; NAN where there is none. */
static double paired(const struct summary_row *row, unsigned repetition,
		     const struct latency_kind *kind, double p)
{
	for (size_t i = 0; i < row->n; i++)
		if (row->trial[i]->repetition == repetition)
			return of_draw(row, i, kind, p);
	return NAN;
}

static double median_of(const struct summary_row *row,
			const struct latency_kind *kind, double p)
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

/* ln of percentile @q of each draw of @row over that of @to, into @x; how many
 * draws have both. */
static size_t pairs(const struct summary_row *row, const struct summary_row *to,
		    const struct latency_kind *kind, double q, double *x)
{
	size_t n = 0;

	for (size_t i = 0; i < row->n; i++) {
		x[n] = log(of_draw(row, i, kind, q) /
			   paired(to, row->trial[i]->repetition, kind, q));
		n += isfinite(x[n]) ? 1 : 0;
	}
	return n;
}

/* @design against @to, in the group of dots @k; nothing without a pair. */
static void add_dot(struct plot_dots *dots, const struct plotdata *d,
		    const struct latency_panel *panel, size_t p, size_t k,
		    const char *design, const struct summary_row *to)
{
	const struct latency_kind *kind = panel->kind;
	struct plot_dot dot = {.panel = p, .group = k, .design = design};
	struct summary_row row;
	double *x;
	size_t n;

	plot_row(&row, panel->group, design, NULL, 0);
	x = must_calloc(row.n, sizeof(*x));
	n = pairs(&row, to, kind, percentiles[k].p, x);
	if (n) {
		dot.ratio = ratio_make(
			x, n, ratio_margin(panel->group->trial[0], d->margins));
		dot.value = median_of(&row, kind, percentiles[k].p);
		plot_dots_add(dots, &dot);
	}
	free(x);
	free(row.trial);
}

const char *latency_reference(const struct latency_panel *panel)
{
	for (const char *const *name = reference_designs; *name; name++)
		if (latency_samples(panel->group, *name, panel->kind->hist))
			return *name;
	return NULL;
}

void latency_twin(struct summary_row *row, const struct plotdata *d,
		  const struct plot_group *g)
{
	const struct store_trial *of = g->trial[0];

	*row = (struct summary_row){.design = TWIN_DESIGN,
				    .trial = must_calloc(d->trials->n,
							 sizeof(*row->trial))};
	for (size_t i = 0; i < d->trials->n; i++) {
		const struct store_trial *t = &d->trials->trial[i];

		if (!strcmp(t->design, TWIN_DESIGN) &&
		    t->record.status == TRIAL_OK && !strcmp(t->cell, of->cell))
			row->trial[row->n++] = t;
	}
}

/* What the reference shows against itself there: no difference is told. */
static void meta_band(FILE *out, const struct latency_panel *panel, size_t p,
		      size_t k, const struct summary_row *twin,
		      const struct summary_row *to)
{
	double *x = must_calloc(twin->n, sizeof(*x));
	struct ratio r;
	size_t n = pairs(twin, to, panel->kind, percentiles[k].p, x);

	r = ratio_make(x, n, 0);
	if (n && r.log.confidence >= RATIO_CONFIDENCE)
		fprintf(out, "bandlow%zu_%zu\t%.6g\nbandhigh%zu_%zu\t%.6g\n", p,
			k, exp(r.log.low), p, k, exp(r.log.high));
	free(x);
}

/* Groups of a panel: percentiles that the reference has. */
static void add_panel(struct plot_dots *dots, FILE *out,
		      const struct plotdata *d,
		      const struct latency_panel *panel, size_t p)
{
	const char *reference = latency_reference(panel);
	struct plot_designs designs;
	struct summary_row to, twin;
	size_t k = 0;

	plot_designs(&designs, d);
	plot_row(&to, panel->group, reference, NULL, 0);
	latency_twin(&twin, d, panel->group);
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
		meta_band(out, panel, p, k, &twin, &to);
		for (size_t i = 0; i < designs.n; i++)
			if (strcmp(designs.name[i], reference))
				add_dot(dots, d, panel, p, k, designs.name[i],
					&to);
	}
	plot_meta_at(out, "groups", p, "%zu", k);
	free(to.trial);
	free(twin.trial);
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
		      const struct latency_panel *panel, size_t p,
		      const struct plot_dots *dots)
{
	const char *reference = latency_reference(panel);
	char few[PLOT_TEXT] = "", lost[PLOT_TEXT] = "";
	struct plot_designs designs;

	plot_designs(&designs, d);
	for (size_t i = 0; reference && i < designs.n; i++) {
		const char *name = designs.name[i];
		bool starved = latency_samples(panel->group, name,
					       panel->kind->hist) < FEW;

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
	struct latency_panel panel[LATENCY_PANELS];
	struct plot_group shown[LATENCY_PANELS];
	struct plot_groups all, panels = {.group = shown};
	struct plot_dots dots = {0};
	struct plot_choice choice;
	const char *reference = NULL, *own;
	char note[PLOT_TEXT] = PLOT_DOTS_NOTE;
	int rc = latency_panels(d, &all, panel, &panels.n);

	if (rc)
		return rc;
	for (size_t p = 0; p < panels.n; p++) {
		shown[p] = *panel[p].group;
		latency_label(&panel[p], shown[p].label);
		/* The note names that of the first. */
		own = latency_reference(&panel[p]);
		reference = p ? reference : own;
		if (own && reference && strcmp(own, reference))
			text_add(shown[p].label, PLOT_TEXT, "; 1 is %s", own);
	}
	d = plot_choose(&choice, d, &panels, PLOT_SERIES);
	text_add(note, sizeof(note), "Dark: the twin. Below: %s.",
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
