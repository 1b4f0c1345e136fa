/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paired ratios, verdicts by a margin, and ranks. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/mutant.h"
#include "base/must.h"
#include "judge/ratio.h"
#include "trial/reference.h"

/* Shares of lost batches that differ by more make a comparison unfair. */
static const double LOSS_DIFFERENCE = 0.2;

const char *ratio_verdict_name(enum ratio_verdict v)
{
	static const char *const names[] = {
		[RATIO_UNRESOLVED] = "not resolved", [RATIO_SAME] = "same",
		[RATIO_FASTER] = "faster",	     [RATIO_SLOWER] = "slower",
		[RATIO_UNEQUAL] = "unequal loss",
	};

	return names[v];
}

void ratio_number(double log, int digits, char *text, size_t size)
{
	double ratio = exp(log);

	if (ratio > RATIO_BOUND)
		snprintf(text, size, ">%.0f", RATIO_BOUND);
	else if (ratio < 1 / RATIO_BOUND)
		snprintf(text, size, "<0.01");
	else
		snprintf(text, size, "%.*f", ratio < 9.95 ? digits : 1, ratio);
}

void ratio_brief(const struct ratio *r, char *text, size_t size)
{
	char number[16];

	ratio_number(r->log.value, 2, number, sizeof(number));
	snprintf(text, size, "%s%c", number,
		 r->verdict == RATIO_UNEQUAL ||
				 r->log.confidence < RATIO_CONFIDENCE
			 ? '?'
		 : r->verdict == RATIO_SAME	  ? ' '
		 : r->verdict == RATIO_UNRESOLVED ? '~'
						  : '*');
}

enum metric_id ratio_metric(unsigned rank)
{
	for (enum metric_id m = METRIC_NONE + 1; m < METRIC_NR; m++)
		if (metrics[m].rank == rank)
			return m;
	return METRIC_NONE;
}

const struct summary_row *ratio_reference(const struct summary_cell *cell)
{
	for (const char *const *name = reference_designs; *name; name++)
		for (size_t i = 0; i < cell->nrows; i++)
			if (!strcmp(cell->row[i].design, *name))
				return &cell->row[i];
	return NULL;
}

/* Of the batches of @row, the share that was lost; 0 where it is not known. */
static double lost_share(const struct summary_row *row)
{
	double all = 0, lost = 0;

	for (size_t i = 0; i < row->n; i++) {
		const struct record *r = &row->trial[i]->record;
		const struct value *n = record_get(r, METRIC_batches);
		const struct value *l = record_get(r, METRIC_batches_lost);

		all += n && l ? n->value : 0;
		lost += n && l ? l->value : 0;
	}
	return all > 0 ? lost / all : 0;
}

bool ratio_unequal(const struct summary_row *row, const struct summary_row *to)
{
	return fabs(lost_share(row) - lost_share(to)) > LOSS_DIFFERENCE;
}

enum ratio_class ratio_class(unsigned threads, unsigned mappers)
{
	return threads > 1 ? RATIO_CONTENDED
	       : mappers   ? RATIO_UPDATE
			   : RATIO_WALK;
}

enum ratio_class ratio_class_of(const struct store_trial *t)
{
	return ratio_class(t->walkers + t->mappers + t->dumpers, t->mappers);
}

double ratio_margin(const struct store_trial *t, const struct margins *m)
{
	return m->of[ratio_class_of(t)];
}

enum ratio_verdict ratio_judge(const struct estimate *log, double margin,
			       double confidence)
{
	if (log->confidence < confidence - 1e-9) /* rounded */
		return RATIO_UNRESOLVED;
	if (log->low > margin)
		return RATIO_SLOWER;
	if (log->high < -margin)
		return RATIO_FASTER;
	return log->low > -margin && log->high < margin ? RATIO_SAME
							: RATIO_UNRESOLVED;
}

static bool has(const struct summary_cell *cell, enum metric_id metric)
{
	size_t n = 0;

	for (size_t i = 0; i < cell->nrows; i++)
		n += summary_find(&cell->row[i], metric) != NULL;
	return n > 1;
}

unsigned ratio_figures(const struct summary_cell *cell,
		       enum metric_id metric[RATIO_FIGURES])
{
	enum metric_id m;
	unsigned n = 0;

	for (unsigned rank = 1;
	     n < RATIO_FIGURES && (m = ratio_metric(rank)) != METRIC_NONE;
	     rank++)
		if (has(cell, m))
			metric[n++] = m;
	return n;
}

struct ratio ratio_make(const double *x, size_t n, double margin)
{
	struct ratio r = {.draws = n, .margin = margin};

	if (n)
		r.log = stats_hodges_lehmann(x, n, RATIO_CONFIDENCE);
	r.verdict = ratio_judge(&r.log, margin, RATIO_CONFIDENCE);
	return r;
}

/* Of the @i-th draw of @row. Where no operation ended, which is a result, a
 * rate is 0 and a time INFINITY; NAN: it is not known. */
static double value_in(const struct summary_row *row, size_t i,
		       enum metric_id metric)
{
	const struct value *v = summary_value(row, i, metric);
	const struct record *r = &row->trial[i]->record;

	if (v)
		return v->value;
	return record_none_ended(r, metric) && !record_disturbed(r, metric)
		       ? INFINITY
		       : NAN;
}

/* The same of the draw of @repetition. */
static double value_in_draw(const struct summary_row *row, unsigned repetition,
			    enum metric_id metric)
{
	for (size_t i = 0; i < row->n; i++)
		if (row->trial[i]->repetition == repetition ||
		    MUTANT(ratio_unpaired))
			return value_in(row, i, metric);
	return NAN;
}

