/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the cells of a run lack: precision, or the answer to its claims. */
#include "judge/precision.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/mutant.h"
#include "base/must.h"
#include "judge/answer.h"

struct margins precision_wanted(const struct params_run *run)
{
	const struct params_classes *p = &run->precision;
	bool given = p->walk > 0 || p->update > 0 || p->contended > 0;

	if (!given && (run->budget_ns || run->decide))
		return margins_default;
	return margins_of(p);
}

int precision_begin(void *arg, struct store *s, int64_t run, struct err *e)
{
	struct precision *p = arg;
	struct params_run keys;
	struct store_run r;
	int rc = store_run_read(s, run, &r, e);

	if (!rc) {
		config_run_keys(r.config_text, &keys);
		p->wanted = precision_wanted(&keys);
		p->decide = keys.decide;
		p->draws_max = keys.repetitions_max;
		question_of(r.config_text, &p->question);
		rc = margins_load(&p->margins, s, run, e);
	}
	if (!rc)
		rc = margins_shown(&p->shown, s, run, e);
	store_run_release(&r);
	return rc;
}

void precision_release(struct precision *p)
{
	question_release(&p->question);
}

static void need(struct runner_needs *out, enum metric_id metric, double excess,
		 enum runner_urgency urgency)
{
	if (excess <= 1 || (out->n && urgency > out->urgency))
		return;
	if (urgency < out->urgency)
		*out = (struct runner_needs){.n = 0};
	if (out->n == RUNNER_FIGURES)
		return;
	out->urgency = urgency;
	out->excess[out->n++] = excess;
	out->phases |= metrics[metric].phases;
	out->whole |= (metrics[metric].quantile > 0 ||
		       metrics[metric].phases == PHASE_NONE) &&
		      !MUTANT(tails_never_drawn);
}

struct told {
	enum answer_verdict verdict; /* by PRECISION_DECIDED */
	/* INFINITY: there is no interval; 0: more draws are of no use. */
	double excess;
	size_t draws;
};

/*
 * What the draws of @row against @to say, held against @low to @high as
 * answer_judge() does. @want: half-width that is asked for.
 */
static struct told tell(const struct summary_row *row,
			const struct summary_row *to, enum metric_id metric,
			double low, double high, double shown, double want)
{
	struct told out = {.verdict = ANSWER_UNRESOLVED, .excess = INFINITY};
	struct estimate narrow, sure;
	double *x, half, far;

	out.draws = ratio_draws(row, to, metric, &x);
	narrow = stats_hodges_lehmann(x, out.draws, PRECISION_CONFIDENCE);
	sure = stats_hodges_lehmann(x, out.draws, PRECISION_DECIDED);
	free(x);
	if (sure.confidence < PRECISION_DECIDED)
		return out;
	out.verdict = answer_judge(&sure, low, high, shown, &half);
	/* Never 0, which would take draws without end. */
	far = fmax(1e-9, fmin(fabs(sure.value - low), fabs(sure.value - high)));
	if (out.verdict != ANSWER_UNRESOLVED ||
	    (narrow.high - narrow.low) / 2 <= PRECISION_HOPELESS * want)
		out.excess = 0;
	else /* an interval need not be symmetrical */
		out.excess = fmax(half / far, 1.01);
	return out;
}

static enum runner_urgency urgency(const struct precision *p,
				   const struct told *t, bool open)
{
	if (isinf(t->excess))
		return open ? RUNNER_NO_INTERVAL : RUNNER_CASE;
	if ((double)t->draws * t->excess * t->excess > p->draws_max)
		return RUNNER_LONG;
	return open ? RUNNER_OPEN : RUNNER_CASE;
}

/* The design of @cell that is known least. */
static void narrow(const struct summary_cell *cell, enum metric_id metric,
		   double want, struct runner_needs *out)
{
	const struct summary_row *to = ratio_reference(cell);
	double half = 0;

	for (size_t i = 0; i < cell->nrows; i++)
		if (&cell->row[i] != to)
			half = fmax(half,
				    ratio_half_width(&cell->row[i], to, metric,
						     PRECISION_CONFIDENCE));
	need(out, metric, half / want,
	     isinf(half) ? RUNNER_NO_INTERVAL : RUNNER_OPEN);
}

/* Each design of @cell, and the twin: is it the same? */
static void apart(const struct precision *p, const struct summary_cell *cell,
		  enum metric_id metric, double want, struct runner_needs *out)
{
	const struct summary_row *to = ratio_reference(cell);
	const double margin = ratio_margin(cell->sample, &p->margins);

	for (size_t i = 0; i <= cell->nrows; i++) {
		const struct summary_row *row = i < cell->nrows ? &cell->row[i]
								: &cell->twin;
		struct told t;

		if (row == to || !summary_find(row, metric))
			continue;
		t = tell(row, to, metric, -margin, margin, 0, want);
		need(out, metric, t.excess, urgency(p, &t, true));
	}
}

