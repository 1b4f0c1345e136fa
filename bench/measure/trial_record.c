/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From what each worker measured to the metrics of the trial. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "measure/trial_parts.h"

/* Quantile over all walkers of the samples at @offset in struct worker. */
static double over_walkers(const struct trial *t, size_t offset, double q)
{
	const struct samples **s = calloc(t->p->walkers + 1, sizeof(*s));
	double result = NAN;

	if (!s)
		must_fail();
	for (unsigned i = 0; i < t->p->walkers; i++)
		s[i] = (const void *)((const char *)&t->group.workers[i] +
				      offset);
	if (t->p->walkers)
		result = samples_quantile(s, t->p->walkers, q);
	free(s);
	return result;
}

#define MEDIAN(t, member) over_walkers(t, offsetof(struct worker, member), 0.5)

/* What all walkers (or mappers) have at @offset as one. */
static struct singles merged(const struct trial *t, enum role role,
			     size_t offset)
{
	struct singles all;

	if (singles_init(&all))
		must_fail();
	for (unsigned i = 0; i < t->group.n; i++) {
		const struct worker *w = &t->group.workers[i];
		const void *s = (const char *)w + offset;

		if (w->role == role)
			singles_merge(&all, s);
	}
	return all;
}

#define MERGED(t, role, member) merged(t, role, offsetof(struct worker, member))

static void add(struct trial *t, enum metric_id metric, double value)
{
	if (isfinite(value))
		record_add(t->r, metric, value, false);
	else
		record_missing(t->r, metric, "nothing was measured");
}

static void record_base(struct trial *t)
{
	double control = 0;

	if (!t->p->walkers)
		return;
	for (unsigned i = 0; i < t->p->walkers; i++)
		control += t->group.workers[i].control_ops_per_s;
	add(t, METRIC_control_ops_per_s, control);
	if (t->nested.second)
		add(t, METRIC_one_stage_lat_ns, MEDIAN(t, one_stage));
	if (t->group.workers[0].nfloor) {
		add(t, METRIC_floor_dep_ns, MEDIAN(t, floor_dep));
		add(t, METRIC_floor_thr_ns, MEDIAN(t, floor_thr));
		return;
	}
	record_missing(t->r, METRIC_floor_dep_ns,
		       "the floor knows second-stage tables with 4K leaves");
	record_missing(t->r, METRIC_floor_thr_ns,
		       "the floor knows second-stage tables with 4K leaves");
}

static void record_percentiles(struct trial *t)
{
	struct singles s = MERGED(t, ROLE_WALKER, walk[WALK_PLAIN].single);

	trial_percentiles(t->r, METRIC_walk_from_block, &s);
	if (hist_count(s.one))
		add(t, METRIC_walk_max_ns, (double)hist_max(s.one));
	trial_keep_singles(t->r, "walk_single", "walk_block", &s);
}

static void record_open(struct trial *t)
{
	struct singles s = MERGED(t, ROLE_WALKER, walk[WALK_PLAIN].open);

	trial_percentiles(t->r, METRIC_walk_open_from_block, &s);
	trial_keep_singles(t->r, "walk_open", "walk_open_block", &s);
}

static double rate(const struct trial *t, unsigned which)
{
	double sum = 0;

	for (unsigned i = 0; i < t->p->walkers; i++) {
		const struct walk_result *r = &t->group.workers[i].walk[which];

		sum += r->ns > 0 ? r->ops * 1e9 / r->ns : NAN;
	}
	return sum;
}

static void record_walks(struct trial *t)
{
	const struct value *floor, *one_stage;
	double lat;

	if (!t->p->walkers)
		return;
	if (t->p->time.rate_ops_per_s) {
		record_open(t);
		record_missing(t->r, METRIC_walk_ops_per_s,
			       "open loop: the rate is given");
		return;
	}
	lat = MEDIAN(t, walk[WALK_PLAIN].blocks);
	add(t, METRIC_walk_lat_ns, lat);
	floor = record_get(t->r, METRIC_floor_dep_ns);
	if (floor)
		add(t, METRIC_walk_x_floor, lat / floor->value);
	one_stage = record_get(t->r, METRIC_one_stage_lat_ns);
	if (one_stage)
		add(t, METRIC_walk_x_one_stage, lat / one_stage->value);
	record_percentiles(t);
	add(t, METRIC_walk_thr_ns, MEDIAN(t, walk[WALK_PLAIN].thr));
	add(t, METRIC_walk_ops_per_s, rate(t, WALK_PLAIN));
}

static void record_counters(struct trial *t)
{
	struct counter_totals *totals;
	double ops = 0;

	if (!t->env->counters || !t->p->walkers)
		return;
	totals = calloc(1, sizeof(*totals));
	if (!totals)
		must_fail();
	for (unsigned i = 0; i < t->p->walkers; i++) {
		counters_add(totals, t->group.workers[i].counters);
		ops += t->group.workers[i].walk[WALK_PLAIN].ops;
	}
	counters_record(t->env->counters, totals, ops, t->r);
	free(totals);
}

