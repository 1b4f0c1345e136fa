/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table of plot "scaling": walks per second of all walkers by walkers. */
#include <stdlib.h>
#include <string.h>

#include "figures/data.h"

static const char *const columns[] = {PLOT_LINES_COLUMNS(
	"walkers [threads]", "walk_ops_per_s [1/s] (source clock)")};

static bool wanted(const struct store_trial *t)
{
	return t->walkers && record_get(&t->record, METRIC_walk_ops_per_s);
}

static unsigned counts(const struct plot_group *g)
{
	size_t n;

	free(plot_xs(g, plot_x_walkers, &n));
	return (unsigned)n;
}

/*
 * Several counts of walkers; or one with updaters where the same was done
 * with several without: a machine of two CPUs has none to spare for more.
 */
static bool scales(const struct plot_groups *all, const struct plot_group *g)
{
	const struct store_trial *t = g->trial[0];

	if (counts(g) > 1)
		return true;
	for (size_t i = 0; t->mappers && i < all->n; i++) {
		const struct store_trial *o = all->group[i].trial[0];

		if (!o->mappers && !o->dumpers &&
		    !strcmp(o->workload, t->workload) &&
		    !strcmp(o->sweep, t->sweep) && counts(&all->group[i]) > 1)
			return true;
	}
	return false;
}

/* Both with and without updaters are of interest; so is a simple workload. */
static unsigned rank(const struct plot_group *g)
{
	return counts(g) * 2 + (g->trial[0]->mappers > 0);
}

/*
 * Ideal: the most walks per second and walker at the fewest walkers, times
 * walkers. What private work scales to says how much of it the machine can give.
 */
static void meta_ideal(FILE *out, const struct plotdata *d,
		       const struct plot_group *g, size_t panel,
		       struct plot_range *y)
{
	struct plot_designs designs;
	struct plot_stat s, top;
	double first = 0, limit = 0;
	size_t n;
	double *xs = plot_xs(g, plot_x_walkers, &n);

	plot_designs(&designs, d);
	for (size_t i = 0; n && i < designs.n; i++)
		if (plot_stat(g, designs.name[i], plot_x_walkers, xs[0],
			      METRIC_walk_ops_per_s, &s) &&
		    s.median / xs[0] > first)
			first = s.median / xs[0];
	if (n &&
	    plot_stat(g, NULL, plot_x_walkers, xs[0], METRIC_control_ops_per_s,
		      &s) &&
	    plot_stat(g, NULL, plot_x_walkers, xs[n - 1],
		      METRIC_control_ops_per_s, &top))
		limit = top.median / s.median * xs[0];
	plot_meta_at(out, "most", panel, "%.15g", n ? xs[n - 1] : 0);
	plot_meta_at(out, "ideal", panel, "%.15g", first);
	plot_meta_at(out, "control", panel, "%.15g", limit);
	if (n)
		plot_range_add(y, first * xs[n - 1]);
	free(xs);
}

int plotdata_scaling(const struct plotdata *d, FILE *out, char why[PLOT_TEXT])
{
	struct plot_groups panels;
	struct plot_range x = {0}, y = {0};
	int rc = plot_groups_all(&panels, d, wanted, PLOT_PANEL, NULL);

	if (rc)
		return rc;
	plot_groups_filter(&panels, scales);
	plot_groups_keep(&panels, 4, rank);
	if (panels.n) {
		plot_head(out, d, "scaling", columns);
		plot_meta_begin(out, d, &panels,
				"How does walk throughput scale with walkers?",
				plot_note_walkers);
		plot_meta_series(out, d, &panels);
		plot_lines_range(d, &panels, plot_x_walkers,
				 METRIC_walk_ops_per_s, &x, &y);
		for (size_t p = 0; p < panels.n; p++)
			meta_ideal(out, d, &panels.group[p], p, &y);
		plot_range_round(&y);
		plot_meta(out, "xmax", "%.15g", x.hi);
		plot_meta(out, "ymin", "%.15g", y.lo);
		plot_meta(out, "ymax", "%.15g", y.hi);
		plot_lines(out, d, &panels, plot_x_walkers,
			   METRIC_walk_ops_per_s);
		rc = 1;
	} else {
		snprintf(why, PLOT_TEXT,
			 "no walk_ops_per_s at two or more numbers of walkers");
	}
	plot_groups_release(&panels);
	return rc;
}
