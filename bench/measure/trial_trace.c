/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Workload trace: a recorded trace is replayed by one thread per mapper, over
 * fresh domains each time, a replay of each contestant in every round.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../topology/pin.h"
#include "trace/replay.h"
#include "measure/trial_parts.h"

/* The trace of the last trial: most trials of a run replay the same one. */
static struct {
	char path[PARAMS_PATH], domains[PARAMS_PATH];
	struct trace trace;
	struct trace_pairs pairs;
	bool loaded;
} kept;

void trial_trace_forget(void)
{
	if (kept.loaded)
		trace_release(&kept.trace);
	kept.loaded = false;
}

static int load(const struct params *p, struct err *e)
{
	struct trace_options o = {.keep_going = false};
	int ret;

	if (kept.loaded && !strcmp(kept.path, p->work.trace) &&
	    !strcmp(kept.domains, p->work.domains))
		return 0;
	trial_trace_forget();
	ret = trace_read(&kept.trace, p->work.trace, &o, e);
	if (ret)
		return ret;
	ret = p->work.domains[0]
		      ? trace_label(&kept.trace, p->work.domains, e)
		      : trace_label_beside(&kept.trace, p->work.trace, e);
	if (ret >= 0)
		ret = trace_pair(&kept.trace,
				 p->work.trace_events && p->work.trace_events <
								 kept.trace.n
					 ? (size_t)p->work.trace_events
					 : kept.trace.n,
				 &kept.pairs, e);
	if (ret < 0) {
		trace_release(&kept.trace);
		return ret;
	}
	snprintf(kept.path, sizeof(kept.path), "%s", p->work.trace);
	snprintf(kept.domains, sizeof(kept.domains), "%s", p->work.domains);
	kept.loaded = true;
	return 0;
}

/* What the replay's threads are led by. */
struct threads {
	const struct place *place;
	struct os_sample *before;
	struct os_delta *os; /* of the last replay */
	char why[160];	     /* first thread that lost its CPU */
	pthread_mutex_t lock;
};

static int enter(void *arg, unsigned thread, struct err *e)
{
	const struct threads *t = arg;
	char why[160];
	int ret = pin_self(t->place->cpus[thread], why, sizeof(why));

	return ret ? err_set(e, ret, "thread %u: %s", thread, why) : 0;
}

static void edge(void *arg, unsigned thread, bool end)
{
	struct threads *t = arg;
	char why[100];

	if (!end) {
		os_sample_begin(&t->before[thread]);
		return;
	}
	os_sample_end(&t->before[thread], &t->os[thread]);
	if (!os_disturbed(&t->os[thread], why, sizeof(why)))
		return;
	pthread_mutex_lock(&t->lock);
	if (!t->why[0])
		snprintf(t->why, sizeof(t->why), "thread %u: %s", thread, why);
	pthread_mutex_unlock(&t->lock);
}

/* One contestant's replays, summed up. */
struct replays {
	struct trial *t;
	struct threads threads;
	struct samples event_ns, wall_ns;
	struct singles map, unmap;
	struct replay_result last;
	uint64_t wrong, held_peak;
	struct os_sum os;
	unsigned n, lost;
};

static void add(struct replays *all, const struct replay_result *res)
{
	samples_add(&all->event_ns, res->event_ns);
	samples_add(&all->wall_ns, res->wall_ns);
	singles_merge(&all->map, &res->map);
	singles_merge(&all->unmap, &res->unmap);
	if (res->tables_held_peak > all->held_peak)
		all->held_peak = res->tables_held_peak;
	all->n++;
}

/* @warm: its pages are touched, it does not count. */
static int replay_once(struct replays *all, const struct replay_plan *plan,
		       bool warm, struct err *e)
{
	struct trial *t = all->t;
	struct replay_config cfg = {.design = t->design,
				    .nthreads = plan->nthreads,
				    .levels = plan->levels,
				    .max_leaf_level = plan->max_leaf_level,
				    .reclaim = t->p->engine.reclaim,
				    .pool = &t->pool,
				    .iotlb = t->iotlb,
				    .max_events = t->p->work.trace_events,
				    .sample_every = t->p->time.sample_every,
				    .enter = enter,
				    .edge = edge,
				    .arg = &all->threads,
				    .stop = t->env->stop};
	struct replay_result res;
	uint64_t wrong;
	int ret;

	all->threads.why[0] = '\0';
	ret = replay_run_plan(plan, &cfg, &res, e);
	wrong = res.wrong_results + res.wrong_leaves;
	if (!ret && wrong && !all->wrong)
		snprintf(t->r->reason, sizeof(t->r->reason), "wrong answer: %s",
			 res.first_wrong);
	all->wrong += wrong;
	if (!ret && !warm) {
		t->batches++;
		for (unsigned k = 0; k < plan->nthreads; k++)
			os_sum_add(&all->os, &all->threads.os[k]);
	}
	if (!ret && !warm && all->threads.why[0])
		t->lost++;
	else if (!ret && !warm)
		add(all, &res);
	all->last = res;
	replay_result_release(&res);
	return ret;
}

