/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From batches that count to the metrics of a contestant. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/mutant.h"
#include "base/must.h"
#include "measure/trial_parts.h"

void figure_push(struct figure *f, double value)
{
	f->value = realloc(f->value, (f->n + 1) * sizeof(*f->value));
	if (!f->value)
		must_fail();
	f->value[f->n++] = value;
}

void figure_reclaim(struct trial *t)
{
	uint64_t done = 0;

	for (unsigned i = 0; i < t->group.n; i++)
		done += t->group.workers[i].done;
	/* Only the designs that leave work to others have such threads. */
	if (done && t->design->flags & DESIGN_DEFERS)
		figure_add(t, METRIC_reclaim_cpu_ns_per_op,
			   (double)t->group.reclaim_ns / (double)done);
}

void figure_invalidation(struct trial *t)
{
	struct inv_stats all = {0};
	double ns, events = 0;

	for (unsigned i = 0; i < t->group.n; i++) {
		const struct inv_stats *s = &t->group.workers[i].t.inv;

		all.submits += s->submits;
		all.descriptors += s->descriptors;
		all.unmaps += s->unmaps;
		all.flushes += s->flushes;
		all.ticks += s->ticks;
		all.timed += s->timed;
		events += (double)t->group.workers[i].done;
	}
	if (!all.unmaps)
		return;
	if (all.timed) {
		ns = clock_ns(all.ticks) / (double)all.timed -
		     clock_info()->cost_ns;
		ns = fmax(ns, 0) * (double)all.submits;
		figure_add(t, METRIC_inv_ns_per_unmap, ns / (double)all.unmaps);
		if (t->plan)
			figure_add(t, METRIC_event_inv_ns, ns / events);
	}
	figure_add(t, METRIC_inv_descriptors_per_unmap,
		   (double)all.descriptors / (double)all.unmaps);
	/* a submit has one wait descriptor; without a queue there are none */
	if (all.submits)
		figure_add(t, METRIC_inv_waits_per_unmap,
			   (double)all.submits / (double)all.unmaps);
	if (t->p->inv.flush == FLUSH_DEFERRED)
		figure_add(t, METRIC_inv_flushes_per_unmap,
			   (double)all.flushes / (double)all.unmaps);
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* NAN: not measured. INFINITY: in most batches nothing ended. */
static double median(struct trial *t, enum metric_id metric)
{
	struct figure *f = &t->figure[metric];

	if (!f->n)
		return NAN;
	qsort(f->value, f->n, sizeof(*f->value), by_value);
	return f->n % 2 ? f->value[f->n / 2]
			: (f->value[f->n / 2 - 1] + f->value[f->n / 2]) / 2;
}

static void add(struct trial *t, enum metric_id metric, double value)
{
	if (isfinite(value))
		record_add(t->r, metric, value, false);
	else
		record_missing(t->r, metric,
			       isinf(value) ? RECORD_NONE_ENDED
					    : "nothing was measured");
}

/* Those whose batches were all run: some of a mean would be another one. */
static void record_figures(struct trial *t, unsigned phases)
{
	for (enum metric_id m = METRIC_NONE + 1; m < METRIC_NR; m++)
		if (t->figure[m].n &&
		    (!phases || metrics[m].phases == PHASE_CONTROL ||
		     (metrics[m].phases && !(metrics[m].phases & ~phases))))
			add(t, m, median(t, m));
	add(t, METRIC_batches, t->batches);
	add(t, METRIC_batches_lost, t->lost);
}

/* @metric over what it is held against. */
static void record_ratio(struct trial *t, enum metric_id metric,
			 enum metric_id of, enum metric_id to)
{
	double to_median = median(t, to), ratio = median(t, of) / to_median;

	/* To what did not end it is no 0. */
	if (isfinite(to_median) && isfinite(ratio))
		add(t, metric, ratio);
}

/* All percentiles that are metrics beside @from_block. */
static void percentiles(struct record *r, enum metric_id from_block,
			const struct singles *s)
{
	double blocks = 0;

	for (enum metric_id m = METRIC_NONE + 1; m < METRIC_NR; m++) {
		double q = metrics[m].quantile, ns;
		bool block;

		/* The largest is recorded where it is known. */
		if (metrics[m].from_block != from_block || q >= 1)
			continue;
		ns = singles_quantile(s, q, clock_info()->step_ns, &block);
		if (isnan(ns))
			return;
		record_add(r, m, ns, false);
		blocks = block ? 100 * q : blocks;
	}
	record_add(r, from_block, blocks, false);
}

/* The record takes the histograms of @s under these names. */
static void keep_singles(struct record *r, const char *one, const char *block,
			 struct singles *s)
{
	const struct {
		const char *name;
		struct hist *hist;
	} hists[] = {{one, s->one}, {block, s->block}};

	for (size_t i = 0; i < 2; i++)
		if (hist_count(hists[i].hist))
			record_add_hist(r, hists[i].name, hists[i].hist);
		else
			hist_free(hists[i].hist);
	*s = (struct singles){0};
}

static void record_singles(struct trial *t, enum metric_id from_block,
			   const char *one, const char *block, enum tail which)
{
	static const enum metric_id largest[TAILS] = {
		[TAIL_WALK] = METRIC_walk_max_ns,
		[TAIL_MAP] = METRIC_map_max_ns,
		[TAIL_UNMAP] = METRIC_unmap_max_ns};
	struct singles *s = &t->tail[which];

	percentiles(t->r, from_block, s);
	if (largest[which] && hist_count(s->one))
		add(t, largest[which], (double)hist_max(s->one));
	keep_singles(t->r, one, block, s);
}

static void record_walks(struct trial *t)
{
	if (!t->p->walkers)
		return;
	if (!trial_has_floor(t) && !t->plan)
		record_missing(t->r, METRIC_floor_dep_ns,
			       "the floor knows second-stage tables");
	if (t->p->time.rate_ops_per_s) {
		record_singles(t, METRIC_walk_open_from_block, "walk_open",
			       "walk_open_block", TAIL_WALK_OPEN);
		record_missing(t->r, METRIC_walk_ops_per_s,
			       "open loop: the rate is given");
		return;
	}
	record_ratio(t, METRIC_walk_x_floor, METRIC_walk_lat_ns,
		     METRIC_floor_dep_ns);
	record_ratio(t, METRIC_walk_x_one_stage, METRIC_walk_lat_ns,
		     METRIC_one_stage_lat_ns);
	record_singles(t, METRIC_walk_from_block, "walk_single", "walk_block",
		       TAIL_WALK);
}

static void record_counters(struct trial *t)
{
	struct counter_totals *totals;

	if (!t->env->counters || !t->p->walkers || t->plan)
		return;
	totals = calloc(1, sizeof(*totals));
	if (!totals)
		must_fail();
	for (unsigned i = 0; i < t->p->walkers; i++)
		counters_add(totals, t->group.workers[i].counters);
	counters_record(t->env->counters, totals, t->counted_ops, t->r);
	free(totals);
}

static void record_devices(struct trial *t)
{
	if (!t->p->device_walkers)
		return;
	if (t->device_lookups)
		add(t, METRIC_device_hit_ratio,
		    (double)t->device_hits / (double)t->device_lookups);
	record_singles(t, METRIC_device_from_block, "device_single",
		       "device_block", TAIL_DEVICE);
}

static void record_translate(struct trial *t)
{
	uint64_t invalidations = 0;

	for (unsigned i = 0; i < t->group.n; i++)
		invalidations += t->group.workers[i].invalidations;
	if (t->iotlb && t->p->mappers)
		add(t, METRIC_iotlb_invalidations, (double)invalidations);
	if (t->psc_lookups && t->p->psc.sets)
		add(t, METRIC_psc_hit_ratio,
		    (double)t->psc_hits / (double)t->psc_lookups);
	record_devices(t);
	if (!t->p->walkers || t->p->time.rate_ops_per_s)
		return;
	if (!t->iotlb) {
		record_missing(t->r, METRIC_translate_ns,
			       t->nested.second
				       ? "the IOTLB model is of one stage"
				       : "no IOTLB (iotlb.sets 0)");
		return;
	}
	add(t, METRIC_iotlb_hit_ratio,
	    (double)t->iotlb_hits / (double)t->iotlb_lookups);
	record_singles(t, METRIC_translate_from_block, "translate_single",
		       "translate_block", TAIL_TRANSLATE);
}

/* Of single unmaps, which have the invalidation in them. */
static void record_share(struct trial *t)
{
	const struct hist *unmaps = t->tail[TAIL_UNMAP].one;

	if (t->figure[METRIC_inv_ns_per_unmap].n && hist_count(unmaps))
		add(t, METRIC_inv_share,
		    median(t, METRIC_inv_ns_per_unmap) / hist_mean(unmaps));
}

static void record_updates(struct trial *t)
{
	if (!t->p->mappers)
		return;
	if (t->p->time.mapper_rate || t->p->time.rate_ops_per_s)
		record_missing(t->r, METRIC_update_ops_per_s,
			       "open loop: the rate is given");
	if (!t->plan) /* whose pool is large enough */
		add(t, METRIC_reclaim_stalls, (double)t->stalls);
	record_share(t);
	record_singles(t, METRIC_map_from_block, "map", "map_block", TAIL_MAP);
	record_singles(t, METRIC_unmap_from_block, "unmap", "unmap_block",
		       TAIL_UNMAP);
}

static void record_tables(struct trial *t)
{
	const struct pool *pool = &t->pool;
	uint64_t live = 0, retired = 0;
	bool alone = !t->p->mappers;

	for (size_t i = 0; i < pool->npages; i++)
		live += pool->pages[i].state == POOL_LIVE;
	for (unsigned i = 0; i < t->group.n; i++)
		retired += t->group.workers[i].retired;
	record_add(t->r, METRIC_tables_live, (double)live, alone);
	record_add(t->r, METRIC_tables_retired, (double)retired, alone);
	record_add(t->r, METRIC_table_bytes_held_end, held_bytes(&t->group),
		   alone);
	if (!t->group.nheld)
		return;
	record_add(t->r, METRIC_table_bytes_held_peak, t->group.held_peak,
		   alone);
	record_add_series(t->r, "table_bytes_held", t->group.nheld,
			  t->group.held_ms, t->group.held_bytes);
}

static void record_freeing(struct trial *t)
{
	const struct free_waits *w = &t->pool.waits;

	if (!(t->design->flags & DESIGN_DEFERS) || !t->p->mappers)
		return;
	if (!w->n) {
		record_missing(t->r, METRIC_grace_p50_ns,
			       "no table was retired");
		return;
	}
	add(t, METRIC_grace_p50_ns, free_wait_quantile(w, 0.5));
	add(t, METRIC_grace_max_ns, (double)w->max_ns);
	if (!t->group.nheld)
		return;
	add(t, METRIC_callbacks_waiting_peak, t->group.lists_peak);
	add(t, METRIC_bytes_waiting_peak, t->group.waiting_peak);
}

static void record_sizes(struct trial *t)
{
	for (enum map_size i = 0; i < MAP_SIZES; i++) {
		const char *why = size_left_out(i, t->group.domain);

		if (!why)
			continue;
		record_missing(t->r, map_sizes[i].map, why);
		record_missing(t->r, map_sizes[i].unmap, why);
	}
}

bool trial_crowded(double share, const struct topo *topo, const unsigned *cpus,
		   unsigned n)
{
	static const double LEAST = 0.85;

	if (!(share < LEAST) || MUTANT(crowded_counts))
		return false;
	for (unsigned i = 0; i < n; i++)
		for (unsigned k = 0; k < i; k++) {
			int a = topo_cpu_find(topo, cpus[i]);
			int b = topo_cpu_find(topo, cpus[k]);

			if (a >= 0 && b >= 0 &&
			    topo->cpus[a].core == topo->cpus[b].core)
				return false;
		}
	return true;
}

/* Which of a machine's states a draw met is no contestant's doing. */
static void record_crowded(struct trial *t)
{
	double share = median(t, METRIC_core_share);

	if (!trial_crowded(share, t->env->topo, t->place->cpus,
			   t->place->nthreads))
		return;
	t->r->disturbed |= PHASE_ALL;
	snprintf(t->r->reason, sizeof(t->r->reason),
		 "beside the others a thread did %.0f %% of what it did alone: "
		 "the host ran several CPUs on one core",
		 100 * share);
}

static void record_race(struct trial *t)
{
	struct race r = {0};
	uint64_t retired = 0;

	for (unsigned i = 0; i < t->group.n; i++) {
		const struct worker *w = &t->group.workers[i];

		r.dumps += w->race.dumps;
		r.exposed += w->race.exposed;
		r.tables += w->race.tables;
		r.wild += w->race.wild;
		r.stale += w->race.stale;
		r.foreign += w->race.foreign;
		r.garbage += w->race.garbage;
		retired += w->retired;
	}
	add(t, METRIC_race_dumps, (double)r.dumps);
	add(t, METRIC_race_dumps_exposed, (double)r.exposed);
	add(t, METRIC_race_tables_freed, (double)retired);
	add(t, METRIC_race_tables_exposed, (double)r.tables);
	add(t, METRIC_race_leaves_stale, (double)r.stale);
	add(t, METRIC_race_leaves_foreign, (double)r.foreign);
	add(t, METRIC_race_leaves_garbage, (double)r.garbage);
	add(t, METRIC_race_links_wild, (double)r.wild);
}

void trial_record(struct trial *t, unsigned phases)
{
	if (t->p->race) {
		record_race(t);
		return;
	}
	record_figures(t, phases);
	record_crowded(t);
	if (phases)
		return;
	if (trial_is_sizes(t)) {
		record_sizes(t);
	} else {
		record_walks(t);
		record_counters(t);
		if (!t->plan)
			record_translate(t);
		record_updates(t);
	}
	add(t, METRIC_clock_cost_ns, clock_info()->cost_ns);
	add(t, METRIC_clock_step_ns, clock_info()->step_ns);
	if (!t->plan)
		record_tables(t);
	record_freeing(t);
	os_sum_record(&t->os, t->r);
}
