/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of batch: when each makes sense, and what it yields. */
#include "measure/kinds.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include "plan/schedule.h"

static bool is_trace(const struct trial *t, unsigned which)
{
	return t->plan;
}

static bool open_loop(const struct params *p)
{
	return p->time.rate_ops_per_s != 0;
}

static bool walkers(const struct trial *t, unsigned which)
{
	return t->p->walkers && !trial_is_sizes(t) && !t->plan &&
	       (which == WALK_PLAIN || t->iotlb);
}

static bool closed_walkers(const struct trial *t, unsigned which)
{
	return walkers(t, which) && !open_loop(t->p);
}

/* Of a walker alone: what is walked does not change. */
static bool batched(const struct trial *t, unsigned which)
{
	return closed_walkers(t, WALK_PLAIN) && !t->nested.second &&
	       t->p->walkers == 1 && !t->p->mappers && !t->p->dumpers &&
	       !t->p->device_walkers;
}

/* One by one: who walks for itself has no IOTLB. */
static bool called(const struct trial *t, unsigned which)
{
	return batched(t, WALK_PLAIN) && !t->iotlb;
}

static bool any_role(const struct trial *t, unsigned which)
{
	return which == WALK_PLAIN ? !trial_is_sizes(t) && !t->plan
				   : closed_walkers(t, which);
}

static bool no_walkers(const struct trial *t, unsigned which)
{
	return any_role(t, which) && !t->p->walkers && !open_loop(t->p);
}

static bool controlled(const struct trial *t, unsigned which)
{
	return walkers(t, WALK_PLAIN) || trial_is_sizes(t);
}

static bool floor_known(const struct trial *t, unsigned which)
{
	return controlled(t, which) && trial_has_floor(t);
}

/* What mappers change is there for the floor as it is beside them. */
static bool walks_change(const struct trial *t, unsigned which)
{
	return floor_known(t, which) && t->work->walks_change;
}

static bool nested(const struct trial *t, unsigned which)
{
	return walkers(t, which) && t->nested.second;
}

static bool mappers(const struct trial *t, unsigned which)
{
	return which == WALK_PLAIN && t->p->mappers && !trial_is_sizes(t) &&
	       !t->plan;
}

/* Their IOVAs each wait for the entry before, beside all that goes on. */
static bool devices(const struct trial *t, unsigned which)
{
	return t->p->device_walkers && !t->plan;
}

/* Nothing is timed then, so it is the only kind. */
static bool race(const struct trial *t, unsigned which)
{
	return t->p->race;
}

static bool counters(const struct trial *t, unsigned which)
{
	return closed_walkers(t, which) && t->env->counters;
}

static bool size_row(const struct trial *t, unsigned which)
{
	return trial_is_sizes(t) && !size_left_out(which, t->group.domain);
}

static bool several(const struct trial *t, unsigned which)
{
	return t->place->nthreads > 1;
}

static const struct tally *tally_of(const struct worker *w, size_t tally)
{
	return (const void *)((const char *)w + tally);
}

/* Over the walkers, or the mappers of map_sizes, which has none: the mean time
 * of an operation. */
static double mean_ns(const struct trial *t, size_t tally)
{
	unsigned n = t->p->walkers ? t->p->walkers : t->p->mappers;
	double sum = 0;

	for (unsigned i = 0; i < n; i++)
		sum += tally_ns_per_op(tally_of(&t->group.workers[i], tally));
	return sum / n;
}

static double walk_ns(const struct trial *t)
{
	return mean_ns(t, offsetof(struct worker, walk));
}

/* Per second, of all threads of a role; a thread that ended none adds none. */
static double rate(const struct trial *t, enum role role, size_t tally)
{
	double sum = 0;

	for (unsigned i = 0; i < t->group.n; i++) {
		const struct worker *w = &t->group.workers[i];

		if (w->role == role)
			sum += 1e9 / tally_ns_per_op(tally_of(w, tally));
	}
	return sum;
}

#define RATE(t, role, member) rate(t, role, offsetof(struct worker, member))

/* Of what mappers were to do in an open loop, the share that they did. */
static void collect_kept(struct trial *t)
{
	double intended = 0, done = 0;

	for (unsigned i = 0; i < t->group.n; i++) {
		intended += (double)t->group.workers[i].intended;
		done += t->group.workers[i].update.ops;
	}
	if (intended > 0)
		figure_add(t, METRIC_update_rate_kept, done / intended);
}

