/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What walks and updates touch. */
#include "counters/touches.h"

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

static struct touch *more(struct touches *l)
{
	struct touch_list *list = &l->list;

	if (list->n == list->room) {
		size_t room = list->room ? 2 * list->room : 64;
		struct touch *touch =
			realloc(list->touch, room * sizeof(*touch));

		if (!touch) {
			l->full = true;
			list->n = 0;
			return NULL;
		}
		list->touch = touch;
		list->room = room;
	}
	return &list->touch[list->n++];
}

void touches_add(struct touches *l, uint64_t pa, bool write, unsigned class)
{
	struct touch *t = more(l);

	if (t)
		*t = (struct touch){
			.pa = pa, .write = write, .class = (uint8_t) class};
}

/* The operation of @s that is next, which is read. */
static uint64_t next_op(struct touches *l, struct cachesim_thread *s)
{
	uint64_t op;

	do {
		op = s->ops[s->at];
		if (!MUTANT(sim_stream_is_free))
			touches_add(l,
				    STREAMS + ((uint64_t)l->cpu << STREAM_LG2) +
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

static void sync_lines(struct touches *l, const struct engine_sync_ref *refs,
		       unsigned from, unsigned to, unsigned domain)
{
	/* A lock is one of each domain: the second's lines lie beside. */
	const uint64_t beside = 2048 * (uint64_t)domain;

	for (unsigned i = from; i < to; i++) {
		const struct engine_sync_ref *r = &refs[i];
		size_t first = l->list.n;

		if (r->pa != ENGINE_SYNC_READERS)
			touches_add(l, r->pa + beside, r->write, CACHESIM_SYNC);
		else
			for (size_t k = 0; k < l->nthreads; k++)
				if (!l->threads[k].updates)
					touches_add(l,
						    ENGINE_SYNC_THREAD +
							    4096 * k + beside,
						    r->write, CACHESIM_SYNC);
		if (l->list.n > first) {
			struct touch *t = &l->list.touch[first];

			t->section = r->section;
			t->kind = r->kind;
			t->domain = (uint8_t)domain;
		}
	}
}

/* Both stages' entries count under the level of their table. */
static void nested_walk(struct touches *l, uint64_t iova)
{
	struct engine_sync_ref refs[ENGINE_SYNC_MAX];
	struct nested_walk w;
	unsigned before = 0, n;
	bool both;

	n = l->design->sync_refs(OP_WALK, false, l->cpu, refs, &before);
	both = n && !(l->design->flags & DESIGN_THREAD_SECTIONS);
	sync_lines(l, refs, 0, before, 0);
	if (both)
		sync_lines(l, refs, 0, before, 1);
	l->design->nested_walk(l->d, l->t, iova, VTD_R, &w);
	for (unsigned i = 0; i < w.refs; i++)
		touches_add(l, w.ref[i].pa, false, w.ref[i].level);
	if (both)
		sync_lines(l, refs, before, n, 1);
	sync_lines(l, refs, before, n, 0);
}

static void one_walk(struct touches *l, uint64_t iova)
{
	struct engine_sync_ref refs[ENGINE_SYNC_MAX];
	struct engine_walk w = {.refs = 0};
	unsigned before = 0, n;

	if (l->d->nested) {
		nested_walk(l, iova);
		return;
	}
	n = l->design->sync_refs(OP_WALK, false, l->cpu, refs, &before);
	sync_lines(l, refs, 0, before, 0);
	l->design->walk(l->d, l->t, iova, &w); /* a fault reads entries, too */
	for (unsigned i = 0; i < w.refs; i++)
		touches_add(l, w.entry_pa[i], false, l->d->levels - i);
	sync_lines(l, refs, before, n, 0);
}

/* How far the way down goes before the map makes tables. */
static int note_depth(struct touches *l, uint64_t iova, uint64_t last)
{
	size_t n =
		(size_t)((last >> vtd_shift(2)) - (iova >> vtd_shift(2))) + 1;
	struct engine_walk w;

	if (n > l->ndepth) {
		unsigned *more = realloc(l->depth, n * sizeof(*more));

		if (!more)
			return -ENOMEM;
		l->depth = more;
		l->ndepth = n;
	}
	for (size_t i = 0; i < n; i++) {
		l->design->walk(l->d, l->t, iova, &w);
		l->depth[i] = w.refs;
		iova = (iova & ~(vtd_span(2) - 1)) + vtd_span(2);
	}
	return 0;
}

/* The way down to what was written, as far as it is not that of @before.
 * Tables below @depth are new: zeroed, and their link is written, too. */
static void way_down(struct touches *l, const struct engine_walk *w,
		     const struct engine_walk *before, unsigned depth)
{
	const struct pool *pool = l->d->pool;
	unsigned last = w->refs - 1;

	for (unsigned i = 0; i <= last; i++) {
		uint64_t pa = w->entry_pa[i], table = pa & ~UINT64_C(0xfff);
		unsigned level = l->d->levels - i;
		bool same = before->refs == w->refs &&
			    (before->entry_pa[i] ^ pa) < VTD_PAGE_BYTES;

		if (same && i < last)
			continue;
		if (!same && i >= depth && pool->zero == POOL_ZERO_MAP)
			for (uint64_t at = 0; at < VTD_PAGE_BYTES; at += LINE)
				touches_add(l, table + at, true, level);
		touches_add(l, pa, i == last || i + 1 >= depth, level);
		if (same || i < last ||
		    (l->d->reclaim != RECLAIM_EMPTY &&
		     !(l->design->flags & DESIGN_LOCKS_TABLES)))
			continue;
		table = TABLES + (pa - pool->pa_base) / VTD_PAGE_BYTES * LINE;
		touches_add(l, table, true, CACHESIM_SYNC);
	}
}

static void entries(struct touches *l, uint64_t iova, uint64_t last, bool map)
{
	struct engine_walk w, before = {.refs = 0};

	for (uint64_t at = iova; at <= last && at >= iova;) {
		uint64_t block = (at >> vtd_shift(2)) - (iova >> vtd_shift(2));

		l->design->walk(l->d, l->t, at, &w);
		way_down(l, &w, &before, map ? l->depth[block] : w.refs);
		before = w;
		/* on to the next line of entries */
		unsigned slot =
			(unsigned)(w.entry_pa[w.refs - 1] / sizeof(uint64_t)) %
			LINE_ENTRIES;
		at = (at & ~(vtd_span(w.level) - 1)) +
		     (LINE_ENTRIES - slot) * vtd_span(w.level);
	}
}

/* Of several mappers none may take what the others need. */
static void share_pages(struct touches *l)
{
	const struct pool *pool = l->d->pool;
	size_t updaters = 0, share = PAGES_TAKEN;

	for (size_t i = 0; i < l->nthreads; i++)
		updaters += l->threads[i].updates;
	if (updaters > 1)
		share = (pool->npages - pool->untouched) / updaters;
	l->take = share < PAGES_TAKEN ? share : PAGES_TAKEN;
	l->low = l->take < 2 * PAGES_LOW ? l->take / 2 : PAGES_LOW;
}

/* What was retired comes back at moments that depend on nothing but counts. */
static void take_pages(struct touches *l)
{
	if (!(l->design->flags & DESIGN_DEFERS) || l->t->cache.nfree >= l->low)
		return;
	l->design->thread_offline(l->t);
	l->design->reclaim_barrier();
	l->design->thread_online(l->t);
	pool_reserve(&l->t->cache, l->take); /* or what there is */
}

static int one_update(struct touches *l, uint64_t op, struct err *e)
{
	bool map = engine_op_maps(op);
	struct engine_sync_ref refs[ENGINE_SYNC_MAX];
	uint64_t iova = op & ~UINT64_C(0xfff), bytes = engine_op_bytes(op);
	uint64_t last = iova + bytes - 1;
	const struct inv_stats inv = l->t->inv;
	unsigned before = 0, n;
	uint64_t submits;
	int ret = 0;

	if (!l->take)
		share_pages(l);
	take_pages(l);
	n = l->design->sync_refs(map ? OP_MAP : OP_UNMAP,
				 l->d->reclaim == RECLAIM_EMPTY, l->cpu, refs,
				 &before);
	sync_lines(l, refs, 0, before, 0);
	if ((op & 3) == OP_REMAP)
		l->design->flush_before(l->d, l->t, iova, bytes);
	if (map)
		ret = note_depth(l, iova, last);
	if (!ret)
		ret = map ? l->design->map(l->d, l->t, iova,
					   engine_op_pa(iova,
							(unsigned)(op >> 2)),
					   bytes, VTD_R | VTD_W)
			  : l->design->unmap(l->d, l->t, iova, bytes, &bytes);
	if (ret)
		return err_set(e, ret, "sim: %s of IOVA 0x%llx: %s",
			       map ? "map" : "unmap", (unsigned long long)iova,
			       strerror(-ret));
	entries(l, iova, last, map);
	submits = l->t->inv.submits - inv.submits;
	l->submits += submits;
	touches_queue(l, submits, l->t->inv.descriptors - inv.descriptors);
	sync_lines(l, refs, before, n, 0);
	return 0;
}

int touches_next(struct touches *l, unsigned i, struct err *e)
{
	uint64_t op;
	int ret = 0;

	l->list.n = 0;
	l->cpu = i;
	l->t = l->threads[i].t;
	op = next_op(l, &l->threads[i]);
	if ((op & 3) == OP_WALK)
		one_walk(l, op & ~UINT64_C(0xfff));
	else
		ret = one_update(l, op, e);
	if (!ret && l->full)
		ret = err_set(e, -ENOMEM, "sim: out of memory");
	return ret;
}

int touches_check(const struct cachesim_thread *threads, size_t n,
		  struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (!threads[i].updates && !has_walk(&threads[i]))
			return err_set(
				e, -EINVAL,
				"sim: the stream of thread %zu has no walks",
				i);
	return 0;
}

void touches_release(struct touches *l)
{
	free(l->list.touch);
	free(l->depth);
}
