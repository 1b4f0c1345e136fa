/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes that sample, looks that decide, and what it comes to. */
#include "judge/gate.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/child.h"
#include "machine/clock.h"
#include "judge/gate_metrics.h"
#include "base/rng.h"

enum {
	TRIPLES = 16, /* in a process */
};

struct gating {
	const struct gate_sides *old, *new;
	const struct gate_options *o;
	struct gate *g;
	struct rng rng;
	double began;
	bool confirming;
	struct err *e;
};

static double now_s(void)
{
	return (double)clock_monotonic_ns() / 1e9;
}

/* ---- one process ---- */

static bool stopped(const struct gating *t)
{
	return t->o->stop && *t->o->stop;
}

static int pair_failed(const struct gating *t, int status)
{
	if (stopped(t))
		return err_set(t->e, -EINTR, "stopped");
	if (status == EXIT_UNSUPPORTED)
		return err_set(t->e, -ENOTSUP,
			       "gate: nothing can be timed on this machine");
	if (status == EXIT_USAGE)
		return err_set(t->e, -ENOENT, "gate: %s or %s is no build",
			       t->old->name, t->new->name);
	if (status == EXIT_RUN_FAILED)
		return err_set(t->e, -EBADMSG,
			       "gate: the builds of %s and %s cannot be "
			       "compared",
			       t->old->name, t->new->name);
	return err_set(t->e, -EIO, "gate: vtdbench pair ended with status %d",
		       status);
}

/* Runs `pair` in a fresh process on link orders that are drawn. */
static int run_process(struct gating *t, const char *only)
{
	unsigned i = (unsigned)rng_below(&t->rng, t->old->n);
	unsigned j = t->old->n < 2
			     ? i
			     : (i + 1 +
				(unsigned)rng_below(&t->rng, t->old->n - 1)) %
				       t->old->n;
	unsigned k = (unsigned)rng_below(&t->rng, t->new->n);
	const struct child_options child = {.stop = t->o->stop};
	char seed[32], triples[16];
	const char *argv[] = {t->o->program,
			      "pair",
			      t->old->path[i],
			      t->old->path[j],
			      t->new->path[k],
			      "--seed",
			      seed,
			      "--triples",
			      triples,
			      "--only",
			      only,
			      NULL};
	struct gate_samples s;
	char *out;
	int status, rc;

	snprintf(seed, sizeof(seed), "%" PRIu64, rng_u64(&t->rng) >> 1);
	snprintf(triples, sizeof(triples), "%d", TRIPLES);
	rc = child_run(argv, &child, &out, &status, t->e);
	if (!rc && status)
		rc = pair_failed(t, status);
	if (!rc)
		rc = gate_samples_read(&s, out, t->e);
	free(out);
	if (rc)
		return rc;
	for (size_t n = 0; n < s.n; n++)
		gate_take_sample(t->g, &s.sample[n], t->confirming);
	gate_samples_release(&s);
	return 0;
}

/* ---- looks ---- */

static bool undecided(const struct gate_metric *m)
{
	return m->change.verdict == GATE_OPEN;
}

static bool fired(const struct gate_series *s)
{
	return s->verdict == GATE_SLOWER || s->verdict == GATE_FASTER;
}

static bool to_confirm(const struct gate_metric *m)
{
	return m->change.verdict == GATE_SLOWER || fired(&m->canary);
}

static size_t count_open(const struct gate *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++)
		n += undecided(&g->metric[i]);
	return n;
}

/* Metrics of which there are to be @want samples. */
struct wish {
	bool (*which)(const struct gate_metric *m);
	unsigned want;
	bool confirming;
};

static bool lacks(const void *arg, const struct gate_metric *m)
{
	const struct wish *w = arg;

	return w->which(m) &&
	       (w->confirming ? m->change.nconfirm : m->change.n) < w->want;
}

/* The budget is for looking; what looks slower is confirmed in any case. */
static bool out_of_time(const struct gating *t)
{
	return !t->confirming && t->o->budget_s > 0 && t->g->processes &&
	       now_s() - t->began > t->o->budget_s;
}

/*
 * Processes until all metrics of @which have @want samples; half as many
 * again where processes gave none, then no more.
 */
static int sample(struct gating *t, bool (*which)(const struct gate_metric *m),
		  unsigned want, unsigned have)
{
	const struct wish wish = {which, want, t->confirming};
	unsigned most = (want - have) * 3 / 2 + 4;

	for (unsigned i = 0; i < most; i++) {
		char *list = gate_list(t->g, lacks, &wish);
		int rc;

		/* A first process without any metric: nothing was selected. */
		if (t->g->processes && !list)
			return 0;
		if (stopped(t)) {
			free(list);
			return err_set(t->e, -EINTR, "stopped");
		}
		if (out_of_time(t)) {
			free(list);
			t->g->budget_spent = true;
			return 0;
		}
		rc = run_process(t, list	 ? list
				    : t->o->only ? t->o->only
						 : "*/*");
		free(list);
		if (rc)
			return rc;
		if (t->confirming)
			t->g->confirmations++;
		else
			t->g->processes++;
		if (t->o->progress)
			t->o->progress(t->o->arg,
				       t->g->processes + t->g->confirmations,
				       count_open(t->g), t->g->n);
	}
	return 0;
}

