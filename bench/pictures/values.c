/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table "values": every figure of every cell, for scripts of a user's own. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "pictures/own.h"
#include "store/trial_name.h"
#include "trial/reference.h"

static const char *const columns[] = {
	"case, from 0 (its caption is in meta)",
	"design; twin: the reference once more",
	"metric",
	"unit",
	"median over draws",
	"its 95 % interval, low",
	"its 95 % interval, high",
	"time / time of the reference, Hodges-Lehmann over draws",
	"its 95 % interval, low",
	"its 95 % interval, high",
	"verdict: faster, slower, same, not resolved, unequal loss; reference",
	"sweep",
	"workload",
	"walkers",
	"mappers",
	"dumpers",
	"other axes",
	NULL,
};

static void number(FILE *out, double v)
{
	if (isfinite(v))
		fprintf(out, "\t%.6g", v);
	else
		fputs("\t-", out);
}

/* The ratio of @row to the reference, or that it has none. */
static void ratio(FILE *out, const struct plotdata *d,
		  const struct summary_cell *cell,
		  const struct summary_row *row, enum metric_id metric)
{
	const struct summary_row *to = ratio_reference(cell);
	struct ratio r;
	bool interval;

	if (row == to || !to || !metric_row(metric) ||
	    metrics[metric].better == BETTER_NEITHER ||
	    !ratio_of(cell, row, to, metric, d->margins, &r)) {
		fputs(row == to ? "\t1\t1\t1\treference" : "\t-\t-\t-\t-", out);
		return;
	}
	interval = r.log.confidence >= RATIO_CONFIDENCE;
	number(out, exp(r.log.value));
	number(out, interval ? exp(r.log.low) : (double)NAN);
	number(out, interval ? exp(r.log.high) : (double)NAN);
	fprintf(out, "\t%s", ratio_verdict_name(r.verdict));
}

static void line(FILE *out, const struct plotdata *d,
		 const struct summary_cell *cell, size_t at,
		 const struct summary_row *row, const struct value *of)
{
	const struct store_trial *t = cell->sample;
	char axes[AXES_TEXT];
	struct estimate est;

	if (!summary_estimate(row, of->metric, &est))
		return;
	trial_axes(t, axes, sizeof(axes));
	fprintf(out, "%zu\t%s\t%s\t%s", at, row->design, of->name,
		*of->unit ? of->unit : "-");
	number(out, est.value);
	number(out, est.low);
	number(out, est.high);
	ratio(out, d, cell, row, of->metric);
	fprintf(out, "\t%s\t%s\t%u\t%u\t%u\t%s\n", t->sweep, t->workload,
		t->walkers, t->mappers, t->dumpers, *axes ? axes : "-");
}

static bool had(const struct summary_row *row, size_t before,
		enum metric_id metric)
{
	for (size_t i = 0; i < before; i++)
		if (record_get(&row->trial[i]->record, metric))
			return true;
	return false;
}

/* Each metric once, as the draws have them. */
static void lines(FILE *out, const struct plotdata *d,
		  const struct summary_cell *cell, size_t at,
		  const struct summary_row *row)
{
	for (size_t i = 0; i < row->n; i++) {
		const struct record *r = &row->trial[i]->record;

		for (size_t k = 0; k < r->nvalues; k++)
			if (!had(row, i, r->values[k].metric))
				line(out, d, cell, at, row, &r->values[k]);
	}
}

static bool is_drawn(const struct plotdata *d, const char *design)
{
	struct plot_designs drawn;

	plot_designs(&drawn, d);
	for (size_t i = 0; i < drawn.n; i++)
		if (!strcmp(drawn.name[i], design))
			return true;
	return false;
}

static void captions(FILE *out, const struct summary *s)
{
	char name[TRIAL_NAME];

	plot_meta(out, "cases", "%zu", s->ncells);
	for (size_t i = 0; i < s->ncells; i++) {
		trial_cell(s->cell[i].sample, name, sizeof(name));
		plot_meta_at(out, "case", i, "%s", name);
	}
}

static int write_values(const struct plotdata *d, FILE *out,
			char why[PLOT_TEXT])
{
	struct plot_choice choice;
	struct plot_groups whole;
	struct summary s;
	int rc = plot_groups_all(&whole, d, NULL, 0, NULL);

	if (rc)
		return rc;
	if (!whole.n) {
		snprintf(why, PLOT_TEXT, "no valid trial");
		plot_groups_release(&whole);
		return 0;
	}
	d = plot_choose(&choice, d, &whole, PLOT_DESIGNS);
	summary_make(&s, d->trials, d->run->config_text);
	plot_head(out, d, "values", columns);
	plot_meta_begin(out, d, &whole, d->run->title ? d->run->title : "", "");
	captions(out, &s);
	plot_block(out, "values");
	for (size_t i = 0; i < s.ncells; i++) {
		for (size_t k = 0; k < s.cell[i].nrows; k++)
			if (is_drawn(d, s.cell[i].row[k].design))
				lines(out, d, &s.cell[i], i, &s.cell[i].row[k]);
		lines(out, d, &s.cell[i], i, &s.cell[i].twin);
	}
	summary_release(&s);
	plot_groups_release(&whole);
	return 1;
}

const struct plot plot_values = {
	"values", "every figure of every cell, a line each", write_values};
