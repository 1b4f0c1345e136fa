/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table of plot "trend": the series that changed most, night by night. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "views/trend_plot.h"
#include "figures/data.h"
#include "judge/trend_words.h"
#include "store/trial_name.h"

/* What is still read at a glance. */
enum { SHOWN_MAX = 6, CAPTION_MAX = 52 };

static const char *const columns[] = {
	"s since 1970: of a night, a level's first night, a change",
	"value of a night (the edge, if beyond it); s of a level's last night; "
	"place of a change's label",
	"of a night 1: beyond the edge, 2: only disturbed repetitions; median "
	"of a level; side of a label",
	"what the change before a level is; a change's label",
	"what a change is",
	NULL,
};

/* ---- which series -----------------------------------------------------------
 */

/* Open changes for the worse first, then drift, other changes, the rest. */
static int rank(const struct trend_series *s)
{
	int rank = s->drifts ? 3 : 0;

	for (size_t i = 0; i < s->nchanges; i++) {
		const struct trend_change *c = &s->change[i];
		int is = c->ack					   ? 1
			 : c->verdict == RATIO_SLOWER && !c->moved ? 4
								   : 2;

		rank = is > rank ? is : rank;
	}
	return rank;
}

/* The largest change, as a distance of logarithms. */
static double most(const struct trend_series *s)
{
	double most = s->drifts ? fabs(log(s->drift_cost)) : 0;

	for (size_t i = 0; i < s->nchanges; i++)
		most = fmax(most, fabs(log(s->change[i].cost)));
	return most;
}

static int changed_most(const void *a, const void *b)
{
	const struct trend_series *x = *(struct trend_series *const *)a;
	const struct trend_series *y = *(struct trend_series *const *)b;
	int by = rank(y) - rank(x);

	if (!by)
		by = x->exact - y->exact; /* what was measured first */
	if (!by)
		by = (most(x) < most(y)) - (most(x) > most(y));
	return by;
}

static bool same_trial(const struct trend_series *x,
		       const struct trend_series *y)
{
	return x->machine == y->machine &&
	       !strcmp(x->trial.cell, y->trial.cell) &&
	       !strcmp(x->trial.design, y->trial.design);
}

/*
 * The series to show, to @shown; their number. One of each trial as long as
 * there are others: its further metrics tell the same story.
 */
static size_t choose(const struct trend *t, const struct trend_series **shown)
{
	struct trend_series **all = must_calloc(t->nseries, sizeof(*all));
	size_t n = 0, nshown = 0;

	for (size_t i = 0; i < t->nseries; i++)
		if (t->series[i]->n >= 2)
			all[n++] = t->series[i];
	qsort(all, n, sizeof(struct trend_series *), changed_most);
	for (int again = 0; again < 2; again++)
		for (size_t i = 0; i < n && nshown < SHOWN_MAX; i++) {
			bool skip = !all[i] ||
				    (nshown && !rank(all[i]) && rank(shown[0]));

			for (size_t k = 0; k < nshown && !skip && !again; k++)
				skip = same_trial(all[i], shown[k]);
			if (skip)
				continue;
			shown[nshown++] = all[i];
			all[i] = NULL;
		}
	free(all);
	return nshown;
}

/* ---- one panel ---- */

static double *sorted_values(const struct trend_series *s)
{
	double *x = must_calloc(s->n, sizeof(*x));

	for (size_t i = 0; i < s->n; i++)
		x[i] = s->point[i].value;
	return x;
}

static double level(const struct trend_series *s, ptrdiff_t i)
{
	size_t from, end;
	double *x = sorted_values(s), median;

	trend_segment(s, i, &from, &end);
	median = stats_median(x + from, end - from);
	free(x);
	return median;
}

/*
 * What the axis spans: all levels and nine nights in ten, and enough beside
 * them that noise of a per cent looks like that. Labels stand in the top.
 */
static void span(const struct trend_series *s, double *lo, double *hi)
{
	double *x = sorted_values(s), pad;

	*lo = stats_quantile(x, s->n, 0.05);
	*hi = stats_quantile(x, s->n, 0.95);
	free(x);
	for (ptrdiff_t i = -1; i < (ptrdiff_t)s->nchanges; i++) {
		*lo = fmin(*lo, level(s, i));
		*hi = fmax(*hi, level(s, i));
	}
	pad = fmax(*hi - *lo, 0.06 * fabs(*hi));
	pad = pad > 0 ? pad : 1;
	*lo -= 0.25 * pad;
	*hi += 0.6 * pad;
}

static int64_t time_at(const struct trend *t, const struct trend_series *s,
		       size_t i)
{
	return t->night[s->point[i].night].time;
}

static const char *kind(const struct trend_change *c)
{
	if (c->ack)
		return "acknowledged";
	return c->moved			    ? "moved"
	       : c->verdict == RATIO_SLOWER ? "worse"
					    : "better";
}

static void write_nights(FILE *out, const struct trend *t,
			 const struct trend_series *s, size_t panel)
{
	double lo, hi;

	span(s, &lo, &hi);
	plot_block(out, "nights in panel %zu", panel);
	for (size_t i = 0; i < s->n; i++) {
		double v = s->point[i].value;
		int how = v < lo || v > hi ? 1 : s->point[i].disturbed ? 2 : 0;

		fprintf(out, "%lld\t%.9g\t%d\n", (long long)time_at(t, s, i),
			fmax(lo, fmin(hi, v)), how);
	}
}