static void collect_dumps(struct trial *t, const struct worker *w)
{
	double ns = tally_ns_per_op(&w->dump);

	figure_add(t, METRIC_dump_ms, ns / 1e6);
	/* also of a dump that began too early to be timed */
	if (w->leaves)
		figure_add(t, METRIC_dump_leaf_ns,
			   ns * (double)w->passes / (double)w->leaves);
	if (w->passes && t->p->time.dump == DUMP_DIRTY)
		figure_add(t, METRIC_scan_dirty_leaves,
			   (double)w->dirty / (double)w->passes);
}

static void collect_others(struct trial *t)
{
	trial_device_free(t);
	for (unsigned i = 0; i < t->group.n; i++)
		t->stalls += t->group.workers[i].stalls;
	figure_reclaim(t);
	figure_invalidation(t);
	collect_kept(t);
	if (t->p->mappers && !t->p->time.rate_ops_per_s &&
	    !t->p->time.mapper_rate)
		figure_add(t, METRIC_update_ops_per_s,
			   RATE(t, ROLE_MAPPER, update));
	for (unsigned i = 0; i < t->group.n; i++) {
		const struct worker *w = &t->group.workers[i];

		if (w->role != ROLE_DUMPER)
			continue;
		collect_dumps(t, w);
	}
	if (t->p->dumpers)
		figure_add(t, METRIC_dumps_per_s, RATE(t, ROLE_DUMPER, dump));
}

static void collect_control(struct trial *t, unsigned which)
{
	enum role role = trial_is_sizes(t) ? ROLE_MAPPER : ROLE_WALKER;

	figure_add(t, METRIC_control_ops_per_s, RATE(t, role, walk));
}

/* Of the one thread that worked beside the others and alone. */
static void collect_beside(struct trial *t, unsigned which)
{
	for (unsigned i = 0; i < t->group.n; i++) {
		const struct worker *w = &t->group.workers[i];

		if (w->walk.ops > 0 && w->update.ops > 0)
			figure_add(t, METRIC_core_share,
				   tally_ns_per_op(&w->update) /
					   tally_ns_per_op(&w->walk));
	}
}

static void collect_transfer(struct trial *t, unsigned which)
{
	figure_add(t, METRIC_line_transfer_ns,
		   tally_ns_per_op(&t->group.workers[0].walk));
}

static void collect_floor(struct trial *t, unsigned which)
{
	figure_add(t, which ? METRIC_floor_thr_ns : METRIC_floor_dep_ns,
		   walk_ns(t));
}

static void collect_nothing(struct trial *t, unsigned which)
{
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
	for (unsigned i = 0; which && i < t->p->walkers; i++)
		trial_lookups(t, &t->group.workers[i]);
	collect_others(t);
}

static void collect_batched(struct trial *t, unsigned which)
{
	figure_add(t, METRIC_walk_batch_ns, walk_ns(t));
}

static void collect_called(struct trial *t, unsigned which)
{
	figure_add(t,
		   which == WALK_CALLED ? METRIC_walk_call_ns
					: METRIC_translate_call_ns,
		   walk_ns(t));
}

static void collect_counted(struct trial *t, unsigned which)
{
	for (unsigned i = 0; i < t->p->walkers; i++)
		t->counted_ops += t->group.workers[i].walk.ops;
}

/* Those that found a page, and those that found nothing. */
static void collect_apart(struct trial *t)
{
	struct tally hit, fault;

	trial_apart(t, ROLE_WALKER, &hit, &fault);
	if (hit.ops + fault.ops > 0)
		figure_add(t, METRIC_walk_fault_ratio,
			   fault.ops / (hit.ops + fault.ops));
	if (hit.ops > 0)
		figure_add(t, METRIC_walk_hit_ns, hit.ns / hit.ops);
	if (fault.ops > 0)
		figure_add(t, METRIC_walk_fault_ns, fault.ns / fault.ops);
}

static void collect_tail(struct trial *t, unsigned which)
{
	if (which == WALK_PLAIN && t->work->walks_change && !open_loop(t->p))
		collect_apart(t);
	collect_kept(t);
	for (unsigned i = 0; i < t->group.n; i++)
		for (unsigned k = 0; k < TAILS; k++)
			singles_merge(&t->tail[k],
				      &t->group.workers[i].tail[k]);
}

