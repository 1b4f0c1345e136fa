/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Table of plot "misses": L1d misses per walk, split so that the parts add
 * up: by the level that served them, lines of the design itself (lock,
 * counter) apart. From the cache model; it works in any VM.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figures/data.h"

enum { PANELS = 2, GROUPS_MAX = 4 };

/* Two pictures: one question with several threads, and with several sizes. */
static const struct layout {
	unsigned panel, groups;
} layouts[PANELS] = {
	{PLOT_SWEEP | PLOT_WORKLOAD | PLOT_AXES, PLOT_WALKERS | PLOT_UPDATERS},
	{PLOT_SWEEP | PLOT_WORKLOAD | PLOT_WALKERS | PLOT_UPDATERS, PLOT_AXES},
};

static const char *const columns[] = {
	"group (its caption is in meta)",
	"design",
	"entries and operations that missed L1d and hit L2 [per walk] (source "
	"sim)",
	"entries and operations that hit the last level [per walk] (source "
	"sim)",
	"entries and operations that came from memory [per walk] (source sim)",
	"misses on lines of the design: lock, counter [per walk] (source sim)",
	NULL,
};

struct parts {
	double l2, llc, memory, sync;
};

static double median(const struct plot_group *g, const char *design,
		     enum metric_id metric)
{
	struct plot_stat s;

	return plot_stat(g, design, NULL, 0, metric, &s) ? s.median : 0;
}

static double not_negative(double v)
{
	return v > 0 ? v : 0;
}

static bool measure(const struct plot_group *g, const char *design,
		    struct parts *p)
{
	struct plot_stat l1d, sync;
	double l1d_entries, l2_entries, llc_entries;

	/* Where the lines of locks were not modelled they would look free. */
	if (!plot_stat(g, design, NULL, 0, METRIC_sim_l1d_misses_per_walk,
		       &l1d) ||
	    !plot_stat(g, design, NULL, 0, METRIC_sim_sync_misses_per_walk,
		       &sync))
		return false;
	p->sync = sync.median;
	l1d_entries = l1d.median - p->sync;
	l2_entries = median(g, design, METRIC_sim_l2_misses_per_walk) -
		     median(g, design, METRIC_sim_l2_misses_sync_per_walk);
	llc_entries = median(g, design, METRIC_sim_llc_misses_per_walk) -
		      median(g, design, METRIC_sim_llc_misses_sync_per_walk);
	p->l2 = not_negative(l1d_entries - l2_entries);
	p->llc = not_negative(l2_entries - llc_entries);
	p->memory = not_negative(llc_entries);
	return true;
}

static bool wanted(const struct store_trial *t)
{
	return t->walkers > 0;
}

static bool measured(const struct plot_groups *all, const struct plot_group *g)
{
	struct plot_stat s;

	return plot_stat(g, NULL, NULL, 0, METRIC_sim_sync_misses_per_walk, &s);
}

static unsigned rank_threads(const struct plot_group *g)
{
	size_t n;

	free(plot_xs(g, plot_x_walkers, &n));
	return (unsigned)n;
}

static unsigned rank_sizes(const struct plot_group *g)
{
	size_t n;

	free(plot_xs(g, plot_x_footprint, &n));
	return (unsigned)n;
}

static plot_rank *const ranks[PANELS] = {rank_threads, rank_sizes};

/* Evenly over the sizes, the first and the last among them. */
static void thin(struct plot_groups *g)
{
	if (g->n <= GROUPS_MAX)
		return;
	for (size_t i = 0; i < GROUPS_MAX; i++)
		g->group[i] = g->group[i * (g->n - 1) / (GROUPS_MAX - 1)];
	g->n = GROUPS_MAX;
}

struct table {
	struct plot_group shown[PANELS]; /* copies out of found[] */
	struct plot_groups panels;	 /* of shown[] */
	struct plot_groups found[PANELS], groups[PANELS];
	struct plot_designs designs;
};

static double tallest(const struct table *t)
{
	struct parts p;
	double top = 0;

	for (size_t i = 0; i < t->panels.n; i++)
		for (size_t g = 0; g < t->groups[i].n; g++)
			for (size_t k = 0; k < t->designs.n; k++)
				if (measure(&t->groups[i].group[g],
					    t->designs.name[k], &p))
					top = fmax(top, p.l2 + p.llc +
								p.memory +
								p.sync);
	return top;
}

