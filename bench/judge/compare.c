/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Matching the trials of two runs, and the effects between them. */
#include "../kernels/mutant.h"
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
	static const char *const names[] = {"ratio", "time", "exact"};

	return names[m];
}

/* What is being made, and of what. */
struct maker {
	struct compare *c;
	const struct summary_cell *cell; /* of the new run */
	const struct summary_row *old, *new;
	const struct summary_row *old_reference, *new_reference; /* or NULL */
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

static double middle(const double *log, size_t n)
{
	return n ? exp(stats_median(log, n)) : NAN;
}

static void compare_times(struct maker *m, enum metric_id metric)
{
	const struct summary_row *old_to = m->old_reference,
				 *new_to = m->new_reference;
	const struct value *v = summary_find(m->new, metric);
	struct compare_row *row;

	/* The reference itself, and what ran without one. */
	if (m->new == new_to)
		old_to = new_to = NULL;
	/* What is compared exactly has no spread. */
	if (!v || !summary_find(m->old, metric) ||
	    (v->deterministic && m->same_seed))
		return;
	row = add_row(m, v);
	row->method = new_to ? COMPARE_RATIO : COMPARE_TIME;
	row->reference = new_to ? new_to->design : NULL;
	row->n_old = ratio_draws(m->old, old_to, metric, &row->old_log);
	row->n_new = ratio_draws(m->new, new_to, metric, &row->new_log);
	row->old_mid = summary_median(m->old, metric);
	row->new_mid = summary_median(m->new, metric);
	row->old_ratio = new_to ? middle(row->old_log, row->n_old) : NAN;
	row->new_ratio = new_to ? middle(row->new_log, row->n_new) : NAN;
	row->change.margin =
		new_to ? ratio_margin(m->cell->sample, &m->c->options.margins)
		       : m->c->options.margins.of[RATIO_CONTENDED];
	row->old_mark = summary_mark(m->old, metric);
	row->new_mark = summary_mark(m->new, metric);
	row->disturbed = summary_all_lost(summary_lost(m->old, metric)) ||
			 summary_all_lost(summary_lost(m->new, metric));
	if (new_to &&
	    (ratio_unequal(m->old, old_to) || ratio_unequal(m->new, new_to)))
		row->change.verdict = RATIO_UNEQUAL;
	m->c->ratios += row->method == COMPARE_RATIO;
}

/* What several threads do is another thing where their CPUs are further apart. */
static bool same_places(struct maker *m)
{
	double was = summary_median(m->old, METRIC_line_transfer_ns);
	double is = summary_median(m->new, METRIC_line_transfer_ns);
	char why[128];

	if (MUTANT(compare_anywhere) ||
	    (!store_is_far(is, was) && !store_is_far(was, is)))
		return true;
	snprintf(why, sizeof(why),
		 "a line took %.0f ns from CPU to CPU in A, %.0f in B", was,
		 is);
	leave_out(m->c, m->sample, m->new->design, why);
	return false;
}

static void compare_all_times(struct maker *m)
{
	if (!same_places(m))
		return;
	for (enum metric_id id = METRIC_NONE + 1; id < METRIC_NR; id++)
		if (metric_compares(id) ||
		    (m->has_metrics && metrics[id].better != BETTER_NEITHER &&
		     match(&m->metrics, metrics[id].name)))
			compare_times(m, id);
}

static void judge(const struct compare *c, struct compare_row *row)
{
	const double confidence = 1 - c->alpha;
	struct ratio *r = &row->change;

	r->log = stats_shift(row->old_log, row->n_old, row->new_log, row->n_new,
			     confidence);
	r->draws = row->n_old < row->n_new ? row->n_old : row->n_new;
	if (r->log.confidence < confidence - 1e-9) {
		r->log.confidence = 0;
		r->log.low = -INFINITY;
		r->log.high = INFINITY;
	}
	if (r->verdict != RATIO_UNEQUAL)
		r->verdict = ratio_judge(&r->log, r->margin, confidence);
}

/*
 * Benjamini and Hochberg's step-up: as many ratios are called different as are
 * when each interval may err in that many of all. Times are not counted: a
 * slow machine would have a say in what is sure of ratios.
 */
static void judge_all(struct compare *c)
{
	const size_t all = c->ratios ? c->ratios : 1;

	for (size_t may = all, are = 0;; may = are ? are : 1, are = 0) {
		c->alpha = (1 - c->options.confidence) * (double)may /
			   (double)(MUTANT(compare_each_alone) ? may : all);
		for (size_t i = 0; i < c->nrows; i++) {
			struct compare_row *row = &c->row[i];

			if (row->method == COMPARE_EXACT)
				continue;
			judge(c, row);
			are += row->method == COMPARE_RATIO &&
			       (row->change.verdict == RATIO_SLOWER ||
				row->change.verdict == RATIO_FASTER);
		}
		if (are >= may || may == 1)
			return;
	}
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
		row->old_mid = was->value;
		row->new_mid = v->value;
		row->moved = row->better == BETTER_NEITHER;
		if (!row->moved)
			row->change.verdict =
				(v->value > was->value) ==
						(row->better == BETTER_LOWER)
					? RATIO_SLOWER
					: RATIO_FASTER;
		compare_explain(v->name, was->value, v->value, row->text,
				sizeof(row->text));
	}
}

