/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rounds of every kind of batch, and what counts of them. */
#include "measure/contest.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/aligned.h"
#include "../kernels/mutant.h"
#include "../topology/pin.h"
#include "measure/kinds.h"
#include "measure/rounds.h"
#include "plan/schedule.h"

/* One draw. */
struct contest {
	struct trial **t;
	unsigned n;
	struct crew *crew;
	struct rng rng;
	struct work work;
	struct place place;
	struct trial_trace trace;
	bool once; /* one batch, to be looked at */
	unsigned retries, phases;
};

/* @nth: of its kind so many counted. */
static int run_batch(struct contest *c, struct trial *t, const struct kind *k,
		     const struct schedule *s, unsigned nth, struct batch *b,
		     struct err *e)
{
	struct worker_group *g = &t->group;
	/* Of no other batch a trace is what the domains hold at the end. */
	struct replay *replay = k->run == batch_replay ? g->replay : NULL;
	uint64_t from;
	int ret;

	*b = (struct batch){.name = k->name,
			    .run = k->run,
			    .which = k->which,
			    .nth = nth,
			    .counted = k->counted,
			    .ns = s->ns,
			    .lead_ns = s->lead_ns};
	if (trial_touch_ahead(t, e) || (replay && replay_begin(replay, g, e)))
		return e->code;
	from = clock_start();
	g->held_zero = from - g->held_past;
	g->held_next = 0;
	ret = crew_run(c->crew, g, b, e);
	if (replay)
		replay_end(replay, g, ret ? NULL : b);
	g->held_past += clock_start() - from;
	return ret;
}

static void give_up(struct trial *t, const struct err *e)
{
	t->r->status = e->code == -EINTR ? TRIAL_INTERRUPTED : TRIAL_FAILED;
	snprintf(t->r->reason, sizeof(t->r->reason), "%.*s",
		 (int)sizeof(t->r->reason) - 1, e->what);
}

static bool runs(const struct trial *t)
{
	return t->r->status == TRIAL_OK;
}

/* About where the host runs the CPUs; there is nothing to warm. */
static bool of_cpus(const struct kind *k)
{
	return k->run == batch_beside || k->run == batch_transfer;
}

/*
 * Thrown away: streams, tables and branch predictors are met first. What a
 * replay takes with all that belongs to it is only known then.
 */
static void warm_up(struct contest *c, const struct kind *k,
		    struct schedule *schedule)
{
	const struct schedule s = {.lead_ns = c->t[0]->p->time.warmup_ns};
	uint64_t from = clock_start(), ns;

	for (unsigned i = 0; i < c->n && k->run != batch_pass && !of_cpus(k);
	     i++) {
		struct err e = {0};
		struct batch b;

		if (runs(c->t[i]) && run_batch(c, c->t[i], k, &s, 0, &b, &e))
			give_up(c->t[i], &e);
	}
	ns = (uint64_t)clock_ns(clock_stop() - from) / c->n;
	if (!c->trace.plan || ns < schedule->ns)
		return;
	schedule->ns = ns;
	schedule->rounds = schedule_rounds(c->t[0]->p->time.phase_ns, ns);
}

/* In these kinds only walkers run, whoever else the cell has; of map_sizes,
 * which has none, mappers. */
enum { WALKERS_ONLY = PHASE_CONTROL | PHASE_FLOOR | PHASE_ONE_STAGE };

/* Rounds of one kind of batch. */
struct kind_rounds {
	struct contest *c;
	const struct kind *k;
	struct schedule s;
	unsigned got[64]; /* batches that counted */
};

static int run_one(void *arg, unsigned i, struct batch *b)
{
	const struct kind_rounds *of = arg;
	struct trial *t = of->c->t[i];
	struct err e = {0};

	if (!runs(t))
		return 1;
	if (run_batch(of->c, t, of->k, &of->s, of->got[i], b, &e)) {
		give_up(t, &e);
		return e.code == -EINTR ? e.code : 1;
	}
	t->batches++;
	t->lost += b->lost;
	return 0;
}

static void collect(void *arg, unsigned i, const struct batch *b)
{
	struct kind_rounds *of = arg;
	struct trial *t = of->c->t[i];

	of->got[i]++;
	if (b->lost) {
		t->r->disturbed |= of->k->bit;
		snprintf(t->r->reason, sizeof(t->r->reason), "%s", b->why);
	}
	for (unsigned w = 0; w < t->group.n; w++)
		os_sum_add(&t->os, &t->group.workers[w].os);
	of->k->collect(t, of->k->which);
}

