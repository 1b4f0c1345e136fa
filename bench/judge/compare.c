/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Matching the trials of two runs, and the effects between them. */
#include "base/match.h"
#include "base/must.h"
#include "judge/compare.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/summary.h"

const char *compare_method_name(enum compare_method m)
{
	static const char *const names[] = {"paired", "unpaired", "exact"};

	return names[m];
}

/* What is being made, and of what. */
struct maker {
	struct compare *c;
	const struct summary_row *old, *new;
	const struct store_trial *sample; /* of the new run */
	bool same_seed;
	regex_t metrics;
	bool has_metrics;
};

static void leave_out(struct compare *c, const struct store_trial *t,
		      const char *design, const char *why)
{
	char(*left)[256];

	c->left_out =
		must_grow(c->left_out, c->nleft_out, sizeof(*c->left_out));
	left = &c->left_out[c->nleft_out++];
	snprintf(*left, sizeof(*left), "%.120s%s%.32s: %.90s", t->cell,
		 *design ? ", " : "", design, why);
}

static struct compare_row *add_row(struct maker *m, const struct value *v)
{
	const struct metric *known = metric_row(v->metric);
	struct compare *c = m->c;
	struct compare_row *row;

	c->row = must_grow(c->row, c->nrows, sizeof(*c->row));
	row = &c->row[c->nrows++];
	*row = (struct compare_row){
		.trial = m->sample,
		.metric = known ? known->name : v->name,
		.unit = known ? known->unit : v->unit,
		.better = known ? known->better : BETTER_NEITHER,
	};
	return row;
}

/* ---- times ---------------------------------------------------------------- */

/* The values of @metric in the repetitions that count; caller frees both. */
struct sample {
	double *value;
	unsigned *repetition;
	size_t n;
};

static struct sample sample_of(const struct summary_row *row,
			       enum metric_id metric)
{
	struct sample s = {.value = must_calloc(row->n, sizeof(double)),
			   .repetition = must_calloc(row->n, sizeof(unsigned))};

	for (size_t i = 0; i < row->n; i++) {
		const struct value *v = summary_value(row, i, metric);

		/* What cannot be had as a ratio is not a cost. */
		if (!v || !(v->value > 0))
			continue;
		s.value[s.n] = v->value;
		s.repetition[s.n++] = row->trial[i]->repetition;
	}
	return s;
}

static double best(const struct sample *s, enum better better)
{
	double value = s->value[0];

	for (size_t i = 1; i < s->n; i++)
		value = better == BETTER_HIGHER ? fmax(value, s->value[i])
						: fmin(value, s->value[i]);
	return value;
}

/* Costs as logarithms: where more is better, the cost is the inverse. */
static double log_cost(double value, enum better better)
{
	return better == BETTER_HIGHER ? -log(value) : log(value);
}

/* ln(new / old) of the repetitions that both have, the first of each. */
static size_t pairs(const struct sample *old, const struct sample *new,
		    enum better better, double *ratio)
{
	size_t n = 0;

	for (size_t i = 0; i < old->n; i++)
		for (size_t k = 0; k < new->n; k++)
			if (old->repetition[i] == new->repetition[k] &&
			    (!i ||
			     old->repetition[i - 1] != old->repetition[i])) {
				ratio[n++] = log_cost(new->value[k], better) -
					     log_cost(old->value[i], better);
				break;
			}
	return n;
}

static void judge(struct maker *m, struct compare_row *row, struct sample *old,
		  struct sample *new)
{
	const struct compare_options *o = &m->c->options;
	double threshold = log1p(o->threshold);
	double *ratio = must_calloc(old->n, sizeof(*ratio));
	size_t n;

