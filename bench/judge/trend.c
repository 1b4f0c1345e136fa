/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the runs of one config to series: reading the history. */
#include <errno.h>
#include <math.h>
#include <regex.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/mutant.h"
#include "base/match.h"
#include "base/must.h"
#include "judge/compare.h"
#include "judge/ratio.h"
#include "judge/summary.h"
#include "judge/trend.h"
#include "judge/trend_parts.h"

/* What is being made, of what, and how to find it again. */
struct maker {
	struct trend *t;
	regex_t *metrics, filter;
	bool *matched;	 /* by metric: something */
	size_t nmetrics; /* compiled */
	bool has_filter, filter_matched;
	char title[512]; /* of a trial, to tell what they are like */
	void *tree;	 /* of series: tsearch(3) */
	size_t night;
};

/* ---- patterns ---------------------------------------------------------------
 */

static int compile(regex_t *to, const char *what, const char *pattern,
		   struct err *e)
{
	int rc = regcomp(to, pattern, REG_EXTENDED | REG_NOSUB);
	char why[128];

	if (!rc)
		return 0;
	regerror(rc, to, why, sizeof(why));
	err_set(e, -EINVAL, "%s pattern '%s': %s", what, pattern, why);
	return err_remedy(e, "it is a POSIX extended regular expression");
}

/* What was compiled when one fails is freed like the rest. */
static int compile_all(struct maker *m, struct err *e)
{
	const struct trend_options *o = &m->t->options;
	int rc;

	m->metrics = must_calloc(o->nmetrics, sizeof(*m->metrics));
	m->matched = must_calloc(o->nmetrics, sizeof(*m->matched));
	for (; m->nmetrics < o->nmetrics; m->nmetrics++) {
		rc = compile(&m->metrics[m->nmetrics], "metric",
			     o->metrics[m->nmetrics], e);
		if (rc)
			return rc;
	}
	rc = o->filter ? compile(&m->filter, "filter", o->filter, e) : 0;
	m->has_filter = o->filter && !rc;
	return rc;
}

static void free_patterns(struct maker *m)
{
	for (size_t i = 0; i < m->nmetrics; i++)
		regfree(&m->metrics[i]);
	free(m->metrics);
	free(m->matched);
	if (m->has_filter)
		regfree(&m->filter);
}

/* Nothing is shown of a pattern that is mistyped: that is no good news. */
static int all_matched(const struct maker *m, struct err *e)
{
	const struct trend_options *o = &m->t->options;

	if (m->has_filter && *m->title && !m->filter_matched) {
		err_set(e, -EINVAL, "filter '%s': no series matches",
			o->filter);
		return err_remedy(e, "titles are like \"%s\"", m->title);
	}
	for (size_t i = 0; i < m->nmetrics && m->t->nnights; i++) {
		if (m->matched[i])
			continue;
		err_set(e, -EINVAL, "no metric of \"%s\" matches '%s'",
			m->t->name, o->metrics[i]);
		return err_remedy(e, "vtdbench list metrics names them; "
				     "--filter is for trials");
	}
	return 0;
}

/* ---- series -----------------------------------------------------------------
 */

static int compare_series(const void *a, const void *b)
{
	const struct trend_series *x = a, *y = b;
	int by = (x->machine > y->machine) - (x->machine < y->machine);

	if (!by)
		by = strcmp(x->metric, y->metric);
	if (!by)
		by = strcmp(x->trial.design, y->trial.design);
	if (!by)
		by = strcmp(x->trial.cell, y->trial.cell);
	if (!by)
		by = strcmp(x->trial.sweep, y->trial.sweep);
	return by ? by : strcmp(x->trial.workload, y->trial.workload);
}

static struct trend_series *new_series(struct maker *m,
				       const struct trend_series *like)
{
	struct trend_series *s = must_calloc(1, sizeof(*s));
	struct trend *t = m->t;

	*s = *like;
	trend_own_trial(&s->trial, &like->trial);
	s->exact = true; /* until a value is not */
	t->series =
		must_grow(t->series, t->nseries, sizeof(struct trend_series *));
	t->series[t->nseries++] = s;
	must(tsearch(s, &m->tree, compare_series));
	return s;
}