static void blocks(FILE *out, const struct table *t)
{
	struct parts p;

	for (size_t i = 0; i < t->panels.n; i++) {
		plot_block(out, "bars of panel %zu", i);
		for (size_t g = 0; g < t->groups[i].n; g++)
			for (size_t k = 0; k < t->designs.n; k++) {
				const struct plot_group *group =
					&t->groups[i].group[g];
				const char *name = t->designs.name[k];

				if (!plot_has_design(group, name))
					continue;
				fprintf(out, "%zu\t%s\t", g, name);
				if (measure(group, name, &p))
					fprintf(out, "%.6g\t%.6g\t%.6g\t%.6g\n",
						p.l2, p.llc, p.memory, p.sync);
				else
					fputs("-\t-\t-\t-\n", out);
			}
	}
}

static void note(const struct plot_groups *panels, char buf[PLOT_TEXT])
{
	const struct plot_group *g = &panels->group[0];

	snprintf(buf, PLOT_TEXT,
		 "Simulated: a cache model (L1d %.0f KiB, L2 %.4g MiB, last "
		 "level %.4g MiB) fed with what the threads do, one "
		 "at a time; walkers are CPU threads.",
		 median(g, NULL, METRIC_sim_l1d_bytes) / 1024,
		 median(g, NULL, METRIC_sim_l2_bytes) / (1024 * 1024),
		 median(g, NULL, METRIC_sim_llc_bytes) / (1024 * 1024));
}

static void write_table(FILE *out, const struct plotdata *d,
			const struct table *t)
{
	char text[PLOT_TEXT];
	double top = tallest(t);

	plot_head(out, d, "misses", columns);
	note(&t->panels, text);
	plot_meta_begin(out, d, &t->panels,
			"Where do the cache misses of a walk come from? "
			"(simulated)",
			text);
	plot_meta(out, "ymax", "%.15g", top > 0 ? top * 1.08 : 1);
	for (size_t i = 0; i < t->panels.n; i++) {
		plot_meta_at(out, "groups", i, "%zu", t->groups[i].n);
		for (size_t g = 0; g < t->groups[i].n; g++)
			fprintf(out, "group%zu_%zu\t%s\n", i, g,
				t->groups[i].group[g].label);
	}
	blocks(out, t);
}

/* The best panel of @layout, if it has more to show than one group. */
static int find(struct table *t, const struct plotdata *d, size_t layout)
{
	struct plot_groups *found = &t->found[layout];
	size_t at = t->panels.n;
	const struct plot_group *g;
	int rc = plot_groups_all(found, d, wanted, layouts[layout].panel, NULL);

	if (rc)
		return rc;
	plot_groups_filter(found, measured);
	plot_groups_keep(found, 1, ranks[layout]);
	if (!found->n)
		return 0;
	g = &found->group[0];
	rc = plot_groups(&t->groups[at], g->trial, g->n, NULL,
			 layouts[layout].groups, NULL);
	if (rc)
		return rc;
	thin(&t->groups[at]);
	if (layout && t->groups[at].n < 2) {
		plot_groups_release(&t->groups[at]);
		return 0;
	}
	t->shown[t->panels.n++] = *g;
	t->panels.left_out += found->left_out;
	return 0;
}

int plotdata_misses(const struct plotdata *d, FILE *out, char why[PLOT_TEXT])
{
	struct table t = {.panels = {.exact = true}};
	struct plot_choice choice;
	int rc = 0;

	t.panels.group = t.shown;
	for (size_t i = 0; !rc && i < PANELS; i++)
		rc = find(&t, d, i);
	/* The parts of a bar are its series: all designs. */
	d = plot_choose(&choice, d, &t.panels, PLOT_DESIGNS);
	plot_designs(&t.designs, d);
	if (!rc && t.panels.n) {
		write_table(out, d, &t);
		rc = 1;
	} else if (!rc) {
		snprintf(why, PLOT_TEXT, "the cache model was off (sim)");
	}
	for (size_t i = 0; i < PANELS; i++) {
		plot_groups_release(&t.groups[i]);
		plot_groups_release(&t.found[i]);
	}
	return rc;
}
