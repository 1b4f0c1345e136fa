/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Table of plot "lines": lines that an operation fetches from other CPUs, by
 * simulated CPUs.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "counters/crowd.h"
#include "figures/dots.h"

enum { GROUPS_MAX = 2, PANELS_MAX = 2 * GROUPS_MAX, DESIGNS_MAX = 7 };

static const char *const columns[] = {
	"design",
	"simulated CPUs",
	"lines moved between CPUs per operation (source sim)",
	NULL,
};

struct panel {
	const struct plot_group *group;
	bool updates; /* else walks */
	double walkers;
	const char *design[DESIGNS_MAX];
	size_t ndesigns;
};

static bool wanted(const struct store_trial *t)
{
	for (unsigned i = 0; i < CROWD_STEPS; i++)
		if (record_get(&t->record, crowd_metrics[i].walk))
			return true;
	return false;
}

/* Beside updaters is of more interest: it has both. */
static unsigned rank(const struct plot_group *g)
{
	return g->trial[0]->mappers > 0;
}

/* NAN: not of this size. */
static double moved(const struct panel *p, const char *design, unsigned step)
{
	const struct crowd_metric *m = &crowd_metrics[step];
	struct plot_stat s;

	return plot_stat(p->group, design, plot_x_walkers, p->walkers,
			 p->updates ? m->update : m->walk, &s)
		       ? s.median
		       : (double)NAN;
}

/* Of the largest crowd that has one; NAN: none has. */
static double at_most(const struct panel *p, const char *design, unsigned *cpus)
{
	for (unsigned i = CROWD_STEPS; i--;) {
		double v = moved(p, design, i);

		*cpus = crowd_metrics[i].cpus;
		if (!isnan(v))
			return v;
	}
	return NAN;
}

static void fill(struct panel *p, const struct plot_designs *all)
{
	unsigned cpus;

	for (size_t i = 0; i < all->n && p->ndesigns < DESIGNS_MAX; i++)
		if (!isnan(at_most(p, all->name[i], &cpus)))
			p->design[p->ndesigns++] = all->name[i];
}

/* Walks of each group and, where there are any, its updates. */
static size_t make(struct panel panel[PANELS_MAX], const struct plot_groups *g,
		   const struct plotdata *d)
{
	struct plot_designs all;
	size_t n = 0;

	plot_designs(&all, d);
	for (size_t i = 0; i < g->n; i++)
		for (int updates = 0; updates < 2; updates++) {
			struct panel *p = &panel[n];
			size_t counts;
			double *xs =
				plot_xs(&g->group[i], plot_x_walkers, &counts);

			/* How many were measured does not matter. */
			*p = (struct panel){.group = &g->group[i],
					    .updates = updates,
					    .walkers = xs ? xs[0] : 0};
			free(xs);
			fill(p, &all);
			n += p->ndesigns > 0;
		}
	return n;
}

static void meta_panel(FILE *out, const struct panel *p, size_t at)
{
	const char *between = "";

	plot_meta_at(out, "panel", at, "%s; %s", p->updates ? "update" : "walk",
		     p->group->label);
	fprintf(out, "designs%zu\t", at);
	for (size_t i = 0; i < p->ndesigns; i++, between = " ")
		fprintf(out, "%s%s", between, p->design[i]);
	putc('\n', out);
	for (size_t i = 0; i < p->ndesigns; i++) {
		char key[64];
		unsigned cpus;
		double v = at_most(p, p->design[i], &cpus);

		snprintf(key, sizeof(key), "lines%zu_%s", at, p->design[i]);
		if (v > 0)
			plot_meta(out, key, "%s: %.*f, %u CPUs", p->design[i],
				  v < 9.95 ? 1 : 0, v, cpus);
		else
			plot_meta(out, key, "%s: none", p->design[i]);
	}
}

static void put(FILE *out, const struct panel *p, size_t at)
{
	plot_block(out, "lines of panel %zu", at);
	for (size_t i = 0; i < p->ndesigns; i++)
		for (unsigned k = 0; k < CROWD_STEPS; k++) {
			double v = moved(p, p->design[i], k);

			if (!isnan(v))
				fprintf(out, "%s\t%u\t%.6g\n", p->design[i],
					crowd_metrics[k].cpus, v);
		}
}

static double most(const struct panel *panel, size_t n)
{
	double top = 1;

	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < panel[p].ndesigns; i++)
			for (unsigned k = 0; k < CROWD_STEPS; k++)
				top = fmax(top, moved(&panel[p],
						      panel[p].design[i], k));
	return top;
}

int plotdata_lines(const struct plotdata *d, FILE *out, char why[PLOT_TEXT])
{
	struct panel panel[PANELS_MAX + 1];
	struct plot_groups g;
	size_t n;
	int rc = plot_groups_all(&g, d, wanted, PLOT_PANEL, NULL);

	if (rc)
		return rc;
	g.exact = true;
	plot_groups_keep(&g, GROUPS_MAX, rank);
	n = make(panel, &g, d);
	if (n) {
		plot_head(out, d, "lines", columns);
		plot_meta_begin(out, d, &g,
				"Simulated: how many lines would many CPUs "
				"fetch from each other?",
				"All at it all the time, one reference a turn, "
				"caches without bounds, no clock: so of any "
				"machine. Not measured.");
		plot_meta(out, "panels", "%zu", n);
		plot_meta(out, "most", "%.6g", most(panel, n));
		for (size_t p = 0; p < n; p++)
			meta_panel(out, &panel[p], p);
		for (size_t p = 0; p < n; p++)
			put(out, &panel[p], p);
		rc = 1;
	} else {
		snprintf(why, PLOT_TEXT,
			 "no lines moved between simulated CPUs: sim.cpus");
	}
	plot_groups_release(&g);
	return rc;
}
