/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts that the tables of all plots have in common. */
#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "figures/data.h"
#include "base/printable.h"

const char plot_note_walkers[] =
	"Walkers are CPU threads (as iova_to_phys is), not the hardware. "
	"Medians over draws; bars: their 95 % interval (six draws or more).";

/* A value must not end its line, its column or gnuplot's quoting. */
static void put_text(FILE *out, const char *text)
{
	for (const char *p = text; *p; p++)
		putc(*p == '\t' || *p == '\n' || *p == '\r' ? ' '
		     : *p == '"'			    ? '\''
							    : *p,
		     out);
}

__attribute__((format(printf, 2, 0))) static void
put_value(FILE *out, const char *fmt, va_list ap)
{
	char text[2048];

	vsnprintf(text, sizeof(text), fmt, ap);
	/* gnuplot takes an empty column for a missing one. */
	put_text(out, *text ? text : "-");
	putc('\n', out);
}

void plot_meta(FILE *out, const char *key, const char *fmt, ...)
{
	va_list ap;

	fprintf(out, "%s\t", key);
	va_start(ap, fmt);
	put_value(out, fmt, ap);
	va_end(ap);
}

void plot_meta_at(FILE *out, const char *key, size_t i, const char *fmt, ...)
{
	va_list ap;

	fprintf(out, "%s%zu\t", key, i);
	va_start(ap, fmt);
	put_value(out, fmt, ap);
	va_end(ap);
}

void plot_block(FILE *out, const char *fmt, ...)
{
	va_list ap;

	fputs("\n\n# ", out);
	va_start(ap, fmt);
	vfprintf(out, fmt, ap);
	va_end(ap);
	putc('\n', out);
}

void plot_head(FILE *out, const struct plotdata *d, const char *name,
	       const char *const *columns)
{
	fprintf(out, "# vtdbench, table of plot %s\n# run: ", name);
	put_text(out, d->run->uuid ? d->run->uuid : "?");
	fputs(" (", out);
	put_text(out, d->run->name ? d->run->name : "");
	fprintf(out,
		")\n# Columns of the blocks after meta, separated by tabs; "
		"- is not measured:\n");
	for (size_t i = 0; columns[i]; i++)
		fprintf(out, "# column %zu: %s\n", i + 1, columns[i]);
	fputs("\n# meta\n", out);
}

/* What a reader must know before believing an interval. */
static void disturbed(const struct plot_groups *shown, char buf[PLOT_TEXT])
{
	size_t all = 0, bad = 0;

	for (size_t g = 0; g < shown->n; g++)
		for (size_t i = 0; i < shown->group[g].n; i++) {
			all++;
			bad += shown->group[g].trial[i]->record.disturbed != 0;
		}
	buf[0] = '\0';
	if (bad && !shown->exact)
		snprintf(buf, PLOT_TEXT, "%zu of %zu attempts disturbed", bad,
			 all);
}

/* "Xeon …, 2 CPUs, 1 node · Linux 6.1.0 · gcc 12.2.0 · 2026-11-22". */
static void subtitle(const struct store_run *run,
		     const struct plot_groups *shown, char buf[PLOT_TEXT])
{
	json_t *m = run->machine ? json_loads(run->machine, 0, NULL) : NULL;
	const char *model = json_string_value(json_object_get(m, "cpu"));
	json_int_t cpus = json_integer_value(json_object_get(m, "cpus"));
	json_int_t nodes = json_integer_value(json_object_get(m, "nodes"));
	static const char between[] = " · ";
	char text[PLOT_TEXT];

	printable_copy(buf, PLOT_TEXT,
		       model	   ? model
		       : run->host ? run->host
				   : "");
	if (cpus)
		text_join(buf, PLOT_TEXT, between,
			  "%" JSON_INTEGER_FORMAT " CPU%s, "
			  "%" JSON_INTEGER_FORMAT " node%s",
			  cpus, cpus == 1 ? "" : "s", nodes,
			  nodes == 1 ? "" : "s");
	if (run->kernel && *run->kernel)
		text_join(buf, PLOT_TEXT, between, "%s%s",
			  strncmp(run->kernel, "Linux", 5) ? "Linux " : "",
			  run->kernel);
	if (run->compiler && *run->compiler)
		text_join(buf, PLOT_TEXT, between, "%s", run->compiler);
	if (run->started_utc && *run->started_utc)
		text_join(buf, PLOT_TEXT, between, "%.10s", run->started_utc);
	disturbed(shown, text);
	if (*text)
		text_join(buf, PLOT_TEXT, between, "%s", text);
	json_decref(m);
}

