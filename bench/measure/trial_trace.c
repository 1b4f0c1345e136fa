/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Workload trace: a recorded trace is replayed by one thread per mapper, over
 * fresh domains each time, until the phase is over; medians over replays.
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

enum { REPLAYS_MAX = 64 };

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
	trace_warn(&kept.trace, &kept.pairs);
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

/* Sums over the replays of a trial. */
struct replays {
	struct samples event_ns, wall_ns;
	struct singles map, unmap;
	struct replay_result last;
	uint64_t wrong, held_peak;
	struct os_sum os;
	unsigned n;
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

static int replay_all(struct trial *t, const struct replay_plan *plan,
		      struct threads *threads, struct replays *all,
		      struct err *e)
{
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
				    .arg = threads,
				    .stop = t->env->stop};
	uint64_t end = 0;

	/* The first one warms up: pages of the pool are touched. */
	for (unsigned i = 0; i <= REPLAYS_MAX; i++) {
		struct replay_result res;
		int ret = replay_run_plan(plan, &cfg, &res, e);
		uint64_t wrong = res.wrong_results + res.wrong_leaves;

		if (!ret && wrong && !all->wrong)
			snprintf(t->r->reason, sizeof(t->r->reason),
				 "wrong answer: %s", res.first_wrong);
		all->wrong += wrong;
		if (!ret && i) {
			add(all, &res);
			for (unsigned k = 0; k < plan->nthreads; k++)
				os_sum_add(&all->os, &threads->os[k]);
		} else {
			threads->why[0] = '\0';
			end = clock_start() +
			      clock_ticks((double)t->p->time.phase_ns);
		}
		all->last = res;
		replay_result_release(&res);
		if (ret)
			return ret;
		if (i && clock_start() >= end)
			break;
	}
	return 0;
}

static void record(struct trial *t, struct replays *all,
		   const struct threads *threads)
{
	const struct samples *ns = &all->event_ns, *wall = &all->wall_ns;
	const struct replay_result *last = &all->last;
	bool alone = t->p->mappers == 1;

	record_add(t->r, METRIC_clock_cost_ns, clock_info()->cost_ns, false);
	record_add(t->r, METRIC_clock_step_ns, clock_info()->step_ns, false);
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
	t->r->disturbed = threads->why[0] ? PHASE_ALL : 0;
	if (t->r->disturbed)
		snprintf(t->r->reason, sizeof(t->r->reason), "%s",
			 threads->why);
}

static int prepare(struct replays *all, struct threads *threads, unsigned n)
{
	threads->before = calloc(n, sizeof(*threads->before));
	threads->os = calloc(n, sizeof(*threads->os));
	pthread_mutex_init(&threads->lock, NULL);
	if (!threads->before || !threads->os || singles_init(&all->map) ||
	    singles_init(&all->unmap))
		return -ENOMEM;
	return samples_init(&all->event_ns) || samples_init(&all->wall_ns)
		       ? -ENOMEM
		       : 0;
}

int trial_trace(struct trial *t, struct err *e)
{
	struct threads threads = {.place = &t->place};
	struct replays all = {.n = 0};
	struct replay_plan_options o = {
		.nthreads = t->p->mappers,
		.levels = t->p->engine.levels,
		.max_leaf_level = trial_leaf_level(t->p->engine.max_leaf_bytes),
		.max_events = t->p->work.trace_events};
	struct replay_plan *plan = NULL;
	int ret = load(t->p, e);

	if (!ret) {
		plan = replay_plan_new(&kept.trace, &o, e);
		ret = plan ? 0 : e->code;
	}
	if (!ret)
		ret = trial_setup_pool(t, replay_plan_tables(plan), e);
	if (!ret && prepare(&all, &threads, t->p->mappers))
		ret = err_set(e, -ENOMEM, "no memory for the replay");
	if (!ret)
		ret = replay_all(t, plan, &threads, &all, e);
	if (!ret)
		record(t, &all, &threads);
	replay_plan_free(plan);
	samples_release(&all.event_ns);
	samples_release(&all.wall_ns);
	singles_release(&all.map);
	singles_release(&all.unmap);
	free(threads.before);
	free(threads.os);
	return ret;
}
