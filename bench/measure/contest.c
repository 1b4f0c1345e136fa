/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kinds of batch, rounds, and what counts of them. */
#include "measure/contest.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/aligned.h"
#include "../topology/pin.h"
#include "measure/trial_parts.h"
#include "plan/schedule.h"

/* A kind of batch: when it makes sense, and what it yields. */
struct kind {
	const char *name;
	enum phase_bit bit; /* figures of it suffer when batches are lost */
	batch_run *run;
	unsigned which;
	bool (*applies)(const struct trial *t, unsigned which);
	void (*collect)(struct trial *t, unsigned which);
	unsigned rounds; /* 0: as many as there is time for */
	bool counted;
};

static bool is_sizes(const struct trial *t)
{
	return t->workload->flags & WORKLOAD_MAP_SIZES;
}

static bool open_loop(const struct params *p)
{
	return p->time.rate_ops_per_s != 0;
}

static bool walkers(const struct trial *t, unsigned which)
{
	return t->p->walkers && !is_sizes(t) &&
	       (which == WALK_PLAIN || t->iotlb);
}

static bool closed_walkers(const struct trial *t, unsigned which)
{
	return walkers(t, which) && !open_loop(t->p);
}

static bool any_role(const struct trial *t, unsigned which)
{
	return which == WALK_PLAIN ? !is_sizes(t) : closed_walkers(t, which);
}

static bool no_walkers(const struct trial *t, unsigned which)
{
	return any_role(t, which) && !t->p->walkers && !open_loop(t->p);
}

static bool floor_known(const struct trial *t, unsigned which)
{
	return which < 2 && walkers(t, WALK_PLAIN) &&
	       t->group.workers[0].nfloor;
}

static bool nested(const struct trial *t, unsigned which)
{
	return walkers(t, which) && t->nested.second;
}

static bool mappers(const struct trial *t, unsigned which)
{
	return which == WALK_PLAIN && t->p->mappers && !is_sizes(t);
}

static bool counters(const struct trial *t, unsigned which)
{
	return closed_walkers(t, which) && t->env->counters;
}

static bool size_row(const struct trial *t, unsigned which)
{
	return is_sizes(t) && !size_left_out(which, t->group.domain);
}

/* Over the walkers: the mean time of an operation. */
static double walk_ns(const struct trial *t)
{
	double sum = 0;

	for (unsigned i = 0; i < t->p->walkers; i++)
		sum += tally_ns_per_op(&t->group.workers[i].walk);
	return sum / t->p->walkers;
}

/* Per second, of all threads of a role; a thread that ended none adds none. */
static double rate(const struct trial *t, enum role role, size_t tally)
{
	double sum = 0;

	for (unsigned i = 0; i < t->group.n; i++) {
		const struct worker *w = &t->group.workers[i];
		const struct tally *of =
			(const void *)((const char *)w + tally);

		if (w->role == role)
			sum += 1e9 / tally_ns_per_op(of);
	}
	return sum;
}

#define RATE(t, role, member) rate(t, role, offsetof(struct worker, member))

static void collect_others(struct trial *t)
{
	uint64_t done = 0;

	for (unsigned i = 0; i < t->group.n; i++) {
		t->stalls += t->group.workers[i].stalls;
		done += t->group.workers[i].done;
	}
	/* Only the designs that leave work to others have such threads. */
	if (done && t->design->flags & DESIGN_DEFERS)
		figure_add(t, METRIC_reclaim_cpu_ns_per_op,
			   (double)t->group.reclaim_ns / (double)done);
	if (t->p->mappers && t->group.params->time.rate_ops_per_s == 0)
		figure_add(t, METRIC_update_ops_per_s,
			   RATE(t, ROLE_MAPPER, update));
	for (unsigned i = 0; i < t->group.n; i++) {
		const struct worker *w = &t->group.workers[i];

		if (w->role != ROLE_DUMPER)
			continue;
		figure_add(t, METRIC_dump_ms, tally_ns_per_op(&w->dump) / 1e6);
	}
	if (t->p->dumpers)
		figure_add(t, METRIC_dumps_per_s, RATE(t, ROLE_DUMPER, dump));
}

