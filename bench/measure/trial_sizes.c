/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Workload map_sizes: map and unmap of 4K, 2M, 1G and of 256 of each, as the
 * cover letters of Linux's generic_pt report them. One mapper; the tables
 * above the leaves exist; blocks of operations, median over blocks.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "measure/trial_parts.h"
#include "workloads/layout.h"

enum {
	SLOTS_MAX = 64, /* of all sizes */
	AT_LEAST = 32,	/* blocks */
};

struct sizes {
	struct samples map, unmap;
	uint64_t maps[SLOTS_MAX], unmaps[SLOTS_MAX];
	unsigned slots;
	uint64_t bytes;
};

static uint64_t slot_iova(const struct sizes *s, unsigned slot)
{
	return LAYOUT_BASE + slot * s->bytes;
}

static int prepare(struct sizes *s, const struct map_size_row *row,
		   const struct domain *d)
{
	uint64_t limit = UINT64_C(1)
			 << vtd_width(d->levels > 4 ? 4 : d->levels);

	s->bytes = row->pages * vtd_span(row->leaf_level);
	s->slots = row->slots;
	while (s->slots && slot_iova(s, s->slots) > limit)
		s->slots--;
	if (!s->slots)
		return -ENOTSUP;
	for (unsigned i = 0; i < s->slots; i++) {
		unsigned code =
			(unsigned)engine_size_code(s->bytes >> VTD_PAGE_LG2);

		s->maps[i] = engine_op(OP_MAP, slot_iova(s, i), code, 0);
		s->unmaps[i] = engine_op(OP_UNMAP, slot_iova(s, i), code, 0);
	}
	samples_clear(&s->map);
	samples_clear(&s->unmap);
	return 0;
}

static void block(struct worker *w, const struct sizes *s, const uint64_t *ops,
		  struct samples *into)
{
	struct engine_block b = {0};
	uint64_t t = clock_start();

	w->group->design->exec[EXEC_UPDATE](w->group->domain, &w->t, ops,
					    s->slots, &b);
	t = clock_stop() - t;
	if (into)
		samples_add(into,
			    (clock_ns(t) - clock_info()->cost_ns) / s->slots);
	if (b.errors)
		worker_failed(w, b.error, "%s of %" PRIu64 " bytes: %s",
			      (ops[0] & 3) == OP_MAP ? "map" : "unmap",
			      s->bytes, strerror(-b.error));
	w->group->design->thread_quiesce(&w->t);
}

/* First and last page of each slot are where they should be, or nowhere. */
static void check(struct worker *w, const struct sizes *s, bool mapped)
{
	for (unsigned i = 0; i < 2 * s->slots; i++) {
		uint64_t first = slot_iova(s, i / 2);
		uint64_t iova = first + (i % 2 ? s->bytes - VTD_PAGE_BYTES : 0);
		struct engine_walk walk;
		int ret = w->group->design->walk(w->group->domain, &w->t, iova,
						 &walk);

		/* One operation maps to one run of addresses. */
		if (mapped ? ret || walk.pa != engine_op_pa(first, 0) +
						       (iova - first)
			   : ret != -ENOENT)
			worker_wrong(w, 1,
				     "IOVA 0x%" PRIx64 " is %s after %s of "
				     "%" PRIu64 " bytes",
				     iova, ret ? "not mapped" : "mapped wrong",
				     mapped ? "map" : "unmap", s->bytes);
	}
}

static void measure(struct worker *w, const struct phase *ph, struct sizes *s)
{
	uint64_t now;

	block(w, s, s->maps, NULL);
	check(w, s, true);
	block(w, s, s->unmaps, NULL);
	check(w, s, false);
	phase_begin(w, ph);
	/* A thread that lost the CPU all the time still measures a little. */
	while (((now = clock_start()) < ph->end || s->unmap.n < AT_LEAST) &&
	       !w->error && !worker_stopped(w)) {
		bool keep = phase_keep(w, ph, now);

		block(w, s, s->maps, keep ? &s->map : NULL);
		block(w, s, s->unmaps, keep ? &s->unmap : NULL);
	}
}

/* What the phase works on; the leader waits meanwhile. */
struct sizes_phase {
	struct phase phase; /* first: the phase points here */
	struct sizes *sizes;
};

static void sizes_run(struct worker *w, const struct phase *ph)
{
	if (w->role == ROLE_MAPPER && w->index == 0)
		measure(w, ph,
			((const struct sizes_phase *)(const void *)ph)->sizes);
}

static void record_row(struct trial *t, const struct map_size_row *row,
		       const struct sizes *s)
{
	const struct samples *map = &s->map, *unmap = &s->unmap;

	record_add(t->r, row->map, samples_quantile(&map, 1, 0.5), false);
	record_add(t->r, row->unmap, samples_quantile(&unmap, 1, 0.5), false);
}

static void not_counted(struct trial *t, const struct map_size_row *row,
			const char *reason)
{
	record_missing(t->r, row->map, reason);
	record_missing(t->r, row->unmap, reason);
}

int trial_sizes(struct trial *t, struct err *e)
{
	struct sizes s = {.slots = 0};
	int ret = samples_init(&s.map);

	if (!ret)
		ret = samples_init(&s.unmap);
	if (ret)
		err_set(e, ret, "no memory for samples");
	for (unsigned i = 0; i < MAP_SIZES && !ret; i++) {
		struct sizes_phase ph = {
			.phase = {.name = map_sizes[i].name,
				  .run = sizes_run,
				  .bit = (unsigned)PHASE_SIZES << i,
				  .warmup_ns = t->p->time.warmup_ns,
				  .ns = t->p->time.phase_ns},
			.sizes = &s};

		if (map_sizes[i].leaf_level > t->group.domain->max_leaf_level) {
			not_counted(t, &map_sizes[i],
				    "max_leaf forbids a leaf of this size");
			continue;
		}
		if (prepare(&s, &map_sizes[i], t->group.domain)) {
			not_counted(t, &map_sizes[i],
				    "does not fit into the IOVA space");
			continue;
		}
		ret = worker_group_run(&t->group, &ph.phase, e);
		if (!ret)
			record_row(t, &map_sizes[i], &s);
	}
	samples_release(&s.map);
	samples_release(&s.unmap);
	if (!ret)
		trial_record_common(t);
	return ret;
}
