/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Table of plot "held": table memory held over time under each reclaim
 * policy, what is held after a pass, and what the pass cost.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "figures/dots.h"

enum { LINES_MAX = 2, POINTS_MAX = 400 };

static const char *const columns[] = {
	"blocks \"DESIGN over time in panel N\": time [ms]; table_bytes_held "
	"[B] (source "
	"engine), one repetition",
	"block \"held\": group (its caption is in meta), design, "
	"median, low and high end of the 95 % interval",
	"block \"dots of panel N\": as in replay.dat, of update_pass_ms "
	"(source "
	"clock)",
	NULL,
};

/* What stands for "held": the first that was measured. */
static const enum metric_id held_metrics[] = {METRIC_table_bytes_held_pass,
					      METRIC_table_bytes_held_end,
					      METRIC_table_bytes_held_peak,
					      METRIC_NONE};

static const struct series *series_of(const struct store_trial *t)
{
	for (size_t i = 0; i < t->record.nseries; i++)
		if (!strcmp(t->record.series[i].name, "table_bytes_held") &&
		    t->record.series[i].n > 1)
			return &t->record.series[i];
	return NULL;
}

/* Only trials that update can hold more than they need. */
static bool wanted(const struct store_trial *t)
{
	return t->mappers &&
	       record_get(&t->record, METRIC_table_bytes_held_end);
}

static const char *reclaim_of(const struct store_trial *t, char buf[PLOT_TEXT])
{
	return plot_param_text(t, "reclaim", buf);
}

static size_t policies(const struct plot_group *g)
{
	char first[PLOT_TEXT], other[PLOT_TEXT];

	reclaim_of(g->trial[0], first);
	for (size_t i = 1; i < g->n; i++)
		if (strcmp(first, reclaim_of(g->trial[i], other)))
			return 2;
	return 1;
}

/* Both policies side by side first; then the workload made for it. */
static unsigned rank(const struct plot_group *g)
{
	const struct store_trial *t = g->trial[0];

	return (unsigned)policies(g) * 8 +
	       (strcmp(t->workload, "iova_stress") ? 0 : 4) +
	       (series_of(t) ? 2 : 0);
}

/* The repetition drawn: the first that was not disturbed. */
static const struct series *chosen(const struct plot_group *g,
				   const char *design)
{
	const struct series *any = NULL;

	for (size_t i = 0; i < g->n; i++) {
		const struct series *s = series_of(g->trial[i]);

		if (!s || strcmp(g->trial[i]->design, design))
			continue;
		if (!g->trial[i]->record.disturbed)
			return s;
		any = any ? any : s;
	}
	return any;
}

static enum metric_id first_of(const struct plot_groups *g,
			       const enum metric_id *m)
{
	struct plot_stat s;

	for (; *m; m++)
		for (size_t i = 0; i < g->n; i++)
			if (plot_stat(&g->group[i], NULL, NULL, 0, *m, &s))
				return *m;
	return METRIC_NONE;
}

/* Of the ends of intervals; one wild repetition does not flatten the rest. */
static double largest(const struct plot_groups *g, const struct plot_designs *d,
		      enum metric_id metric)
{
	struct plot_stat s;
	double top = 0;

	for (size_t i = 0; metric && i < g->n; i++)
		for (size_t k = 0; k < d->n; k++)
			if (plot_stat(&g->group[i], d->name[k], NULL, 0, metric,
				      &s))
				top = fmax(top, fmin(s.hi, 2.5 * s.median));
	return top;
}

static void bars(FILE *out, const struct plot_groups *g,
		 const struct plot_designs *d, enum metric_id metric)
{
	struct plot_stat s;

	if (!metric)
		return;
	plot_block(out, "held");
	for (size_t i = 0; i < g->n; i++)
		for (size_t k = 0; k < d->n; k++)
			if (plot_stat(&g->group[i], d->name[k], NULL, 0, metric,
				      &s))
				fprintf(out, "%zu\t%s\t%.9g\t%.9g\t%.9g\n", i,
					d->name[k], s.median, s.lo, s.hi);
}

