/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the threads of a crew do in each kind of batch; see docs/measuring.md.
 * The functions are `run` members of struct batch: called in every worker, each
 * acts if the batch concerns its role. An operation counts if it began after
 * the lead-in and ended before the end; one that was under way at the end took
 * at least that long.
 */
#ifndef MEASURE_BATCH_H
#define MEASURE_BATCH_H

#include "../kernels/mutant.h"
#include "machine/clock.h"
#include "measure/crew.h"

typedef void batch_run(struct worker *w, const struct batch *b);

batch_run batch_populate;  /* thread 0 makes the static mappings */
batch_run batch_counters;  /* walkers: open the counter group */
batch_run batch_floor;	   /* walkers: bare loads; which 0 dependent, 1 not */
batch_run batch_one_stage; /* walkers: a nested domain's first stage alone */
batch_run batch_control;   /* walkers, or who is there: private work */
batch_run batch_beside;	   /* all: private work; then one of them alone */
batch_run batch_transfer;  /* all: a line goes round, from each to the next */
batch_run batch_pass;	   /* mappers: their stream once */
batch_run batch_halfway;   /* mappers: to the middle of it, untimed */
/* Walkers walk, mappers update, dumpers dump. b->which of WALK_NR: */
batch_run batch_walk_dep;  /* each IOVA waits for the entry before it */
batch_run batch_walk_thr;  /* independent */
batch_run batch_walk_tail; /* in blocks of 16 and singly, or open loop */
/* The same, but devices, which run free in those, do what it is about. */
batch_run batch_device_dep, batch_device_tail;
batch_run batch_size; /* mappers: one row of map_sizes, b->which */

/* Called by the batches above for the other roles, until b->end. */
batch_run update_run, dump_run;

/*
 * Operations until the next one that is timed alone: sample_every on average,
 * at random, so that no period of the stream is always or never hit.
 */
static inline unsigned batch_gap(struct worker *w)
{
	unsigned k = w->group->params->time.sample_every;

	return k > 1 ? (unsigned)rng_below(&w->gaps, 2 * k - 1) : 0;
}

/* What made the pieces of walks short may be over; at a batch's beginning. */
static inline void batch_stride_grow(struct worker *w)
{
	if (w->stride < WORK_BLOCK_OPS)
		w->stride = w->stride ? 2 * w->stride : WORK_BLOCK_OPS;
}

/* A piece that takes longer than 20 us is cut in two: some must end within the
 * batch. Whether it was. */
static inline bool batch_stride_cut(struct worker *w, uint64_t ticks)
{
	if (w->stride < 2 || ticks <= clock_ticks(20000))
		return false;
	w->stride /= 2;
	return true;
}

/* Spins until the tick; a batch never sleeps. */
static inline void batch_wait(uint64_t tick)
{
	while (clock_start() < tick)
		;
}

/* Counts @ops operations between two readings if they lie in the batch. */
static inline void tally_add(struct tally *t, const struct batch *b,
			     uint64_t from, uint64_t to, double ops)
{
	if (from < b->begin || from >= b->end)
		return;
	if (to > b->end && !MUTANT(batch_counts_after_end)) {
		t->pending_ns = clock_ns(b->end - from);
		return;
	}
	t->ops += ops;
	t->ns += clock_ns(to - from) - clock_info()->cost_ns;
	t->n++;
}

/*
 * @n operations by @exec in one piece, timed into @into; then the thread is
 * quiescent. What they gave is for the caller to check.
 */
struct engine_block batch_block(struct worker *w, const struct batch *b,
				engine_exec *exec, const uint64_t *ops,
				size_t n, struct tally *into);

/*
 * ns of an operation. One that waited at the end for longer than a piece
 * takes counts with that time: it took at least that. INFINITY: none ended.
 */
double tally_ns_per_op(const struct tally *t);

/* Lines of a dump, in a page that is begun anew when it is full: a file in
 * debugfs hands it to its reader then. */
enum { DUMP_LINE = 80 };
struct dump_text {
	char page[4096];
	size_t used;
	uint64_t lines, pages; /* pages that were full */
};
/* IOVA, PA, bytes and permissions of a leaf as a line. */
void dump_text_add(struct dump_text *text, uint64_t iova, uint64_t pa,
		   uint64_t bytes, unsigned perm);

/* Starts the curve of table bytes held; for the leader, before a batch. */
void held_start(struct worker_group *g, double length_ns);
/* Takes a point of it if one is due. One worker a batch calls it. */
void held_sample(struct worker_group *g, uint64_t now);
/* Table bytes that are live or wait for reclamation, as of now. */
double held_bytes(const struct worker_group *g);
/* Looks at what waits for a grace period, likewise; for the leader. */
void held_waiting(struct worker_group *g);
/* Takes one now; the leader, between batches. */
void held_now(struct worker_group *g);

#endif
