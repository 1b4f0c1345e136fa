/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a walk is expected to take, from the parts that were measured. */
#include "figures/why.h"

#include <math.h>
#include <string.h>

#include "../kernels/engine.h"
#include "machine/latency.h"

const char *const why_levels[] = {"L1d", "L2", "last level", "memory"};

/* Median of @metric, or 0 where it is not there. */
static double of(const struct summary_row *row, enum metric_id metric)
{
	double v = summary_median(row, metric);

	return isnan(v) ? 0 : v;
}

/* Misses of entries alone, by level, one table level after the other. */
static double misses(const struct summary_row *row, enum metric_id first)
{
	double sum = 0;

	for (unsigned i = 0; i < VTD_LEVELS_MAX; i++)
		sum += of(row, first + i);
	return sum;
}

static double not_negative(double v)
{
	return v > 0 ? v : 0;
}

/* Where @n entries of a walk came from. */
static void split(const struct summary_row *row, double n, struct why *w)
{
	double l1d = misses(row, METRIC_sim_l1d_misses_t1_per_walk);
	double l2 = misses(row, METRIC_sim_l2_misses_t1_per_walk);
	double llc = misses(row, METRIC_sim_llc_misses_t1_per_walk);

	w->entries[WHY_L1D] = not_negative(n - l1d);
	w->entries[WHY_L2] = not_negative(l1d - l2);
	w->entries[WHY_LLC] = not_negative(l2 - llc);
	w->entries[WHY_MEMORY] = llc;
}

/* Tables lie in large pages, if they may and there are any. */
static bool in_large_pages(const json_t *latency, const struct store_trial *t)
{
	json_t *params = t->params ? json_loads(t->params, 0, NULL) : NULL;
	const char *huge =
		json_string_value(json_object_get(params, "huge_pages"));
	bool off = huge && !strcmp(huge, "off");

	json_decref(params);
	return !off && !isnan(latency_level_ns(latency, "L1d", true));
}

/* NAN if a level that counts was not measured. */
static double loads(const json_t *latency, bool large, const struct why *w)
{
	double llc = latency_level_ns(latency, "L3", large), ns = 0;
	const double each[WHY_LEVELS] = {
		latency_level_ns(latency, "L1d", large),
		latency_level_ns(latency, "L2", large),
		isnan(llc) ? latency_level_ns(latency, "L2", large) : llc,
		latency_level_ns(latency, "memory", large),
	};

	for (unsigned i = 0; i < WHY_LEVELS; i++)
		if (w->entries[i] > 0)
			ns += w->entries[i] * each[i];
	return ns;
}

/* The lines that a walk of @d touches besides entries. */
static unsigned own_refs(const struct design *d, unsigned *shared_writes,
			 unsigned *reads)
{
	struct engine_sync_ref refs[ENGINE_SYNC_MAX];
	unsigned before, n = d->sync_refs(OP_WALK, false, 0, refs, &before);

	*shared_writes = *reads = 0;
	for (unsigned i = 0; i < n; i++)
		if (!refs[i].write)
			(*reads)++;
		else if (refs[i].pa < ENGINE_SYNC_THREAD)
			(*shared_writes)++;
	return n;
}

/*
 * Its lock as measured, or a locked instruction for each write to what all
 * threads share; a load for each line that is read; nothing for a write to a
 * line of the thread's own, which nobody waits for. Lines that another CPU
 * wrote come from there.
 */
static double own(const json_t *latency, const struct design *d, bool large,
		  unsigned shared_writes, unsigned reads, double from_others)
{
	double ns = 0;

	if (!strcmp(d->name, "spinlock"))
		ns += latency_cost_ns(latency, "spinlock");
	else if (!strcmp(d->name, "rwlock"))
		ns += latency_cost_ns(latency, "rwlock_read");
	else if (shared_writes)
		ns += shared_writes * latency_cost_ns(latency, "atomic_add");
	if (reads)
		ns += reads * latency_level_ns(latency, "L1d", large);
	if (from_others > 0)
		ns += from_others * latency_transfer_ns(latency);
	return ns;
}

enum why_missing why_of(const json_t *latency, const struct summary_row *row,
			struct why *w)
{
	const struct design *d = design_find(row->design);
	double refs = summary_median(row, METRIC_sim_refs_per_walk);
	unsigned n, shared_writes, reads;
	bool large;

	w->measured_ns = summary_median(row, METRIC_walk_lat_ns);
	if (!d || !row->n || isnan(w->measured_ns) ||
	    !isnan(summary_median(row, METRIC_one_stage_lat_ns)))
		return WHY_NO_WALK;
	if (isnan(refs) ||
	    isnan(summary_median(row, METRIC_sim_sync_misses_per_walk)))
		return WHY_NO_SIM;
	n = own_refs(d, &shared_writes, &reads);
	split(row, refs - 1 - n, w); /* one is the operation itself */
	large = in_large_pages(latency, row->trial[0]);
	w->loads_ns = loads(latency, large, w);
	w->own_ns = own(latency, d, large, shared_writes, reads,
			of(row, METRIC_sim_coherence_misses_per_walk));
	w->floor_ns = summary_median(row, METRIC_floor_dep_ns);
	w->expected_ns = w->loads_ns + w->own_ns;
	w->unexplained = 1 - w->expected_ns / w->measured_ns;
	return isnan(w->expected_ns) ? WHY_NO_LATENCY : WHY_KNOWN;
}