void plot_meta_begin(FILE *out, const struct plotdata *d,
		     const struct plot_groups *shown, const char *title,
		     const char *note)
{
	struct plot_designs designs;
	char text[PLOT_TEXT];
	const char *sep = "";

	plot_designs(&designs, d);
	fputs("designs\t", out);
	for (size_t i = 0; i < designs.n; i++)
		fprintf(out, "%s%s", i ? " " : "", designs.name[i]);
	fputs("\nshown\t", out);
	for (size_t i = 0; i < designs.n; i++) {
		bool has = false;

		for (size_t g = 0; g < shown->n && !has; g++)
			has = plot_has_design(&shown->group[g],
					      designs.name[i]);
		if (has) {
			fprintf(out, "%s%s", sep, designs.name[i]);
			sep = " ";
		}
	}
	putc('\n', out);
	plot_meta(out, "title", "%s", title);
	subtitle(d->run, shown, text);
	plot_meta(out, "subtitle", "%s", text);
	plot_meta(out, "note", "%s", note);
	plot_meta(out, "panels", "%zu", shown->n);
	for (size_t i = 0; i < shown->n; i++)
		plot_meta_at(out, "panel", i, "%s", shown->group[i].label);
	if (shown->left_out)
		fprintf(out, "# %zu further group%s of trials left out\n",
			shown->left_out, shown->left_out == 1 ? "" : "s");
}

void plot_meta_series(FILE *out, const struct plotdata *d,
		      const struct plot_groups *panels)
{
	struct plot_designs designs;

	plot_designs(&designs, d);
	for (size_t p = 0; p < panels->n; p++) {
		const char *sep = "";

		fprintf(out, "series%zu\t", p);
		for (size_t i = 0; i < designs.n; i++) {
			if (!plot_has_design(&panels->group[p],
					     designs.name[i]))
				continue;
			fprintf(out, "%s%s", sep, designs.name[i]);
			sep = " ";
		}
		putc('\n', out);
	}
}

static void line(FILE *out, const struct plot_group *g, const char *design,
		 plot_x *x, enum metric_id metric)
{
	struct plot_stat s;
	size_t n, lines = 0;
	double *xs = plot_xs(g, x, &n);

	for (size_t k = 0; k < n; k++)
		if (plot_stat(g, design, x, xs[k], metric, &s) && ++lines)
			fprintf(out, "%s\t%.15g\t%.6g\t%.6g\t%.6g\t%zu\t%zu\n",
				design, xs[k], s.median, s.lo, s.hi, s.n,
				s.disturbed);
	if (!lines)
		fprintf(out, "%s\t-\t-\t-\t-\t0\t0\n", design);
	free(xs);
}

void plot_lines(FILE *out, const struct plotdata *d,
		const struct plot_groups *panels, plot_x *x,
		enum metric_id metric)
{
	struct plot_designs designs;

	plot_designs(&designs, d);
	for (size_t p = 0; p < panels->n; p++)
		for (size_t i = 0; i < designs.n; i++) {
			if (!plot_has_design(&panels->group[p],
					     designs.name[i]))
				continue;
			plot_block(out, "%s in panel %zu", designs.name[i], p);
			line(out, &panels->group[p], designs.name[i], x,
			     metric);
		}
}

void plot_lines_range(const struct plotdata *d,
		      const struct plot_groups *panels, plot_x *x,
		      enum metric_id metric, struct plot_range *xs,
		      struct plot_range *ys)
{
	struct plot_designs designs;
	struct plot_stat s;

	plot_designs(&designs, d);
	for (size_t p = 0; p < panels->n; p++) {
		const struct plot_group *g = &panels->group[p];
		size_t n;
		double *at = plot_xs(g, x, &n);

		for (size_t k = 0; k < n; k++)
			for (size_t i = 0; i < designs.n; i++) {
				if (!plot_stat(g, designs.name[i], x, at[k],
					       metric, &s))
					continue;
				plot_range_add(xs, at[k]);
				plot_range_add(ys, s.lo);
				plot_range_add(ys, s.hi);
			}
		free(at);
	}
}

void plot_range_add(struct plot_range *r, double v)
{
	if (!(v > 0))
		return;
	if (!(r->lo > 0) || v < r->lo)
		r->lo = v;
	if (v > r->hi)
		r->hi = v;
}

static double round_to(double v, bool up)
{
	static const double steps[] = {1, 2, 5, 10};
	double ten = pow(10, floor(log10(v)));

	for (size_t i = 0; i < 4; i++) {
		size_t k = up ? i : 3 - i;

		if (up ? steps[k] * ten >= v * 0.9999
		       : steps[k] * ten <= v * 1.0001)
			return steps[k] * ten;
	}
	return v;
}

void plot_range_round(struct plot_range *r)
{
	if (!(r->lo > 0)) {
		r->lo = 1;
		r->hi = 10;
	}
	r->lo = round_to(r->lo, false);
	r->hi = round_to(r->hi, true);
	if (r->hi < 2 * r->lo)
		r->hi = 2 * r->lo;
}