static void record_translate(struct trial *t)
{
	uint64_t hits = 0, lookups = 0, invalidations = 0;
	struct singles s;

	for (unsigned i = 0; i < t->group.n; i++) {
		hits += t->group.workers[i].iotlb_hits;
		lookups += t->group.workers[i].iotlb_lookups;
		invalidations += t->group.workers[i].t.iotlb.invalidations;
	}
	if (t->iotlb && t->p->mappers)
		add(t, METRIC_iotlb_invalidations, (double)invalidations);
	if (!t->p->walkers || t->p->time.rate_ops_per_s)
		return;
	if (!t->iotlb) {
		record_missing(t->r, METRIC_translate_ns,
			       t->nested.second
				       ? "the IOTLB model is of one stage"
				       : "no IOTLB (iotlb.sets 0)");
		return;
	}
	s = MERGED(t, ROLE_WALKER, walk[WALK_TRANSLATE].single);
	add(t, METRIC_translate_ns, MEDIAN(t, walk[WALK_TRANSLATE].blocks));
	trial_percentiles(t->r, METRIC_translate_from_block, &s);
	add(t, METRIC_translate_ops_per_s, rate(t, WALK_TRANSLATE));
	add(t, METRIC_iotlb_hit_ratio, (double)hits / (double)lookups);
	trial_keep_singles(t->r, "translate_single", "translate_block", &s);
}

static void record_updates(struct trial *t)
{
	double sum = 0, pass = 0, stalls = 0;
	struct singles map, unmap;

	if (!t->p->mappers)
		return;
	for (unsigned i = 0; i < t->group.n; i++) {
		const struct worker *w = &t->group.workers[i];

		if (w->role != ROLE_MAPPER)
			continue;
		sum += w->update.ns > 0 ? w->update.ops * 1e9 / w->update.ns
					: NAN;
		pass = w->pass_ms > pass ? w->pass_ms : pass;
		stalls += (double)w->update.stalls;
	}
	add(t, METRIC_update_ops_per_s, sum);
	add(t, METRIC_update_pass_ms, pass);
	add(t, METRIC_reclaim_stalls, stalls);
	map = MERGED(t, ROLE_MAPPER, update.map);
	unmap = MERGED(t, ROLE_MAPPER, update.unmap);
	trial_percentiles(t->r, METRIC_map_from_block, &map);
	trial_percentiles(t->r, METRIC_unmap_from_block, &unmap);
	trial_keep_singles(t->r, "map", "map_block", &map);
	trial_keep_singles(t->r, "unmap", "unmap_block", &unmap);
}

static void record_dumps(struct trial *t)
{
	const struct samples **s = calloc(t->p->dumpers + 1, sizeof(*s));
	double sum = 0;
	unsigned n = 0;

	if (!s)
		must_fail();
	for (unsigned i = 0; i < t->group.n; i++) {
		const struct worker *w = &t->group.workers[i];

		if (w->role != ROLE_DUMPER)
			continue;
		s[n++] = &w->dumps;
		sum += w->dumps_ns > 0 ? w->dumps_done * 1e9 / w->dumps_ns
				       : NAN;
	}
	if (n) {
		add(t, METRIC_dump_ms, samples_quantile(s, n, 0.5));
		add(t, METRIC_dumps_per_s, sum);
	}
	free(s);
}

static void record_tables(struct trial *t)
{
	const struct pool *pool = &t->pool;
	uint64_t live = 0, retired = 0;
	bool alone = !t->p->mappers;

	for (size_t i = 0; i < pool->npages; i++)
		live += pool->pages[i].state == POOL_LIVE;
	for (unsigned i = 0; i < t->group.n; i++)
		retired += t->group.workers[i].t.tables_retired;
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

static void record_os(struct trial *t)
{
	struct os_sum sum = {0};

	for (unsigned i = 0; i < t->group.n; i++) {
		const struct worker *w = &t->group.workers[i];

		for (unsigned k = 0; k < w->nos; k++)
			os_sum_add(&sum, &w->os[k]);
		if (w->lost_in && !t->r->disturbed)
			snprintf(t->r->reason, sizeof(t->r->reason), "%s",
				 w->lost);
		t->r->disturbed |= w->lost_in;
	}
	os_sum_record(&sum, t->r);
}

void trial_record_common(struct trial *t)
{
	add(t, METRIC_clock_cost_ns, clock_info()->cost_ns);
	add(t, METRIC_clock_step_ns, clock_info()->step_ns);
	record_tables(t);
	record_os(t);
}

void trial_record(struct trial *t)
{
	record_base(t);
	record_walks(t);
	record_counters(t);
	record_translate(t);
	record_updates(t);
	record_dumps(t);
	trial_record_common(t);
}