static void collect_control(struct trial *t, unsigned which)
{
	figure_add(t, METRIC_control_ops_per_s, RATE(t, ROLE_WALKER, walk));
}

static void collect_floor(struct trial *t, unsigned which)
{
	figure_add(t, which ? METRIC_floor_thr_ns : METRIC_floor_dep_ns,
		   walk_ns(t));
}

static void collect_one_stage(struct trial *t, unsigned which)
{
	figure_add(t, METRIC_one_stage_lat_ns, walk_ns(t));
}

static void collect_pass(struct trial *t, unsigned which)
{
	double ms = 0;

	for (unsigned i = 0; i < t->group.n; i++)
		ms = fmax(ms, t->group.workers[i].pass_ms);
	figure_add(t, METRIC_update_pass_ms, ms);
}

static void collect_dep(struct trial *t, unsigned which)
{
	figure_add(t,
		   which == WALK_PLAIN ? METRIC_walk_lat_ns
				       : METRIC_translate_ns,
		   walk_ns(t));
	collect_others(t);
}

static void collect_updates(struct trial *t, unsigned which)
{
	collect_others(t);
}

static void collect_thr(struct trial *t, unsigned which)
{
	if (which == WALK_PLAIN) {
		figure_add(t, METRIC_walk_thr_ns, walk_ns(t));
		figure_add(t, METRIC_walk_ops_per_s,
			   RATE(t, ROLE_WALKER, walk));
	} else {
		figure_add(t, METRIC_translate_ops_per_s,
			   RATE(t, ROLE_WALKER, walk));
	}
	for (unsigned i = 0; which && i < t->p->walkers; i++) {
		const struct worker *w = &t->group.workers[i];
		uint64_t hits = w->t.iotlb.hits - w->iotlb_before.hits;

		t->iotlb_hits += hits;
		t->iotlb_lookups +=
			hits + w->t.iotlb.misses - w->iotlb_before.misses;
	}
	collect_others(t);
}

static void collect_counted(struct trial *t, unsigned which)
{
	for (unsigned i = 0; i < t->p->walkers; i++)
		t->counted_ops += t->group.workers[i].walk.ops;
}

static void collect_tail(struct trial *t, unsigned which)
{
	for (unsigned i = 0; i < t->group.n; i++)
		for (unsigned k = 0; k < TAILS; k++)
			singles_merge(&t->tail[k],
				      &t->group.workers[i].tail[k]);
}

static void collect_size(struct trial *t, unsigned which)
{
	const struct worker *w = &t->group.workers[t->p->walkers];

	figure_add(t, map_sizes[which].map, tally_ns_per_op(&w->walk));
	figure_add(t, map_sizes[which].unmap, tally_ns_per_op(&w->update));
}

#define SIZE(row)                                                       \
	{                                                               \
		.name = "sizes",                                        \
		.bit = (enum phase_bit)(PHASE_SIZES << (row)),          \
		.run = batch_size, .which = (row), .applies = size_row, \
		.collect = collect_size                                 \
	}

