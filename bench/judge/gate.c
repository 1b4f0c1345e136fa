/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes that sample, looks that decide, and what it comes to. */
#include "judge/gate.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../kernels/mutant.h"
#include "base/child.h"
#include "machine/clock.h"
#include "judge/gate_metrics.h"
#include "base/rng.h"

enum {
	TRIPLES = 32, /* in a process */
};

struct gating {
	const struct gate_sides *side[2]; /* old, new */
	const struct gate_options *o;
	struct gate *g;
	struct rng rng;
	double began;
	char folder[32];		 /* of the objects of one draw */
	char path[PAIR_SIDES][512 + 16]; /* these */
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
			       t->side[0]->name, t->side[1]->name);
	if (status == EXIT_RUN_FAILED)
		return err_set(t->e, -EBADMSG,
			       "gate: the builds of %s and %s cannot be "
			       "compared",
			       t->side[0]->name, t->side[1]->name);
	return err_set(t->e, -EIO, "gate: vtdbench pair ended with status %d",
		       status);
}

/*
 * The object of each side in this draw: linked in an order of its own, so that
 * the linker's luck is in the spread of the samples, or where that cannot be,
 * one of those that were built.
 */
static void draw_orders(struct gating *t)
{
	for (unsigned i = 0; i < PAIR_SIDES; i++) {
		unsigned which = i == PAIR_NEW;
		const struct gate_sides *s = t->side[which];
		unsigned order = (unsigned)(rng_u64(&t->rng) >> 40);

		if (!t->g->orders_built[which]) {
			snprintf(t->path[i], sizeof(t->path[i]), "%s/%u.so",
				 t->folder, i);
			if (MUTANT(gate_orders_fixed))
				order = which;
			if (gate_sides_link(s, order, t->path[i], t->o->stop))
				continue;
			unlink(t->path[i]);
			t->g->orders_built[which] = !stopped(t);
		}
		snprintf(t->path[i], sizeof(t->path[i]), "%s",
			 s->path[order % s->n]);
	}
}

/* Runs `pair` in a fresh process on link orders that are drawn. */
static int run_process(struct gating *t, const char *only)
{
	const struct child_options child = {.stop = t->o->stop};
	char seed[32], triples[16];
	const char *argv[] = {t->o->program,
			      "pair",
			      t->path[PAIR_OLD],
			      t->path[PAIR_AGAIN],
			      t->path[PAIR_NEW],
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

	draw_orders(t);
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
		gate_take_sample(t->g, &s.sample[n], t->o->margin);
	gate_samples_release(&s);
	return 0;
}

/* ---- looks ---- */

static size_t count_open(const struct gate *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++)
		n += g->metric[i].open;
	return n;
}

static bool out_of_time(const struct gating *t)
{
	return t->o->budget_s > 0 && t->g->processes &&
	       now_s() - t->began > t->o->budget_s;
}

/*
 * Processes until all open metrics have @want samples; half as many again where
 * processes gave none, then no more.
 */
static int sample(struct gating *t, unsigned want, unsigned have)
{
	unsigned most = (want - have) * 3 / 2 + 4;

	for (unsigned i = 0; i < most; i++) {
		char *list = gate_list(t->g, want);
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
		t->g->processes++;
		if (t->o->progress)
			t->o->progress(t->o->arg, t->g->processes,
				       count_open(t->g), t->g->n);
	}
	return 0;
}

/* @last: nothing comes after it. */
static void look(struct gate_metric *m, unsigned want, bool last)
{
	if (!m->open)
		return;
	/* with fewer the machine is too busy for it */
	m->open = !last && 2 * m->change.ratio.draws >= want;
	gate_judge(m->twin.sample, &m->twin.ratio);
	gate_judge(m->change.sample, &m->change.ratio);
	if (m->change.ratio.verdict != RATIO_UNRESOLVED)
		m->open = false;
	if (gate_lost_differs(m->tried, m->lost_old, m->lost_new))
		m->change.ratio.verdict = RATIO_UNEQUAL;
}

static int look_at_all(struct gating *t)
{
	bool last = false;

	for (unsigned i = 0, have = 0; !last; have = gate_look_processes[i++]) {
		unsigned want = gate_look_processes[i];
		int rc;

		last = i + 1 == GATE_LOOKS || want >= t->o->processes;
		rc = sample(t, last ? t->o->processes : want, have);
		if (rc)
			return rc;
		last |= t->g->budget_spent;
		for (size_t k = 0; k < t->g->n; k++)
			look(&t->g->metric[k], want, last);
		last |= !count_open(t->g);
	}
	return 0;
}

/* ---- what it comes to ---- */

static void sum_up(struct gate *g)
{
	size_t unjudged, worse = 0;

	for (size_t i = 0; i < g->n; i++)
		g->count[g->metric[i].change.ratio.verdict]++;
	for (size_t i = 0; i < g->nexact; i++)
		worse += g->exact[i].worse;
	unjudged = g->count[RATIO_UNRESOLVED] + g->count[RATIO_UNEQUAL];
	g->status = EXIT_OK;
	/* Exact figures need no clock, so no noise excuses them. */
	if (worse || g->count[RATIO_SLOWER])
		g->status = EXIT_REGRESSION;
	else if (2 * unjudged > g->n)
		g->status = EXIT_INCONCLUSIVE;
	if (2 * unjudged > g->n)
		snprintf(g->why, sizeof(g->why),
			 "%zu of %zu metrics could not be judged%s", unjudged,
			 g->n, g->budget_spent ? " within the budget" : "");
}

static int time_them(struct gating *t)
{
	int rc = mkdtemp(t->folder) ? look_at_all(t)
				    : err_set(t->e, -errno, "%s: %s", t->folder,
					      strerror(errno));

	for (unsigned i = 0; i < PAIR_SIDES; i++)
		if (!strncmp(t->path[i], t->folder, strlen(t->folder)))
			unlink(t->path[i]);
	rmdir(t->folder);
	if (!rc && !t->g->n)
		rc = err_set(t->e, -ENOENT, "gate: no case and design '%s'",
			     t->o->only);
	return rc;
}

int gate_run(const struct gate_sides *old, const struct gate_sides *new,
	     const struct gate_options *o, struct gate *g, struct err *e)
{
	struct gating t = {.side = {old, new},
			   .o = o,
			   .g = g,
			   .began = now_s(),
			   .folder = "/tmp/vtdbench-gate-XXXXXX",
			   .e = e};
	int rc = 0;

	*g = (struct gate){0};
	rng_seed(&t.rng, o->seed, 0);
	if (o->exact)
		rc = gate_compare_exact(old, new, o, g, e);
	if (!rc && o->times)
		rc = time_them(&t);
	if (!rc)
		sum_up(g);
	g->seconds = now_s() - t.began;
	return rc;
}
