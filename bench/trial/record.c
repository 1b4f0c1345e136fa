/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one trial yields. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "trial/record.h"

static const char *const status_names[] = {
	[TRIAL_OK] = "ok",
	[TRIAL_WRONG] = "wrong",
	[TRIAL_FAILED] = "failed",
	[TRIAL_INTERRUPTED] = "interrupted",
};

const char *trial_status_name(enum trial_status s)
{
	return status_names[s];
}

int trial_status_find(const char *name)
{
	for (int s = TRIAL_OK; s <= TRIAL_INTERRUPTED; s++)
		if (!strcmp(status_names[s], name))
			return s;
	return -1;
}

void record_init(struct record *r)
{
	memset(r, 0, sizeof(*r));
}

void record_release(struct record *r)
{
	for (size_t i = 0; i < r->nhists; i++)
		hist_free(r->hists[i].hist);
	for (size_t i = 0; i < r->nseries; i++) {
		free(r->series[i].x);
		free(r->series[i].y);
	}
	free(r->series);
	free(r->values);
	free(r->missing);
	free(r->hists);
	record_init(r);
}

static void add(struct record *r, struct value v)
{
	if (!isfinite(v.value)) {
		record_missing_counter(r, v.name, "not a finite number");
		return;
	}
	r->values = must_grow(r->values, r->nvalues, sizeof(*r->values));
	r->values[r->nvalues++] = v;
}

void record_add(struct record *r, enum metric_id metric, double value,
		bool deterministic)
{
	const struct metric *m = &metrics[metric];

	add(r, (struct value){.metric = metric,
			      .name = m->name,
			      .unit = m->unit,
			      .source = m->source,
			      .value = value,
			      .deterministic = deterministic});
}

void record_add_counter(struct record *r, const char *name, const char *unit,
			enum source source, double value)
{
	/* A database may be closed before the record is used. */
	struct value v = {.unit = metric_keep(unit, NULL),
			  .source = source,
			  .value = value};

	v.name = metric_keep(name, &v.metric);
	add(r, v);
}

void record_missing(struct record *r, enum metric_id metric, const char *reason)
{
	record_missing_counter(r, metrics[metric].name, reason);
}

bool record_none_ended(const struct record *r, enum metric_id metric)
{
	for (size_t i = 0; i < r->nmissing; i++)
		if (!strcmp(r->missing[i].name, metrics[metric].name))
			return !strcmp(r->missing[i].reason, RECORD_NONE_ENDED);
	return false;
}

void record_missing_counter(struct record *r, const char *name,
			    const char *reason)
{
	struct not_counted *m;

	r->missing = must_grow(r->missing, r->nmissing, sizeof(*r->missing));
	m = &r->missing[r->nmissing++];
	snprintf(m->name, sizeof(m->name), "%s", name);
	snprintf(m->reason, sizeof(m->reason), "%s", reason);
}

void record_add_hist(struct record *r, const char *name, struct hist *hist)
{
	struct named_hist *h;

	r->hists = must_grow(r->hists, r->nhists, sizeof(*r->hists));
	h = &r->hists[r->nhists++];
	snprintf(h->name, sizeof(h->name), "%s", name);
	h->hist = hist;
}

static double *copy(const double *v, size_t n)
{
	double *c = must_calloc(n, sizeof(*c));

	memcpy(c, v, n * sizeof(*c));
	return c;
}

void record_add_series(struct record *r, const char *name, size_t n,
		       const double *x, const double *y)
{
	struct series *s;

	r->series = must_grow(r->series, r->nseries, sizeof(*r->series));
	s = &r->series[r->nseries++];
	*s = (struct series){.n = n, .x = copy(x, n), .y = copy(y, n)};
	snprintf(s->name, sizeof(s->name), "%s", name);
}

const struct value *record_get(const struct record *r, enum metric_id metric)
{
	for (size_t i = 0; i < r->nvalues; i++)
		if (r->values[i].metric == metric)
			return &r->values[i];
	return NULL;
}

const struct hist *record_hist(const struct record *r, const char *name)
{
	for (size_t i = 0; i < r->nhists; i++)
		if (!strcmp(r->hists[i].name, name))
			return r->hists[i].hist;
	return NULL;
}
