/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table of plot "replay": time per event of a trace, by design and threads. */
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "figures/dots.h"

enum { PANELS_MAX = 8, GROUP_FIELDS = PLOT_WALKERS | PLOT_UPDATERS };

static const char *const columns[] = {
	PLOT_DOTS_COLUMNS("event_ns (source clock)")};

static bool wanted(const struct store_trial *t)
{
	return record_get(&t->record, METRIC_event_ns);
}

/* Who walks beside those who replay. */
static const char *beside(const struct store_trial *t)
{
	bool devices = plot_param(t, "device_walkers") > 0;

	return devices && t->walkers ? " + devices, walkers"
	       : devices	     ? " + devices"
	       : t->walkers	     ? " + walkers"
				     : "";
}

/* What the reference's event takes, and of it invalidation. */
static void meta_reference(FILE *out, size_t panel, size_t group,
			   const struct plot_group *g)
{
	const char *reference = plot_reference(g, METRIC_event_ns);
	char text[PLOT_TEXT] = "", ns[24], inv[24];
	struct plot_stat all, part;

	plot_meta_reference(out, panel, group, g, NULL, 0, METRIC_event_ns);
	if (!reference ||
	    !plot_stat(g, reference, NULL, 0, METRIC_event_ns, &all) ||
	    !plot_stat(g, reference, NULL, 0, METRIC_event_inv_ns, &part))
		return;
	format_ns(all.median, ns, sizeof(ns));
	format_ns(part.median, inv, sizeof(inv));
	snprintf(text, sizeof(text), "%s: %s ns, invalidation %s", reference,
		 ns, inv);
	plot_meta_sub(out, panel, group, text);
}

static void meta_panel(FILE *out, const struct plot_group *g, size_t panel,
		       const struct plot_groups *groups)
{
	char trace[PLOT_TEXT];
	char *base, *end;
	struct plot_stat s;

	plot_param_text(g->trial[0], "trace", trace);
	base = strrchr(trace, '/') ? strrchr(trace, '/') + 1 : trace;
	/* A panel's title has little room. */
	end = strstr(base, ".trace");
	if (end && end != base)
		*end = '\0';
	if (plot_stat(g, NULL, NULL, 0, METRIC_events, &s))
		plot_meta_at(out, "panel", panel, "%s, %.0f events%s",
			     *base ? base : g->label, s.median,
			     beside(g->trial[0]));
	plot_meta_at(out, "groups", panel, "%zu", groups->n);
	for (size_t i = 0; i < groups->n; i++) {
		unsigned n = groups->group[i].trial[0]->mappers;

		fprintf(out, "group%zu_%zu\t%u thread%s\n", panel, i, n,
			n == 1 ? "" : "s");
		meta_reference(out, panel, i, &groups->group[i]);
	}
}

int plotdata_replay(const struct plotdata *d, FILE *out, char why[PLOT_TEXT])
{
	struct plot_groups panels, groups[PANELS_MAX] = {{0}};
	char none[PANELS_MAX][PLOT_TEXT] = {{0}};
	struct plot_dots dots = {0};
	struct plot_choice choice;
	int rc = plot_groups_all(&panels, d, wanted,
				 PLOT_SWEEP | PLOT_WORKLOAD | PLOT_AXES, NULL);

	if (rc)
		return rc;
	plot_groups_keep(&panels, PANELS_MAX, NULL);
	d = plot_choose(&choice, d, &panels, PLOT_SERIES);
	for (size_t p = 0; !rc && p < panels.n; p++) {
		rc = plot_groups(&groups[p], panels.group[p].trial,
				 panels.group[p].n, NULL, GROUP_FIELDS, NULL);
		for (size_t i = 0; i < groups[p].n; i++)
			plot_dots_of(&dots, d, &groups[p].group[i], NULL, 0,
				     METRIC_event_ns, p, i, none[p]);
	}
	if (!rc && dots.n) {
		plot_head(out, d, "replay", columns);
		plot_meta_begin(out, d, &panels,
				"A trace of a real machine replayed: what "
				"does an event cost?",
				PLOT_DOTS_NOTE "Threads map and unmap in the "
					       "order of IOVAs.");
		for (size_t p = 0; p < panels.n; p++)
			meta_panel(out, &panels.group[p], p, &groups[p]);
		plot_dots_meta(out, &dots);
		plot_meta_none(out, none, panels.n);
		plot_dots_write(out, &dots, panels.n);
		rc = 1;
	} else if (!rc) {
		snprintf(why, PLOT_TEXT,
			 "no trial of two designs replayed a trace");
	}
	plot_dots_release(&dots);
	for (size_t p = 0; p < PANELS_MAX; p++)
		plot_groups_release(&groups[p]);
	plot_groups_release(&panels);
	return rc;
}