static void collect_size(struct trial *t, unsigned which)
{
	figure_add(t, map_sizes[which].map, walk_ns(t));
	figure_add(t, map_sizes[which].unmap,
		   mean_ns(t, offsetof(struct worker, update)));
}

#define MAP_SIZE(size, ...)                                       \
	{.name = "sizes",                                         \
	 .bit = (enum phase_bit)(PHASE_SIZES << MAP_SIZE_##size), \
	 .run = batch_size,                                       \
	 .which = MAP_SIZE_##size,                                \
	 .applies = size_row,                                     \
	 .collect = collect_size},

const struct kind kinds[] = {
	{"race", (enum phase_bit)PHASE_NONE, batch_walk_dep, 0, race,
	 collect_nothing, 0, false},
	{"control", PHASE_CONTROL, batch_control, 0, controlled,
	 collect_control, 8, false},
	{"beside", PHASE_CONTROL, batch_beside, 0, several, collect_beside, 4,
	 false},
	{"transfer", PHASE_CONTROL, batch_transfer, 0, several,
	 collect_transfer, 4, false},
	{"one stage", PHASE_ONE_STAGE, batch_one_stage, 0, nested,
	 collect_one_stage, 0, false},
	{"pass", PHASE_PASS, batch_pass, 0, mappers, collect_pass,
	 SCHEDULE_PASSES, false},
	{"halfway", PHASE_FLOOR, batch_halfway, 0, walks_change,
	 collect_nothing, 1, false},
	{"floor", PHASE_FLOOR, batch_floor, 0, floor_known, collect_floor, 0,
	 false},
	{"floor", PHASE_FLOOR, batch_floor, 1, floor_known, collect_floor, 0,
	 false},
	{"updates", PHASE_LATENCY, batch_walk_dep, 0, no_walkers,
	 collect_updates, 0, false},
	{"latency", PHASE_LATENCY, batch_walk_dep, WALK_PLAIN, closed_walkers,
	 collect_dep, 0, false},
	{"throughput", PHASE_THROUGHPUT, batch_walk_thr, WALK_PLAIN,
	 closed_walkers, collect_thr, 0, false},
	{"batched", PHASE_THROUGHPUT, batch_walk_thr, WALK_BATCHED, batched,
	 collect_batched, 0, false},
	{"called", PHASE_THROUGHPUT, batch_walk_thr, WALK_CALLED, called,
	 collect_called, 0, false},
	{"called", PHASE_THROUGHPUT, batch_walk_thr, WALK_TRANSLATE_CALLED,
	 called, collect_called, 0, false},
	{"counters", PHASE_THROUGHPUT, batch_walk_thr, WALK_PLAIN, counters,
	 collect_counted, 1, true},
	{"tail", PHASE_LATENCY, batch_walk_tail, WALK_PLAIN, any_role,
	 collect_tail, 0, false},
	{"device latency", PHASE_LATENCY, batch_device_dep, WALK_PLAIN, devices,
	 trial_device_dep, 0, false},
	{"device tail", PHASE_LATENCY, batch_device_tail, WALK_PLAIN, devices,
	 trial_device_tail, 0, false},
	{"translate latency", PHASE_TRANSLATE_LATENCY, batch_walk_dep,
	 WALK_TRANSLATE, closed_walkers, collect_dep, 0, false},
	{"translate throughput", PHASE_TRANSLATE_THROUGHPUT, batch_walk_thr,
	 WALK_TRANSLATE, closed_walkers, collect_thr, 0, false},
	{"translate tail", PHASE_TRANSLATE_LATENCY, batch_walk_tail,
	 WALK_TRANSLATE, closed_walkers, collect_tail, 0, false},
#include "trial/map_sizes.def"
	{"replay", PHASE_THROUGHPUT, batch_replay, REPLAY_BLOCKS, is_trace,
	 trial_trace_collect, 0, false},
	{"replay tail", PHASE_LATENCY, batch_replay, REPLAY_SINGLES, is_trace,
	 collect_tail, SCHEDULE_ROUNDS_MIN, false},
	/* Once more: the host may have moved the CPUs meanwhile. */
	{"beside", PHASE_CONTROL, batch_beside, 0, several, collect_beside, 4,
	 false},
	{.name = NULL}};
