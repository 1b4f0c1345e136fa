/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ratios collected, and written as blocks of dots. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "base/must.h"
#include "base/text.h"
#include "figures/dots.h"
#include "trial/reference.h"

void plot_dots_add(struct plot_dots *d, const struct plot_dot *dot)
{
	d->dot = must_grow(d->dot, d->n, sizeof(*d->dot));
	d->dot[d->n++] = *dot;
}

void plot_dots_release(struct plot_dots *d)
{
	free(d->dot);
	*d = (struct plot_dots){0};
}

const char *plot_reference(const struct plot_group *g, enum metric_id metric)
{
	struct plot_stat s;

	for (const char *const *name = reference_designs; *name; name++)
		if (plot_stat(g, *name, NULL, 0, metric, &s))
			return *name;
	return NULL;
}

void plot_dots_of(struct plot_dots *dots, const struct plotdata *d,
		  const struct plot_group *g, plot_x *x, double at,
		  enum metric_id metric, size_t panel, size_t group,
		  char none[PLOT_TEXT])
{
	const char *reference = plot_reference(g, metric);
	struct plot_designs designs;
	struct summary_row row, to;

	if (!reference)
		return;
	plot_designs(&designs, d);
	plot_row(&to, g, reference, x, at);
	for (size_t i = 0; i < designs.n; i++) {
		struct plot_dot dot = {.panel = panel,
				       .group = group,
				       .design = designs.name[i]};
		struct summary_cell cell = {0};

		plot_row(&row, g, designs.name[i], x, at);
		if (row.n && to.n && strcmp(designs.name[i], reference)) {
			cell.sample = row.trial[0];
			dot.value = summary_median(&row, metric);
			if (ratio_of(&cell, &row, &to, metric, d->margins,
				     &dot.ratio))
				plot_dots_add(dots, &dot);
			else if (!strstr(none, designs.name[i]))
				text_join(none, PLOT_TEXT, ", ", "%s",
					  designs.name[i]);
		}
		free(row.trial);
	}
	free(to.trial);
}

void plot_name_reference(struct plot_group *g, enum metric_id metric)
{
	const char *reference = plot_reference(g, metric);

	if (reference)
		text_add(g->label, PLOT_TEXT, "; 1 is %s", reference);
}

void plot_dots_by(struct plot_dots *dots, const struct plotdata *d,
		  const struct plot_group *g, plot_x *x, enum metric_id metric,
		  size_t panel, char none[PLOT_TEXT])
{
	size_t n;
	double *xs = plot_xs(g, x, &n);

	for (size_t k = 0; k < n; k++)
		plot_dots_of(dots, d, g, x, xs[k], metric, panel, k, none);
	free(xs);
}

void plot_meta_sub(FILE *out, size_t panel, size_t group, const char *text)
{
	fprintf(out, "sub%zu_%zu\t%s\n", panel, group, *text ? text : "-");
	/* Until it is known better: gnuplot must find one. */
	fprintf(out, "margin%zu_%zu\t1\n", panel, group);
}

void plot_meta_reference(FILE *out, size_t panel, size_t group,
			 const struct plot_group *g, plot_x *x, double at,
			 enum metric_id metric)
{
	const char *reference = plot_reference(g, metric);
	char text[PLOT_TEXT] = "", ns[24];
	struct plot_stat s;

	if (reference && plot_stat(g, reference, x, at, metric, &s)) {
		format_ns(s.median, ns, sizeof(ns));
		snprintf(text, sizeof(text), "%s: %s ns", reference, ns);
	}
	plot_meta_sub(out, panel, group, text);
}

void plot_meta_none(FILE *out, char (*none)[PLOT_TEXT], size_t panels)
{
	for (size_t p = 0; p < panels; p++)
		plot_meta_at(out, "none", p, "%s%s",
			     *none[p] ? "no draw undisturbed beside the "
					"reference: "
				      : "",
			     none[p]);
}

/* What is drawn of a logarithm: no more than is claimed. */
static double drawn(double log_ratio)
{
	double most = log(RATIO_BOUND);

	return exp(fmax(-most, fmin(most, log_ratio)));
}

static bool has_interval(const struct ratio *r)
{
	return r->log.confidence >= RATIO_CONFIDENCE;
}

void plot_dots_meta(FILE *out, const struct plot_dots *d)
{
	double low = 0.8, high = 1.25;

	for (size_t i = 0; i < d->n; i++) {
		const struct ratio *r = &d->dot[i].ratio;
		bool interval = has_interval(r);

		low = fmin(low, drawn(interval ? r->log.low : r->log.value));
		high = fmax(high, drawn(interval ? r->log.high : r->log.value));
		if (!i || d->dot[i].panel != d->dot[i - 1].panel ||
		    d->dot[i].group != d->dot[i - 1].group)
			fprintf(out, "margin%zu_%zu\t%.6g\n", d->dot[i].panel,
				d->dot[i].group, exp(r->margin));
	}
	/* Room for what is written at the dots. */
	plot_meta(out, "ymin", "%.6g", low / pow(high / low, 0.06));
	plot_meta(out, "ymax", "%.6g", high * pow(high / low, 0.12));
}

void plot_dots_write_one(FILE *out, const struct plot_dots *d, size_t panel)
{
	size_t lines = 0;

	plot_block(out, "dots of panel %zu", panel);
	for (size_t i = 0; i < d->n; i++) {
		const struct ratio *r = &d->dot[i].ratio;
		bool interval = has_interval(r);
		char text[16];

		if (d->dot[i].panel != panel)
			continue;
		lines++;
		ratio_number(r->log.value, 2, text, sizeof(text));
		fprintf(out, "%zu\t%s\t%.5g\t%.5g\t%.5g\t%s\t%s\t",
			d->dot[i].group, d->dot[i].design, drawn(r->log.value),
			drawn(interval ? r->log.low : r->log.value),
			drawn(interval ? r->log.high : r->log.value),
			!r->draws  ? "reference"
			: interval ? ratio_verdict_name(r->verdict)
				   : "no interval",
			text);
		if (isnan(d->dot[i].value))
			fputs("-\n", out);
		else
			fprintf(out, "%.6g\n", d->dot[i].value);
	}
	if (!lines)
		fputs("0\t-\t1\t1\t1\t-\t-\t-\n", out); /* of no design */
}

void plot_dots_write(FILE *out, const struct plot_dots *d, size_t panels)
{
	for (size_t p = 0; p < panels; p++)
		plot_dots_write_one(out, d, p);
}