static void write_levels(FILE *out, const struct trend *t,
			 const struct trend_series *s, size_t panel)
{
	plot_block(out, "levels in panel %zu", panel);
	for (ptrdiff_t i = -1; i < (ptrdiff_t)s->nchanges; i++) {
		size_t from, end;

		trend_segment(s, i, &from, &end);
		fprintf(out, "%lld\t%lld\t%.9g\t%s\n",
			(long long)time_at(t, s, from),
			(long long)time_at(t, s, end - 1), level(s, i),
			i < 0 ? "none" : kind(&s->change[i]));
	}
}

static void write_changes(FILE *out, const struct trend *t,
			  const struct trend_series *s, size_t panel)
{
	double lo, hi;

	if (!s->nchanges)
		return;
	span(s, &lo, &hi);
	plot_block(out, "changes in panel %zu", panel);
	for (size_t i = 0; i < s->nchanges; i++) {
		const struct trend_change *c = &s->change[i];
		int64_t before = time_at(t, s, c->at - 1);
		int64_t after = time_at(t, s, c->at);
		const char *commit = t->night[s->point[c->at].night].commit;
		bool right = after - t->night[t->from].time >
			     (t->night[t->nnights - 1].time -
			      t->night[t->from].time) /
				     2;
		char words[48];

		trend_words(s, c, words, sizeof(words));
		/* The newest on top. */
		fprintf(out, "%.1f\t%.9g\t%s\t%.16s %s\t%s\n",
			(double)(before + after) / 2,
			hi - (hi - lo) * (0.05 +
					  0.09 * (double)(s->nchanges - 1 - i)),
			right ? "right" : "left", commit ? commit : "unknown",
			words, kind(c));
	}
}

/* What fits above a panel; @text is of 256 bytes. */
static void cut(char *text)
{
	size_t n = CAPTION_MAX - 1;

	if (strlen(text) < CAPTION_MAX)
		return;
	while ((text[n] & 0xc0) == 0x80) /* inside a character */
		n--;
	snprintf(text + n, 256 - n, "…");
}

/* "rcu walk_lat (own)", and below it where: "walks / uniform, 1 walker, …". */
static void captions(FILE *out, const struct trend *t,
		     const struct trend_series *s, size_t panel)
{
	size_t n = strlen(s->metric);
	char text[256];

	if (n > 3 && !strcmp(s->metric + n - 3, "_ns"))
		n -= 3;
	snprintf(text, sizeof(text), "%s %.*s (%s)", s->trial.design, (int)n,
		 s->metric, trial_walker_kinds_name(&s->trial));
	cut(text);
	plot_meta_at(out, "panel", panel, "%s", text);
	snprintf(text, sizeof(text), "%s%s%s",
		 t->nmachines > 1 ? t->machine[s->machine].class.id : "",
		 t->nmachines > 1 ? ": " : "", s->trial.cell);
	cut(text);
	plot_meta_at(out, "where", panel, "%s", text);
}

static void write_panel_meta(FILE *out, const struct trend *t,
			     const struct trend_series *s, size_t panel)
{
	double lo, hi;

	span(s, &lo, &hi);
	captions(out, t, s, panel);
	plot_meta_at(out, "unit", panel, "%s",
		     strcmp(s->unit, "1") ? s->unit : " ");
	plot_meta_at(out, "lo", panel, "%.9g", lo);
	plot_meta_at(out, "hi", panel, "%.9g", hi);
	plot_meta_at(out, "changes", panel, "%zu", s->nchanges);
	plot_meta_at(out, "drift", panel, "%.9g",
		     s->drifts ? s->drift.best : NAN);
}

static void write_meta(FILE *out, const struct trend *t, size_t shown)
{
	int64_t from = t->night[t->from].time,
		to = t->night[t->nnights - 1].time;
	char text[256];

	trend_conclusion(t, text, sizeof(text));
	plot_meta(out, "panels", "%zu", shown);
	plot_meta(out, "designs", " ");
	plot_meta(out, "shown", " ");
	plot_meta(out, "title", "What changed in %zu nights of %s?",
		  t->nnights - t->from, t->name);
	plot_meta(out, "subtitle", "%s", text);
	plot_meta(out, "note", "%s",
		  t->nmachines == 1 ? t->machine[0].label
				    : "Several machine classes: a panel is of "
				      "one.");
	plot_meta(out, "from", "%lld", (long long)from);
	plot_meta(out, "to", "%lld", (long long)(to > from ? to : from + 1));
}

int trend_table(const void *trend, FILE *out, char why[256])
{
	const struct trend *t = trend;
	const struct trend_series *shown[SHOWN_MAX];
	const struct store_run run = {
		.id = t->night[t->nnights - 1].run,
		.uuid = t->night[t->nnights - 1].uuid,
		.name = t->name,
		.started_utc = t->night[t->nnights - 1].started_utc,
		.version = t->night[t->nnights - 1].version};
	const struct plotdata d = {.run = &run};
	size_t n = choose(t, shown);

	if (!n) {
		snprintf(why, 256, "no series has two nights yet");
		return 0;
	}
	plot_head(out, &d, "trend", columns);
	write_meta(out, t, n);
	for (size_t i = 0; i < n; i++)
		write_panel_meta(out, t, shown[i], i);
	for (size_t i = 0; i < n; i++) {
		/* gnuplot 5.4 dies of a last block that is one line. */
		write_changes(out, t, shown[i], i);
		write_levels(out, t, shown[i], i);
		write_nights(out, t, shown[i], i);
	}
	return 1;
}
