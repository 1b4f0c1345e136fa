/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Claims against the ratios of the cells that they are about. */
#include "judge/answer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "../kernels/engine.h"
#include "../kernels/mutant.h"
#include "base/must.h"

/* The value of @row's key in @cell, as it would be written in a config. */
static void value_in(const struct summary_cell *cell, const json_t *params,
		     const struct option_row *row, char *text, size_t size)
{
	const struct store_trial *t = cell->sample;
	const char *value =
		json_string_value(json_object_get(params, row->key));

	if (!strcmp(row->key, "walkers"))
		snprintf(text, size, "%u", t->walkers);
	else if (!strcmp(row->key, "mappers"))
		snprintf(text, size, "%u", t->mappers);
	else if (!strcmp(row->key, "dumpers"))
		snprintf(text, size, "%u", t->dumpers);
	else if (!strcmp(row->key, "workload"))
		snprintf(text, size, "%s", t->workload);
	else /* a key that the program did not have then */
		snprintf(text, size, "%s", value ? value : option_before(row));
}

static bool has_one_of(const struct config_axis *axis, const char *is)
{
	struct params *p = must_calloc(1, sizeof(*p));
	char text[PARAMS_PATH];
	bool found = false;

	for (size_t i = 0; i < axis->n && !found; i++) {
		if (option_parse(axis->row, axis->values[i].text, p, NULL))
			continue;
		option_format(axis->row, p, text, sizeof(text));
		found = !strcmp(text, is);
	}
	free(p);
	return found;
}

static json_t *params_of(const struct summary_cell *cell)
{
	const char *text = cell->sample->params;
	json_t *o = text ? json_loads(text, 0, NULL) : NULL;

	return json_is_object(o) ? o : (json_decref(o), json_object());
}

static bool fits(const struct summary_cell *cell,
		 const struct claim_cells *where)
{
	json_t *params = params_of(cell);
	char is[PARAMS_PATH];
	bool good = true;

	for (size_t i = 0; i < where->n && good; i++) {
		value_in(cell, params, where->axis[i].row, is, sizeof(is));
		good = has_one_of(&where->axis[i], is) ||
		       MUTANT(answer_any_cell);
	}
	json_decref(params);
	return good;
}

/* Whether the cells are the same but for the keys of @but. */
static bool same_but_for(const struct summary_cell *a,
			 const struct summary_cell *b,
			 const struct claim_cells *but)
{
	json_t *x = params_of(a), *y = params_of(b);
	bool same;

	for (size_t i = 0; i < but->n; i++) {
		json_object_del(x, but->axis[i].row->key);
		json_object_del(y, but->axis[i].row->key);
	}
	json_object_del(x, "design");
	json_object_del(y, "design");
	same = !strcmp(a->sample->sweep, b->sample->sweep) && json_equal(x, y);
	json_decref(x);
	json_decref(y);
	return same;
}

static bool in_texts(const struct claim_texts *t, const char *text)
{
	for (size_t i = 0; i < t->n; i++)
		if (!strcmp(t->text[i], text))
			return true;
	return false;
}

/* A design may have been renamed since the config was written. */
static bool same_design(const char *a, const char *b)
{
	return !strcmp(a, b) ||
	       (design_find(a) && design_find(a) == design_find(b));
}

static const struct summary_row *row_of(const struct summary_cell *cell,
					const char *design)
{
	for (size_t i = 0; cell && i < cell->nrows; i++)
		if (same_design(cell->row[i].design, design))
			return &cell->row[i];
	return NULL;
}

static bool ran(const struct summary *s, const char *design)
{
	for (size_t i = 0; i < s->ncells; i++)
		if (row_of(&s->cell[i], design))
			return true;
	return false;
}

/* The cell in which what @c holds others against was measured. */
static const struct summary_cell *against_cell(const struct summary *s,
					       const struct summary_cell *cell,
					       const struct claim *c)
{
	if (!c->against_where.n)
		return cell;
	for (size_t i = 0; i < s->ncells; i++)
		if (fits(&s->cell[i], &c->against_where) &&
		    same_but_for(&s->cell[i], cell, &c->against_where))
			return &s->cell[i];
	return NULL;
}

