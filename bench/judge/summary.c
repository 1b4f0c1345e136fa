/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Grouping trials into cells and rows, and what a row's figures are. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "judge/summary.h"
#include "store/trial_name.h"

static void *grow(void *array, size_t n, size_t size)
{
	array = realloc(array, (n + 1) * size);
	if (!array)
		must_fail();
	return array;
}

static bool same_cell(const struct store_trial *a, const struct store_trial *b)
{
	return a->walkers == b->walkers && a->mappers == b->mappers &&
	       a->dumpers == b->dumpers && !strcmp(a->sweep, b->sweep) &&
	       !strcmp(a->workload, b->workload) && !strcmp(a->cell, b->cell) &&
	       !strcmp(a->axes, b->axes);
}

bool summary_is_of(const struct summary_cell *cell,
		   const struct summary_row *row, const struct store_trial *t)
{
	return same_cell(cell->sample, t) && !strcmp(row->design, t->design);
}

static struct summary_cell *cell_of(struct summary *s,
				    const struct store_trial *t)
{
	struct summary_cell *cell;

	for (size_t i = 0; i < s->ncells; i++)
		if (same_cell(s->cell[i].sample, t))
			return &s->cell[i];
	s->cell = grow(s->cell, s->ncells, sizeof(*s->cell));
	cell = &s->cell[s->ncells++];
	*cell = (struct summary_cell){.sample = t};
	return cell;
}

static struct summary_row *row_of(struct summary_cell *cell, const char *design)
{
	struct summary_row *row;

	for (size_t i = 0; i < cell->nrows; i++)
		if (!strcmp(cell->row[i].design, design))
			return &cell->row[i];
	cell->row = grow(cell->row, cell->nrows, sizeof(*cell->row));
	row = &cell->row[cell->nrows++];
	*row = (struct summary_row){.design = design};
	return row;
}

static bool is_bad(const struct store_trial *t)
{
	return t->record.status == TRIAL_WRONG ||
	       t->record.status == TRIAL_FAILED;
}

static void take(struct summary *s, const struct store_trial *t)
{
	struct summary_row *row = row_of(cell_of(s, t), t->design);

	row->stored++;
	row->bad += is_bad(t);
	if (is_bad(t) && !row->first_bad)
		row->first_bad = t;
	if (t->record.status != TRIAL_OK)
		return;
	row->trial = grow(row->trial, row->n, sizeof(*row->trial));
	row->trial[row->n++] = t;
}

/* What decides which design is best, the first that both rows have. */
static const char *const ranking[] = {"walk_ops_per_s",	  "walk_lat_ns",
				      "translate_ns",	  "event_ns",
				      "update_ops_per_s", "map_4k_ns",
				      "update_pass_ms",	  "walk_open_p50_ns"};

static int best_first(const void *a, const void *b)
{
	const struct summary_row *x = a, *y = b;

	for (size_t i = 0; i < sizeof(ranking) / sizeof(*ranking); i++) {
		double vx = summary_median(x, ranking[i]);
		double vy = summary_median(y, ranking[i]);
		int less = (vx > vy) - (vx < vy);

		if (isnan(vx) && isnan(vy))
			continue;
		if (isnan(vx) || isnan(vy))
			return isnan(vx) ? 1 : -1;
		if (metric_find(ranking[i])->better == BETTER_HIGHER)
			less = -less;
		if (less)
			return less;
	}
	return strcmp(x->design, y->design);
}

/* "64M" as a number with the text after it; false: no number there. */
static bool size_at(const char *p, double *value, const char **end)
{
	static const char suffix[] = "KMGT";
	const char *unit;
	char *after;

	if (*p < '0' || *p > '9')
		return false;
	*value = strtod(p, &after);
	for (unit = suffix; *after && *unit && *unit != *after; unit++)
		;
	if (*after && *unit) {
		*value = ldexp(*value, 10 * (int)(unit - suffix + 1));
		after++;
	}
	*end = after;
	return true;
}

/* As text, but numbers in it by their value: 4K, 64M, 1G. */
static int by_axes(const char *a, const char *b)
{
	while (*a && *b) {
		double x, y;
		const char *after_a, *after_b;

		if (size_at(a, &x, &after_a) && size_at(b, &y, &after_b)) {
			if (x < y || x > y)
				return x < y ? -1 : 1;
			a = after_a;
			b = after_b;
		} else if (*a != *b) {
			break;
		} else {
			a++;
			b++;
		}
	}
	return (unsigned char)*a - (unsigned char)*b;
}

/* Where "name: SWEEP" stands in @config; SIZE_MAX: nowhere. */
static size_t sweep_place(const char *config, const char *sweep)
{
	size_t length = strlen(sweep);

	for (const char *p = config; p && (p = strstr(p, "name:"));) {
		p += strlen("name:");
		p += strspn(p, " \t\"'");
		if (!strncmp(p, sweep, length) &&
		    strchr(" \t\"',}#\r\n", p[length]))
			return (size_t)(p - config);
	}
	return SIZE_MAX;
}

/* By sweep, workload, dumpers, mappers, walkers, axes. */
static int cell_order(const void *a, const void *b)
{
	const struct summary_cell *c = a, *d = b;
	const struct store_trial *x = c->sample, *y = d->sample;
	int by = (c->place > d->place) - (c->place < d->place);

	if (!by)
		by = strcmp(x->sweep, y->sweep);
	if (!by)
		by = strcmp(x->workload, y->workload);
	if (!by)
		by = (x->dumpers > y->dumpers) - (x->dumpers < y->dumpers);
	if (!by)
		by = (x->mappers > y->mappers) - (x->mappers < y->mappers);
	if (!by)
		by = (x->walkers > y->walkers) - (x->walkers < y->walkers);
	if (!by)
		by = by_axes(x->axes, y->axes);
	return by ? by : strcmp(x->cell, y->cell);
}

