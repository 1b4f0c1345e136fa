/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table of plot "map_sizes": map and unmap by size, over the reference's. */
#include <math.h>
#include <stdio.h>

#include "figures/dots.h"

static const char *const columns[] = {
	PLOT_DOTS_COLUMNS("map_*_ns, unmap_*_ns (source clock)")};

static const char *const operations[] = {"map", "unmap"};

static bool wanted(const struct store_trial *t)
{
	return record_get(&t->record, METRIC_map_4k_ns);
}

/* One size in all designs; the reference is a field, too. */
static void row(struct plot_dots *dots, const struct plotdata *d,
		const struct plot_group *g, size_t panel, size_t size,
		char none[PLOT_TEXT])
{
	const struct map_size_row *of = &map_sizes[size];
	enum metric_id metric = panel ? of->unmap : of->map;
	struct plot_dot dot = {.panel = panel,
			       .group = size,
			       .design = plot_reference(g, metric)};
	struct plot_stat s;

	if (!dot.design || !plot_stat(g, dot.design, NULL, 0, metric, &s))
		return;
	dot.value = s.median;
	plot_dots_add(dots, &dot);
	plot_dots_of(dots, d, g, NULL, 0, metric, panel, size, none);
}

int plotdata_map_sizes(const struct plotdata *d, FILE *out, char why[PLOT_TEXT])
{
	struct plot_groups all;
	struct plot_group both[2];
	struct plot_groups panels = {.group = both, .n = 2};
	struct plot_dots dots = {0};
	struct plot_choice choice;
	char none[2][PLOT_TEXT] = {{0}};
	int rc = plot_groups_all(&all, d, wanted, PLOT_PANEL | PLOT_WALKERS,
				 NULL);

	if (rc)
		return rc;
	plot_groups_keep(&all, 1, NULL);
	d = plot_choose(&choice, d, &all, PLOT_DESIGNS);
	if (all.n) {
		for (size_t p = 0; p < panels.n; p++) {
			both[p] = all.group[0];
			snprintf(both[p].label, PLOT_TEXT, "%s", operations[p]);
			for (size_t i = 0; i < MAP_SIZES_LETTER; i++)
				row(&dots, d, &all.group[0], p, i, none[p]);
		}
		plot_head(out, d, "map_sizes", columns);
		plot_meta_begin(out, d, &panels,
				"What does a design add to map and unmap, by "
				"size?",
				"Above: time over that of the reference (1), "
				"by draw. White: not told apart. Below: the "
				"time, median over draws. One thread.");
		for (size_t p = 0; p < panels.n; p++) {
			plot_meta_at(out, "rows", p, "%d", MAP_SIZES_LETTER);
			for (size_t i = 0; i < MAP_SIZES_LETTER; i++)
				fprintf(out, "row%zu_%zu\t%s\n", p, i,
					map_sizes[i].caption);
		}
		plot_dots_write(out, &dots, panels.n);
		rc = 1;
	} else {
		snprintf(why, PLOT_TEXT, "no trial of workload map_sizes");
	}
	plot_dots_release(&dots);
	plot_groups_release(&all);
	return rc;
}
