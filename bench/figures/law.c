/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Table of plot "law": walks a second by walkers; with three numbers of them
 * the Universal Scalability Law fitted to the draws of each design.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "figures/dots.h"
#include "stats/usl.h"

enum { PANELS_MAX = 4, STEPS = 32 };

static const char *const columns[] = {
	"design",
	"walkers",
	"walks [1/s] of all walkers (source clock), median; blocks \"law of "
	"panel N\": of the fit, up to twice the walkers that were measured",
	"blocks \"rates of panel N\": low end of the 95 % interval",
	"high end",
	NULL,
};

/* One design of a panel, fitted. */
struct law {
	const char *design;
	bool fitted;
	struct usl_estimate e;
};

struct panel {
	const struct plot_group *group;
	double *n; /* numbers of walkers */
	size_t points, ndesigns;
	struct law design[PLOT_DESIGNS];
};

static bool wanted(const struct store_trial *t)
{
	return t->walkers && record_get(&t->record, METRIC_walk_ops_per_s);
}

static bool enough(const struct plot_groups *all, const struct plot_group *g)
{
	size_t n;

	free(plot_xs(g, plot_x_walkers, &n));
	return n >= 2 && n <= USL_POINTS_MAX;
}

static unsigned rank(const struct plot_group *g)
{
	size_t n;

	free(plot_xs(g, plot_x_walkers, &n));
	return (unsigned)n * 2 + (g->trial[0]->mappers > 0);
}

static size_t draws_of(const struct plot_group *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++)
		if (g->trial[i]->repetition >= n)
			n = g->trial[i]->repetition + 1u;
	return n;
}

/* A row of rates for each draw; 0: not measured in it. */
static double *rates(const struct panel *p, const char *design, size_t draws)
{
	double *x = must_calloc(draws * p->points, sizeof(*x));

	for (size_t k = 0; k < p->points; k++) {
		struct summary_row row;

		plot_row(&row, p->group, design, plot_x_walkers, p->n[k]);
		for (size_t i = 0; i < row.n; i++) {
			const struct value *v =
				summary_value(&row, i, METRIC_walk_ops_per_s);

			if (v)
				x[row.trial[i]->repetition * p->points + k] =
					v->value;
		}
		free(row.trial);
	}
	return x;
}

/* The reference first, then as registered. */
static void fit(struct panel *p, const struct plot_designs *all)
{
	const char *reference = plot_reference(p->group, METRIC_walk_ops_per_s);
	size_t draws = draws_of(p->group);

	p->n = plot_xs(p->group, plot_x_walkers, &p->points);
	if (reference)
		p->design[p->ndesigns++].design = reference;
	for (size_t i = 0; i < all->n; i++)
		if (plot_has_design(p->group, all->name[i]) &&
		    (!reference || strcmp(all->name[i], reference)))
			p->design[p->ndesigns++].design = all->name[i];
	for (size_t i = 0; i < p->ndesigns; i++) {
		struct law *l = &p->design[i];
		double *x = rates(p, l->design, draws);

		l->fitted =
			usl_estimate(p->n, x, p->points, draws, 0.95, &l->e);
		free(x);
	}
}

static void put_rates(FILE *out, const struct panel *p, size_t at,
		      struct plot_range *range)
{
	if (out)
		plot_block(out, "rates of panel %zu", at);
	for (size_t i = 0; i < p->ndesigns; i++)
		for (size_t k = 0; k < p->points; k++) {
			struct plot_stat s;

			if (!plot_stat(p->group, p->design[i].design,
				       plot_x_walkers, p->n[k],
				       METRIC_walk_ops_per_s, &s))
				continue;
			plot_range_add(range, s.lo);
			plot_range_add(range, s.hi);
			if (out)
				fprintf(out, "%s\t%.0f\t%.6g\t%.6g\t%.6g\n",
					p->design[i].design, p->n[k], s.median,
					s.lo, s.hi);
		}
}

/* On a log axis, evenly spaced. */
static void put_law(FILE *out, const struct panel *p, size_t at)
{
	double most = 2 * p->n[p->points - 1];

	plot_block(out, "law of panel %zu", at);
	for (size_t i = 0; i < p->ndesigns; i++) {
		const struct law *l = &p->design[i];

		for (unsigned k = 0; k <= STEPS; k++) {
			double n = pow(most, (double)k / STEPS);

			if (l->fitted)
				fprintf(out, "%s\t%.6g\t%.6g\n", l->design, n,
					usl_at(&l->e.fit, n));
			else
				fprintf(out, "%s\t-\t-\n", l->design);
		}
	}
}