static void run_kind(struct contest *c, const struct kind *k)
{
	const struct params *p = c->t[0]->p;
	struct kind_rounds of = {.c = c,
				 .k = k,
				 .s = k->bit & WALKERS_ONLY
					      ? schedule_walkers(p)
					      : schedule_of(p)};
	/* Each pass leaves tables held: as many as planned, whatever comes. */
	bool pass = k->run == batch_pass;
	struct rounds r = {.n = c->n,
			   .rng = &c->rng,
			   .run = run_one,
			   .collect = collect,
			   .arg = &of};

	if (k->counted)
		of.s.ns = p->time.phase_ns;
	if (!c->once)
		warm_up(c, k, &of.s);
	r.wanted = c->once ? 1 : k->rounds ? k->rounds : of.s.rounds;
	r.tries = pass || c->once ? r.wanted : (1 + c->retries) * r.wanted;
	for (unsigned i = 0; i < c->n && !pass; i++)
		r.patience_ns += SCHEDULE_PATIENCE * r.wanted *
				 schedule_batch_ns(c->t[i]->p, &of.s);
	rounds_run(&r);
}

/* What a mapper's stream leaves held once reclamation caught up. */
static void after_pass(struct trial *t)
{
	struct worker_group *g = &t->group;

	held_now(g);
	record_add(t->r, METRIC_table_bytes_held_pass, held_bytes(g),
		   t->p->mappers == 1);
	record_add_series(t->r, "table_bytes_held_pass", g->nheld, g->held_ms,
			  g->held_bytes);
	held_start(g, schedule_update_ns(t->p));
	held_now(g);
}

static void open_counters(struct contest *c)
{
	struct batch b = {.name = "counters", .run = batch_counters};

	for (unsigned i = 0; i < c->n; i++) {
		struct err e = {0};

		if (runs(c->t[i]) && c->t[i]->env->counters &&
		    crew_run(c->crew, &c->t[i]->group, &b, &e))
			give_up(c->t[i], &e);
	}
}

/* A mapper's stream has gone through once before any of it counts, and how the
 * CPUs are to each other is asked each time. */
static bool wanted(const struct contest *c, const struct kind *k)
{
	return !c->phases || k->run == batch_pass || of_cpus(k) ||
	       (k->bit & c->phases && k->run != batch_walk_tail && !k->counted);
}

static bool applies(const struct contest *c, const struct kind *k)
{
	if (!wanted(c, k))
		return false;
	for (unsigned i = 0; i < c->n; i++)
		if (runs(c->t[i]))
			return k->applies(c->t[i], k->which) &&
			       (!c->t[i]->p->race || k == &kinds[0]);
	return false;
}

static void measure(struct contest *c)
{
	open_counters(c);
	for (unsigned i = 0; i < c->n; i++) {
		struct worker_group *g = &c->t[i]->group;

		if (!runs(c->t[i]))
			continue;
		held_start(g, schedule_update_ns(c->t[i]->p));
		held_now(g);
	}
	for (unsigned k = 0; kinds[k].name; k++) {
		if (!applies(c, &kinds[k]))
			continue;
		run_kind(c, &kinds[k]);
		if (c->once)
			return;
		for (unsigned i = 0; kinds[k].run == batch_pass && i < c->n;
		     i++)
			if (runs(c->t[i]))
				after_pass(c->t[i]);
	}
}

static void answers(struct trial *t)
{
	uint64_t wrong = 0;

	for (unsigned i = 0; i < t->group.n; i++) {
		const struct worker *w = &t->group.workers[i];

		if (w->wrong && !wrong)
			snprintf(t->r->reason, sizeof(t->r->reason),
				 "wrong answer: %s %u: %s", role_name(w->role),
				 w->index, w->why);
		wrong += w->wrong;
	}
	if (wrong)
		t->r->status = TRIAL_WRONG;
	record_add(t->r, METRIC_wrong_answers, (double)wrong, true);
}

static int prepare(struct contest *c, const struct contest_options *o,
		   struct err *e)
{
	struct trial *first = c->t[0];
	const struct params all = trial_streams(first->p);
	int ret = trial_place(first->p, first->env, &c->place, e);

