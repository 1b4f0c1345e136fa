/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Grouping trials into cells and rows, and what a row's figures are. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/engine.h"
#include "base/must.h"
#include "base/natural.h"
#include "judge/summary.h"
#include "store/trial_name.h"
#include "trial/reference.h"
#include "plan/config.h"
#include "trial/axes.h"

bool summary_one_cell(const struct store_trial *a, const struct store_trial *b)
{
	return a->walkers == b->walkers && a->mappers == b->mappers &&
	       a->dumpers == b->dumpers && !strcmp(a->sweep, b->sweep) &&
	       !strcmp(a->workload, b->workload) && !strcmp(a->cell, b->cell) &&
	       !strcmp(a->axes, b->axes);
}

bool summary_is_of(const struct summary_cell *cell,
		   const struct summary_row *row, const struct store_trial *t)
{
	return summary_one_cell(cell->sample, t) &&
	       !strcmp(row->design, t->design);
}

static struct summary_cell *cell_of(struct summary *s,
				    const struct store_trial *t)
{
	struct summary_cell *cell;

	for (size_t i = 0; i < s->ncells; i++)
		if (summary_one_cell(s->cell[i].sample, t))
			return &s->cell[i];
	s->cell = must_grow(s->cell, s->ncells, sizeof(*s->cell));
	cell = &s->cell[s->ncells++];
	*cell = (struct summary_cell){.sample = t};
	return cell;
}

static struct summary_row *row_of(struct summary_cell *cell, const char *design)
{
	struct summary_row *row;

	if (!strcmp(design, TWIN_DESIGN)) {
		cell->twin.design = design;
		return &cell->twin;
	}
	for (size_t i = 0; i < cell->nrows; i++)
		if (!strcmp(cell->row[i].design, design))
			return &cell->row[i];
	cell->row = must_grow(cell->row, cell->nrows, sizeof(*cell->row));
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
	row->trial = must_grow(row->trial, row->n, sizeof(*row->trial));
	row->trial[row->n++] = t;
}

/* As the designs are registered; those that are no more come behind. */
static size_t place_of(const char *design)
{
	size_t i = 0;

	while (designs[i] && strcmp(designs[i]->name, design))
		i++;
	return i;
}

static int as_registered(const void *a, const void *b)
{
	const struct summary_row *x = a, *y = b;
	size_t i = place_of(x->design), k = place_of(y->design);

	return i != k ? (i > k) - (i < k) : strcmp(x->design, y->design);
}

/* Which of the config's sweeps @name is; SIZE_MAX: none. */
static size_t sweep_place(char (*names)[PARAMS_NAME], size_t n,
			  const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return i;
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
		by = natural_compare(x->axes, y->axes);
	return by ? by : strcmp(x->cell, y->cell);
}

void summary_make(struct summary *s, const struct store_trials *trials,
		  const char *config)
{
	char(*names)[PARAMS_NAME] = NULL;
	size_t nnames = config_sweep_names(config, &names);

	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < trials->n; i++)
		take(s, &trials->trial[i]);
	for (size_t i = 0; i < s->ncells; i++)
		s->cell[i].place =
			sweep_place(names, nnames, s->cell[i].sample->sweep);
	free(names);
	for (size_t i = 0; i < s->ncells; i++)
		qsort(s->cell[i].row, s->cell[i].nrows, sizeof(*s->cell[i].row),
		      as_registered);
	if (s->ncells)
		qsort(s->cell, s->ncells, sizeof(*s->cell), cell_order);
}

void summary_release(struct summary *s)
{
	for (size_t i = 0; i < s->ncells; i++) {
		for (size_t k = 0; k < s->cell[i].nrows; k++)
			free(s->cell[i].row[k].trial);
		free(s->cell[i].row);
		free(s->cell[i].twin.trial);
	}
	free(s->cell);
	memset(s, 0, sizeof(*s));
}

/* Whether trial @i counts for @metric, which it has. Of some figures there are
 * fewer near draws than of the row, in which the CPUs were as in others. */
static bool counts(const struct summary_row *row, size_t i,
		   enum metric_id metric)
{
	const struct record *r = &row->trial[i]->record;
	size_t clean = 0;

	if (!record_disturbed(r, metric))
		return true;
	for (size_t k = 0; k < row->n; k++) {
		const struct record *other = &row->trial[k]->record;

		clean += record_get(other, metric) &&
			 !record_disturbed(other, metric);
	}
	return !clean ||
	       (clean < STORE_NEAR_LEAST && record_only_apart(r, metric));
}

const struct value *summary_value(const struct summary_row *row, size_t i,
				  enum metric_id metric)
{
	const struct value *v = record_get(&row->trial[i]->record, metric);

	return v && counts(row, i, metric) ? v : NULL;
}

static bool has_clean_hist(const struct summary_row *row, const char *name)
{
	for (size_t i = 0; i < row->n; i++)
		if (record_hist(&row->trial[i]->record, name) &&
		    !record_hist_disturbed(&row->trial[i]->record, name))
			return true;
	return false;
}

const struct hist *summary_hist(const struct summary_row *row, size_t i,
				const char *name)
{
	const struct record *r = &row->trial[i]->record;
	const struct hist *h = record_hist(r, name);

	return h && record_hist_disturbed(r, name) && has_clean_hist(row, name)
		       ? NULL
		       : h;
}

struct summary_lost summary_lost(const struct summary_row *row,
				 enum metric_id metric)
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
static double *values(const struct summary_row *row, enum metric_id metric,
		      size_t *n)
{
	double *x = must_calloc(row->n, sizeof(*x));

	*n = 0;
	for (size_t i = 0; i < row->n; i++) {
		const struct value *v = summary_value(row, i, metric);

		if (v)
			x[(*n)++] = v->value;
	}
	return x;
}

bool summary_estimate(const struct summary_row *row, enum metric_id metric,
		      struct estimate *est)
{
	size_t n;
	double *x = values(row, metric, &n);

	if (n)
		*est = stats_median_interval(x, n, 0.95);
	free(x);
	return n;
}

double summary_median(const struct summary_row *row, enum metric_id metric)
{
	size_t n;
	double *x = values(row, metric, &n);
	double median = stats_median(x, n);

	free(x);
	return median;
}

enum clock_mark summary_mark(const struct summary_row *row,
			     enum metric_id metric)
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
				 enum metric_id metric)
{
	for (size_t i = 0; i < row->n; i++) {
		const struct value *v = summary_value(row, i, metric);

		if (v)
			return v;
	}
	return NULL;
}

bool summary_has(const struct summary_cell *cell, enum metric_id metric)
{
	for (size_t i = 0; i < cell->nrows; i++)
		if (summary_find(&cell->row[i], metric))
			return true;
	return false;
}

const struct summary_cell *summary_cell_of(const struct summary *s,
					   const char *name)
{
	for (size_t i = 0; i < s->ncells; i++)
		if (!strcmp(s->cell[i].sample->cell, name))
			return &s->cell[i];
	return NULL;
}

const struct summary_row *summary_row_of(const struct summary_cell *cell,
					 const char *design)
{
	for (size_t i = 0; i < cell->nrows; i++)
		if (!strcmp(cell->row[i].design, design))
			return &cell->row[i];
	return NULL;
}

const struct summary_row *summary_single(const struct summary *s,
					 const struct summary_cell *cell,
					 const char *design)
{
	const struct store_trial *t = cell->sample;
	char axes[AXES_TEXT], other[AXES_TEXT];

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
