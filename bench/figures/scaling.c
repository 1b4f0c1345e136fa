/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table of plot "scaling": time per walk of all walkers by walkers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "base/text.h"
#include "figures/dots.h"

enum { PANELS_MAX = 4 };

static const char *const columns[] = {
	PLOT_DOTS_COLUMNS("1 / walk_ops_per_s (source clock)")};

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
 * What the reference does; where there is room how much more that is than at
 * the fewest walkers, and what private work gained: what the machine lets
 * threads scale to.
 */
static void meta_group(FILE *out, const struct plot_group *g, size_t panel,
		       size_t group, const double *xs, size_t n)
{
	const char *reference = plot_reference(g, METRIC_walk_ops_per_s);
	struct plot_stat first, s, one, all;
	char text[PLOT_TEXT] = "", rate[24];

	if (reference && plot_stat(g, reference, plot_x_walkers, xs[group],
				   METRIC_walk_ops_per_s, &s)) {
		format_si(s.median, rate, sizeof(rate));
		snprintf(text, sizeof(text), "%s/s", rate);
	}
	if (*text && group && n <= 3 &&
	    plot_stat(g, reference, plot_x_walkers, xs[0],
		      METRIC_walk_ops_per_s, &first) &&
	    plot_stat(g, NULL, plot_x_walkers, xs[0], METRIC_control_ops_per_s,
		      &one) &&
	    plot_stat(g, NULL, plot_x_walkers, xs[group],
		      METRIC_control_ops_per_s, &all))
		text_add(text, sizeof(text), ", × %.2f (machine × %.2f)",
			 s.median / first.median, all.median / one.median);
	fprintf(out, "group%zu_%zu\t%.0f walker%s\n", panel, group, xs[group],
		xs[group] > 1 ? "s" : "");
	plot_meta_sub(out, panel, group, text);
}

/* A group for each number of walkers. */
static void meta_panel(FILE *out, const struct plot_group *g, size_t panel)
{
	size_t n;
	double *xs = plot_xs(g, plot_x_walkers, &n);

	plot_meta_at(out, "groups", panel, "%zu", n);
	for (size_t k = 0; k < n; k++)
		meta_group(out, g, panel, k, xs, n);
	free(xs);
}

int plotdata_scaling(const struct plotdata *d, FILE *out, char why[PLOT_TEXT])
{
	char none[PANELS_MAX][PLOT_TEXT] = {{0}};
	struct plot_dots dots = {0};
	struct plot_groups panels;
	struct plot_choice choice;
	int rc = plot_groups_all(&panels, d, wanted, PLOT_PANEL, NULL);

	if (rc)
		return rc;
	plot_groups_filter(&panels, scales);
	plot_groups_keep(&panels, PANELS_MAX, rank);
	d = plot_choose(&choice, d, &panels, PLOT_SERIES);
	for (size_t p = 0; p < panels.n; p++)
		plot_dots_by(&dots, d, &panels.group[p], plot_x_walkers,
			     METRIC_walk_ops_per_s, p, none[p]);
	for (size_t p = 0; p < panels.n; p++)
		plot_name_reference(&panels.group[p], METRIC_walk_ops_per_s);
	if (dots.n) {
		plot_head(out, d, "scaling", columns);
		plot_meta_begin(out, d, &panels,
				"What do walks cost with more walkers, and "
				"beside a mapper?",
				PLOT_DOTS_NOTE "Below: the reference's walks.");
		for (size_t p = 0; p < panels.n; p++)
			meta_panel(out, &panels.group[p], p);
		plot_dots_meta(out, &dots);
		plot_meta_none(out, none, panels.n);
		plot_dots_write(out, &dots, panels.n);
		rc = 1;
	} else {
		snprintf(why, PLOT_TEXT,
			 "no walk_ops_per_s at two or more numbers of walkers, "
			 "of two designs");
	}
	plot_dots_release(&dots);
	plot_groups_release(&panels);
	return rc;
}
