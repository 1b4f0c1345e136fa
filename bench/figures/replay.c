/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table of plot "replay": time per event of a trace, by design and threads. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figures/data.h"

enum { PANELS_MAX = 4, GROUP_FIELDS = PLOT_WALKERS | PLOT_UPDATERS };

static const char *const columns[] = {
	"group (its caption is in meta)",
	"design",
	"event_ns [ns] (source clock): median over repetitions",
	"its 95 % interval, low",
	"its 95 % interval, high",
	"repetitions used",
	"of these disturbed",
	NULL,
};

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
	}
}

static double rows(FILE *out, const struct plot_groups *groups,
		   const struct plot_designs *d)
{
	struct plot_stat s;
	double top = 0;

	for (size_t i = 0; i < groups->n; i++)
		for (size_t k = 0; k < d->n; k++) {
			if (!plot_stat(&groups->group[i], d->name[k], NULL, 0,
				       METRIC_event_ns, &s))
				continue;
			top = fmax(top, s.hi);
			if (out)
				fprintf(out,
					"%zu\t%s\t%.6g\t%.6g\t%.6g\t%zu\t%zu"
					"\n",
					i, d->name[k], s.median, s.lo, s.hi,
					s.n, s.disturbed);
		}
	return top;
}

int plotdata_replay(const struct plotdata *d, FILE *out, char why[PLOT_TEXT])
{
	struct plot_designs designs;
	struct plot_groups panels, groups[PANELS_MAX] = {{0}};
	double top = 0;
	int rc = plot_groups_all(&panels, d, wanted,
				 PLOT_SWEEP | PLOT_WORKLOAD | PLOT_AXES, NULL);

	if (rc)
		return rc;
	plot_designs(&designs, d);
	plot_groups_keep(&panels, PANELS_MAX, NULL);
	for (size_t p = 0; !rc && p < panels.n; p++) {
		rc = plot_groups(&groups[p], panels.group[p].trial,
				 panels.group[p].n, NULL, GROUP_FIELDS, NULL);
		top = fmax(top, rows(NULL, &groups[p], &designs));
	}
	if (!rc && panels.n) {
		plot_head(out, d, "replay", columns);
		plot_meta_begin(out, d, &panels,
				"A trace of a real machine replayed: what "
				"does an event cost?",
				"Threads are those that map and unmap, each "
				"in the order of its IOVAs. Medians; bars: "
				"95 % interval.");
		for (size_t p = 0; p < panels.n; p++)
			meta_panel(out, &panels.group[p], p, &groups[p]);
		plot_meta(out, "ymax", "%.15g", top * 1.12);
		for (size_t p = 0; p < panels.n; p++) {
			plot_block(out, "bars of panel %zu", p);
			rows(out, &groups[p], &designs);
		}
		rc = 1;
	} else if (!rc) {
		snprintf(why, PLOT_TEXT, "no trial replayed a trace");
	}
	for (size_t p = 0; p < PANELS_MAX; p++)
		plot_groups_release(&groups[p]);
	plot_groups_release(&panels);
	return rc;
}