static void meta_law(FILE *out, const struct law *l, size_t points, size_t at)
{
	char key[64], text[PLOT_TEXT];
	double most = usl_most(&l->e.fit);

	snprintf(key, sizeof(key), "law%zu_%s", at, l->design);
	snprintf(text, sizeof(text),
		 "%s: σ %.2g [%.2g, %.2g], κ %.2g [%.2g, %.2g]", l->design,
		 l->e.sigma.value, l->e.sigma.low, l->e.sigma.high,
		 l->e.kappa.value, l->e.kappa.low, l->e.kappa.high);
	/* A most that may as well not be there is none. */
	if (l->e.kappa.low > 0)
		text_add(text, sizeof(text), ", most at %.0f", most);
	if (points < USL_POINTS_MIN)
		snprintf(text, sizeof(text), "%s", l->design);
	else if (!l->fitted)
		snprintf(text, sizeof(text),
			 "%s: no draw has all numbers of walkers", l->design);
	plot_meta(out, key, "%s", text);
}

/* What one walker does under the reference, by its law or else as measured. */
static double one(const struct panel *p)
{
	struct plot_stat s;

	if (p->ndesigns && p->design[0].fitted)
		return p->design[0].e.fit.lambda;
	return p->ndesigns && plot_stat(p->group, p->design[0].design,
					plot_x_walkers, p->n[0],
					METRIC_walk_ops_per_s, &s)
		       ? s.median / p->n[0]
		       : 0;
}

static void meta_panel(FILE *out, const struct panel *p, size_t at)
{
	const char *between = "";

	fprintf(out, "designs%zu\t", at);
	for (size_t i = 0; i < p->ndesigns; i++, between = " ")
		fprintf(out, "%s%s", between, p->design[i].design);
	putc('\n', out);
	plot_meta_at(out, "fitted", at, "%d", p->points >= USL_POINTS_MIN);
	plot_meta_at(out, "measured", at, "%.0f", p->n[p->points - 1]);
	plot_meta_at(out, "one", at, "%.6g", one(p));
	for (size_t i = 0; i < p->ndesigns; i++)
		meta_law(out, &p->design[i], p->points, at);
}

/* Whether there is a law in any of the panels. */
static bool fits(const struct plot_groups *g, const struct panel *p)
{
	for (size_t i = 0; i < g->n; i++)
		if (p[i].points >= USL_POINTS_MIN)
			return true;
	return false;
}

static void write_table(FILE *out, const struct plotdata *d,
			const struct plot_groups *g, const struct panel *p)
{
	struct plot_range range = {0};

	for (size_t i = 0; i < g->n; i++)
		put_rates(NULL, &p[i], i, &range);
	plot_range_round(&range);
	plot_head(out, d, "law", columns);
	plot_meta_begin(
		out, d, g,
		fits(g, p) ? "What would more walkers do?"
			   : "How many more walks do more walkers do?",
		fits(g, p)
			? "Dashed: Universal Scalability Law, X = λn / (1 + "
			  "σ(n−1) + κn(n−1)), fitted to each draw; medians "
			  "with 95 % intervals. Dotted: n times one."
			: "Medians of the draws with 95 % intervals. Dotted: "
			  "n times one. A law takes three numbers of "
			  "walkers.");
	plot_meta(out, "ymin", "%.15g", range.lo);
	plot_meta(out, "ymax", "%.15g", range.hi);
	for (size_t i = 0; i < g->n; i++)
		meta_panel(out, &p[i], i);
	for (size_t i = 0; i < g->n; i++) {
		put_rates(out, &p[i], i, &range);
		put_law(out, &p[i], i);
	}
}

int plotdata_law(const struct plotdata *d, FILE *out, char why[PLOT_TEXT])
{
	struct panel panel[PANELS_MAX] = {{0}};
	struct plot_designs all;
	struct plot_choice choice;
	struct plot_groups g;
	int rc = plot_groups_all(&g, d, wanted, PLOT_PANEL, NULL);

	if (rc)
		return rc;
	plot_groups_filter(&g, enough);
	plot_groups_keep(&g, PANELS_MAX, rank);
	d = plot_choose(&choice, d, &g, PLOT_SERIES);
	plot_designs(&all, d);
	for (size_t i = 0; i < g.n; i++) {
		panel[i].group = &g.group[i];
		fit(&panel[i], &all);
	}
	if (g.n) {
		write_table(out, d, &g, panel);
		rc = 1;
	} else {
		snprintf(why, PLOT_TEXT,
			 "no walk_ops_per_s at two or more numbers of "
			 "walkers");
	}
	for (size_t i = 0; i < g.n; i++)
		free(panel[i].n);
	plot_groups_release(&g);
	return rc;
}