static const struct kind kinds[] = {
	{"control", PHASE_CONTROL, batch_control, 0, walkers, collect_control,
	 8, false},
	{"floor", PHASE_FLOOR, batch_floor, 0, floor_known, collect_floor, 0,
	 false},
	{"floor", PHASE_FLOOR, batch_floor, 1, floor_known, collect_floor, 0,
	 false},
	{"one stage", PHASE_ONE_STAGE, batch_one_stage, 0, nested,
	 collect_one_stage, 0, false},
	{"pass", PHASE_PASS, batch_pass, 0, mappers, collect_pass,
	 SCHEDULE_PASSES, false},
	{"updates", PHASE_LATENCY, batch_walk_dep, 0, no_walkers,
	 collect_updates, 0, false},
	{"latency", PHASE_LATENCY, batch_walk_dep, WALK_PLAIN, closed_walkers,
	 collect_dep, 0, false},
	{"throughput", PHASE_THROUGHPUT, batch_walk_thr, WALK_PLAIN,
	 closed_walkers, collect_thr, 0, false},
	{"counters", PHASE_THROUGHPUT, batch_walk_thr, WALK_PLAIN, counters,
	 collect_counted, 1, true},
	{"tail", PHASE_LATENCY, batch_walk_tail, WALK_PLAIN, any_role,
	 collect_tail, 0, false},
	{"translate latency", PHASE_TRANSLATE_LATENCY, batch_walk_dep,
	 WALK_TRANSLATE, closed_walkers, collect_dep, 0, false},
	{"translate throughput", PHASE_TRANSLATE_THROUGHPUT, batch_walk_thr,
	 WALK_TRANSLATE, closed_walkers, collect_thr, 0, false},
	{"translate tail", PHASE_TRANSLATE_LATENCY, batch_walk_tail,
	 WALK_TRANSLATE, closed_walkers, collect_tail, 0, false},
	SIZE(0),
	SIZE(1),
	SIZE(2),
	SIZE(3),
	SIZE(4),
	SIZE(5),
};

enum { KINDS = sizeof(kinds) / sizeof(*kinds) };

/* One draw. */
struct contest {
	struct trial **t;
	unsigned n;
	struct crew *crew;
	struct rng rng;
	struct work work;
	struct place place;
	unsigned order[64], retries;
};

static void draw_order(struct contest *c)
{
	for (unsigned i = 0; i < c->n; i++) {
		unsigned j = (unsigned)rng_below(&c->rng, i + 1);

		c->order[i] = c->order[j];
		c->order[j] = i;
	}
}

