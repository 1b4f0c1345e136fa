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
#include "store/walkers.h"
#include "workloads/walker_kind.h"

const char plot_note_walkers[] =
	"Walks of CPU threads (as iova_to_phys is), not of the hardware. "
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
	double batches = 0, lost = 0;
	size_t all = 0, bad = 0;

	for (size_t g = 0; g < shown->n; g++)
		for (size_t i = 0; i < shown->group[g].n; i++) {
			const struct record *r =
				&shown->group[g].trial[i]->record;
			const struct value *n = record_get(r, METRIC_batches);
			const struct value *l =
				record_get(r, METRIC_batches_lost);

			batches += n && l ? n->value : 0;
			lost += n && l ? l->value : 0;
			all++;
			bad += r->disturbed != 0;
		}
	buf[0] = '\0';
	if (shown->exact)
		return;
	if (batches > 0)
		snprintf(buf, PLOT_TEXT, "%.0f %% of batches lost",
			 100 * lost / batches);
	else if (bad) /* a run of before there were any */
		snprintf(buf, PLOT_TEXT, "%zu of %zu attempts disturbed", bad,
			 all);
}

static unsigned group_kinds(const struct plot_group *g)
{
	unsigned kinds = 0;

	for (size_t i = 0; i < g->n; i++)
		kinds |= trial_walker_kinds(g->trial[i]);
	return kinds;
}

/*
 * Who walked in what is shown, which stands before all else that is said of it;
 * a plot without groups is of the whole run. False: nobody could.
 */
static bool walkers(const struct plotdata *d, const struct plot_groups *shown,
		    unsigned *kinds)
{
	*kinds = 0;
	for (size_t i = 0; i < shown->n; i++)
		*kinds |= group_kinds(&shown->group[i]);
	if (shown->n || shown->exact)
		return shown->n > 0;
	for (size_t i = 0; i < d->trials->n; i++)
		*kinds |= trial_walker_kinds(&d->trials->trial[i]);
	return true;
}

/* A panel's own where they differ, else the subtitle says it. */
static void panel(FILE *out, const struct plot_groups *shown, size_t i,
		  unsigned kinds)
{
	unsigned own = group_kinds(&shown->group[i]);

	if (own == kinds)
		plot_meta_at(out, "panel", i, "%s", shown->group[i].label);
	else
		plot_meta_at(out, "panel", i, "%s (%s)", shown->group[i].label,
			     walker_kinds_name(own));
}

/* "walkers: own · Xeon …, 2 CPUs, 1 node · Linux 6.1.0 · gcc 12.2.0 ·
 * 2026-11-22". */
static void subtitle(const struct plotdata *d, const struct plot_groups *shown,
		     char buf[PLOT_TEXT])
{
	const struct store_run *run = d->run;
	unsigned kinds;
	json_t *m = run->machine ? json_loads(run->machine, 0, NULL) : NULL;
	const char *model = json_string_value(json_object_get(m, "cpu"));
	json_int_t cpus = json_integer_value(json_object_get(m, "cpus"));
	json_int_t nodes = json_integer_value(json_object_get(m, "nodes"));
	static const char between[] = " · ";
	char text[PLOT_TEXT];

	printable_copy(text, PLOT_TEXT,
		       model	   ? model
		       : run->host ? run->host
				   : "");
	buf[0] = '\0';
	if (walkers(d, shown, &kinds))
		text_add(buf, PLOT_TEXT, "walkers: %s",
			 walker_kinds_name(kinds));
	if (*text)
		text_join(buf, PLOT_TEXT, between, "%s", text);
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
	size_t left = d->choice ? d->choice->left : 0;
	struct plot_designs designs;
	char text[PLOT_TEXT];
	const char *sep = "";
	unsigned kinds;

	plot_designs_all(&designs, d);
	fputs("designs\t", out);
	for (size_t i = 0; i < designs.n; i++)
		fprintf(out, "%s%s", i ? " " : "", designs.name[i]);
	plot_designs(&designs, d);
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
	subtitle(d, shown, text);
	plot_meta(out, "subtitle", "%s", text);
	if (left)
		snprintf(text, sizeof(text), " %zu more design%s: --designs.",
			 left, left > 1 ? "s" : "");
	else
		*text = '\0';
	plot_meta(out, "note", "%s%s", note, text);
	plot_meta(out, "panels", "%zu", shown->n);
	walkers(d, shown, &kinds);
	for (size_t i = 0; i < shown->n; i++)
		panel(out, shown, i, kinds);
	if (shown->left_out)
		fprintf(out, "# %zu further group%s of trials left out\n",
			shown->left_out, shown->left_out == 1 ? "" : "s");
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