	n = m->same_seed ? pairs(old, new, row->better, ratio) : 0;
	if (n >= effect_pairs_min(o->alpha)) {
		row->method = COMPARE_PAIRED;
		row->effect = effect_paired(ratio, n, o->alpha, threshold);
		row->n_old = row->n_new = n;
	} else {
		row->method = COMPARE_UNPAIRED;
		for (size_t i = 0; i < old->n; i++)
			old->value[i] = log_cost(old->value[i], row->better);
		for (size_t i = 0; i < new->n; i++)
			new->value[i] = log_cost(new->value[i], row->better);
		row->effect = effect_unpaired(old->value, old->n, new->value,
					      new->n, o->alpha, threshold);
	}
	row->verdict = row->effect.verdict;
	free(ratio);
}

static void compare_times(struct maker *m, enum metric_id metric)
{
	struct sample old = sample_of(m->old, metric);
	struct sample new = sample_of(m->new, metric);

	if (old.n && new.n) {
		struct compare_row *row =
			add_row(m, summary_find(m->new, metric));
		row->n_old = old.n;
		row->n_new = new.n;
		row->old_mid = stats_median(old.value, old.n);
		row->new_mid = stats_median(new.value, new.n);
		row->old_best = best(&old, row->better);
		row->new_best = best(&new, row->better);
		row->old_mark = summary_mark(m->old, metric);
		row->new_mark = summary_mark(m->new, metric);
		row->disturbed =
			summary_all_lost(summary_lost(m->old, metric)) ||
			summary_all_lost(summary_lost(m->new, metric));
		judge(m, row, &old, &new);
	}
	free(old.value);
	free(old.repetition);
	free(new.value);
	free(new.repetition);
}

static void compare_all_times(struct maker *m)
{
	for (enum metric_id id = METRIC_NONE + 1; id < METRIC_NR; id++)
		if (metrics[id].op ||
		    (m->has_metrics && metrics[id].better != BETTER_NEITHER &&
		     match(&m->metrics, metrics[id].name)))
			compare_times(m, id);
}

/* ---- exact figures -------------------------------------------------------- */

/* Of any repetition: what depends on it is not deterministic. */
static void compare_exact(struct maker *m)
{
	const struct record *old = &m->old->trial[0]->record;
	const struct record *new = &m->new->trial[0]->record;

	for (size_t i = 0; i < new->nvalues; i++) {
		const struct value *v = &new->values[i];
		const struct value *was = record_get(old, v->metric);
		struct compare_row *row;

		if (!v->deterministic || !was || !was->deterministic)
			continue;
		m->c->exact++;
		if (!(v->value < was->value || v->value > was->value))
			continue;
		m->c->exact_differ++;
		row = add_row(m, v);
		row->method = COMPARE_EXACT;
		row->n_old = row->n_new = 1;
		row->old_mid = row->old_best = was->value;
		row->new_mid = row->new_best = v->value;
		row->moved = row->better == BETTER_NEITHER;
		if (!row->moved)
			row->verdict =
				(v->value > was->value) ==
						(row->better == BETTER_LOWER)
					? VERDICT_SLOWER
					: VERDICT_FASTER;
		compare_explain(v->name, was->value, v->value, row->text,
				sizeof(row->text));
	}
}

/* ---- matching -------------------------------------------------------------- */

static const struct summary_row *find_row(const struct summary_cell *cell,
					  const char *design)
{
	for (size_t i = 0; i < cell->nrows; i++)
		if (!strcmp(cell->row[i].design, design))
			return &cell->row[i];
	return NULL;
}

static const struct summary_cell *find_cell(const struct summary *s,
					    const char *cell)
{
	for (size_t i = 0; i < s->ncells; i++)
		if (!strcmp(s->cell[i].sample->cell, cell))
			return &s->cell[i];
	return NULL;
}

