/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated pass: the operations of a crew, one at a time in a drawn
 * order, run through the cache model.
 */
#include "counters/cachesim.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/mutant.h"
#include "../kernels/nested.h"

enum {
	LINE = 64, /* bytes */
	LINE_ENTRIES = 8,
	/* Table pages that a mapper may need at once, and takes together. */
	PAGES_LOW = 256,
	PAGES_TAKEN = 4096,
};
/* Beyond every pool, as ENGINE_SYNC_SHARED: what the pool keeps of tables (the
 * count of entries, the lock), a line each; streams, each in a part of its own.
 */
#define TABLES	   UINT64_C(0xf200000000000)
#define STREAMS	   UINT64_C(0xf300000000000)
#define STREAM_LG2 40

struct pass {
	struct cachesim *sim;
	const struct design *design;
	struct domain *d;
	const struct cachesim_thread *threads;
	size_t nthreads;
	unsigned *depth; /* of map(): entries on the way, each 2M of its range */
	size_t ndepth;
	unsigned slot;	  /* of the invalidation queue: the next */
	uint64_t submits; /* to it */
	size_t low, take; /* table pages: as PAGES_LOW and PAGES_TAKEN */
	unsigned cpu;	  /* whose turn it is */
	struct engine_thread *t;
};

static void touch(struct pass *p, uint64_t pa, bool write, unsigned class)
{
	cachesim_access(p->sim, p->cpu, pa, write, class);
}

/* The operation of @s that is next, which is read. */
static uint64_t next_op(struct pass *p, struct cachesim_thread *s)
{
	uint64_t op;

	do {
		op = s->ops[s->at];
		if (!MUTANT(sim_stream_is_free))
			touch(p,
			      STREAMS + ((uint64_t)p->cpu << STREAM_LG2) +
				      s->at * sizeof(op),
			      false, CACHESIM_STREAM);
		if (++s->at == s->n)
			s->at = 0;
	} while (!s->updates && (op & 3) != OP_WALK);
	return op;
}

static bool has_walk(const struct cachesim_thread *s)
{
	size_t i = 0;

	while (i < s->n && (s->ops[i] & 3) != OP_WALK)
		i++;
	return i < s->n;
}

static void sync_lines(struct pass *p, const struct engine_sync_ref *refs,
		       unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++)
		if (refs[i].pa != ENGINE_SYNC_READERS)
			touch(p, refs[i].pa, refs[i].write, CACHESIM_SYNC);
		else
			for (size_t k = 0; k < p->nthreads; k++)
				if (!p->threads[k].updates)
					touch(p, ENGINE_SYNC_THREAD + 4096 * k,
					      refs[i].write, CACHESIM_SYNC);
}

/* Both stages' entries count under the level of their table. A lock is one of
 * each domain: the second's lines lie beside the first's. */
static void nested_walk(struct pass *p, uint64_t iova)
{
	enum { SECOND_LOCK = 2048 };
	struct engine_sync_ref refs[2 * ENGINE_SYNC_MAX];
	struct nested_walk w;
	unsigned before = 0, n;
	bool both;

	n = p->design->sync_refs(OP_WALK, false, p->cpu, refs, &before);
	both = n && !(p->design->flags & DESIGN_THREAD_SECTIONS);
	for (unsigned i = 0; i < n; i++) {
		refs[n + i] = refs[i];
		refs[n + i].pa += SECOND_LOCK;
	}
	sync_lines(p, refs, 0, before);
	if (both)
		sync_lines(p, refs, n, n + before);
	p->design->nested_walk(p->d, p->t, iova, VTD_R, &w);
	for (unsigned i = 0; i < w.refs; i++)
		touch(p, w.ref[i].pa, false, w.ref[i].level);
	if (both)
		sync_lines(p, refs, n + before, 2 * n);
	sync_lines(p, refs, before, n);
}

static void one_walk(struct pass *p, uint64_t iova)
{
	struct engine_sync_ref refs[ENGINE_SYNC_MAX];
	struct engine_walk w = {.refs = 0};
	unsigned before = 0, n;

	if (p->d->nested) {
		nested_walk(p, iova);
		return;
	}
	n = p->design->sync_refs(OP_WALK, false, p->cpu, refs, &before);
	sync_lines(p, refs, 0, before);
	p->design->walk(p->d, p->t, iova, &w); /* a fault reads entries, too */
	for (unsigned i = 0; i < w.refs; i++)
		touch(p, w.entry_pa[i], false, p->d->levels - i);
	sync_lines(p, refs, before, n);
}