enum answer_verdict answer_judge(const struct estimate *log, double low,
				 double high, double shown, double *half)
{
	double from = fmin(log->low, log->value - shown);
	double to = fmax(log->high, log->value + shown);

	*half = (to - from) / 2;
	if (MUTANT(answer_by_estimate))
		from = to = log->value;
	if (log->confidence < RATIO_CONFIDENCE - 1e-9) { /* rounded */
		*half = INFINITY;
		return ANSWER_UNRESOLVED;
	}
	if (from >= low && to <= high)
		return ANSWER_SUPPORTED;
	return to < low || from > high ? ANSWER_CONTRADICTED
				       : ANSWER_UNRESOLVED;
}

/* Why @design has no row. */
static void no_design(const struct summary *s, const char *design,
		      struct answer_case *at)
{
	snprintf(at->why, sizeof(at->why), "design %s %s", design,
		 ran(s, design) ? "did not run in this cell"
				: "is not in this run");
}

/* What there is to hold against each other; or says in at->why what lacks. */
static bool find_rows(const struct summary *s, const struct claim *c,
		      struct answer_case *at)
{
	const char *missing;

	at->row = row_of(at->cell, at->design);
	missing = at->row ? c->against : at->design;
	at->against_cell = against_cell(s, at->cell, c);
	at->against_row = !at->against_cell ? NULL
			  : c->against ? row_of(at->against_cell, c->against)
				       : ratio_reference(at->against_cell);
	if (at->against_row)
		at->against = at->against_row->design;
	if (at->row && at->against_row && at->row != at->against_row)
		return true;
	if (at->row && at->against_row)
		snprintf(at->why, sizeof(at->why),
			 "%s is what it is held against", at->design);
	else if (at->row && !at->against_cell)
		snprintf(at->why, sizeof(at->why),
			 "no cell to hold it against is in this run");
	else if (at->row && !c->against)
		snprintf(at->why, sizeof(at->why),
			 "no reference ran in this cell");
	else
		no_design(s, missing, at);
	return false;
}

double answer_shown(const struct answer *a, const struct claim *c,
		    const struct answer_case *at)
{
	/* A margin is no smaller than what the twin showed: once is enough. */
	return claim_takes_margin(c)
		       ? 0
		       : a->shown.of[ratio_class_of(at->cell->sample)];
}

static void judge(const struct answer *a, const struct claim *c,
		  struct answer_case *at)
{
	struct ratio *r = &at->ratio;

	at->verdict = ANSWER_NOT_MEASURED;
	claim_bounds(&c->ratio, ratio_margin(at->cell->sample, &a->margins),
		     &at->low, &at->high);
	if (!find_rows(&a->summary, c, at))
		return;
	if (!ratio_of(at->cell, at->row, at->against_row, at->metric,
		      &a->margins, r)) {
		answer_why_not(summary_find(at->row, at->metric)
				       ? at->against_row
				       : at->row,
			       at->metric, at->why, sizeof(at->why));
		return;
	}
	at->verdict = answer_judge(&r->log, at->low, at->high,
				   answer_shown(a, c, at), &at->half);
	if (r->verdict == RATIO_UNEQUAL) {
		at->verdict = ANSWER_UNRESOLVED;
		snprintf(at->why, sizeof(at->why),
			 "one of the two lost more batches");
	} else if (r->log.confidence < RATIO_CONFIDENCE - 1e-9) {
		snprintf(at->why, sizeof(at->why),
			 "an interval of 95 %% takes six draws, not %zu",
			 r->draws);
	}
}

/* Of events that do not happen there is a bound, and no proof. */
static void judge_count(const struct answer *a, const struct claim *c,
			struct answer_case *at)
{
	bool any;

	at->verdict = ANSWER_NOT_MEASURED;
	at->half = NAN;
	at->row = row_of(at->cell, at->design);
	if (!at->row) {
		no_design(&a->summary, at->design, at);
		return;
	}
	if (at->row->bad || !count_sum(at->row, at->metric, &at->count)) {
		answer_why_not(at->row, at->metric, at->why, sizeof(at->why));
		return;
	}
	any = at->count.events > 0;
	if (c->ratio.form == CLAIM_NONE)
		at->verdict = any ? ANSWER_CONTRADICTED : ANSWER_SUPPORTED;
	else
		at->verdict = any ? ANSWER_SUPPORTED : ANSWER_UNRESOLVED;
}