/* Begins anew where what is measured is no longer the same. */
static void follow_params(struct trend_series *s, const struct store_trial *t)
{
	const char *params = t->params ? t->params : "";
	char why[sizeof(s->why)];

	if (!strcmp(s->trial.params, params))
		return;
	if (!compare_same_params(s->trial.params, "earlier runs", params,
				 "later ones", why, sizeof(why))) {
		s->left_out += s->n;
		s->n = 0;
		s->exact = true;
		snprintf(s->why, sizeof(s->why), "%s", why);
	}
	free((void *)(uintptr_t)s->trial.params);
	s->trial.params = must_copy(params);
}

/*
 * Exact figures; and times of operations where nothing else is there to tell a
 * slow machine by: what has a reference has its ratio, the reference the floor.
 */
static bool by_default(const struct value *v, const struct summary_row *row,
		       const struct summary_row *reference)
{
	const struct metric *known = metric_row(v->metric);

	if (v->deterministic)
		return true;
	if (!reference || MUTANT(trend_times_by_default))
		return known && known->op;
	return row == reference && v->metric == METRIC_walk_x_floor;
}

static bool wanted(struct maker *m, const char *name, bool by_default)
{
	bool wanted = !m->nmetrics && by_default;

	for (size_t i = 0; i < m->nmetrics; i++)
		if (match(&m->metrics[i], name))
			wanted = m->matched[i] = true;
	return wanted;
}

/* Adds @p to the series of @row that @key names. */
static void add_point(struct maker *m, const struct summary_row *row,
		      struct trend_series *key, const struct trend_point *p)
{
	void *found;
	struct trend_series *s;

	if (!wanted(m, key->metric, key->is_default))
		return;
	key->trial = *row->trial[0];
	key->machine = m->t->night[m->night].machine;
	found = tfind(key, &m->tree, compare_series);
	s = found ? *(struct trend_series **)found : new_series(m, key);
	follow_params(s, row->trial[0]);
	s->point = must_grow(s->point, s->n, sizeof(*s->point));
	s->point[s->n] = *p;
	s->point[s->n++].night = m->night;
	s->exact = s->exact && key->exact;
}

/* @v: the value of one repetition of @row. */
static void add_value(struct maker *m, const struct summary_row *row,
		      const struct summary_row *reference,
		      const struct value *v)
{
	const struct trend_point p = {
		/* Of any repetition if all have the same. */
		.value = v->deterministic ? v->value
					  : summary_median(row, v->metric),
		.disturbed = summary_all_lost(summary_lost(row, v->metric)),
		.mark = summary_mark(row, v->metric)};
	const struct metric *known = metric_row(v->metric);
	struct trend_series key = {.id = v->metric,
				   .metric = v->name,
				   .better = known ? known->better
						   : BETTER_NEITHER,
				   .exact = v->deterministic,
				   .is_default = by_default(v, row, reference)};

	snprintf(key.unit, sizeof(key.unit), "%s", v->unit);
	add_point(m, row, &key, &p);
}

/* Its ratio to the reference, "walk_lat_ns/leak", of time. */
static void add_ratio(struct maker *m, const struct summary_row *row,
		      const struct summary_row *reference, enum metric_id id)
{
	struct trend_series key = {.id = id, .unit = "x", .is_default = true};
	struct trend_point p = {
		.disturbed = summary_all_lost(summary_lost(row, id)) ||
			     summary_all_lost(summary_lost(reference, id)),
		.mark = summary_mark(row, id)};
	char name[128];
	double *log;
	size_t n = ratio_draws(row, reference, id, &log);

	snprintf(name, sizeof(name), "%s/%s", metrics[id].name,
		 reference->design);
	key.metric = metric_keep(name, NULL);
	p.value = exp(stats_hodges_lehmann(log, n, RATIO_CONFIDENCE).value);
	if (n)
		add_point(m, row, &key, &p);
	free(log);
}

