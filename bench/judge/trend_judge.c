/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What changed in the series of a trend, and who knows of it already. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fnv.h"
#include "base/must.h"
#include "judge/compare.h"
#include "judge/trend_parts.h"

/* Of a change with another id: it may have moved by this many nights. */
enum { SAME_CHANGE = 3 };

static const struct trend_night *
night_of(const struct trend *t, const struct trend_series *s, size_t i)
{
	return &t->night[s->point[i].night];
}

/* ---- changes ----------------------------------------------------------------
 */

/* The same config, series and night give the same name. */
static void name_change(const struct trend *t, const struct trend_series *s,
			struct trend_change *c)
{
	const char *parts[] = {t->name,	      t->machine[s->machine].class.id,
			       s->trial.cell, s->trial.design,
			       s->metric,     night_of(t, s, c->first)->uuid};
	uint64_t h = FNV_OFFSET;

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		h = fnv_string(h, parts[i]);
	snprintf(c->id, sizeof(c->id), "%08" PRIx64, h >> 32);
}

static void add_change(struct trend *t, struct trend_series *s,
		       const struct changepoint *found)
{
	double before = found->before, after = found->after;
	double ratio = before > 0 || before < 0 ? after / before : INFINITY;
	struct trend_change *c;

	s->change = must_grow(s->change, s->nchanges, sizeof(*s->change));
	c = &s->change[s->nchanges++];
	*c = (struct trend_change){
		.at = found->at,
		.first = found->first,
		.before = before,
		.after = after,
		.cost = s->better == BETTER_HIGHER ? 1 / ratio : ratio,
		.evidence = found->evidence,
		.moved = s->better == BETTER_NEITHER,
		.verdict = (after > before) == (s->better != BETTER_HIGHER)
				   ? RATIO_SLOWER
				   : RATIO_FASTER,
	};
	if (s->exact)
		compare_explain(s->metric, before, after, c->text,
				sizeof(c->text));
	name_change(t, s, c);
}

/* Another seed is another question: its answer is compared with nothing. */
static void exact_changes(struct trend *t, struct trend_series *s)
{
	for (size_t i = 1; i < s->n; i++) {
		double was = s->point[i - 1].value, is = s->point[i].value;

		if ((was < is || was > is) &&
		    night_of(t, s, i)->seed == night_of(t, s, i - 1)->seed)
			add_change(t, s,
				   &(struct changepoint){.at = i,
							 .first = i,
							 .before = was,
							 .after = is});
	}
}

static double *values_of(const struct trend_series *s)
{
	double *x = must_calloc(s->n, sizeof(*x));

	for (size_t i = 0; i < s->n; i++)
		x[i] = s->point[i].value;
	return x;
}

static void measured_changes(struct trend *t, struct trend_series *s,
			     const double *x)
{
	struct changepoint *found = must_calloc(s->n, sizeof(*found));
	size_t n = changepoint_find(x, s->n, &t->options.change, found,
				    &s->correlation);

	for (size_t i = 0; i < n; i++)
		add_change(t, s, &found[i]);
	free(found);
}

/* A level that is left for one nearer to what was before has ended. */
static void end_changes(struct trend_series *s)
{
	for (size_t i = 0; i < s->nchanges; i++)
		for (size_t k = i + 1; k < s->nchanges; k++) {
			struct trend_change *c = &s->change[i];
			double level = s->change[k].after;

			if (!c->ended &&
			    fabs(level - c->before) < fabs(level - c->after))
				c->ended = &s->change[k];
		}
}

static enum trend_unjudged unjudged(const struct trend *t,
				    const struct trend_series *s)
{
	size_t least = s->exact ? 2 : 2 * t->options.change.segment;

	if (s->n >= least)
		return s->correlation > 0 ? TREND_CORRELATED : TREND_JUDGED;
	if (s->left_out)
		return TREND_NEW_PARAMETERS;
	return t->nnights >= least && t->nmachines > 1 &&
			       t->machine[s->machine].nights < least
		       ? TREND_NEW_MACHINE
		       : TREND_FEW_NIGHTS;
}

/* ---- acknowledged -----------------------------------------------------------
 */

static bool is_of(const struct store_ack *a, const struct trend *t,
		  const struct trend_series *s)
{
	return !strcmp(a->metric, s->metric) &&
	       !strcmp(a->design, s->trial.design) &&
	       !strcmp(a->cell, s->trial.cell) &&
	       !strcmp(a->machine, t->machine[s->machine].class.id) &&
	       !strcmp(a->name, t->name);
}

/* The point of the ack's run; if that is gone, the next one. */
static size_t place_of(const struct store_ack *a, const struct trend *t,
		       const struct trend_series *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(night_of(t, s, i)->uuid, a->run_uuid))
			return i;
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(night_of(t, s, i)->started_utc,
			   a->run_started_utc) >= 0)
			return i;
	return s->n;
}

static void acknowledge(const struct trend *t, struct trend_series *s,
			const struct store_ack *a)
{
	size_t place = place_of(a, t, s), best = s->exact ? 1 : SAME_CHANGE + 1;
	struct trend_change *nearest = NULL;

	for (size_t i = 0; i < s->nchanges; i++) {
		struct trend_change *c = &s->change[i];
		size_t off = c->at > place ? c->at - place : place - c->at;

		if (!strcmp(c->id, a->change)) {
			c->ack = a;
			return;
		}
		if (off < best && !c->ack) {
			best = off;
			nearest = c;
		}
	}
	if (nearest)
		nearest->ack = a;
}

/* ---- drift ------------------------------------------------------------------
 */

