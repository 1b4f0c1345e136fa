/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table of plot "map_sizes": map and unmap by size, over those of `none`. */
#include <math.h>
#include <stdio.h>

#include "figures/data.h"

static const char *const columns[] = {
	"row (its caption is in meta)",
	"design",
	"median over that of the first design shown",
	"median over repetitions [ns] (source clock)",
	NULL,
};

static const char *const operations[] = {"map", "unmap"};
static bool wanted(const struct store_trial *t)
{
	return record_get(&t->record, METRIC_map_4k_ns);
}

static bool measure(const struct plot_group *g, const char *design,
		    size_t operation, size_t size, struct plot_stat *s)
{
	const struct map_size_row *row = &map_sizes[size];

	return plot_stat(g, design, NULL, 0, operation ? row->unmap : row->map,
			 s);
}

static void rows(FILE *out, const struct plot_group *g, size_t operation,
		 const struct plot_designs *d)
{
	struct plot_stat s;
	size_t lines = 0;

	for (size_t i = 0; i < MAP_SIZES; i++) {
		double base = NAN;

		for (size_t k = 0; k < d->n; k++) {
			if (!measure(g, d->name[k], operation, i, &s))
				continue;
			base = isnan(base) ? s.median : base;
			fprintf(out, "%zu\t%s\t%.4g\t%.6g\n", i, d->name[k],
				s.median / base, s.median);
			lines++;
		}
	}
	if (!lines)
		fputs("0\t-\t-\t-\n", out);
}

int plotdata_map_sizes(const struct plotdata *d, FILE *out, char why[PLOT_TEXT])
{
	struct plot_designs designs;
	struct plot_groups all;
	struct plot_group both[2];
	struct plot_groups panels = {.group = both, .n = 2};
	int rc = plot_groups_all(&all, d, wanted, PLOT_PANEL | PLOT_WALKERS,
				 NULL);

	if (rc)
		return rc;
	plot_groups_keep(&all, 1, NULL);
	if (all.n) {
		plot_designs(&designs, d);
		for (size_t p = 0; p < panels.n; p++) {
			both[p] = all.group[0];
			snprintf(both[p].label, PLOT_TEXT, "%s", operations[p]);
		}
		plot_head(out, d, "map_sizes", columns);
		plot_meta_begin(out, d, &panels,
				"What does a design add to map and unmap, by "
				"size?",
				"Large: time over that of the first design; "
				"blue is faster, red slower. Small: the time. "
				"One thread; medians over repetitions.");
		for (size_t p = 0; p < panels.n; p++) {
			plot_meta_at(out, "rows", p, "%d", MAP_SIZES);
			for (size_t i = 0; i < MAP_SIZES; i++)
				fprintf(out, "row%zu_%zu\t%s\n", p, i,
					map_sizes[i].caption);
		}
		for (size_t p = 0; p < panels.n; p++) {
			plot_block(out, "bars of panel %zu", p);
			rows(out, &all.group[0], p, &designs);
		}
		rc = 1;
	} else {
		snprintf(why, PLOT_TEXT, "no trial of workload map_sizes");
	}
	plot_groups_release(&all);
	return rc;
}
