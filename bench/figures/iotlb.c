/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table of plot "iotlb": hits and translate latency, by workload. */
#include <stdlib.h>
#include <string.h>

#include "figures/data.h"

enum { GROUPS_MAX = 8 };

static const char *const columns[] = {
	"group (its caption is in meta)",
	"design",
	"iotlb_hit_ratio [%] (source engine): median over repetitions",
	"its 95 % interval, low",
	"its 95 % interval, high",
	"translate_ns [ns] (source clock): median over repetitions",
	"its 95 % interval, low",
	"its 95 % interval, high",
	NULL,
};

static bool wanted(const struct store_trial *t)
{
	return record_get(&t->record, METRIC_iotlb_hit_ratio) &&
	       record_get(&t->record, METRIC_translate_ns);
}

/* Three lines under the axis: workload, threads, and the other axes. */
static void captions(FILE *out, const struct plot_groups *g)
{
	plot_meta(out, "panels", "2");
	plot_meta_at(out, "panel", 0, "IOTLB hits");
	plot_meta_at(out, "panel", 1, "latency of one dependent translate");
	plot_meta(out, "groups", "%zu", g->n);
	for (size_t i = 0; i < g->n; i++) {
		const struct store_trial *t = g->group[i].trial[0];
		char axes[PLOT_TEXT];

		plot_meta_at(out, "group", i, "%s", t->workload);
		if (t->mappers || t->dumpers)
			plot_meta_at(out, "threads", i, "%u + %u updating",
				     t->walkers, t->mappers + t->dumpers);
		else
			plot_meta_at(out, "threads", i, "%u walker%s",
				     t->walkers, t->walkers == 1 ? "" : "s");
		plot_axes(t, axes);
		plot_meta_at(out, "axes", i, "%s", axes);
	}
}

int plotdata_iotlb(const struct plotdata *d, FILE *out, char why[PLOT_TEXT])
{
	struct plot_designs designs;
	struct plot_groups groups;
	struct plot_choice choice;
	struct plot_range y = {0};
	struct plot_stat hit, ns;
	int rc = plot_groups_all(&groups, d, wanted, PLOT_PANEL | PLOT_WALKERS,
				 NULL);

	if (rc)
		return rc;
	plot_groups_keep(&groups, GROUPS_MAX, NULL);
	if (!groups.n) {
		snprintf(why, PLOT_TEXT,
			 "no iotlb_hit_ratio and translate_ns (is the IOTLB "
			 "off?)");
		goto out;
	}
	d = plot_choose(&choice, d, &groups, PLOT_SERIES);
	plot_designs(&designs, d);
	plot_head(out, d, "iotlb", columns);
	plot_meta_begin(
		out, d, &groups,
		"How often does the IOTLB hit, and what does a translate "
		"cost?",
		plot_note_walkers);
	captions(out, &groups);
	for (size_t g = 0; g < groups.n; g++)
		for (size_t i = 0; i < designs.n; i++)
			if (plot_stat(&groups.group[g], designs.name[i], NULL,
				      0, METRIC_translate_ns, &ns)) {
				plot_range_add(&y, ns.lo);
				plot_range_add(&y, ns.hi);
			}
	plot_range_round(&y);
	plot_meta(out, "ymin", "%.15g", y.lo);
	plot_meta(out, "ymax", "%.15g", y.hi);
	plot_block(out, "rows");
	for (size_t g = 0; g < groups.n; g++)
		for (size_t i = 0; i < designs.n; i++)
			if (plot_stat(&groups.group[g], designs.name[i], NULL,
				      0, METRIC_iotlb_hit_ratio, &hit) &&
			    plot_stat(&groups.group[g], designs.name[i], NULL,
				      0, METRIC_translate_ns, &ns))
				fprintf(out,
					"%zu\t%s\t%.6g\t%.6g\t%.6g\t%.6g\t%.6g"
					"\t%.6g\n",
					g, designs.name[i], 100 * hit.median,
					100 * hit.lo, 100 * hit.hi, ns.median,
					ns.lo, ns.hi);
	rc = 1;
out:
	plot_groups_release(&groups);
	return rc;
}