/*
 * Within the level that the last change began: what a change says is not said
 * again. A series that has ended drifts no more.
 */
static void drift(struct trend *t, struct trend_series *s, const double *x)
{
	const int64_t span = TREND_DRIFT_DAYS * INT64_C(86400);
	size_t from = s->nchanges ? s->change[s->nchanges - 1].at : 0;
	int64_t last;

	if (!s->n || s->better == BETTER_NEITHER)
		return;
	last = night_of(t, s, s->n - 1)->time;
	if (last + span < t->night[t->nnights - 1].time)
		return;
	while (night_of(t, s, from)->time + span < last)
		from++;
	s->drifts = changepoint_drift(x + from, s->n - from, TREND_DRIFT_NIGHTS,
				      s->better == BETTER_HIGHER,
				      t->options.change.change_min, &s->drift);
	s->drift_at = from + s->drift.at;
	s->drift_cost = s->better == BETTER_HIGHER
				? s->drift.best / s->drift.last
				: s->drift.last / s->drift.best;
}

/* ---- what is shown ----------------------------------------------------------
 */

/*
 * Leaves the points that are shown: those since then, and what an earlier one
 * is needed for to tell a change or a drift. False: none.
 */
static bool show(const struct trend *t, struct trend_series *s)
{
	size_t cut = 0, gone = 0;

	while (cut < s->n && s->point[cut].night < t->from)
		cut++;
	if (cut == s->n)
		return false;
	while (gone < s->nchanges && s->change[gone].at < cut)
		gone++;
	if (gone < s->nchanges && s->change[gone].at == cut)
		cut--;
	if (s->drifts && s->drift_at < cut)
		cut = s->drift_at;
	while (gone > 0 && s->change[gone - 1].at > cut)
		gone--;
	s->n -= cut;
	memmove(s->point, s->point + cut, s->n * sizeof(*s->point));
	s->nchanges -= gone;
	for (size_t i = 0; i < s->nchanges; i++) {
		struct trend_change *c = &s->change[i];

		*c = s->change[i + gone];
		c->at -= cut;
		if (c->ended)
			c->ended -= gone;
	}
	s->drift_at -= s->drifts ? cut : 0;
	return true;
}

static void show_all(struct trend *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->nseries; i++)
		if (show(t, t->series[i]))
			t->series[kept++] = t->series[i];
		else
			trend_free_series(t->series[i]);
	t->nseries = kept;
	for (size_t i = 0; i < t->from; i++)
		t->machine[t->night[i].machine].nights--;
}

/* ---- ranges -----------------------------------------------------------------
 */

static size_t range_of(struct trend *t, const struct trend_series *s,
		       const struct trend_change *c)
{
	const struct trend_range r = {.machine = s->machine,
				      .before = s->point[c->at - 1].night,
				      .after = s->point[c->at].night};

	for (size_t i = 0; i < t->nranges; i++)
		if (t->range[i].machine == r.machine &&
		    t->range[i].before == r.before &&
		    t->range[i].after == r.after)
			return i;
	t->range = must_grow(t->range, t->nranges, sizeof(r));
	t->range[t->nranges] = r;
	return t->nranges++;
}

static int latest_first(const void *a, const void *b)
{
	const struct trend_range *x = a, *y = b;

	if (x->after != y->after)
		return x->after > y->after ? -1 : 1;
	return (x->before < y->before) - (x->before > y->before);
}

typedef void change_visitor(struct trend *t, struct trend_series *s,
			    struct trend_change *c);

static void each_change(struct trend *t, change_visitor *visit)
{
	for (size_t i = 0; i < t->nseries; i++)
		for (size_t k = 0; k < t->series[i]->nchanges; k++)
			visit(t, t->series[i], &t->series[i]->change[k]);
}

static void find_range(struct trend *t, struct trend_series *s,
		       struct trend_change *c)
{
	range_of(t, s, c);
}

static void count(struct trend *t, struct trend_series *s,
		  struct trend_change *c)
{
	c->range = range_of(t, s, c);
	if (c->ack) {
		t->acknowledged++;
	} else {
		t->open++;
		t->ended += c->ended != NULL;
		t->range[c->range].open++;
	}
}

static void judge(struct trend *t, struct trend_series *s)
{
	double *x = values_of(s);

	if (s->exact)
		exact_changes(t, s);
	else
		measured_changes(t, s, x);
	end_changes(s);
	s->unjudged = unjudged(t, s);
	for (size_t k = 0; k < t->acks.n; k++)
		if (is_of(&t->acks.ack[k], t, s))
			acknowledge(t, s, &t->acks.ack[k]);
	if (!s->exact)
		drift(t, s, x);
	free(x);
}

void trend_judge(struct trend *t)
{
	for (size_t i = 0; i < t->nseries; i++)
		judge(t, t->series[i]);
	show_all(t);
	for (size_t i = 0; i < t->nseries; i++) {
		t->drifting += t->series[i]->drifts;
		t->unjudged[t->series[i]->unjudged]++;
	}
	each_change(t, find_range);
	if (t->nranges)
		qsort(t->range, t->nranges, sizeof(*t->range), latest_first);
	each_change(t, count);
}

bool trend_is_eventful(const struct trend_series *s)
{
	return s->nchanges || s->drifts;
}

void trend_segment(const struct trend_series *s, ptrdiff_t i, size_t *from,
		   size_t *end)
{
	*from = i < 0 ? 0 : s->change[i].at;
	*end = (size_t)(i + 1) < s->nchanges ? s->change[i + 1].at : s->n;
}