void summary_make(struct summary *s, const struct store_trials *trials,
		  const char *config)
{
	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < trials->n; i++)
		take(s, &trials->trial[i]);
	for (size_t i = 0; i < s->ncells; i++)
		s->cell[i].place =
			sweep_place(config, s->cell[i].sample->sweep);
	for (size_t i = 0; i < s->ncells; i++)
		qsort(s->cell[i].row, s->cell[i].nrows, sizeof(*s->cell[i].row),
		      best_first);
	if (s->ncells)
		qsort(s->cell, s->ncells, sizeof(*s->cell), cell_order);
}

void summary_release(struct summary *s)
{
	for (size_t i = 0; i < s->ncells; i++) {
		for (size_t k = 0; k < s->cell[i].nrows; k++)
			free(s->cell[i].row[k].trial);
		free(s->cell[i].row);
	}
	free(s->cell);
	memset(s, 0, sizeof(*s));
}

static const struct hist *hist_of(const struct record *r, const char *name)
{
	for (size_t i = 0; i < r->nhists; i++)
		if (!strcmp(r->hists[i].name, name))
			return r->hists[i].hist;
	return NULL;
}

/* Whether trial @i counts for @name, which it has. */
static bool counts(const struct summary_row *row, size_t i, const char *name)
{
	if (!record_disturbed(&row->trial[i]->record, name))
		return true;
	for (size_t k = 0; k < row->n; k++) {
		const struct record *r = &row->trial[k]->record;

		if ((record_get(r, name) || hist_of(r, name)) &&
		    !record_disturbed(r, name))
			return false;
	}
	return true;
}

const struct value *summary_value(const struct summary_row *row, size_t i,
				  const char *metric)
{
	const struct value *v = record_get(&row->trial[i]->record, metric);

	return v && counts(row, i, metric) ? v : NULL;
}

const struct hist *summary_hist(const struct summary_row *row, size_t i,
				const char *name)
{
	const struct hist *h = hist_of(&row->trial[i]->record, name);

	return h && counts(row, i, name) ? h : NULL;
}

struct summary_lost summary_lost(const struct summary_row *row,
				 const char *metric)
{
	struct summary_lost l = {0, 0};

	for (size_t i = 0; i < row->n; i++) {
		const struct record *r = &row->trial[i]->record;

		if (!record_get(r, metric))
			continue;
		l.of++;
		l.lost += record_disturbed(r, metric);
	}
	return l;
}

void summary_lost_worst(struct summary_lost *worst, struct summary_lost l)
{
	/* lost / of as fractions; where nothing was lost, the more attempts. */
	if (l.of &&
	    (!worst->of || l.lost * worst->of > worst->lost * l.of ||
	     (l.lost * worst->of == worst->lost * l.of && l.of > worst->of)))
		*worst = l;
}

/* Values of @metric over the row; caller frees. */
static double *values(const struct summary_row *row, const char *metric,
		      size_t *n)
{
	double *x = calloc(row->n + 1, sizeof(*x));

	if (!x)
		must_fail();
	*n = 0;
	for (size_t i = 0; i < row->n; i++) {
		const struct value *v = summary_value(row, i, metric);

		if (v)
			x[(*n)++] = v->value;
	}
	return x;
}

bool summary_estimate(const struct summary_row *row, const char *metric,
		      struct estimate *est)
{
	size_t n;
	double *x = values(row, metric, &n);

	if (n)
		*est = stats_bootstrap_median(x, n, 0.95, STATS_RESAMPLES, 1);
	free(x);
	return n;
}

double summary_median(const struct summary_row *row, const char *metric)
{
	size_t n;
	double *x = values(row, metric, &n);
	double median = stats_median(x, n);

	free(x);
	return median;
}

enum clock_mark summary_mark(const struct summary_row *row, const char *metric)
{
	size_t n = 0, marked[MARK_STEPS + 1] = {0};

	for (size_t i = 0; i < row->n; i++) {
		if (!summary_value(row, i, metric))
			continue;
		n++;
		marked[record_mark(&row->trial[i]->record, metric)]++;
	}
	for (int m = MARK_BLOCK; m <= MARK_STEPS; m++)
		if (marked[m] && 2 * marked[m] >= n)
			return (enum clock_mark)m;
	return MARK_NONE;
}

const struct value *summary_find(const struct summary_row *row,
				 const char *metric)
{
	for (size_t i = 0; i < row->n; i++) {
		const struct value *v = summary_value(row, i, metric);

		if (v)
			return v;
	}
	return NULL;
}

const struct summary_row *summary_single(const struct summary *s,
					 const struct summary_cell *cell,
					 const char *design)
{
	const struct store_trial *t = cell->sample;
	char axes[256], other[256];

	trial_axes(t, axes, sizeof(axes));
	for (size_t i = 0; i < s->ncells; i++) {
		const struct store_trial *o = s->cell[i].sample;

		if (o->walkers != 1 || o->mappers != t->mappers ||
		    o->dumpers != t->dumpers || strcmp(o->sweep, t->sweep) ||
		    strcmp(o->workload, t->workload))
			continue;
		trial_axes(o, other, sizeof(other));
		for (size_t k = 0; !strcmp(axes, other) && k < s->cell[i].nrows;
		     k++)
			if (!strcmp(s->cell[i].row[k].design, design))
				return &s->cell[i].row[k];
	}
	return NULL;
}

/* The axes that are not said elsewhere, with spaces between. */