static void record(struct replays *all)
{
	struct trial *t = all->t;
	const struct samples *ns = &all->event_ns, *wall = &all->wall_ns;
	const struct replay_result *last = &all->last;
	bool alone = t->p->mappers == 1;

	record_add(t->r, METRIC_clock_cost_ns, clock_info()->cost_ns, false);
	record_add(t->r, METRIC_clock_step_ns, clock_info()->step_ns, false);
	record_add(t->r, METRIC_batches, t->batches, false);
	record_add(t->r, METRIC_batches_lost, t->lost, false);
	record_add(t->r, METRIC_event_ns, samples_quantile(&ns, 1, 0.5), false);
	record_add(t->r, METRIC_update_ops_per_s,
		   (double)last->events * 1e9 / samples_quantile(&wall, 1, 0.5),
		   false);
	record_add(t->r, METRIC_events, (double)last->events, true);
	record_add(t->r, METRIC_events_unmapped_nothing,
		   (double)kept.pairs.unmaps_of_nothing, true);
	trial_percentiles(t->r, METRIC_map_from_block, &all->map);
	trial_percentiles(t->r, METRIC_unmap_from_block, &all->unmap);
	trial_keep_singles(t->r, "map", "map_block", &all->map);
	trial_keep_singles(t->r, "unmap", "unmap_block", &all->unmap);
	record_add(t->r, METRIC_tables_live, (double)last->tables_live, alone);
	record_add(t->r, METRIC_tables_retired, (double)last->tables_retired,
		   alone);
	record_add(t->r, METRIC_table_bytes_held_end,
		   (double)(last->tables_held_end << VTD_PAGE_LG2),
		   alone && !(t->design->flags & DESIGN_DEFERS));
	record_add(t->r, METRIC_table_bytes_held_peak,
		   (double)(all->held_peak << VTD_PAGE_LG2), false);
	if (t->iotlb)
		record_add(t->r, METRIC_iotlb_invalidations,
			   (double)last->iotlb.invalidations, alone);
	record_add(t->r, METRIC_wrong_answers, (double)all->wrong, true);
	os_sum_record(&all->os, t->r);
	if (all->wrong) {
		t->r->status = TRIAL_WRONG;
		return;
	}
}

static int open_replays(struct replays *all, struct trial *t)
{
	unsigned n = t->p->mappers;

	all->t = t;
	all->threads.place = t->place;
	all->threads.before = calloc(n, sizeof(*all->threads.before));
	all->threads.os = calloc(n, sizeof(*all->threads.os));
	pthread_mutex_init(&all->threads.lock, NULL);
	if (!all->threads.before || !all->threads.os ||
	    singles_init(&all->map) || singles_init(&all->unmap))
		return -ENOMEM;
	return samples_init(&all->event_ns) || samples_init(&all->wall_ns)
		       ? -ENOMEM
		       : 0;
}

static void close_replays(struct replays *all)
{
	samples_release(&all->event_ns);
	samples_release(&all->wall_ns);
	singles_release(&all->map);
	singles_release(&all->unmap);
	free(all->threads.before);
	free(all->threads.os);
}

static void failed(struct trial *t, const struct err *e)
{
	t->r->status = e->code == -EINTR ? TRIAL_INTERRUPTED : TRIAL_FAILED;
	snprintf(t->r->reason, sizeof(t->r->reason), "%.250s", e->what);
}

/* Until @rounds replays of each counted, or most of them did not. */
static void all_rounds(struct replays *all, unsigned n,
		       const struct replay_plan *plan, unsigned rounds,
		       struct rng *r)
{
	for (unsigned round = 0; round <= 2 * rounds; round++) {
		unsigned from = (unsigned)rng_below(r, n);

		for (unsigned i = 0; i < n; i++) {
			struct replays *a = &all[(from + i) % n];
			struct err e = {0};

			if (a->t->r->status != TRIAL_OK || a->n == rounds)
				continue;
			if (replay_once(a, plan, round == 0, &e))
				failed(a->t, &e);
		}
	}
}

/* None counted: the last one does, and the record says so. */
static void finish(struct replays *a, const struct replay_plan *plan)
{
	struct err e = {0};

	while (a->t->r->status == TRIAL_OK && !a->n) {
		if (replay_once(a, plan, true, &e)) {
			failed(a->t, &e);
			return;
		}
		a->t->r->disturbed = PHASE_ALL;
		snprintf(a->t->r->reason, sizeof(a->t->r->reason), "%s",
			 a->threads.why);
		samples_add(&a->event_ns, a->last.event_ns);
		samples_add(&a->wall_ns, a->last.wall_ns);
		a->n++;
	}
	if (a->t->r->status == TRIAL_OK)
		record(a);
}

int trial_trace(struct trial **t, unsigned n, unsigned rounds, bool exact,
		struct rng *r, struct err *e)
{
	const struct params *p = t[0]->p;
	struct replay_plan_options o = {
		.nthreads = p->mappers,
		.levels = p->engine.levels,
		.max_leaf_level = trial_leaf_level(p->engine.max_leaf_bytes),
		.max_events = p->work.trace_events};
	struct replays *all = calloc(n, sizeof(*all));
	struct replay_plan *plan = NULL;
	int ret = all ? load(p, e) : err_set(e, -ENOMEM, "no memory");

	if (!ret && exact) /* once in a run */
		trace_warn(&kept.trace, &kept.pairs);
	if (!ret) {
		plan = replay_plan_new(&kept.trace, &o, e);
		ret = plan ? 0 : e->code;
	}
	for (unsigned i = 0; i < n && !ret; i++) {
		struct err why = {0};

		if (open_replays(&all[i], t[i]))
			ret = err_set(e, -ENOMEM, "no memory for the replay");
		else if (trial_setup_pool(t[i], replay_plan_tables(plan), &why))
			failed(t[i], &why);
	}
	if (!ret)
		all_rounds(all, n, plan, rounds, r);
	for (unsigned i = 0; i < n && all; i++) {
		if (!ret)
			finish(&all[i], plan);
		close_replays(&all[i]);
	}
	replay_plan_free(plan);
	free(all);
	return ret;
}