static struct answer_case *add(struct answer_claim *of,
			       const struct answer_case *at)
{
	of->at = must_grow(of->at, of->n, sizeof(*of->at));
	of->at[of->n] = *at;
	return &of->at[of->n++];
}

static bool is_of(const struct claim *c, const struct summary_cell *cell)
{
	return (!c->sweep.n || in_texts(&c->sweep, cell->sample->sweep)) &&
	       fits(cell, &c->where);
}

/* The cases of one figure: each cell that has it, each design. */
static void each_cell(struct answer *a, struct answer_claim *of,
		      const char *metric)
{
	const struct claim *c = of->claim;
	struct answer_case at = {.metric = metric_of(metric),
				 .metric_name = metric,
				 .against = c->against};

	for (size_t i = 0; i < a->summary.ncells; i++) {
		at.cell = &a->summary.cell[i];
		if (!is_of(c, at.cell) || !summary_has(at.cell, at.metric))
			continue;
		for (size_t k = 0; k < c->design.n; k++) {
			at.design = c->design.text[k];
			(claim_counts(c) ? judge_count : judge)(a, c,
								add(of, &at));
		}
	}
}

static void no_case(struct answer_claim *of, const char *metric,
		    const char *why, const char *what)
{
	struct answer_case *at =
		add(of, &(struct answer_case){
				.design = of->claim->design.n
						  ? of->claim->design.text[0]
						  : "-",
				.against = of->claim->against,
				.metric_name = metric,
				.half = claim_counts(of->claim) ? NAN : 0,
				.verdict = ANSWER_NOT_MEASURED});

	snprintf(at->why, sizeof(at->why), "%s%.110s", why, what);
}

static void conclude(struct answer_claim *of)
{
	of->verdict = ANSWER_SUPPORTED;
	if (claim_counts(of->claim))
		of->half = NAN;
	for (size_t i = 0; i < of->n; i++) {
		if (of->at[i].verdict > of->verdict)
			of->verdict = of->at[i].verdict;
		if (of->at[i].verdict == ANSWER_UNRESOLVED && !isnan(of->half))
			of->half = fmax(of->half, of->at[i].half);
	}
}

static void judge_claim(struct answer *a, struct answer_claim *of)
{
	const struct claim *c = of->claim;

	if (c->unread)
		no_case(of, c->metric.n ? c->metric.text[0] : "-",
			"this version cannot read the claim: ", c->unread);
	for (size_t i = 0; i < c->metric.n && !c->unread; i++) {
		size_t before = of->n;
		const char *name = c->metric.text[i];

		if (metric_of(name) < METRIC_NR)
			each_cell(a, of, name);
		if (of->n == before)
			no_case(of, name,
				"no cell of this run that is meant has ", name);
	}
	conclude(of);
}

void answer_judge_all(struct answer *a)
{
	a->n = a->question.n;
	a->claim = must_calloc(a->n, sizeof(*a->claim));
	for (size_t i = 0; i < a->n; i++) {
		a->claim[i].claim = &a->question.claim[i];
		judge_claim(a, &a->claim[i]);
	}
}

int answer_load(struct answer *a, struct store *s, int64_t run, struct err *e)
{
	int rc;

	*a = (struct answer){0};
	rc = store_run_read(s, run, &a->run, e);
	if (!rc)
		question_of(a->run.config_text, &a->question);
	if (rc || !a->question.n)
		return rc;
	rc = store_trials_load(s, run, STORE_VALUES, &a->trials, e);
	if (!rc)
		rc = store_shards_load(s, run, &a->shards, e);
	if (!rc)
		rc = margins_load(&a->margins, s, run, e);
	if (!rc)
		rc = margins_shown(&a->shown, s, run, e);
	if (rc)
		return rc;
	summary_make(&a->summary, &a->trials, a->run.config_text);
	answer_judge_all(a);
	return 0;
}

void answer_forget(struct answer *a)
{
	for (size_t i = 0; i < a->n; i++)
		free(a->claim[i].at);
	free(a->claim);
	a->claim = NULL;
	a->n = 0;
}

void answer_release(struct answer *a)
{
	answer_forget(a);
	summary_release(&a->summary);
	question_release(&a->question);
	store_shards_release(&a->shards);
	store_trials_release(&a->trials);
	store_run_release(&a->run);
	*a = (struct answer){0};
}