	if (!ret)
		ret = first->workload->prepare(&all, &c->work, e);
	if (!ret && first->p->inv.flush == FLUSH_DEFERRED)
		work_mark_reuse(&c->work);
	if (!ret)
		ret = crew_start(&c->crew, first->env->topo, c->place.cpus,
				 c->place.nthreads, e);
	if (!ret && first->workload->flags & WORKLOAD_TRACE)
		ret = trial_trace_open(&c->trace, first, o->exact, e);
	for (unsigned i = 0; i < c->n && !ret; i++) {
		struct trial *t = c->t[i];
		struct err why = {0};

		t->plan = c->trace.plan;
		if (trial_setup(t, &why) ||
		    (!t->plan && trial_model(t, c->crew, o->exact, &why)))
			give_up(t, &why);
		if (t->group.replay) {
			t->group.replay->leaf = o->leaf;
			t->group.replay->arg = o->arg;
			if (o->submitted)
				replay_observe(t->group.replay, t->inv,
					       o->submitted, o->arg);
		}
	}
	return ret;
}

static void run(struct contest *c, const struct contest_options *o)
{
	struct pin_saved *affinity = pin_save();
	struct err e = {0};
	int ret = prepare(c, o, &e);

	if (!ret)
		measure(c);
	for (unsigned i = 0; i < c->n; i++) {
		if (ret && runs(c->t[i]))
			give_up(c->t[i], &e);
		if (runs(c->t[i])) {
			trial_record(c->t[i], o->phases);
			if (c->t[i]->plan)
				trial_trace_record(c->t[i], &c->trace);
			answers(c->t[i]);
		}
		trial_teardown(c->t[i]);
	}
	crew_stop(c->crew);
	trial_trace_close(&c->trace);
	work_release(&c->work);
	place_release(&c->place);
	if (affinity)
		pin_restore(affinity);
}

static struct trial *trial_new(struct contest *c, struct contestant *of,
			       const struct trial_env *env)
{
	struct trial *t = aligned_zalloc(_Alignof(struct trial), 1, sizeof(*t));

	if (!t)
		return NULL;
	t->p = of->p;
	t->env = env;
	t->r = &of->r;
	t->work = &c->work;
	t->place = &c->place;
	t->workload = workload_find(of->p->workload);
	t->design = of->design ? of->design : design_find(of->p->design);
	return t;
}

void contest_run(struct contestant *of, unsigned n, const struct trial_env *env,
		 const struct contest_options *o)
{
	struct contest *c = calloc(1, sizeof(*c));
	unsigned order[ROUNDS_CONTESTANTS];
	struct err e = {0};

	if (c)
		c->t = calloc(n, sizeof(struct trial *));
	if (!c || !c->t)
		err_set(&e, -ENOMEM, "no memory for the trial");
	else
		rng_seed(&c->rng, o->seed, UINT64_C(0x6f72646572));
	if (c) {
		c->retries = o->retries;
		c->phases = o->phases;
		c->once = o->leaf || o->submitted;
	}
	/* Where things lie follows from when they were allocated: who is always
	 * set up last has its own luck in every draw (docs/measuring.md). */
	if (!e.code)
		rounds_order(&c->rng, n, order);
	for (unsigned i = 0; i < n && !e.code; i++) {
		struct contestant *one =
			&of[MUTANT(contest_in_order) ? i : order[i]];
		struct trial *t = trial_new(c, one, env);

		if (!t) {
			err_set(&e, -ENOMEM, "no memory for the trial");
		} else if (!t->workload || !t->design) {
			err_set(&e, -EINVAL, "no such %s: %s",
				t->design ? "workload" : "design",
				t->design ? one->p->workload : one->p->design);
			free(t);
		} else {
			c->t[c->n++] = t;
		}
	}
	if (!e.code)
		run(c, o);
	for (unsigned i = 0; i < n && e.code; i++) {
		of[i].r.status = TRIAL_FAILED;
		snprintf(of[i].r.reason, sizeof(of[i].r.reason), "%.250s",
			 e.what);
	}
	for (unsigned i = 0; c && i < c->n; i++)
		free(c->t[i]);
	if (c)
		free(c->t);
	free(c);
}
