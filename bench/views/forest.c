/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table of plot "forest". */
#include "views/forest.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figures/data.h"
#include "stats/effect.h"

static const char *const columns[] = {
	"row (its caption is in meta)",
	"% slower, Hodges-Lehmann of ln(new/old)",
	"its interval, low",
	"its interval, high",
	"verdict",
	NULL,
};

static int larger_effect(const void *a, const void *b)
{
	const struct forest_row *const *x = a, *const *y = b;
	double ex = fabs((*x)->log.value), ey = fabs((*y)->log.value);
	int decided = ((*y)->verdict == RATIO_SLOWER) -
		      ((*x)->verdict == RATIO_SLOWER);

	return decided ? decided : (ex < ey) - (ex > ey);
}

/* In the order of the report again: a case belongs with its like. */
static int by_place(const void *a, const void *b)
{
	const struct forest_row *const *x = a, *const *y = b;

	return (*x > *y) - (*x < *y);
}

static void write_table(const struct forest *f, const struct forest_row **row,
			size_t shown, FILE *out)
{
	const struct store_run run = {.uuid = f->title, .name = "forest"};
	const struct plotdata d = {.run = &run};
	double most = 1.5 * 100 * f->threshold;

	plot_head(out, &d, "forest", columns);
	plot_meta(out, "panels", "1");
	plot_meta(out, "designs", " ");
	plot_meta(out, "shown", " ");
	plot_meta(out, "title", "%s", f->title);
	plot_meta(out, "subtitle", "%s", f->subtitle);
	plot_meta(out, "note", "%s%s", f->note,
		  shown < f->n ? " The largest effects of more." : "");
	plot_meta(out, "panel0", "effect");
	plot_meta(out, "threshold", "%g", 100 * f->threshold);
	plot_meta(out, "rows", "%zu", shown);
	for (size_t i = 0; i < shown; i++) {
		most = fmax(most,
			    fabs(effect_percent(row[i]->log.value)) * 1.25);
		plot_meta_at(out, "row", i, "%s", row[i]->caption);
	}
	/* Wide intervals are cut at the edge: the effects are what is read. */
	plot_meta(out, "most", "%g", most);
	plot_block(out, "effects");
	for (size_t i = 0; i < shown; i++) {
		const struct estimate *e = &row[i]->log;

		fprintf(out, "%zu\t%.5g\t%.5g\t%.5g\t%s\n", i,
			effect_percent(e->value), effect_percent(e->low),
			effect_percent(e->high),
			ratio_verdict_name(row[i]->verdict));
	}
}

int forest_table(const void *forest, FILE *out, char why[256])
{
	const struct forest *f = forest;
	const struct forest_row **row = calloc(f->n + 1, sizeof(*row));
	size_t shown = f->n < FOREST_ROWS ? f->n : FOREST_ROWS;

	if (!row)
		return -ENOMEM;
	for (size_t i = 0; i < f->n; i++)
		row[i] = &f->row[i];
	qsort(row, f->n, sizeof(*row), larger_effect);
	qsort(row, shown, sizeof(*row), by_place);
	if (f->n)
		write_table(f, row, shown, out);
	else
		snprintf(why, 256, "no time was compared");
	free(row);
	return f->n > 0;
}
