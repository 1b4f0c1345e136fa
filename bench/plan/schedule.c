/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lengths of batches, and estimates from them. */
#include "plan/schedule.h"

#include "../kernels/engine.h"
#include "trial/metric.h"
#include "workloads/registry.h"

enum {
	/* Long enough for the clock, short against a scheduler's time slice. */
	ALONE_NS = 80000,
	/* Several threads: they start and stop together within microseconds. */
	TOGETHER_NS = 1000000,
	/* Threads that wait for each other, or for reclamation. */
	CONTENDED_NS = 3000000,
	ALONE_LEAD_NS = 20000,
	CONTENDED_LEAD_NS = 200000,
	LEAD_NS_MAX = 1000000,
	/* A line of entries comes back from the last-level cache, or memory. */
	LINE_NS = 60,
	/* Between batches: meeting, reading what the kernel counts. */
	GAP_NS = 30000,
	/* liburcu's reclaiming thread looks every 10 ms; ours does not. */
	RECLAIM_NS = 10000000,
	RECLAIM_OWN_NS = 100000,
	SETUP_NS = 5000000,
	/* Of a trace of so many events; what it has is not known here. */
	REPLAY_EVENTS = 10000,
	REPLAY_NS = 2000000,
	MAP_NS = 60,
};

#define PACED_OPS UINT64_C(100)
#define SECOND_NS UINT64_C(1000000000)

unsigned schedule_rounds(uint64_t phase_ns, uint64_t ns)
{
	uint64_t n = phase_ns / ns;

	return n > SCHEDULE_ROUNDS_MAX	 ? SCHEDULE_ROUNDS_MAX
	       : n < SCHEDULE_ROUNDS_MIN ? SCHEDULE_ROUNDS_MIN
					 : (unsigned)n;
}

/* Until what the contestants before it drove out of the caches near the CPU is
 * there again: the leaf entries, as far as they fit. */
static uint64_t lead_of(const struct params *p, unsigned threads)
{
	const struct workload *w = workload_find(p->workload);
	bool walks = (p->walkers || p->device_walkers) && w &&
		     !(w->flags & (WORKLOAD_MAP_SIZES | WORKLOAD_TRACE));
	uint64_t lines = p->work.footprint_bytes / p->work.page_bytes / 8;
	uint64_t ns = walks ? lines * LINE_NS : 0;
	uint64_t least = threads < 2 ? ALONE_LEAD_NS : CONTENDED_LEAD_NS;

	if (p->time.lead_ns)
		return p->time.lead_ns;
	ns = ns < LEAD_NS_MAX ? ns : LEAD_NS_MAX;
	return ns > least ? ns : least;
}

struct schedule schedule_of(const struct params *p)
{
	unsigned n = p->walkers + p->mappers + p->dumpers + p->device_walkers;
	uint64_t phase = p->time.phase_ns;
	const struct workload *w = workload_find(p->workload);
	/* A mapper may wait for reclamation even if it is alone. */
	bool waits = p->mappers && w &&
		     !(w->flags & (WORKLOAD_MAP_SIZES | WORKLOAD_TRACE));
	struct schedule s = {
		.ns = waits || p->dumpers ? CONTENDED_NS
		      : n > 1		  ? TOGETHER_NS
					  : ALONE_NS,
		.lead_ns = lead_of(p, waits ? 2 : n),
	};

	/* Not most of the time for what does not count. */
	if (!p->time.lead_ns && s.ns < s.lead_ns)
		s.ns = s.lead_ns;
	/* Dumps are of the whole table; an open loop has a rate to keep. */
	if (p->dumpers || p->time.rate_ops_per_s)
		s.ns = phase / SCHEDULE_ROUNDS_MIN;
	/* So that one operation more or less is a hundredth. */
	if (p->mappers && p->time.mapper_rate &&
	    s.ns < PACED_OPS * SECOND_NS / p->time.mapper_rate) {
		s.ns = PACED_OPS * SECOND_NS / p->time.mapper_rate;
		if (s.ns > phase / SCHEDULE_ROUNDS_MIN)
			s.ns = phase / SCHEDULE_ROUNDS_MIN;
	}
	if (s.ns > phase)
		s.ns = phase;
	s.rounds = schedule_rounds(phase, s.ns);
	return s;
}

struct schedule schedule_walkers(const struct params *p)
{
	struct params alone = *p;

	/* map_sizes has mappers in their place */
	if (p->walkers)
		alone.mappers = alone.dumpers = alone.device_walkers = 0;
	return schedule_of(&alone);
}

/* Kinds of batch that are run for @p; the pass counts as one. */
static unsigned kinds_of(const struct params *p)
{
	enum { SIZE_KINDS = MAP_SIZES + 3 };
	const struct workload *w = workload_find(p->workload);
	unsigned n = p->mappers != 0;

	if (p->race)
		return 1;
	if (w && w->flags & WORKLOAD_MAP_SIZES)
		return SIZE_KINDS;
	if (p->time.rate_ops_per_s)
		return n + (p->walkers ? 4 : 1);
	n += p->device_walkers ? 2 : 0;
	if (!p->walkers)
		return n + 2;
	/* batched; and called, twice */
	if (p->walkers == 1 && !p->mappers && !p->dumpers && !p->device_walkers)
		n += p->iotlb.sets ? 1 : 3;
	return n + 6 + (p->iotlb.sets ? 3 : 0);
}

uint64_t schedule_batch_ns(const struct params *p, const struct schedule *s)
{
	const struct design *d = design_find(p->design);

	/* What is retired is reclaimed before the next batch may begin. */
	return s->ns + s->lead_ns + GAP_NS +
	       (!p->mappers || !d || !(d->flags & DESIGN_DEFERS) ? 0
		: p->engine.freeing.reclaimer == RECLAIMER_LIBURCU &&
				p->engine.freeing.way != FREE_sync
			? RECLAIM_NS
			: RECLAIM_OWN_NS);
}

static uint64_t replay_ns(const struct params *p)
{
	uint64_t events = p->work.trace_events &&
					  p->work.trace_events < SECOND_NS
				  ? p->work.trace_events
				  : REPLAY_EVENTS;

	if (!p->time.mapper_rate)
		return REPLAY_NS;
	return events * SECOND_NS / p->time.mapper_rate / p->mappers + 1;
}

uint64_t schedule_ns(const struct params *p)
{
	struct schedule s = schedule_of(p);
	const struct workload *w = workload_find(p->workload);

	if (w && w->flags & WORKLOAD_TRACE) {
		s.ns = replay_ns(p);
		s.rounds = schedule_rounds(p->time.phase_ns, s.ns) +
			   SCHEDULE_ROUNDS_MIN + 2;
		return SETUP_NS + s.rounds * schedule_batch_ns(p, &s);
	}
	return SETUP_NS +
	       kinds_of(p) * (p->time.warmup_ns +
			      s.rounds * schedule_batch_ns(p, &s)) +
	       p->work.footprint_bytes / p->work.page_bytes * MAP_NS;
}

double schedule_update_ns(const struct params *p)
{
	enum { KINDS_MAX = 8, DEVICE_KINDS = 2 };
	struct schedule s = schedule_of(p);

	return (double)(s.ns + s.lead_ns) * s.rounds * (SCHEDULE_PATIENCE + 1) *
	       (p->race		    ? 1
		: p->device_walkers ? KINDS_MAX + DEVICE_KINDS
				    : KINDS_MAX);
}