static void line(FILE *out, const struct series *s)
{
	size_t step = (s->n + POINTS_MAX - 1) / POINTS_MAX;

	for (size_t i = 0; i < s->n; i += step)
		fprintf(out, "%.6g\t%.9g\n", s->x[i], s->y[i]);
	if ((s->n - 1) % step)
		fprintf(out, "%.6g\t%.9g\n", s->x[s->n - 1], s->y[s->n - 1]);
}

/* What is held of one group over time; false: always the same, or nothing. */
static bool changes(const struct plot_group *g, const struct plot_designs *d,
		    double *x, struct plot_range *y)
{
	struct plot_range own = {0};

	for (size_t k = 0; k < d->n; k++) {
		const struct series *s = chosen(g, d->name[k]);

		for (size_t j = 0; s && j < s->n; j++) {
			*x = fmax(*x, s->x[j]);
			plot_range_add(&own, s->y[j]);
		}
	}
	plot_range_add(y, own.lo);
	plot_range_add(y, own.hi);
	return own.hi > 1.5 * own.lo;
}

/* @of: the group of each panel of lines. Returns their number. */
static size_t meta_lines(FILE *out, const struct plot_groups *g,
			 const struct plot_designs *d, size_t of[LINES_MAX])
{
	struct plot_range y = {0};
	double x = 0;
	size_t n = 0;

	for (size_t i = 0; i < g->n && n < LINES_MAX; i++) {
		const char *sep = "";

		if (!changes(&g->group[i], d, &x, &y))
			continue;
		of[n] = i;
		fprintf(out, "lines%zu\t", n++);
		for (size_t k = 0; k < d->n; k++) {
			if (!chosen(&g->group[i], d->name[k]))
				continue;
			fprintf(out, "%s%s", sep, d->name[k]);
			sep = " ";
		}
		putc('\n', out);
	}
	plot_meta(out, "lines", "%zu", n);
	plot_meta(out, "over_xmax", "%.15g", x);
	plot_meta(out, "over_ymin", "%.15g", y.lo > 0 ? y.lo : 1);
	plot_meta(out, "over_ymax", "%.15g", y.hi > 0 ? y.hi : 2);
	return n;
}

/* Designs whose mappers waited for reclamation: then it is bounded by that. */
static void meta_waited(FILE *out, const struct plot_groups *g,
			const struct plot_designs *d, size_t panel,
			const char *none)
{
	char text[PLOT_TEXT] = "";
	struct plot_stat s;

	for (size_t k = 0; k < d->n; k++)
		for (size_t i = 0; i < g->n; i++)
			if (plot_stat(&g->group[i], d->name[k], NULL, 0,
				      METRIC_reclaim_stalls, &s) &&
			    s.median > 0) {
				text_join(text, sizeof(text), ", ", "%s",
					  d->name[k]);
				break;
			}
	plot_meta_at(out, "none", panel, "%s%s%s%s",
		     *text ? "waited for reclamation (defer_max bounds it): "
			   : "",
		     text, *none ? " no draw undisturbed: " : "", none);
}

/*
 * The pictures: over time for each policy, then what is held, and the cost.
 * Returns the panel of the cost; SIZE_MAX: it was not measured.
 */
static size_t meta_panels(FILE *out, const struct plot_groups *g,
			  const size_t *of, size_t lines, enum metric_id held,
			  bool cost)
{
	size_t n = 0;

	for (; n < lines; n++)
		plot_meta_at(out, "panel", n, "over time, %s",
			     g->group[of[n]].label);
	if (held)
		plot_meta_at(out, "panel", n++, "%s",
			     held == METRIC_table_bytes_held_pass
				     ? "held after one run of the streams"
				     : metrics[held].name);
	if (cost)
		plot_meta_at(out, "panel", n++, "time of that run");
	plot_meta(out, "panels", "%zu", n);
	for (size_t i = 0; i < g->n; i++)
		plot_meta_at(out, "group", i, "%s", g->group[i].label);
	return cost ? n - 1 : SIZE_MAX;
}