/* ---- matching -------------------------------------------------------------- */

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

/* The reference of one of the two, if both have it. */
static void find_references(struct maker *m, const struct summary_cell *old,
			    const struct summary_cell *new)
{
	m->new_reference = ratio_reference(new);
	m->old_reference =
		m->new_reference ? summary_row_of(old, m->new_reference->design)
				 : NULL;
	if (m->old_reference)
		return;
	m->old_reference = ratio_reference(old);
	m->new_reference =
		m->old_reference ? summary_row_of(new, m->old_reference->design)
				 : NULL;
}

static void compare_cell(struct maker *m, const struct summary_cell *old,
			 const struct summary_cell *new)
{
	m->cell = new;
	find_references(m, old, new);
	for (size_t i = 0; i < new->nrows; i++)
		compare_design(m, new, summary_row_of(old, new->row[i].design),
			       &new->row[i]);
	for (size_t i = 0; i < old->nrows; i++)
		if (!summary_row_of(new, old->row[i].design))
			leave_out(m->c, old->sample, old->row[i].design,
				  "only in A");
}

static void compare_cells(struct maker *m, const struct summary *a,
			  const struct summary *b)
{
	for (size_t i = 0; i < b->ncells; i++) {
		const struct summary_cell *old =
			summary_cell_of(a, b->cell[i].sample->cell);

		if (old)
			compare_cell(m, old, &b->cell[i]);
		else
			leave_out(m->c, b->cell[i].sample, "", "only in B");
	}
	for (size_t i = 0; i < a->ncells; i++)
		if (!summary_cell_of(b, a->cell[i].sample->cell))
			leave_out(m->c, a->cell[i].sample, "", "only in A");
}

/*
 * A reference that got slower may be the build, or the machine that night: no
 * more is known than that.
 */
static void sum_up(struct compare *c)
{
	for (size_t i = 0; i < c->nrows; i++) {
		const struct compare_row *row = &c->row[i];

		if (row->method == COMPARE_TIME)
			c->times[row->change.verdict]++;
		else if (!row->moved)
			c->count[row->change.verdict]++;
	}
	c->verdict = c->count[RATIO_SLOWER] ? RATIO_SLOWER
		     : c->count[RATIO_UNRESOLVED] || c->count[RATIO_UNEQUAL] ||
				     c->times[RATIO_UNRESOLVED] ||
				     c->times[RATIO_SLOWER]
			     ? RATIO_UNRESOLVED
		     : c->count[RATIO_FASTER] ? RATIO_FASTER
					      : RATIO_SAME;
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
	judge_all(c);
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
	for (size_t i = 0; i < c->nrows; i++) {
		free(c->row[i].old_log);
		free(c->row[i].new_log);
	}
	free(c->row);
	free(c->left_out);
	*c = (struct compare){0};
}