static int run_batch(struct contest *c, struct trial *t, const struct kind *k,
		     const struct schedule *s, struct batch *b, struct err *e)
{
	struct worker_group *g = &t->group;
	uint64_t from;
	int ret;

	*b = (struct batch){.name = k->name,
			    .run = k->run,
			    .which = k->which,
			    .counted = k->counted,
			    .ns = s->ns,
			    .lead_ns = s->lead_ns};
	if (trial_touch_ahead(t, e))
		return e->code;
	from = clock_start();
	g->held_zero = from - g->held_past;
	g->held_next = 0;
	ret = crew_run(c->crew, g, b, e);
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

/* Thrown away: streams, tables and branch predictors are met first. */
static void warm_up(struct contest *c, const struct kind *k)
{
	const struct schedule s = {.lead_ns = c->t[0]->p->time.warmup_ns};

	for (unsigned i = 0; i < c->n && k->run != batch_pass; i++) {
		struct err e = {0};
		struct batch b;

		if (runs(c->t[i]) && run_batch(c, c->t[i], k, &s, &b, &e))
			give_up(c->t[i], &e);
	}
}

/* Rounds of one kind. A round counts if the batch of each contestant does. */
static void run_kind(struct contest *c, const struct kind *k)
{
	const struct params *p = c->t[0]->p;
	struct schedule s = schedule_of(p);
	unsigned wanted = k->rounds ? k->rounds : s.rounds;
	/* Each pass leaves tables held: as many as planned, whatever comes. */
	bool pass = k->run == batch_pass;
	unsigned tries = pass ? wanted : (1 + c->retries) * wanted;
	unsigned got[64] = {0};
	uint64_t until;

	if (k->counted)
		s.ns = p->time.phase_ns;
	warm_up(c, k);
	until = clock_start() +
		clock_ticks((double)(SCHEDULE_PATIENCE * wanted * c->n *
				     (s.ns + s.lead_ns)));
	for (unsigned round = 0; round < tries; round++) {
		bool more = false;
		bool last = round + 1 == tries ||
			    (!pass && clock_start() > until);

		draw_order(c);
		for (unsigned i = 0; i < c->n; i++) {
			unsigned at = c->order[i];
			struct trial *t = c->t[at];
			struct err e = {0};
			struct batch b;

			if (!runs(t) || got[at] >= wanted)
				continue;
			if (run_batch(c, t, k, &s, &b, &e)) {
				give_up(t, &e);
				if (e.code == -EINTR)
					return;
				continue;
			}
			t->batches++;
			t->lost += b.lost;
			if (b.lost && (!last || got[at])) {
				more = true;
				continue;
			}
			if (b.lost) {
				t->r->disturbed |= k->bit;
				snprintf(t->r->reason, sizeof(t->r->reason),
					 "%s", b.why);
			}
			for (unsigned w = 0; w < t->group.n; w++)
				os_sum_add(&t->os, &t->group.workers[w].os);
			k->collect(t, k->which);
			got[at]++;
			more |= got[at] < wanted;
		}
		if (!more || last)
			return;
	}
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

static bool applies(const struct contest *c, const struct kind *k)
{
	for (unsigned i = 0; i < c->n; i++)
		if (runs(c->t[i]))
			return k->applies(c->t[i], k->which);
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
	for (unsigned k = 0; k < KINDS; k++) {
		if (!applies(c, &kinds[k]))
			continue;
		run_kind(c, &kinds[k]);
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
	int ret = trial_place(first->p, first->env, &c->place, e);

	if (!ret)
		ret = first->workload->prepare(first->p, &c->work, e);
	if (!ret)
		ret = crew_start(&c->crew, first->env->topo, c->place.cpus,
				 c->place.nthreads, e);
	for (unsigned i = 0; i < c->n && !ret; i++) {
		struct err why = {0};

		if (trial_setup(c->t[i], &why) ||
		    trial_model(c->t[i], c->crew, o->exact, &why))
			give_up(c->t[i], &why);
	}
	return ret;
}

static void run(struct contest *c, const struct contest_options *o)
{
	struct pin_saved *affinity = pin_save();
	struct err e = {0};
	int ret;

	if (c->t[0]->workload->flags & WORKLOAD_TRACE) {
		ret = trial_place(c->t[0]->p, c->t[0]->env, &c->place, &e);
		if (!ret)
			ret = trial_trace(c->t, c->n, SCHEDULE_ROUNDS_MIN,
					  o->exact, &c->rng, &e);
	} else {
		ret = prepare(c, o, &e);
		if (!ret)
			measure(c);
	}
	for (unsigned i = 0; i < c->n; i++) {
		if (ret && runs(c->t[i]))
			give_up(c->t[i], &e);
		if (runs(c->t[i]) &&
		    !(c->t[i]->workload->flags & WORKLOAD_TRACE)) {
			trial_record(c->t[i]);
			answers(c->t[i]);
		}
		trial_teardown(c->t[i]);
	}
	crew_stop(c->crew);
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
	struct err e = {0};

	if (c)
		c->t = calloc(n, sizeof(struct trial *));
	if (!c || !c->t)
		err_set(&e, -ENOMEM, "no memory for the trial");
	else
		rng_seed(&c->rng, o->seed, UINT64_C(0x6f72646572));
	if (c)
		c->retries = o->retries;
	for (unsigned i = 0; i < n && !e.code; i++) {
		struct trial *t = trial_new(c, &of[i], env);

		if (!t) {
			err_set(&e, -ENOMEM, "no memory for the trial");
		} else if (!t->workload || !t->design) {
			err_set(&e, -EINVAL, "no such %s: %s",
				t->design ? "workload" : "design",
				t->design ? of[i].p->workload
					  : of[i].p->design);
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