/* How far the way down goes before the map makes tables. */
static int note_depth(struct pass *p, uint64_t iova, uint64_t last)
{
	size_t n =
		(size_t)((last >> vtd_shift(2)) - (iova >> vtd_shift(2))) + 1;
	struct engine_walk w;

	if (n > p->ndepth) {
		unsigned *more = realloc(p->depth, n * sizeof(*more));

		if (!more)
			return -ENOMEM;
		p->depth = more;
		p->ndepth = n;
	}
	for (size_t i = 0; i < n; i++) {
		p->design->walk(p->d, p->t, iova, &w);
		p->depth[i] = w.refs;
		iova = (iova & ~(vtd_span(2) - 1)) + vtd_span(2);
	}
	return 0;
}

/* The way down to what was written, as far as it is not that of @before.
 * Tables below @depth are new: zeroed, and their link is written, too. */
static void way_down(struct pass *p, const struct engine_walk *w,
		     const struct engine_walk *before, unsigned depth)
{
	const struct pool *pool = p->d->pool;
	unsigned last = w->refs - 1;

	for (unsigned i = 0; i <= last; i++) {
		uint64_t pa = w->entry_pa[i], table = pa & ~UINT64_C(0xfff);
		unsigned level = p->d->levels - i;
		bool same = before->refs == w->refs &&
			    (before->entry_pa[i] ^ pa) < VTD_PAGE_BYTES;

		if (same && i < last)
			continue;
		if (!same && i >= depth && pool->zero == POOL_ZERO_MAP)
			for (uint64_t at = 0; at < VTD_PAGE_BYTES; at += LINE)
				touch(p, table + at, true, level);
		touch(p, pa, i == last || i + 1 >= depth, level);
		if (same || i < last ||
		    (p->d->reclaim != RECLAIM_EMPTY &&
		     !(p->design->flags & DESIGN_LOCKS_TABLES)))
			continue;
		table = TABLES + (pa - pool->pa_base) / VTD_PAGE_BYTES * LINE;
		touch(p, table, true, CACHESIM_SYNC);
	}
}

static void entries(struct pass *p, uint64_t iova, uint64_t last, bool map)
{
	struct engine_walk w, before = {.refs = 0};

	for (uint64_t at = iova; at <= last && at >= iova;) {
		uint64_t block = (at >> vtd_shift(2)) - (iova >> vtd_shift(2));

		p->design->walk(p->d, p->t, at, &w);
		way_down(p, &w, &before, map ? p->depth[block] : w.refs);
		before = w;
		/* on to the next line of entries */
		unsigned slot =
			(unsigned)(w.entry_pa[w.refs - 1] / sizeof(uint64_t)) %
			LINE_ENTRIES;
		at = (at & ~(vtd_span(w.level) - 1)) +
		     (LINE_ENTRIES - slot) * vtd_span(w.level);
	}
}

/* What was retired comes back at moments that depend on nothing but counts. */
static void take_pages(struct pass *p)
{
	if (!(p->design->flags & DESIGN_DEFERS) || p->t->cache.nfree >= p->low)
		return;
	p->design->thread_offline(p->t);
	p->design->reclaim_barrier();
	p->design->thread_online(p->t);
	pool_reserve(&p->t->cache, p->take); /* or what there is */
}

/* Of several mappers none may take what the others need. */
static void share_pages(struct pass *p, size_t updaters)
{
	const struct pool *pool = p->threads->t->cache.pool;
	size_t share = updaters > 1
			       ? (pool->npages - pool->untouched) / updaters
			       : PAGES_TAKEN;

	p->take = share < PAGES_TAKEN ? share : PAGES_TAKEN;
	p->low = p->take < 2 * PAGES_LOW ? p->take / 2 : PAGES_LOW;
}