/* Time of a pass against the reference's, in panel @p. */
static void add_cost(struct plot_dots *dots, FILE *out,
		     const struct plotdata *d, const struct plot_groups *g,
		     const struct plot_designs *designs, size_t p)
{
	char none[PLOT_TEXT] = "";

	plot_meta_at(out, "groups", p, "%zu", g->n);
	for (size_t i = 0; i < g->n; i++) {
		const char *reference =
			plot_reference(&g->group[i], METRIC_update_pass_ms);
		char text[PLOT_TEXT] = "";
		struct plot_stat s;

		fprintf(out, "group%zu_%zu\t%s\n", p, i, g->group[i].label);
		if (reference && plot_stat(&g->group[i], reference, NULL, 0,
					   METRIC_update_pass_ms, &s))
			snprintf(text, sizeof(text), "%s: %.3g ms", reference,
				 s.median);
		plot_meta_sub(out, p, i, text);
		plot_dots_of(dots, d, &g->group[i], NULL, 0,
			     METRIC_update_pass_ms, p, i, none);
	}
	meta_waited(out, g, designs, p, none);
}

static void write_lines(FILE *out, const struct plot_groups *g,
			const struct plot_designs *d, const size_t *of,
			size_t lines)
{
	for (size_t p = 0; p < lines; p++)
		for (size_t k = 0; k < d->n; k++) {
			const struct series *s =
				chosen(&g->group[of[p]], d->name[k]);

			if (!s)
				continue;
			plot_block(out, "%s over time in panel %zu", d->name[k],
				   p);
			line(out, s);
		}
}

static void write_table(FILE *out, const struct plotdata *d,
			struct plot_groups *g, const char *family)
{
	struct plot_designs designs;
	enum metric_id held = first_of(g, held_metrics);
	static const enum metric_id pass[] = {METRIC_update_pass_ms,
					      METRIC_NONE};
	struct plot_dots dots = {0};
	char text[PLOT_TEXT];
	size_t cost, lines, of[LINES_MAX];

	plot_designs(&designs, d);
	for (size_t i = 0; i < g->n; i++)
		snprintf(g->group[i].label, PLOT_TEXT, "reclaim %.200s",
			 reclaim_of(g->group[i].trial[0], text));
	plot_head(out, d, "held", columns);
	snprintf(
		text, sizeof(text),
		"%.80s. Time: filled dots are told apart, open ones not; bars: "
		"95 %% interval.",
		family);
	plot_meta_begin(out, d, g,
			"How much memory do the tables hold, and what does "
			"freeing them cost?",
			text);
	plot_meta(out, "groups", "%zu", g->n);
	plot_meta(out, "held", "%s", held ? metrics[held].name : "");
	plot_meta(out, "held_ymax", "%.15g", largest(g, &designs, held));
	lines = meta_lines(out, g, &designs, of);
	cost = meta_panels(out, g, of, lines, held, first_of(g, pass));
	if (cost < SIZE_MAX)
		add_cost(&dots, out, d, g, &designs, cost);
	plot_dots_meta(out, &dots);
	bars(out, g, &designs, held);
	if (cost < SIZE_MAX)
		plot_dots_write_one(out, &dots, cost);
	write_lines(out, g, &designs, of, lines);
	plot_dots_release(&dots);
}

/* As Linux does it, then with more reclaimed. */
static void whole_first(struct plot_groups *g)
{
	char text[PLOT_TEXT];

	for (size_t i = 1; i < g->n; i++)
		if (!strcmp(reclaim_of(g->group[i].trial[0], text), "whole")) {
			struct plot_group whole = g->group[i];

			memmove(&g->group[1], &g->group[0],
				i * sizeof(*g->group));
			g->group[0] = whole;
		}
}

int plotdata_held(const struct plotdata *d, FILE *out, char why[PLOT_TEXT])
{
	struct plot_groups families, groups = {0};
	struct plot_choice choice;
	int rc = plot_groups_all(&families, d, wanted,
				 PLOT_PANEL | PLOT_WALKERS, "reclaim");

	if (rc)
		return rc;
	plot_groups_keep(&families, 1, rank);
	if (families.n) {
		const struct plot_group *g = &families.group[0];

		rc = plot_groups(&groups, g->trial, g->n, NULL, PLOT_AXES,
				 NULL);
		if (!rc) {
			whole_first(&groups);
			d = plot_choose(&choice, d, &groups, PLOT_SERIES);
			write_table(out, d, &groups, g->label);
			rc = 1;
		}
	} else {
		snprintf(why, PLOT_TEXT,
			 "no trial with mappers, so nothing to reclaim");
	}
	plot_groups_release(&groups);
	plot_groups_release(&families);
	return rc;
}