/* ln of @a's time over @b's. False: one is not known, or neither ended any. */
static bool log_ratio(enum metric_id metric, double a, double b, double *x)
{
	bool rate = metrics[metric].better == BETTER_HIGHER;
	double ratio = rate ? b / a : a / b;

	if (isnan(ratio) || (!rate && !(a > 0 && b > 0)))
		return false;
	*x = isinf(ratio) ? RATIO_ENDLESS
	     : ratio > 0  ? log(ratio)
			  : -RATIO_ENDLESS;
	return !MUTANT(ratio_zero_left_out) || (isfinite(ratio) && ratio > 0);
}

void ratio_words(const struct ratio *r, char *text, size_t size)
{
	if (r->verdict == RATIO_SAME)
		snprintf(text, size, "same within %.2g %%",
			 100 * expm1(r->margin));
	else
		snprintf(text, size, "%s", ratio_verdict_name(r->verdict));
}

/* The next value of @row from draw *@at on that is known; NAN: there is none. */
static double next_value(const struct summary_row *row, size_t *at,
			 enum metric_id metric)
{
	double v = NAN;

	while (isnan(v) && *at < row->n)
		v = value_in(row, (*at)++, metric);
	return v;
}

size_t ratio_draws(const struct summary_row *row, const struct summary_row *to,
		   enum metric_id metric, double **x)
{
	/* Were both in the same draws? */
	const bool pairs = row->n && to && to->n &&
			   (summary_one_cell(row->trial[0], to->trial[0]) ||
			    MUTANT(ratio_cells_paired));
	size_t n = 0, at = 0;

	*x = must_calloc(row->n, sizeof(**x));
	for (size_t i = 0; i < row->n; i++) {
		double a = value_in(row, i, metric), b = 1;

		if (pairs)
			b = value_in_draw(to, row->trial[i]->repetition,
					  metric);
		else if (to && !isnan(a))
			b = next_value(to, &at, metric);
		n += log_ratio(metric, a, b, *x + n);
	}
	return n;
}

double ratio_half_width(const struct summary_row *row,
			const struct summary_row *to, enum metric_id metric,
			double confidence)
{
	double *x;
	size_t n = ratio_draws(row, to, metric, &x);
	struct estimate e = stats_hodges_lehmann(x, n, confidence);

	free(x);
	/* A bound gets no narrower with more draws. */
	if (!n || fabs(e.value) >= log(RATIO_BOUND))
		return 0;
	return e.confidence < confidence ? INFINITY : (e.high - e.low) / 2;
}

bool ratio_of(const struct summary_cell *cell, const struct summary_row *row,
	      const struct summary_row *to, enum metric_id metric,
	      const struct margins *m, struct ratio *out)
{
	double *x;
	size_t n = ratio_draws(row, to, metric, &x);

	*out = ratio_make(x, n, ratio_margin(cell->sample, m));
	free(x);
	if (ratio_unequal(row, to))
		out->verdict = RATIO_UNEQUAL;
	return out->draws;
}

bool ratio_bounded(const struct summary_row *row, enum metric_id metric)
{
	unsigned phases = metrics[metric].phases;

	return (phases == PHASE_UPDATES || phases == PHASE_PASS) &&
	       summary_median(row, METRIC_reclaim_stalls) > 0;
}

/* Time per operation of a row, for the order only. */
static double cost(const struct summary_row *row, enum metric_id metric)
{
	double v = summary_median(row, metric);

	return metrics[metric].better == BETTER_HIGHER ? -v : v;
}

void ratio_ranks(const struct summary_cell *cell, enum metric_id metric,
		 const struct margins *m, unsigned *rank)
{
	const struct summary_row *first = NULL; /* of the rank being filled */
	unsigned at = 0;

	memset(rank, 0, cell->nrows * sizeof(*rank));
	for (size_t done = 0; done < cell->nrows; done++) {
		size_t best = cell->nrows;
		struct ratio r;

		for (size_t i = 0; i < cell->nrows; i++)
			if (!rank[i] && !isnan(cost(&cell->row[i], metric)) &&
			    (best == cell->nrows ||
			     cost(&cell->row[i], metric) <
				     cost(&cell->row[best], metric)))
				best = i;
		if (best == cell->nrows)
			return;
		if (!first ||
		    (ratio_of(cell, &cell->row[best], first, metric, m, &r) &&
		     r.verdict == RATIO_SLOWER)) {
			first = &cell->row[best];
			at = (unsigned)done + 1;
		}
		rank[best] = at;
	}
}

static void each_row(struct ratio_case *c, const struct margins *m,
		     ratio_visitor *visit, void *arg)
{
	const struct summary_cell *cell = c->cell;
	unsigned *rank = must_calloc(cell->nrows + 1, sizeof(*rank));

	ratio_ranks(cell, c->metric, m, rank);
	for (size_t i = 0; i <= cell->nrows; i++) {
		c->row = i < cell->nrows ? &cell->row[i] : &cell->twin;
		c->rank = rank[i];
		if (c->row != c->reference &&
		    ratio_of(cell, c->row, c->reference, c->metric, m,
			     &c->ratio))
			visit(arg, c);
	}
	free(rank);
}

void ratio_each(const struct summary *s, const struct margins *m,
		ratio_visitor *visit, void *arg)
{
	for (size_t i = 0; i < s->ncells; i++) {
		struct ratio_case c = {.cell = &s->cell[i],
				       .reference =
					       ratio_reference(&s->cell[i])};

		for (unsigned rank = 1;
		     c.reference &&
		     (c.metric = ratio_metric(rank)) != METRIC_NONE;
		     rank++)
			each_row(&c, m, visit, arg);
	}
}
