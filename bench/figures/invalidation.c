/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table of plot "invalidation": its share of an unmap, by what is flushed. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "figures/data.h"

enum { GROUPS_MAX = 10 };

static const char *const columns[] = {
	"group (its captions are in meta)",
	"design",
	"flush",
	"inv_share [% of an unmap] (source clock): median over draws",
	"its 95 % interval, low",
	"its 95 % interval, high",
	NULL,
};

static bool wanted(const struct store_trial *t)
{
	return record_get(&t->record, METRIC_inv_share);
}

/* In the order of enum inv_flush; of older runs strict. */
static const char *const flushes[] = {"strict", "deferred"};
enum { FLUSHES = sizeof(flushes) / sizeof(*flushes) };

static double flush_of(const struct store_trial *t)
{
	char text[PLOT_TEXT];

	return strcmp(plot_param_text(t, "flush", text), flushes[1]) == 0;
}

/* Both ways beside each other say most. */
static unsigned both(const struct plot_group *g)
{
	bool has[FLUSHES] = {false};

	for (size_t i = 0; i < g->n; i++)
		has[(int)flush_of(g->trial[i])] = true;
	return has[0] && has[1];
}

/* What is said of a cell, below it. */
struct caption {
	char pages[32], service[48], mappers[32];
};

static struct caption caption_of(const struct plot_group *g)
{
	const struct store_trial *t = g->trial[0];
	double pages = plot_param(t, "ring_pages");
	double submit = plot_param(t, "inv.submit_ns");
	double ns = plot_param(t, "inv.service_ns");
	struct caption c;
	char hint[PLOT_TEXT], before[16] = "";

	if (strcmp(t->workload, "ring") != 0 || isnan(pages))
		snprintf(c.pages, sizeof(c.pages), "%s", t->workload);
	else
		snprintf(c.pages, sizeof(c.pages), "%g page%s", pages,
			 pages > 1 ? "s" : "");
	plot_param_text(t, "inv.hint", hint);
	if (submit > 0)
		snprintf(before, sizeof(before), "%g + ", submit);
	snprintf(c.service, sizeof(c.service), "%s%g ns%s", before,
		 isnan(ns) ? 0 : ns, strcmp(hint, "true") == 0 ? ", hint" : "");
	snprintf(c.mappers, sizeof(c.mappers), "%u mapper%s", t->mappers,
		 t->mappers == 1 ? "" : "s");
	return c;
}

/* The same cell in several sweeps stands there once. */
static bool first(const struct plot_groups *all, const struct plot_group *g)
{
	const struct caption own = caption_of(g);

	for (const struct plot_group *o = all->group; o < g; o++) {
		const struct caption c = caption_of(o);

		if (strcmp(c.pages, own.pages) == 0 &&
		    strcmp(c.service, own.service) == 0 &&
		    strcmp(c.mappers, own.mappers) == 0 && both(o) >= both(g))
			return false;
	}
	return true;
}

static void captions(FILE *out, const struct plot_groups *g)
{
	plot_meta(out, "panels", "1");
	plot_meta_at(out, "panel", 0,
		     "by pages of an unmap, the hardware's time for a "
		     "descriptor, and mappers");
	plot_meta(out, "groups", "%zu", g->n);
	for (size_t i = 0; i < g->n; i++) {
		const struct caption c = caption_of(&g->group[i]);

		plot_meta_at(out, "group", i, "%s", c.pages);
		plot_meta_at(out, "service", i, "%s", c.service);
		plot_meta_at(out, "mappers", i, "%s", c.mappers);
	}
}

int plotdata_invalidation(const struct plotdata *d, FILE *out,
			  char why[PLOT_TEXT])
{
	struct plot_designs designs;
	struct plot_groups groups;
	struct plot_choice choice;
	struct plot_stat s;
	int rc = plot_groups_all(&groups, d, wanted, PLOT_PANEL, "flush");

	if (rc)
		return rc;
	plot_groups_filter(&groups, first);
	plot_groups_keep(&groups, GROUPS_MAX, both);
	if (!groups.n) {
		snprintf(why, PLOT_TEXT,
			 "no inv_share (inv.submit_ns and inv.service_ns are "
			 "0, or nothing is unmapped)");
		goto out;
	}
	d = plot_choose(&choice, d, &groups, PLOT_SERIES);
	plot_designs(&designs, d);
	plot_head(out, d, "invalidation", columns);
	plot_meta_begin(out, d, &groups,
			"How much of an unmap is invalidation?",
			"Filled: strict; open: deferred. Bars: 95 % interval, "
			"by draw. The hardware's time is a model's.");
	captions(out, &groups);
	plot_block(out, "rows");
	for (size_t g = 0; g < groups.n; g++)
		for (size_t i = 0; i < designs.n; i++)
			for (int f = 0; f < FLUSHES; f++)
				if (plot_stat(&groups.group[g], designs.name[i],
					      flush_of, f, METRIC_inv_share,
					      &s))
					fprintf(out,
						"%zu\t%s\t%s\t%.6g\t%.6g\t%."
						"6g\n",
						g, designs.name[i], flushes[f],
						100 * s.median, 100 * s.lo,
						100 * s.hi);
	rc = 1;
out:
	plot_groups_release(&groups);
	return rc;
}