static void compare_design(struct maker *m, const struct summary_cell *cell,
			   const struct summary_row *old,
			   const struct summary_row *new)
{
	char why[128];

	if (!old)
		leave_out(m->c, cell->sample, new->design, "only in B");
	else if (!old->n || !new->n)
		leave_out(m->c, cell->sample, new->design,
			  old->n ? "no valid trial in B"
				 : "no valid trial in A");
	else if (!compare_same_params(old->trial[0]->params, "A",
				      new->trial[0]->params, "B", why,
				      sizeof(why)))
		leave_out(m->c, cell->sample, new->design, why);
	else {
		m->old = old;
		m->new = new;
		m->sample = new->trial[0];
		if (m->same_seed)
			compare_exact(m);
		compare_all_times(m);
	}
}

static int by_design(const void *a, const void *b)
{
	const struct summary_row *const *x = a, *const *y = b;

	return strcmp((*x)->design, (*y)->design);
}

static void compare_cell(struct maker *m, const struct summary_cell *old,
			 const struct summary_cell *new)
{
	/* By name: the best first order of the two runs may differ. */
	const struct summary_row **rows =
		must_calloc(new->nrows, sizeof(*rows));

	for (size_t i = 0; i < new->nrows; i++)
		rows[i] = &new->row[i];
	qsort(rows, new->nrows, sizeof(*rows), by_design);
	for (size_t i = 0; i < new->nrows; i++)
		compare_design(m, new, find_row(old, rows[i]->design), rows[i]);
	for (size_t i = 0; i < old->nrows; i++)
		if (!find_row(new, old->row[i].design))
			leave_out(m->c, old->sample, old->row[i].design,
				  "only in A");
	free(rows);
}

static void compare_cells(struct maker *m, const struct summary *a,
			  const struct summary *b)
{
	for (size_t i = 0; i < b->ncells; i++) {
		const struct summary_cell *old =
			find_cell(a, b->cell[i].sample->cell);

		if (old)
			compare_cell(m, old, &b->cell[i]);
		else
			leave_out(m->c, b->cell[i].sample, "", "only in B");
	}
	for (size_t i = 0; i < a->ncells; i++)
		if (!find_cell(b, a->cell[i].sample->cell))
			leave_out(m->c, a->cell[i].sample, "", "only in A");
}

static void sum_up(struct compare *c)
{
	for (size_t i = 0; i < c->nrows; i++)
		if (!c->row[i].moved)
			c->count[c->row[i].verdict]++;
	c->verdict = c->count[VERDICT_SLOWER]	      ? VERDICT_SLOWER
		     : c->count[VERDICT_INCONCLUSIVE] ? VERDICT_INCONCLUSIVE
		     : c->count[VERDICT_FASTER]	      ? VERDICT_FASTER
						      : VERDICT_SAME;
}

int compare_runs(const struct compare_run *a, const struct compare_run *b,
		 const struct compare_options *o, struct compare *c,
		 struct err *e)
{
	struct maker m = {.c = c, .same_seed = a->run->seed == b->run->seed};
	struct summary old, new;
	int rc;

	*c = (struct compare){.options = *o, .exact_left = !m.same_seed};
	if (o->metrics) {
		rc = regcomp(&m.metrics, o->metrics, REG_EXTENDED | REG_NOSUB);
		if (rc) {
			char why[128];

			regerror(rc, &m.metrics, why, sizeof(why));
			return err_set(e, -EINVAL, "metric pattern '%s': %s",
				       o->metrics, why);
		}
		m.has_metrics = true;
	}
	summary_make(&old, a->trials, a->run->config_text);
	summary_make(&new, b->trials, b->run->config_text);
	compare_cells(&m, &old, &new);
	summary_release(&old);
	summary_release(&new);
	if (m.has_metrics)
		regfree(&m.metrics);
	sum_up(c);
	if (c->nrows || c->exact)
		return 0;
	err_set(e, -EINVAL,
		"runs %" PRId64 " and %" PRId64 " have nothing in common%s%s",
		a->run->id, b->run->id, c->nleft_out ? ": " : "",
		c->nleft_out ? c->left_out[0] : "");
	return err_remedy(e, "compare two runs of one config");
}

void compare_release(struct compare *c)
{
	free(c->row);
	free(c->left_out);
	*c = (struct compare){0};
}
