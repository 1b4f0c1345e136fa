/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table of plot "race": dumps that read from freed tables, by their rates. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "figures/data.h"
#include "judge/race.h"

enum { GROUPS_MAX = 8 };

static const char *const columns[] = {
	"group (its caption is in meta)",
	"design",
	"race_dumps_exposed / race_dumps [%] (source engine): of all draws",
	"of the draw with the least",
	"of the draw with the most; without any: what it is below with 95 % "
	"confidence",
	NULL,
};

static bool wanted(const struct store_trial *t)
{
	return record_get(&t->record, METRIC_race_dumps);
}

/* Of the trials of @design in @g; false: none. */
static bool row(const struct plot_group *g, const char *design, double *share,
		double *low, double *high)
{
	const struct store_trial **own = must_calloc(g->n, sizeof(*own));
	struct summary_row r = {.design = design, .trial = own};
	struct race_sum sum;
	bool any;

	for (size_t i = 0; i < g->n; i++)
		if (!strcmp(g->trial[i]->design, design) &&
		    g->trial[i]->record.status == TRIAL_OK)
			own[r.n++] = g->trial[i];
	any = race_sum(&r, &sum);
	free(own);
	if (!any)
		return false;
	*share = 100 * sum.share;
	*low = 100 * sum.low;
	*high = 100 * sum.high;
	return true;
}

static void captions(FILE *out, const struct plot_groups *g)
{
	plot_meta(out, "panels", "1");
	plot_meta_at(out, "panel", 0, "dumps that read a freed table");
	plot_meta(out, "groups", "%zu", g->n);
	for (size_t i = 0; i < g->n; i++) {
		const struct store_trial *t = g->group[i].trial[0];
		char axes[PLOT_TEXT];

		plot_axes(t, axes);
		plot_meta_at(out, "group", i, "%s", t->sweep);
		plot_meta_at(out, "axes", i, "%s", axes);
	}
}

int plotdata_race(const struct plotdata *d, FILE *out, char why[PLOT_TEXT])
{
	struct plot_designs designs;
	struct plot_groups groups;
	struct plot_choice choice;
	double share, low, high;
	int rc = plot_groups_all(&groups, d, wanted, PLOT_PANEL, NULL);

	if (rc)
		return rc;
	plot_groups_keep(&groups, GROUPS_MAX, NULL);
	if (!groups.n) {
		snprintf(why, PLOT_TEXT, "no race_dumps (race: true)");
		goto out;
	}
	d = plot_choose(&choice, d, &groups, PLOT_SERIES);
	plot_designs(&designs, d);
	plot_head(out, d, "race", columns);
	plot_meta_begin(out, d, &groups,
			"How often is a dump inside a table that is freed?",
			"Bars: the draws with the least and the most; at 0: "
			"what it is below, with 95 % confidence.");
	captions(out, &groups);
	plot_block(out, "rows");
	for (size_t g = 0; g < groups.n; g++)
		for (size_t i = 0; i < designs.n; i++)
			if (row(&groups.group[g], designs.name[i], &share, &low,
				&high))
				fprintf(out, "%zu\t%s\t%.6g\t%.6g\t%.6g\n", g,
					designs.name[i], share, low, high);
	rc = 1;
out:
	plot_groups_release(&groups);
	return rc;
}
