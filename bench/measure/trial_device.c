/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What walkers of kind device yield, and what any walker looked up. */
#include "measure/trial_parts.h"

void trial_apart(const struct trial *t, enum role role, struct tally *hit,
		 struct tally *fault)
{
	*hit = *fault = (struct tally){0};
	for (unsigned i = 0; i < t->group.n; i++) {
		const struct worker *w = &t->group.workers[i];

		if (w->role != role)
			continue;
		hit->ops += w->hit.ops;
		hit->ns += w->hit.ns;
		fault->ops += w->fault.ops;
		fault->ns += w->fault.ns;
	}
}

void trial_lookups(struct trial *t, const struct worker *w)
{
	const struct iotlb_stats *now = &w->iotlb_after;
	const struct iotlb_stats *then = &w->iotlb_before;
	uint64_t hits = now->psc_hits - then->psc_hits;

	t->psc_hits += hits;
	t->psc_lookups += hits + now->psc_misses - then->psc_misses;
	hits = now->hits - then->hits;
	if (w->role == ROLE_DEVICE) {
		t->device_hits += hits;
		t->device_lookups += hits + now->misses - then->misses;
	} else {
		t->iotlb_hits += hits;
		t->iotlb_lookups += hits + now->misses - then->misses;
	}
}

/* The mean time of a translation over the devices; how many all do. */
static double device_ns(const struct trial *t, double *per_s)
{
	double sum = 0;

	*per_s = 0;
	for (unsigned i = 0; i < t->group.n; i++) {
		const struct worker *w = &t->group.workers[i];

		if (w->role != ROLE_DEVICE)
			continue;
		sum += tally_ns_per_op(&w->walk);
		*per_s += 1e9 / tally_ns_per_op(&w->walk);
	}
	return sum / t->p->device_walkers;
}

void trial_device_free(struct trial *t)
{
	double per_s;

	if (!t->p->device_walkers)
		return;
	for (unsigned i = 0; i < t->group.n; i++)
		if (t->group.workers[i].role == ROLE_DEVICE)
			trial_lookups(t, &t->group.workers[i]);
	figure_add(t, METRIC_device_translate_ns, device_ns(t, &per_s));
	figure_add(t, METRIC_device_ops_per_s, per_s);
}

void trial_device_dep(struct trial *t, unsigned which)
{
	double per_s;

	figure_add(t, METRIC_device_lat_ns, device_ns(t, &per_s));
}

/* Of devices alone: what the others do meanwhile has its own kinds. */
void trial_device_tail(struct trial *t, unsigned which)
{
	struct tally hit, miss;

	trial_apart(t, ROLE_DEVICE, &hit, &miss);
	if (hit.ops > 0)
		figure_add(t, METRIC_device_hit_ns, hit.ns / hit.ops);
	if (miss.ops > 0)
		figure_add(t, METRIC_device_miss_ns, miss.ns / miss.ops);
	for (unsigned i = 0; i < t->group.n; i++)
		singles_merge(&t->tail[TAIL_DEVICE],
			      &t->group.workers[i].tail[TAIL_DEVICE]);
}
