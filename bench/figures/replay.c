/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table of plot "replay": time per event of a trace, by design and threads. */
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "figures/dots.h"

enum { PANELS_MAX = 4, GROUP_FIELDS = PLOT_WALKERS | PLOT_UPDATERS };

static const char *const columns[] = {
	PLOT_DOTS_COLUMNS("event_ns (source clock)")};

static bool wanted(const struct store_trial *t)
{
	return record_get(&t->record, METRIC_event_ns);
}

static unsigned thread_count(const struct store_trial *t)
{
	return t->walkers + t->mappers;
}

static void meta_panel(FILE *out, const struct plot_group *g, size_t panel,
		       const struct plot_groups *groups)
{
	char trace[PLOT_TEXT];
	const char *base;
	struct plot_stat s;

	plot_param_text(g->trial[0], "trace", trace);
	base = strrchr(trace, '/') ? strrchr(trace, '/') + 1 : trace;
	if (plot_stat(g, NULL, NULL, 0, METRIC_events, &s))
		plot_meta_at(out, "panel", panel, "%s, %.0f events",
			     *base ? base : g->label, s.median);
	plot_meta_at(out, "groups", panel, "%zu", groups->n);
	for (size_t i = 0; i < groups->n; i++) {
		unsigned n = thread_count(groups->group[i].trial[0]);

		fprintf(out, "group%zu_%zu\t%u thread%s\n", panel, i, n,
			n == 1 ? "" : "s");
		plot_meta_reference(out, panel, i, &groups->group[i], NULL, 0,
				    METRIC_event_ns);
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
				PLOT_DOTS_NOTE "Threads map and unmap, each "
					       "in the order of its IOVAs.");
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
