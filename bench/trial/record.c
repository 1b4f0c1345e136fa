/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registry of metrics, and what one trial yields. */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "trial/record.h"

static const char *const source_names[] = {
	[SOURCE_CLOCK] = "clock", [SOURCE_ENGINE] = "engine",
	[SOURCE_SIM] = "sim",	  [SOURCE_PMU] = "pmu",
	[SOURCE_OS] = "os",
};

const char *source_name(enum source s)
{
	return source_names[s];
}

int source_find(const char *name)
{
	for (int s = 0; s < SOURCE_NR; s++)
		if (!strcmp(source_names[s], name))
			return s;
	return -1;
}

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

#define METRIC(id, unit_, src, dir, help_) \
	{.name = #id,                      \
	 .unit = unit_,                    \
	 .source = SOURCE_##src,           \
	 .better = BETTER_##dir,           \
	 .help = help_},
const struct metric metrics[] = {
#include "trial/metrics.def"
	{.name = NULL}};
#undef METRIC

const struct metric *metric_find(const char *name)
{
	for (const struct metric *m = metrics; m->name; m++)
		if (!strcmp(m->name, name))
			return m;
	return NULL;
}

/*
 * Units of counters come from files or a database that may be closed before
 * the record is used: each distinct text is kept once, for good.
 */
static const char *intern(const char *text)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static struct interned {
		struct interned *next;
		char text[];
	} * all;
	size_t size = strlen(text) + 1;
	struct interned *i;

	pthread_mutex_lock(&lock);
	for (i = all; i && strcmp(i->text, text); i = i->next)
		;
	if (!i) {
		i = must(malloc(sizeof(*i) + size));
		memcpy(i->text, text, size);
		i->next = all;
		all = i;
	}
	pthread_mutex_unlock(&lock);
	return i->text;
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

static void add(struct record *r, const char *name, const char *unit,
		enum source source, double value, bool deterministic)
{
	struct value *v;

	if (!isfinite(value)) {
		record_missing(r, name, "not a finite number");
		return;
	}
	r->values = must_grow(r->values, r->nvalues, sizeof(*r->values));
	v = &r->values[r->nvalues++];
	*v = (struct value){.unit = unit,
			    .source = source,
			    .value = value,
			    .deterministic = deterministic};
	snprintf(v->name, sizeof(v->name), "%s", name);
}

void record_add(struct record *r, const char *metric, double value,
		bool deterministic)
{
	const struct metric *m = metric_find(metric);

	if (!m)
		abort();
	add(r, metric, m->unit, m->source, value, deterministic);
}

void record_add_counter(struct record *r, const char *name, const char *unit,
			enum source source, double value)
{
	add(r, name, intern(unit), source, value, false);
}

void record_missing(struct record *r, const char *name, const char *reason)
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

const struct value *record_get(const struct record *r, const char *name)
{
	for (size_t i = 0; i < r->nvalues; i++)
		if (!strcmp(r->values[i].name, name))
			return &r->values[i];
	return NULL;
}