static bool filtered(struct maker *m, const struct store_trial *t)
{
	bool matches;

	if (!m->has_filter)
		return false;
	compare_title(t, m->title, sizeof(m->title));
	matches = match(&m->filter, m->title);
	m->filter_matched = m->filter_matched || matches;
	return !matches;
}

/* Every value that a repetition has, once. */
static void add_row(struct maker *m, const struct summary_row *row,
		    const struct summary_row *reference)
{
	if (!row->n || filtered(m, row->trial[0]))
		return;
	for (size_t i = 0; i < row->n; i++) {
		const struct record *r = &row->trial[i]->record;

		for (size_t k = 0; k < r->nvalues; k++) {
			const struct value *v = &r->values[k];
			bool seen = false;

			for (size_t j = 0; j < i && !seen; j++)
				seen = record_get(&row->trial[j]->record,
						  v->metric);
			if (seen)
				continue;
			add_value(m, row, reference, v);
			if (reference && row != reference &&
			    metric_row(v->metric) && metric_compares(v->metric))
				add_ratio(m, row, reference, v->metric);
		}
	}
}

/* The machine class of @run; a new one is added. */
static size_t machine_of(struct trend *t, const struct store_run *run)
{
	struct trend_machine *m;
	struct machine_class c;

	machine_class_of(&c, run);
	for (size_t i = 0; i < t->nmachines; i++)
		if (machine_class_equal(&t->machine[i].class, &c) ||
		    MUTANT(trend_machines_mixed))
			return i;
	t->machine = must_grow(t->machine, t->nmachines, sizeof(*t->machine));
	m = &t->machine[t->nmachines];
	*m = (struct trend_machine){.class = c};
	machine_class_label(&c, m->label, sizeof(m->label));
	return t->nmachines++;
}

static int read_night(struct store *s, struct maker *m, struct err *e)
{
	struct trend_night *night = &m->t->night[m->night];
	struct store_trials trials = {0};
	struct store_run run = {0};
	struct summary summary;
	int rc = store_run_read(s, night->run, &run, e);

	if (!rc)
		rc = store_trials_load(s, night->run, STORE_VALUES, &trials, e);
	if (!rc) {
		night->machine = machine_of(m->t, &run);
		m->t->machine[night->machine].nights++;
		summary_make(&summary, &trials, run.config_text);
		for (size_t i = 0; i < summary.ncells; i++) {
			const struct summary_cell *cell = &summary.cell[i];
			const struct summary_row *reference =
				ratio_reference(cell);

			for (size_t k = 0; k < cell->nrows; k++)
				add_row(m, &cell->row[k], reference);
		}
		summary_release(&summary);
	}
	store_trials_release(&trials);
	store_run_release(&run);
	return rc;
}

static void leave(void *series)
{
}

int trend_make(struct store *s, const struct trend_options *o, struct trend *t,
	       struct err *e)
{
	struct maker m = {.t = t};
	int rc;

	*t = (struct trend){.options = *o};
	rc = compile_all(&m, e);
	if (!rc)
		rc = trend_find_nights(s, t, e);
	for (; !rc && m.night < t->nnights; m.night++)
		rc = read_night(s, &m, e);
	if (!rc)
		rc = store_acks_load(s, &t->acks, e);
	if (!rc)
		rc = all_matched(&m, e);
	tdestroy(m.tree, leave);
	free_patterns(&m);
	if (!rc)
		trend_judge(t);
	return rc;
}

void trend_release(struct trend *t)
{
	for (size_t i = 0; i < t->nnights; i++)
		trend_free_night(&t->night[i]);
	for (size_t i = 0; i < t->nodd; i++)
		trend_free_night(&t->odd[i]);
	for (size_t i = 0; i < t->nseries; i++)
		trend_free_series(t->series[i]);
	for (size_t i = 0; i < t->nranges; i++) {
		for (size_t k = 0; k < t->range[i].nlines; k++)
			free(t->range[i].line[k]);
		free(t->range[i].line);
	}
	free(t->night);
	free(t->odd);
	free(t->series);
	free(t->machine);
	free(t->range);
	free(t->name);
	store_acks_release(&t->acks);
	*t = (struct trend){0};
}