/* All of @cell that will have a verdict. */
static void all_apart(const struct precision *p,
		      const struct summary_cell *cell, double want,
		      struct runner_needs *out)
{
	enum metric_id metric;

	for (unsigned rank = 1; (metric = ratio_metric(rank)) != METRIC_NONE;
	     rank++)
		if (rank <= RATIO_FIGURES || !MUTANT(verdicts_of_few))
			apart(p, cell, metric, want, out);
}

/* What tables show first of @cell. */
static void narrow_first(const struct summary_cell *cell, double want,
			 struct runner_needs *out)
{
	enum metric_id metric[RATIO_FIGURES];
	unsigned n = ratio_figures(cell, metric);

	for (unsigned k = 0; k < n; k++)
		narrow(cell, metric[k], want, out);
}

static void figures(const struct precision *p, struct runner_cell *cell)
{
	struct summary s;

	summary_make(&s, &cell->trials, NULL);
	for (size_t c = 0; c < s.ncells; c++) {
		double want = ratio_margin(s.cell[c].sample, &p->wanted);

		if (!ratio_reference(&s.cell[c]) || want <= 0)
			continue;
		if (p->decide && !MUTANT(decide_by_width))
			all_apart(p, &s.cell[c], want, &cell->needs);
		else
			narrow_first(&s.cell[c], want, &cell->needs);
	}
	summary_release(&s);
}

static struct runner_needs *needs_of(struct runner_cell *cell, size_t n,
				     const struct summary_cell *of)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(cell[i].first->cell, of->sample->cell))
			return &cell[i].needs;
	return NULL;
}

/* The cells that @at is from need what @t says. */
static void need_both(struct runner_cell *cell, size_t n,
		      const struct answer_case *at, const struct told *t,
		      enum runner_urgency urgency)
{
	const struct summary_cell *of[] = {at->cell, at->against_cell};

	for (unsigned i = 0; i < 2 && of[i]; i++) {
		struct runner_needs *out = needs_of(cell, n, of[i]);

		if (out && (!i || of[1] != of[0]))
			need(out, at->metric, t->excess, urgency);
	}
}

/* One case against it contradicts a claim, whatever the others are. */
static bool decided(const struct told *t, size_t n)
{
	bool all = true;

	for (size_t i = 0; i < n; i++) {
		if (t[i].verdict == ANSWER_CONTRADICTED)
			return true;
		all &= t[i].verdict != ANSWER_UNRESOLVED;
	}
	return all;
}

/* What @of needs to be decided, or what its cases need if it is. */
static void claim_needs(const struct precision *p, const struct answer *a,
			const struct answer_claim *of, struct runner_cell *cell,
			size_t n)
{
	struct told *t = must_calloc(of->n, sizeof(*t));

	for (size_t k = 0; k < of->n; k++) {
		const struct answer_case *at = &of->at[k];

		t[k].verdict = ANSWER_NOT_MEASURED;
		if (at->ratio.draws)
			t[k] = tell(at->row, at->against_row, at->metric,
				    at->low, at->high,
				    answer_shown(a, of->claim, at),
				    ratio_margin(at->cell->sample, &p->wanted));
	}
	for (size_t k = 0; k < of->n; k++)
		need_both(cell, n, &of->at[k], &t[k],
			  urgency(p, &t[k], !decided(t, of->n)));
	free(t);
}

static void decide(const struct precision *p, struct runner_cell *cell,
		   size_t n)
{
	struct answer a = {.question = p->question,
			   .margins = p->margins,
			   .shown = p->shown};

	for (size_t i = 0; i < n; i++)
		a.trials.n += cell[i].trials.n;
	a.trials.trial = must_calloc(a.trials.n + 1, sizeof(*a.trials.trial));
	a.trials.n = 0;
	for (size_t i = 0; i < n; i++) {
		const struct store_trials *t = &cell[i].trials;

		if (t->n)
			memcpy(a.trials.trial + a.trials.n, t->trial,
			       t->n * sizeof(*t->trial));
		a.trials.n += t->n;
	}
	summary_make(&a.summary, &a.trials, NULL);
	answer_judge_all(&a);
	for (size_t i = 0; i < a.n; i++)
		if (!claim_counts(a.claim[i].claim))
			claim_needs(p, &a, &a.claim[i], cell, n);
	answer_forget(&a);
	summary_release(&a.summary);
	free(a.trials.trial);
}

static bool asks(const struct question *q)
{
	bool any = false;

	for (size_t i = 0; i < q->n; i++)
		any |= !claim_counts(&q->claim[i]);
	return any && !MUTANT(claims_by_width);
}

void precision_needs(void *arg, struct runner_cell *cell, size_t n)
{
	const struct precision *p = arg;

	for (size_t i = 0; i < n; i++) {
		cell[i].needs = (struct runner_needs){.n = 0};
		store_mark_apart(&cell[i].trials);
	}
	if (asks(&p->question))
		decide(p, cell, n);
	else
		for (size_t i = 0; i < n; i++)
			figures(p, &cell[i]);
}
