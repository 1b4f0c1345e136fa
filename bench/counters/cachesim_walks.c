/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated pass: a trial's walks, run through the cache model.
 */
#include "counters/cachesim.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../kernels/nested.h"

/* One thread's place in its stream. */
struct turn {
	const uint64_t *ops;
	size_t n, at;
};

static uint64_t next_walk(struct turn *s)
{
	uint64_t op;

	do {
		op = s->ops[s->at++];
		if (s->at == s->n)
			s->at = 0;
	} while ((op & 3) != OP_WALK);
	return op;
}

static bool has_walk(const uint64_t *ops, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((ops[i] & 3) == OP_WALK)
			return true;
	return false;
}

static void sync_lines(struct cachesim *sim, unsigned cpu,
		       const struct engine_sync_ref *refs, unsigned from,
		       unsigned to)
{
	for (unsigned i = from; i < to; i++)
		cachesim_access(sim, cpu, refs[i].pa, refs[i].write,
				CACHESIM_SYNC);
}

/* Both stages' entries count under the level of their table. A lock is one of
 * each domain: the second's lines lie beside the first's. */
static void nested_walk(struct cachesim *sim, const struct design *design,
			struct domain *d, struct engine_thread *t, unsigned cpu,
			uint64_t iova)
{
	enum { SECOND_LOCK = 2048 };
	struct engine_sync_ref refs[2 * ENGINE_SYNC_MAX];
	struct nested_walk w;
	unsigned before = 0, n = design->sync_refs(OP_WALK, cpu, refs, &before);
	bool both = n && !(design->flags & DESIGN_DEFERS);

	for (unsigned i = 0; i < n; i++) {
		refs[n + i] = refs[i];
		refs[n + i].pa += SECOND_LOCK;
	}
	sync_lines(sim, cpu, refs, 0, before);
	if (both)
		sync_lines(sim, cpu, refs, n, n + before);
	design->nested_walk(d, t, iova, VTD_R, &w);
	for (unsigned i = 0; i < w.refs; i++)
		cachesim_access(sim, cpu, w.ref[i].pa, false, w.ref[i].level);
	if (both)
		sync_lines(sim, cpu, refs, n + before, 2 * n);
	sync_lines(sim, cpu, refs, before, n);
}

static void one_walk(struct cachesim *sim, const struct design *design,
		     struct domain *d, struct engine_thread *t, unsigned cpu,
		     uint64_t iova)
{
	struct engine_sync_ref refs[ENGINE_SYNC_MAX];
	struct engine_walk w = {.refs = 0};
	unsigned before = 0, n;

	if (d->nested) {
		nested_walk(sim, design, d, t, cpu, iova);
		return;
	}
	n = design->sync_refs(OP_WALK, cpu, refs, &before);

	sync_lines(sim, cpu, refs, 0, before);
	design->walk(d, t, iova, &w); /* a fault reads entries, too */
	for (unsigned i = 0; i < w.refs; i++)
		cachesim_access(sim, cpu, w.entry_pa[i], false, d->levels - i);
	sync_lines(sim, cpu, refs, before, n);
}

static void add(struct cachesim_count *sum, const struct cachesim_count *c)
{
	sum->refs += c->refs;
	sum->l1d_misses += c->l1d_misses;
	sum->l2_misses += c->l2_misses;
	sum->llc_misses += c->llc_misses;
	sum->coherence += c->coherence;
}

static struct cachesim_count total(const struct cachesim *sim, size_t ncpus,
				   unsigned class)
{
	struct cachesim_count sum = {0};

	for (size_t i = 0; i < ncpus; i++)
		add(&sum, cachesim_count(sim, (unsigned)i, class));
	return sum;
}

static void record_all(struct record *r, const struct cachesim *sim,
		       size_t ncpus, unsigned levels, uint64_t walks)
{
#define LEVEL(n)                                       \
	[n] = { METRIC_sim_l1d_misses_t##n##_per_walk, \
		METRIC_sim_l2_misses_t##n##_per_walk,  \
		METRIC_sim_llc_misses_t##n##_per_walk }
	static const enum metric_id misses[][3] = {LEVEL(1), LEVEL(2), LEVEL(3),
						   LEVEL(4), LEVEL(5)};
#undef LEVEL
#define PER_WALK(metric, n) \
	record_add(r, metric, (double)(n) / (double)walks, true)
	struct cachesim_count sync = total(sim, ncpus, CACHESIM_SYNC);
	struct cachesim_count all = sync;

	for (unsigned level = 1; level <= levels; level++) {
		struct cachesim_count c = total(sim, ncpus, level);

		PER_WALK(misses[level][0], c.l1d_misses);
		PER_WALK(misses[level][1], c.l2_misses);
		PER_WALK(misses[level][2], c.llc_misses);
		add(&all, &c);
	}
	record_add(r, METRIC_sim_walks, (double)walks, true);
	PER_WALK(METRIC_sim_refs_per_walk, all.refs);
	PER_WALK(METRIC_sim_l1d_misses_per_walk, all.l1d_misses);
	PER_WALK(METRIC_sim_l2_misses_per_walk, all.l2_misses);
	PER_WALK(METRIC_sim_llc_misses_per_walk, all.llc_misses);
	PER_WALK(METRIC_sim_coherence_misses_per_walk, all.coherence);
	PER_WALK(METRIC_sim_sync_misses_per_walk, sync.l1d_misses);
	PER_WALK(METRIC_sim_l2_misses_sync_per_walk, sync.l2_misses);
	PER_WALK(METRIC_sim_llc_misses_sync_per_walk, sync.llc_misses);
#undef PER_WALK
}

int cachesim_walks(struct cachesim *sim, const struct design *design,
		   struct domain *d, struct engine_thread *const *t,
		   const uint64_t *const *streams, const size_t *nops,
		   size_t nthreads, uint64_t ops, struct record *r,
		   struct err *e)
{
	struct cachesim_geometry g = *cachesim_geometry(sim);
	uint64_t turns;
	struct turn *s;

	if (!nthreads || !ops || nthreads > cachesim_ncpus(sim))
		return err_set(e, -EINVAL,
			       "sim: %zu threads and %llu walks on %u CPUs",
			       nthreads, (unsigned long long)ops,
			       cachesim_ncpus(sim));
	for (size_t i = 0; i < nthreads; i++)
		if (!has_walk(streams[i], nops[i]))
			return err_set(
				e, -EINVAL,
				"sim: the stream of thread %zu has no walks",
				i);
	s = calloc(nthreads, sizeof(*s));
	if (!s)
		return err_set(e, -ENOMEM, "sim: out of memory");
	for (size_t i = 0; i < nthreads; i++)
		s[i] = (struct turn){.ops = streams[i], .n = nops[i]};

	turns = (ops + nthreads - 1) / nthreads;
	for (uint64_t turn = 0; turn < 2 * turns; turn++) {
		if (turn == turns)
			cachesim_reset_counts(sim);
		for (size_t i = 0; i < nthreads; i++)
			one_walk(sim, design, d, t[i], (unsigned)i,
				 next_walk(&s[i]) & ~UINT64_C(0xfff));
		if (turn % 4096 == 0)
			for (size_t i = 0; i < nthreads; i++)
				design->thread_quiesce(t[i]);
	}
	record_all(r, sim, nthreads, d->levels, turns * nthreads);
	record_add(r, METRIC_sim_l1d_bytes, (double)g.l1d_bytes, true);
	record_add(r, METRIC_sim_l2_bytes, (double)g.l2_bytes, true);
	record_add(r, METRIC_sim_llc_bytes, (double)g.llc_bytes, true);
	free(s);
	return 0;
}
