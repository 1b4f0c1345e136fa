/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A deterministic cache model: the cache misses of a walk on a machine that
 * cannot count them, and figures that a nightly gate can compare exactly.
 *
 * Each CPU has a private L1d and L2, all share one last-level cache. Sets are
 * picked by line number modulo their count (any count, as last-level caches
 * have), replacement is LRU, writes allocate. A miss fills every level; an
 * eviction throws nothing out elsewhere (neither inclusive nor exclusive).
 * There is no prefetcher and no TLB. A write takes the line away from the
 * private caches of all other CPUs: when one of them comes back for it, that
 * is a coherence miss. A line that the last-level cache lost but another CPU
 * still has comes from that CPU (CACHESIM_PEER), not from memory.
 *
 * Without an L2 and with one CPU this is what callgrind simulates.
 *
 * Context: no locks; one thread at a time.
 */
#ifndef COUNTERS_CACHESIM_H
#define COUNTERS_CACHESIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rng.h"
#include "counters/touches.h"
#include "trial/params.h"
#include "trial/record.h"
#include "../kernels/engine.h"
#include "../topology/topo.h"

struct cachesim; /* opaque */

/* Sizes in bytes; bytes == 0: the machine has no such level (not the L1d). */
struct cachesim_geometry {
	uint64_t l1d_bytes, l2_bytes, llc_bytes;
	unsigned l1d_ways, l2_ways, llc_ways;
	unsigned line_bytes; /* power of two, 8..4096 */
};

/* Where an access was served. */
enum cachesim_level {
	CACHESIM_L1D,
	CACHESIM_L2,
	CACHESIM_LLC,
	CACHESIM_PEER, /* another CPU's private cache */
	CACHESIM_MEMORY,
};

struct cachesim_count {
	uint64_t refs;
	uint64_t l1d_misses; /* references that the L1d did not serve */
	uint64_t l2_misses;  /* … nor the L2, if there is one */
	uint64_t llc_misses; /* … nor the last level, nor another CPU */
	uint64_t coherence;  /* of l1d_misses: lost to another CPU's write */
};

/*
 * cachesim_geometry_fill() - the geometry that @p asks for, its zeros filled
 * from @caches (what the topology found: bytes, ways and line of level 1, 2
 * and 3). Ways that nobody knows become 8 (L1d) and 16. Returns 0 or -EINVAL
 * with the reason: no size known for the L1d, or sizes that make no whole
 * number of sets. A level nobody knows of is left out.
 */
int cachesim_geometry_fill(struct cachesim_geometry *g,
			   const struct params_sim *p,
			   const struct topo_cache *caches, size_t ncaches,
			   struct err *e);

/* 0, or -EINVAL: @g cannot be built, and why. */
int cachesim_geometry_check(const struct cachesim_geometry *g, struct err *e);

/* NULL with errno: EINVAL (geometry, ncpus == 0) or ENOMEM. Starts empty. */
struct cachesim *cachesim_new(const struct cachesim_geometry *g,
			      unsigned ncpus);
void cachesim_free(struct cachesim *sim);

const struct cachesim_geometry *cachesim_geometry(const struct cachesim *sim);
unsigned cachesim_ncpus(const struct cachesim *sim);

/*
 * cachesim_access() - one reference of @cpu to the line of @addr, counted
 * under @class (< CACHESIM_CLASSES). @addr < 2^62. Returns what served it.
 */
enum cachesim_level cachesim_access(struct cachesim *sim, unsigned cpu,
				    uint64_t addr, bool write, unsigned class);

const struct cachesim_count *cachesim_count(const struct cachesim *sim,
					    unsigned cpu, unsigned class);
/* Sets all counts to 0 and keeps what is cached. */
void cachesim_reset_counts(struct cachesim *sim);

/* The order of a round: each of 0..n-1 once. */
void cachesim_order(struct rng *rng, unsigned *order, size_t n);

/*
 * cachesim_crew() - the separate pass that yields the sim_* metrics.
 *
 * Thread i is CPU i of @sim, which has at least @n and starts empty. In each
 * round every thread performs one operation of its stream on @d, in an order
 * drawn from @rng, one after the other; what it touches is in touches.h.
 * Rounds with @ops walks (of updates, if nobody walks) warm the caches, as many
 * again are counted. Nobody waits for a lock.
 *
 * Values go into @r, marked deterministic: they are, if the tables of @d were
 * built by one thread from a fresh pool. @d is left as the streams leave it.
 *
 * Context: the calling thread has entered the design; the caches of all
 * threads[i].t are of @d's pool; nobody else is inside. Returns 0, -EINVAL (a
 * walker's stream without walks, more threads than CPUs), -ENOMEM, or what an
 * operation said.
 */
int cachesim_crew(struct cachesim *sim, const struct design *design,
		  struct domain *d, struct cachesim_thread *threads, size_t n,
		  uint64_t ops, struct rng *rng, struct record *r,
		  struct err *e);

/*
 * cachesim_record() - what was counted in so many @rounds of @threads, as
 * metrics of @r: per walk, per update, and of @submits to the queue.
 */
void cachesim_record(struct record *r, const struct cachesim *sim,
		     const struct cachesim_thread *threads, size_t n,
		     unsigned levels, uint64_t rounds, uint64_t submits);

#endif
