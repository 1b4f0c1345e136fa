/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table of plot "forest": every effect of a comparison with its interval. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "outputs/compare_out.h"
#include "plotdata.h"

/* More lines than fit a page that is still read. */
enum { SHOWN_MAX = 48 };

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
	const struct compare_row *const *x = a, *const *y = b;
	double ex = fabs((*x)->effect.log.value);
	double ey = fabs((*y)->effect.log.value);
	int decided = ((*y)->verdict == VERDICT_SLOWER) -
		      ((*x)->verdict == VERDICT_SLOWER);

	return decided ? decided : (ex < ey) - (ex > ey);
}

/* In the order of the report again: a case belongs with its like. */
static int by_place(const void *a, const void *b)
{
	const struct compare_row *const *x = a, *const *y = b;

	return (*x > *y) - (*x < *y);
}

static void caption(const struct compare_row *r, char *text, size_t size)
{
	size_t n = strlen(r->metric);

	if (n > 3 && !strcmp(r->metric + n - 3, "_ns"))
		n -= 3;
	snprintf(text, size, "%s %.*s · %s", r->trial->design, (int)n,
		 r->metric, r->trial->cell);
}

static void write_table(const struct compare_output *o,
			const struct compare_row **row, size_t shown,
			size_t all, FILE *out)
{
	const struct plotdata d = {.run = o->b};
	const struct compare *c = o->c;
	double most = 1.5 * 100 * c->options.threshold;
	char text[256];

	plot_head(out, &d, "forest", columns);
	compare_conclusion(c, text, sizeof(text));
	plot_meta(out, "panels", "1");
	plot_meta(out, "designs", " ");
	plot_meta(out, "shown", " ");
	plot_meta(out, "title",
		  "What changed from run %" PRId64 " to run %" PRId64 "?",
		  o->a->id, o->b->id);
	plot_meta(out, "subtitle", "%s", text);
	plot_meta(out, "note",
		  "Effect with its exact %.3g %% interval; band: the threshold "
		  "of %.3g %%.%s",
		  compare_interval_percent(c), 100 * c->options.threshold,
		  shown < all ? " The largest effects of more." : "");
	plot_meta(out, "panel0", "effect");
	plot_meta(out, "threshold", "%g", 100 * c->options.threshold);
	plot_meta(out, "rows", "%zu", shown);
	for (size_t i = 0; i < shown; i++) {
		const struct estimate *e = &row[i]->effect.log;

		most = fmax(most, fabs(effect_percent(e->value)) * 1.25);
		caption(row[i], text, sizeof(text));
		plot_meta_at(out, "row", i, "%s", text);
	}
	/* Wide intervals are cut at the edge: the effects are what is read. */
	plot_meta(out, "most", "%g", most);
	plot_block(out, "effects");
	for (size_t i = 0; i < shown; i++) {
		const struct estimate *e = &row[i]->effect.log;

		fprintf(out, "%zu\t%.5g\t%.5g\t%.5g\t%s\n", i,
			effect_percent(e->value), effect_percent(e->low),
			effect_percent(e->high), verdict_name(row[i]->verdict));
	}
}

int compare_forest(const void *compare_output, FILE *out, char why[256])
{
	const struct compare_output *o = compare_output;
	const struct compare *c = o->c;
	const struct compare_row **row = calloc(c->nrows + 1, sizeof(*row));
	size_t n = 0, shown;

	if (!row)
		return -ENOMEM;
	for (size_t i = 0; i < c->nrows; i++)
		if (c->row[i].method != COMPARE_EXACT)
			row[n++] = &c->row[i];
	shown = n < SHOWN_MAX ? n : SHOWN_MAX;
	qsort(row, n, sizeof(*row), larger_effect);
	qsort(row, shown, sizeof(*row), by_place);
	if (n)
		write_table(o, row, shown, n, out);
	else
		snprintf(why, 256, "no time was compared");
	free(row);
	return n > 0;
}