static void judge(struct gating *t, struct gate_metric *m, unsigned look)
{
	double goal = log1p(pair_classes[m->class].goal);

	/* What is to be found is never smaller than what can be. */
	if (goal < 2 * m->threshold)
		goal = 2 * m->threshold;
	if (!fired(&m->canary) && t->o->canary)
		m->canary.verdict = gate_judge(m->canary.sample, m->canary.n,
					       look, m->threshold, goal,
					       &m->canary.effect);
	m->change.verdict = gate_judge(m->change.sample, m->change.n, look,
				       m->threshold, goal, &m->change.effect);
}

static int look_at_all(struct gating *t, gate_threshold_fn *threshold,
		       void *arg)
{
	unsigned have = 0;

	for (unsigned look = 0; look < GATE_LOOKS; look++) {
		unsigned want = gate_look_processes[look];
		bool last = look + 1 == GATE_LOOKS || want >= t->o->processes;
		int rc;

		if (want > t->o->processes)
			want = t->o->processes;
		rc = sample(t, undecided, want, have);
		if (rc)
			return rc;
		for (size_t i = 0; i < t->g->n; i++) {
			struct gate_metric *m = &t->g->metric[i];

			if (!look)
				m->threshold =
					threshold ? threshold(arg, m)
						  : log1p(pair_classes[m->class]
								  .least);
			if (undecided(m) && 2 * m->change.n < want) {
				/* the machine is too busy for it */
				m->change.verdict = GATE_INCONCLUSIVE;
				continue;
			}
			if (undecided(m))
				judge(t, m,
				      last || t->g->budget_spent
					      ? GATE_LOOKS - 1
					      : look);
		}
		have = want;
		if (last || !count_open(t->g) || t->g->budget_spent)
			break;
	}
	return 0;
}

/* ---- confirming, and what it comes to ---- */

static void confirm_series(struct gate_series *s, double threshold)
{
	double sign = s->verdict == GATE_FASTER ? -1 : 1;

	if (!fired(s))
		return;
	for (size_t i = 0; i < s->nconfirm; i++)
		s->confirm[i] *= sign;
	s->slower = gate_confirms(s->confirm, s->nconfirm, threshold,
				  &s->confirmed);
}

static int confirm(struct gating *t)
{
	int rc;

	t->confirming = true;
	rc = sample(t, to_confirm, GATE_CONFIRM_PROCESSES, 0);
	if (rc)
		return rc;
	for (size_t i = 0; i < t->g->n; i++) {
		struct gate_metric *m = &t->g->metric[i];

		confirm_series(&m->canary, m->threshold);
		if (m->change.verdict == GATE_SLOWER)
			confirm_series(&m->change, m->threshold);
	}
	return 0;
}

static void sum_up(struct gate *g)
{
	const struct gate_metric *odd = NULL, *unsure = NULL;
	size_t unjudged = 0, worse = 0;
	char name[64];

	for (size_t i = 0; i < g->n; i++) {
		struct gate_metric *m = &g->metric[i];

		m->lost_differs =
			gate_lost_differs(m->tried, m->lost_old, m->lost_new);
		g->count[m->change.verdict]++;
		unjudged += m->lost_differs ||
			    m->change.verdict == GATE_INCONCLUSIVE ||
			    m->change.verdict == GATE_OPEN;
		g->confirmed += m->change.slower && !m->lost_differs;
		g->canaries += m->canary.slower;
		if (m->canary.slower)
			odd = m;
		if (m->change.verdict == GATE_SLOWER &&
		    m->change.nconfirm < gate_confirm_min())
			unsure = m;
	}
	for (size_t i = 0; i < g->nexact; i++)
		worse += g->exact[i].worse;
	g->status = EXIT_OK;
	if (odd) {
		pair_metric(odd->c, odd->half, name, sizeof(name));
		g->status = EXIT_INCONCLUSIVE;
		snprintf(g->why, sizeof(g->why),
			 "the old build differs from itself (%s, %s)", name,
			 odd->design);
	} else if (g->confirmed) {
		g->status = EXIT_REGRESSION;
	} else if (unsure) {
		pair_metric(unsure->c, unsure->half, name, sizeof(name));
		g->status = EXIT_INCONCLUSIVE;
		snprintf(
			g->why, sizeof(g->why),
			"%s, %s looked slower, and the machine was too busy to "
			"confirm it",
			name, unsure->design);
	} else if (2 * unjudged > g->n) {
		g->status = EXIT_INCONCLUSIVE;
		snprintf(g->why, sizeof(g->why),
			 "%zu of %zu metrics could not be judged%s", unjudged,
			 g->n, g->budget_spent ? " within the budget" : "");
	}
	/* No clock is needed for these, so no noise excuses them. */
	if (worse)
		g->status = EXIT_REGRESSION;
}

int gate_run(const struct gate_sides *old, const struct gate_sides *new,
	     const struct gate_options *o, gate_threshold_fn *threshold,
	     void *arg, struct gate *g, struct err *e)
{
	struct gating t = {.old = old,
			   .new = new,
			   .o = o,
			   .g = g,
			   .began = now_s(),
			   .e = e};
	int rc = 0;

	*g = (struct gate){0};
	rng_seed(&t.rng, o->seed, 0);
	if (o->exact)
		rc = gate_compare_exact(old, new, o, g, e);
	if (!rc && o->times)
		rc = look_at_all(&t, threshold, arg);
	if (!rc && o->times)
		rc = confirm(&t);
	if (!rc && o->times && !g->n)
		rc = err_set(e, -ENOENT, "gate: no case and design '%s'",
			     o->only);
	if (!rc)
		sum_up(g);
	g->seconds = now_s() - t.began;
	return rc;
}
