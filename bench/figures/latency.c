/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Table of plot "latency": percentiles of walks, without and with updaters,
 * and of map and unmap while a dumper runs. Repetitions are pooled.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "figures/data.h"
#include "stats/singles.h"

enum {
	PANELS = 4,
	FIRST = 2, /* point of a curve: the 11th percentile */
	POINTS_PER_DECADE = 40,
	BEYOND = 3, /* samples that must lie beyond a percentile shown */
	FEW = 30,   /* samples too few for a 90th percentile */
};

static const char *const columns[] = {
	"design",
	"1 / (1 - p)",
	"p [%]",
	"latency of one operation [ns] (source clock)",
	"1: gets a marker",
	"1: from means of blocks of 16, the clock being coarse",
	NULL,
};

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

/* Of the repetitions that count. */
static struct hist *pool(const struct plot_group *g, const char *design,
			 const char *name)
{
	struct hist *sum = hist_new();
	struct summary_row row;

	plot_row(&row, g, design, NULL, 0);
	for (size_t i = 0; sum && i < row.n; i++) {
		const struct hist *h = summary_hist(&row, i, name);

		if (h)
			hist_merge(sum, h);
	}
	free(row.trial);
	return sum;
}

struct curve {
	struct singles s;
	double step;
};

static int curve_init(struct curve *c, const struct panel *p,
		      const char *design)
{
	struct plot_stat step;

	*c = (struct curve){
		.s = {.one = pool(p->group, design, p->kind->hist),
		      .block = pool(p->group, design, p->kind->block)}};
	if (plot_stat(p->group, design, NULL, 0, METRIC_clock_step_ns, &step))
		c->step = step.median;
	if (c->s.one && c->s.block)
		return 0;
	singles_release(&c->s);
	return -ENOMEM;
}

/* False: too few samples for point @i. */
static bool curve_point(const struct curve *c, size_t i, double *x, double *ns,
			bool *from_block)
{
	*x = pow(10, (double)i / POINTS_PER_DECADE);
	if ((double)hist_count(c->s.one) / *x < BEYOND)
		return false;
	*ns = singles_quantile(&c->s, 1 - 1 / *x, c->step, from_block);
	return true;
}

typedef void visit_point(void *arg, const char *design, size_t i, double x,
			 double ns, bool from_block);

static int each_point(const struct panel *p, const char *design,
		      visit_point *visit, void *arg)
{
	struct curve c;
	double x, ns;
	bool block;
	int rc = curve_init(&c, p, design);

	if (rc)
		return rc;
	for (size_t i = FIRST; curve_point(&c, i, &x, &ns, &block); i++)
		visit(arg, design, i, x, ns, block);
	singles_release(&c.s);
	return 0;
}

static void write_point(void *arg, const char *design, size_t i, double x,
			double ns, bool from_block)
{
	fprintf(arg, "%s\t%.6g\t%.6g\t%.6g\t%d\t%d\n", design, x,
		100 * (1 - 1 / x), ns, i % POINTS_PER_DECADE == 0, from_block);
}

struct extent {
	struct plot_range x, y;
};

static void measure_point(void *arg, const char *design, size_t i, double x,
			  double ns, bool from_block)
{
	struct extent *e = arg;

	(void)design, (void)i, (void)from_block;
	plot_range_add(&e->x, x);
	plot_range_add(&e->y, ns);
}

static int write_panels(FILE *out, const struct plotdata *d,
			const struct panel *panel, size_t n)
{
	struct plot_designs designs;
	struct extent e = {0};
	int rc = 0;

	plot_designs(&designs, d);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; !rc && i < designs.n; i++)
			rc = each_point(&panel[p], designs.name[i],
					measure_point, &e);
	plot_range_round(&e.y);
	plot_meta(out, "xmax", "%.15g", e.x.hi > 10 ? e.x.hi : 10);
	plot_meta(out, "ymin", "%.15g", e.y.lo);
	plot_meta(out, "ymax", "%.15g", e.y.hi);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; !rc && i < designs.n; i++) {
			if (!plot_has_design(panel[p].group, designs.name[i]))
				continue;
			plot_block(out, "%s in panel %zu", designs.name[i], p);
			/* Never empty; a percentile of none is no point. */
			fprintf(out, "%s\t1\t0\t-\t0\t0\n", designs.name[i]);
			rc = each_point(&panel[p], designs.name[i], write_point,
					out);
		}
	return rc;
}

/* Designs under which the operation was starved: that is a result too. */
static int meta_few(FILE *out, const struct plotdata *d,
		    const struct panel *panel, size_t n)
{
	struct plot_designs designs;

	plot_designs(&designs, d);
	for (size_t p = 0; p < n; p++) {
		char few[PLOT_TEXT] = "";

		for (size_t i = 0; i < designs.n; i++) {
			struct hist *h;

			if (!plot_has_design(panel[p].group, designs.name[i]))
				continue;
			h = pool(panel[p].group, designs.name[i],
				 panel[p].kind->hist);
			if (!h)
				return -ENOMEM;
			if (hist_count(h) < FEW)
				text_join(few, sizeof(few), ", ", "%s",
					  designs.name[i]);
			hist_free(h);
		}
		plot_meta_at(out, "few", p, "%s", few);
	}
	return 0;
}

int plotdata_latency(const struct plotdata *d, FILE *out, char why[PLOT_TEXT])
{
	struct panel panel[PANELS];
	struct plot_group shown[PANELS];
	struct plot_groups all, panels = {.group = shown};
	int rc = plot_groups_all(&all, d, wanted, PLOT_PANEL | PLOT_WALKERS,
				 NULL);

	if (rc)
		return rc;
	panels.n = choose(&all, panel);
	for (size_t p = 0; p < panels.n; p++) {
		shown[p] = *panel[p].group;
		snprintf(shown[p].label, PLOT_TEXT, "%s: %.200s",
			 panel[p].kind->caption, panel[p].group->label);
	}
	if (panels.n) {
		plot_head(out, d, "latency", columns);
		plot_meta_begin(out, d, &panels,
				"How slow is the unlucky operation?",
				"Walkers are CPU threads. All repetitions "
				"pooled. Means of 16 operations where the "
				"clock is too coarse for one.");
		plot_meta_series(out, d, &panels);
		rc = meta_few(out, d, panel, panels.n);
		if (!rc)
			rc = write_panels(out, d, panel, panels.n);
		rc = rc ? rc : 1;
	} else {
		snprintf(why, PLOT_TEXT, "no latency histograms");
	}
	plot_groups_release(&all);
	return rc;
}