static int one_update(struct pass *p, uint64_t op, struct err *e)
{
	bool map = engine_op_maps(op);
	struct engine_sync_ref refs[ENGINE_SYNC_MAX];
	uint64_t iova = op & ~UINT64_C(0xfff), bytes = engine_op_bytes(op);
	uint64_t last = iova + bytes - 1;
	const struct inv_stats inv = p->t->inv;
	unsigned before = 0, n;
	uint64_t submits;
	int ret = 0;

	take_pages(p);
	n = p->design->sync_refs(map ? OP_MAP : OP_UNMAP,
				 p->d->reclaim == RECLAIM_EMPTY, p->cpu, refs,
				 &before);
	sync_lines(p, refs, 0, before);
	if ((op & 3) == OP_REMAP)
		p->design->flush_before(p->d, p->t, iova, bytes);
	if (map)
		ret = note_depth(p, iova, last);
	if (!ret)
		ret = map ? p->design->map(p->d, p->t, iova,
					   engine_op_pa(iova,
							(unsigned)(op >> 2)),
					   bytes, VTD_R | VTD_W)
			  : p->design->unmap(p->d, p->t, iova, bytes, &bytes);
	if (ret)
		return err_set(e, ret, "sim: %s of IOVA 0x%llx: %s",
			       map ? "map" : "unmap", (unsigned long long)iova,
			       strerror(-ret));
	entries(p, iova, last, map);
	submits = p->t->inv.submits - inv.submits;
	p->submits += submits;
	cachesim_queue(p->sim, p->cpu, &p->slot, submits,
		       p->t->inv.descriptors - inv.descriptors);
	sync_lines(p, refs, before, n);
	return 0;
}

void cachesim_order(struct rng *rng, unsigned *order, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t j = (size_t)rng_below(rng, i + 1);

		order[i] = order[j];
		order[j] = (unsigned)i;
	}
}

static int check_threads(const struct cachesim *sim,
			 const struct cachesim_thread *threads, size_t n,
			 uint64_t ops, struct err *e)
{
	if (!n || !ops || n > cachesim_ncpus(sim))
		return err_set(e, -EINVAL,
			       "sim: %zu threads and %llu operations on %u "
			       "CPUs",
			       n, (unsigned long long)ops, cachesim_ncpus(sim));
	for (size_t i = 0; i < n; i++)
		if (!threads[i].updates && !has_walk(&threads[i]))
			return err_set(
				e, -EINVAL,
				"sim: the stream of thread %zu has no walks",
				i);
	return 0;
}

static int one_round(struct pass *p, struct cachesim_thread *threads, size_t n,
		     unsigned *order, struct rng *rng, struct err *e)
{
	int ret = 0;

	cachesim_order(rng, order, n);
	for (size_t i = 0; i < n && !ret; i++) {
		struct cachesim_thread *s = &threads[order[i]];

		p->cpu = order[i];
		p->t = s->t;
		uint64_t op = next_op(p, s);
		if ((op & 3) == OP_WALK)
			one_walk(p, op & ~UINT64_C(0xfff));
		else
			ret = one_update(p, op, e);
	}
	return ret;
}

int cachesim_crew(struct cachesim *sim, const struct design *design,
		  struct domain *d, struct cachesim_thread *threads, size_t n,
		  uint64_t ops, struct rng *rng, struct record *r,
		  struct err *e)
{
	struct pass p = {sim, design, d, threads, n, .depth = NULL};
	size_t walkers = 0;
	unsigned *order;
	uint64_t rounds;
	int ret = check_threads(sim, threads, n, ops, e);

	if (ret)
		return ret;
	order = calloc(n, sizeof(*order));
	if (!order)
		return err_set(e, -ENOMEM, "sim: out of memory");
	for (size_t i = 0; i < n; i++)
		walkers += !threads[i].updates;
	rounds = (ops - 1) / (walkers ? walkers : n) + 1;
	share_pages(&p, n - walkers);
	for (uint64_t round = 0; round < 2 * rounds && !ret; round++) {
		if (round == rounds) {
			cachesim_reset_counts(sim);
			p.submits = 0;
		}
		ret = one_round(&p, threads, n, order, rng, e);
		if (round % 4096 == 0)
			for (size_t i = 0; i < n; i++)
				design->thread_quiesce(threads[i].t);
	}
	free(order);
	free(p.depth);
	if (ret)
		return ret;
	cachesim_record(r, sim, threads, n, d->levels, rounds, p.submits);
	return 0;
}
