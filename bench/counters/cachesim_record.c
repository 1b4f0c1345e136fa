/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the cache model counted of a crew, as metrics. */
#include "counters/cachesim.h"

/* Classes @from to @to, of all threads that update or of all that walk. */
static struct cachesim_count total(const struct cachesim *sim,
				   const struct cachesim_thread *threads,
				   size_t n, bool updates, unsigned from,
				   unsigned to)
{
	struct cachesim_count sum = {0};

	for (unsigned i = 0; i < n; i++)
		for (unsigned class = from; class <= to; class ++) {
			const struct cachesim_count *c =
				cachesim_count(sim, i, class);

			if (threads[i].updates != updates)
				continue;
			sum.refs += c->refs;
			sum.l1d_misses += c->l1d_misses;
			sum.l2_misses += c->l2_misses;
			sum.llc_misses += c->llc_misses;
			sum.coherence += c->coherence;
		}
	return sum;
}

#define PER(metric, count, of) \
	record_add(r, metric, (double)(count) / (double)(of), true)

static void record_walks(struct record *r, const struct cachesim *sim,
			 const struct cachesim_thread *threads, size_t n,
			 unsigned levels, uint64_t walks)
{
#define LEVEL(n)                                       \
	[n] = { METRIC_sim_l1d_misses_t##n##_per_walk, \
		METRIC_sim_l2_misses_t##n##_per_walk,  \
		METRIC_sim_llc_misses_t##n##_per_walk }
	static const enum metric_id misses[][3] = {LEVEL(1), LEVEL(2), LEVEL(3),
						   LEVEL(4), LEVEL(5)};
#undef LEVEL
	struct cachesim_count c, all, sync, stream;

	for (unsigned l = 1; l <= levels; l++) {
		c = total(sim, threads, n, false, l, l);
		PER(misses[l][0], c.l1d_misses, walks);
		PER(misses[l][1], c.l2_misses, walks);
		PER(misses[l][2], c.llc_misses, walks);
	}
	all = total(sim, threads, n, false, 0, CACHESIM_CLASSES - 1);
	sync = total(sim, threads, n, false, CACHESIM_SYNC, CACHESIM_SYNC);
	stream =
		total(sim, threads, n, false, CACHESIM_STREAM, CACHESIM_STREAM);
	record_add(r, METRIC_sim_walks, (double)walks, true);
	PER(METRIC_sim_refs_per_walk, all.refs, walks);
	PER(METRIC_sim_l1d_misses_per_walk, all.l1d_misses, walks);
	PER(METRIC_sim_l2_misses_per_walk, all.l2_misses, walks);
	PER(METRIC_sim_llc_misses_per_walk, all.llc_misses, walks);
	PER(METRIC_sim_coherence_misses_per_walk, all.coherence, walks);
	PER(METRIC_sim_stream_misses_per_walk, stream.l1d_misses, walks);
	PER(METRIC_sim_sync_misses_per_walk, sync.l1d_misses, walks);
	PER(METRIC_sim_l2_misses_sync_per_walk, sync.l2_misses, walks);
	PER(METRIC_sim_llc_misses_sync_per_walk, sync.llc_misses, walks);
}

static void record_updates(struct record *r, const struct cachesim *sim,
			   const struct cachesim_thread *threads, size_t n,
			   uint64_t updates, uint64_t submits)
{
	struct cachesim_count all =
		total(sim, threads, n, true, 0, CACHESIM_CLASSES - 1);
	struct cachesim_count sync =
		total(sim, threads, n, true, CACHESIM_SYNC, CACHESIM_SYNC);
	struct cachesim_count queue =
		total(sim, threads, n, true, CACHESIM_QUEUE, CACHESIM_QUEUE);

	PER(METRIC_sim_l1d_misses_per_update, all.l1d_misses, updates);
	PER(METRIC_sim_coherence_misses_per_update, all.coherence, updates);
	PER(METRIC_sim_sync_misses_per_update,
	    sync.l1d_misses + queue.l1d_misses, updates);
	if (submits)
		PER(METRIC_sim_queue_lines_per_submit, queue.coherence,
		    submits);
}
#undef PER

void cachesim_record(struct record *r, const struct cachesim *sim,
		     const struct cachesim_thread *threads, size_t n,
		     unsigned levels, uint64_t rounds, uint64_t submits)
{
	const struct cachesim_geometry *g = cachesim_geometry(sim);
	size_t walkers = 0;

	for (size_t i = 0; i < n; i++)
		walkers += !threads[i].updates;
	if (walkers)
		record_walks(r, sim, threads, n, levels, rounds * walkers);
	if (walkers < n)
		record_updates(r, sim, threads, n, rounds * (n - walkers),
			       submits);
	record_add(r, METRIC_sim_l1d_bytes, (double)g->l1d_bytes, true);
	record_add(r, METRIC_sim_l2_bytes, (double)g->l2_bytes, true);
	record_add(r, METRIC_sim_llc_bytes, (double)g->llc_bytes, true);
}
