/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of a contest share: contest.c, trial_*.c, batch_size.c. */
#ifndef MEASURE_TRIAL_PARTS_H
#define MEASURE_TRIAL_PARTS_H

#include "../kernels/nested.h"
#include "../topology/numamem.h"
#include "../topology/place.h"
#include "measure/batch.h"
#include "measure/contest.h"
#include "measure/replay.h"
#include "trial/record.h"

/* Values of one metric, one a batch. */
struct figure {
	double *value;
	unsigned n;
};

/* One contestant: its memory, its domain, its side of the crew. */
struct trial {
	const struct params *p;
	const struct trial_env *env;
	const struct workload *workload;
	const struct design *design;
	struct record *r;
	const struct work *work;	/* of all contestants */
	const struct place *place;	/* likewise */
	const struct replay_plan *plan; /* likewise; NULL: no trace */
	struct numamem mem;
	struct pool pool;
	bool has_pool;
	struct iotlb *iotlb;
	struct inv_queue *inv;	 /* of the IOMMU that has it; likewise NULL */
	struct pool second_pool; /* workload nested: of the second stage */
	bool has_second_pool;
	uint64_t second_bytes;	   /* of mem, from its beginning */
	struct nested nested;	   /* .second NULL: one stage */
	struct worker_group group; /* group.domain: NULL until made */

	/* From batches that count. */
	struct figure figure[METRIC_NR];
	struct singles tail[TAILS];
	uint64_t iotlb_hits, iotlb_lookups;   /* of independent translates */
	uint64_t psc_hits, psc_lookups;	      /* likewise, and of devices */
	uint64_t device_hits, device_lookups; /* in the IOTLB, running free */
	double counted_ops;
	uint64_t stalls;
	unsigned batches, lost; /* run, and of these not counted */
	size_t taken;		/* pages of the pool before the last batch */
	size_t takes;		/* the most that a batch took */
	struct os_sum os;
};

/* trial_setup.c */

/* Where @p puts its threads; place_release() by the caller. */
int trial_place(const struct params *p, const struct trial_env *env,
		struct place *place, struct err *e);
/* Tables, IOTLB, domain, workers; trial_teardown() in any case. */
int trial_setup(struct trial *t, struct err *e);
/* Tables go back; a page that did not is a wrong answer. */
void trial_teardown(struct trial *t);
/*
 * Backs the pages that the next batch may take from the pool with memory, so
 * that it meets no page fault. Between batches; what numamem_populate() says.
 */
int trial_touch_ahead(struct trial *t, struct err *e);
/* What a workload prepares streams for: devices run such as walkers have. */
static inline struct params trial_streams(const struct params *p)
{
	struct params all = *p;

	all.walkers += p->device_walkers;
	return all;
}
/* Workload map_sizes: mappers alone, and kinds of batch of their own. */
static inline bool trial_is_sizes(const struct trial *t)
{
	return t->workload->flags & WORKLOAD_MAP_SIZES;
}
/* Whether engine_floor_*() understands the tables. */
static inline bool trial_has_floor(const struct trial *t)
{
	return t->work->nmaps && t->p->engine.format == VTD_SS;
}
/* enum vtd level of the largest leaf of at most @bytes. */
static inline unsigned trial_leaf_level(uint64_t bytes)
{
	unsigned level = 1;

	while (level < VTD_LEAF_LEVEL_MAX && vtd_span(level + 1) <= bytes)
		level++;
	return level;
}

/* trial_model.c: the static mappings, and the deterministic figures if @exact,
 * by worker 0 before anything is timed. */
int trial_model(struct trial *t, struct crew *crew, bool exact, struct err *e);

/* trial_trace.c: what all contestants of workload trace share. */
struct trial_trace {
	struct trace own; /* if it was read for them */
	struct trace_pairs pairs;
	struct replay_plan *plan;
};
/* What @t asks for; the trace's losses are said if @say. trial_trace_close()
 * in any case. */
int trial_trace_open(struct trial_trace *tt, const struct trial *t, bool say,
		     struct err *e);
void trial_trace_close(struct trial_trace *tt);
/* Of a replay that counts; after the last one. */
void trial_trace_collect(struct trial *t, unsigned which);
void trial_trace_record(struct trial *t, const struct trial_trace *tt);

/* trial_device.c: of a batch that counts. Devices run free in most kinds... */
void trial_device_free(struct trial *t);
/* ...and in two of their own each IOVA waits for the entry before it. */
void trial_device_dep(struct trial *t, unsigned which);
void trial_device_tail(struct trial *t, unsigned which);
/* What @w looked up in the caches. */
void trial_lookups(struct trial *t, const struct worker *w);
/* Single walks of @role, apart by what they met. */
void trial_apart(const struct trial *t, enum role role, struct tally *hit,
		 struct tally *fault);

/* trial_nested.c: the second stage. All do nothing for other workloads. */
enum { TRIAL_NESTED_VERSION = 1 }; /* of engine_op_pa(): what walks yield */
/* Table pages it takes besides @guest_pages of the first stage. */
uint64_t trial_nested_pages(const struct params *p, uint64_t guest_pages);
/* After the pool, before the domain. Fills t->nested. */
int trial_nested_setup(struct trial *t, struct err *e);
/* After the domain went. */
void trial_nested_teardown(struct trial *t);

/* batch_size.c: workload map_sizes. NULL: the size can be measured on @d; else
 * why not. */
const char *size_left_out(enum map_size size, const struct domain *d);
/* What one of @mappers does there, as a stream: all sizes that can be measured
 * on @d in turn, of each the maps of a block, then the unmaps. Returns its
 * length. */
enum { SIZE_STREAM_MAX = MAP_SIZES * 2 * 64 };
size_t size_stream(const struct domain *d, unsigned mapper, unsigned mappers,
		   uint64_t ops[SIZE_STREAM_MAX]);

/* trial_record.c */

/* A value of a batch that counts. Aborts without memory. */
void figure_push(struct figure *f, double value);
static inline void figure_add(struct trial *t, enum metric_id metric,
			      double value)
{
	figure_push(&t->figure[metric], value);
}
/* What the design's own threads took, by the updates of the batch. */
void figure_reclaim(struct trial *t);
/* What invalidations took and were, likewise. */
void figure_invalidation(struct trial *t);
/* All that was measured, as metrics and histograms of t->r. */
/* @phases: as in struct contest_options. */
void trial_record(struct trial *t, unsigned phases);
/*
 * Whether threads that did @share of what one does alone had no core of their
 * own although @topo gives them one: on CPUs @cpus[0 .. @n), by os_index.
 */
bool trial_crowded(double share, const struct topo *topo, const unsigned *cpus,
		   unsigned n);

#endif
