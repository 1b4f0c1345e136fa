/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What changed in the series of a trend, and who knows of it already. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/compare.h"
#include "judge/trend_parts.h"

/* A change may move by this many nights as more of them come. */
enum { SAME_CHANGE = 3 };

static void *must(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

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
			       s->metric,     night_of(t, s, c->at)->uuid};
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		const char *p = parts[i];

		do /* FNV-1a; the end of each part enters, too */
			h = (h ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
		while (*p++);
	}
	snprintf(c->id, sizeof(c->id), "%08" PRIx64, h >> 32);
}

static void add_change(struct trend *t, struct trend_series *s, size_t at,
		       double before, double after, double p)
{
	double ratio = before > 0 || before < 0 ? after / before : INFINITY;
	struct trend_change *c;

	s->change = must(
		realloc(s->change, (s->nchanges + 1) * sizeof(*s->change)));
	c = &s->change[s->nchanges++];
	*c = (struct trend_change){
		.at = at,
		.before = before,
		.after = after,
		.cost = s->better == BETTER_HIGHER ? 1 / ratio : ratio,
		.p = p,
		.moved = s->better == BETTER_NEITHER,
		.verdict = (after > before) == (s->better != BETTER_HIGHER)
				   ? VERDICT_SLOWER
				   : VERDICT_FASTER,
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
			add_change(t, s, i, was, is, 0);
	}
}

static double *values_of(const struct trend_series *s)
{
	double *x = must(calloc(s->n + 1, sizeof(*x)));

	for (size_t i = 0; i < s->n; i++)
		x[i] = s->point[i].value;
	return x;
}

static void measured_changes(struct trend *t, struct trend_series *s,
			     const double *x)
{
	struct changepoint *found = must(calloc(s->n + 1, sizeof(*found)));
	size_t n = changepoint_find(x, s->n, &t->options.change, found);

	for (size_t i = 0; i < n; i++)
		add_change(t, s, found[i].at, found[i].before, found[i].after,
			   found[i].p);
	free(found);
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

/* What the changes since the best nights come to, as a ratio of costs. */
static double accounted_for(const struct trend_series *s)
{
	double cost = 1;

	for (size_t i = 0; i < s->nchanges; i++)
		if (s->change[i].at > s->drift_at)
			cost *= s->change[i].cost;
	return cost;
}

/*
 * Against the best of the last days, but not of those before a change for the
 * worse that was acknowledged. What open changes account for is not said
 * twice. A series that has ended drifts no more.
 */
static void drift(struct trend *t, struct trend_series *s, const double *x)
{
	const int64_t span = TREND_DRIFT_DAYS * INT64_C(86400);
	size_t from = 0;
	int64_t last;

	if (!s->n || s->better == BETTER_NEITHER)
		return;
	last = night_of(t, s, s->n - 1)->time;
	if (last + span < t->night[t->nnights - 1].time)
		return;
	while (night_of(t, s, from)->time + span < last)
		from++;
	for (size_t i = 0; i < s->nchanges; i++)
		if (s->change[i].ack && s->change[i].at > from &&
		    s->change[i].verdict == VERDICT_SLOWER)
			from = s->change[i].at;
	s->drifts = changepoint_drift(x + from, s->n - from, TREND_DRIFT_NIGHTS,
				      s->better == BETTER_HIGHER,
				      t->options.change.change_min, &s->drift);
	s->drift_at = from + s->drift.at;
	s->drift_cost = s->better == BETTER_HIGHER
				? s->drift.best / s->drift.last
				: s->drift.last / s->drift.best;
	if (s->drift_cost <
	    accounted_for(s) * (1 + t->options.change.change_min))
		s->drifts = false;
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
	t->range = must(realloc(t->range, (t->nranges + 1) * sizeof(r)));
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
		t->range[c->range].open++;
	}
}

void trend_judge(struct trend *t)
{
	for (size_t i = 0; i < t->nseries; i++) {
		struct trend_series *s = t->series[i];
		double *x = values_of(s);

		if (s->exact)
			exact_changes(t, s);
		else
			measured_changes(t, s, x);
		for (size_t k = 0; k < t->acks.n; k++)
			if (is_of(&t->acks.ack[k], t, s))
				acknowledge(t, s, &t->acks.ack[k]);
		if (!s->exact)
			drift(t, s, x);
		t->drifting += s->drifts;
		free(x);
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
