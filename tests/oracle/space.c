/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Address spaces under test: their life and the random operations. */
#include "space.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
	POOL_BYTES = 64 << 20,
	SHOWN_MAX = 5,	    /* failures printed of one space */
	LEAVES_MAX = 20000, /* then everything is unmapped */
};

#define POOL_LOW   (256 * MIB) /* below MACHINE_DATA_LOW */
#define TABLES_LOW (16 * MIB)
#define RESERVED   MACHINE_DATA_END /* 8 GiB up to the end of RAM */

void space_fail(struct space *s, const char *format, ...)
{
	va_list args;

	if (s->tally->failures++ >= SHOWN_MAX)
		return;
	printf("# %u levels: ", s->levels);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

static bool open_space(struct world *w, unsigned index, unsigned levels)
{
	struct space *s = &w->space[index];
	bool can_empty = w->design->flags & DESIGN_RECLAIM_EMPTY;
	struct engine_config cfg = {
		.format = w->m->mode->format,
		.levels = levels,
		.max_leaf_level = rng_below(&w->rng, 3)
					  ? VTD_LEAF_LEVEL_MAX
					  : 1 + (unsigned)rng_below(&w->rng, 2),
		.reclaim = can_empty && rng_below(&w->rng, 2) ? RECLAIM_EMPTY
							      : RECLAIM_WHOLE,
		.domain_id = w->space[index].domain_id,
		.iotlb = w->iotlb,
		.inv = w->inv,
		.flush = w->deferred ? FLUSH_DEFERRED : FLUSH_STRICT,
		.pool = &w->pool,
	};

	s->levels = levels;
	flat_init(&s->flat, cfg.format, levels, cfg.max_leaf_level);
	s->domain = w->design->domain_new(&cfg);
	if (!s->domain)
		space_fail(s, "no domain: %s", strerror(errno));
	return s->domain;
}

bool world_open(struct world *w, const struct design *design, struct machine *m,
		struct tally *const tally[MACHINE_SPACES])
{
	struct tables_space ts[MACHINE_SPACES];
	struct world was = *w;
	bool high = rng_below(&was.rng, 2);

	memset(w, 0, sizeof(*w));
	w->rng = was.rng;
	w->inv = was.inv;
	w->iotlb = was.iotlb;
	w->deferred = was.deferred;
	w->design = design;
	w->m = m;
	w->pool_pa =
		(high ? RESERVED + rng_below(&w->rng, 6) * GIB : POOL_LOW) +
		rng_below(&w->rng, 128) * MIB;
	w->tables_pa = rng_below(&w->rng, 2) ? RESERVED + 7 * GIB : TABLES_LOW;
	w->image = (struct image){
		.page = machine_page,
		.arg = m,
		.host_width = MACHINE_WIDTH,
		.scalable = m->mode->scalable,
		.snoop = m->mode->scalable,
	};
	for (unsigned i = 0; i < MACHINE_SPACES; i++) {
		w->space[i].tally = tally[i];
		/* the engine invalidates that of a device's own requests */
		w->space[i].pasid =
			w->inv ? 0
			       : (uint32_t)rng_below(&w->rng, TABLES_PASIDS);
	}
	w->space[0].domain_id = (uint16_t)rng_below(&w->rng, 65536);
	/* another one, sometimes but for one bit the same */
	w->space[1].domain_id =
		(uint16_t)(w->space[0].domain_id ^
			   (rng_below(&w->rng, 2)
				    ? 1 + rng_below(&w->rng, 65535)
				    : UINT64_C(1) << rng_below(&w->rng, 16)));
	if (pool_init(&w->pool, machine_ram(m, w->pool_pa), POOL_BYTES,
		      w->pool_pa))
		return false;
	design->thread_enter(&w->thread, &w->pool);
	for (unsigned i = 0; i < MACHINE_SPACES; i++) {
		if (!open_space(w, i, m->mode->levels[i]))
			return false;
		ts[i].table = pool_pa(&w->pool, w->space[i].domain->root);
		ts[i].levels = w->space[i].levels;
		ts[i].domain_id = w->space[i].domain_id;
		ts[i].pasid = w->space[i].pasid;
	}
	tables_build(&w->tables, m, w->tables_pa, ts, &w->rng);
	return machine_translate(m, w->tables.rtaddr);
}

void world_close(struct world *w)
{
	machine_stop_translating(w->m);
	w->design->thread_leave(&w->thread);
	for (unsigned i = 0; i < MACHINE_SPACES; i++) {
		if (w->space[i].domain)
			w->design->domain_free(w->space[i].domain);
		flat_release(&w->space[i].flat);
	}
	if (pool_tables_held(&w->pool, NULL, 0))
		space_fail(&w->space[0], "tables are left after domain_free");
	pool_fini(&w->pool);
	machine_clear(w->m);
}

void world_map(struct world *w, struct space *s, uint64_t iova, uint64_t pa,
	       uint64_t size, unsigned prot)
{
	int got, want;

	if (w->deferred)
		w->design->flush_before(s->domain, &w->thread, iova, size);
	got = w->design->map(s->domain, &w->thread, iova, pa, size, prot);
	want = flat_map(&s->flat, iova, pa, size, prot);

	s->last_iova = iova;
	s->last_size = size;
	s->tally->operations++;
	if (got != want)
		space_fail(s,
			   "map iova 0x%" PRIx64 " pa 0x%" PRIx64
			   " size 0x%" PRIx64 " prot %u returned %d, not %d",
			   iova, pa, size, prot, got, want);
}

void world_unmap(struct world *w, struct space *s, uint64_t iova, uint64_t size)
{
	uint64_t got_size = 0, want_size = 0;
	int got =
		w->design->unmap(s->domain, &w->thread, iova, size, &got_size);
	int want = flat_unmap(&s->flat, iova, size, &want_size);

	s->last_iova = iova;
	s->last_size = size;
	s->tally->operations++;
	if (got != want || got_size != want_size)
		space_fail(s,
			   "unmap iova 0x%" PRIx64 " size 0x%" PRIx64
			   " returned %d and 0x%" PRIx64
			   ", not %d and 0x%" PRIx64,
			   iova, size, got, got_size, want, want_size);
}

/* The first stage has no write-only page; asked for one, map() refuses. */
static unsigned random_prot(struct rng *r, const struct space *s)
{
	if (s->flat.format == VTD_FS && rng_below(r, 20))
		return VTD_R | (rng_below(r, 2) ? VTD_W : 0);
	return 1 + (unsigned)rng_below(r, 3);
}

static uint64_t random_size(struct rng *r)
{
	switch (rng_below(r, 8)) {
	case 0:
		return (1 + rng_below(r, 3)) << 30;
	case 1:
		return (1 + rng_below(r, 600)) << 21;
	case 2:
		return (1 + rng_below(r, 6)) << 21;
	case 3:
		return (1 + rng_below(r, 1500)) << 12;
	default:
		return (1 + rng_below(r, 20)) << 12;
	}
}

uint64_t world_pa(struct world *w, uint64_t iova, uint64_t size)
{
	struct rng *r = &w->rng;
	uint64_t low = GIB, high = MACHINE_HIGH;
	uint64_t room = MACHINE_DATA_END - MACHINE_HIGH - 8 * GIB;
	uint64_t pa = iova % GIB;

	if (!rng_below(r, 4) && pa + size + 4 * MIB <= GIB)
		pa += low;
	else
		pa += high + (rng_below(r, room) & ~(GIB - 1));
	switch (rng_below(r, 8)) {
	case 0:
		return pa + 4096; /* 4K leaves only */
	case 1:
		return pa ^ 2 * MIB; /* 2M leaves at most */
	default:
		return pa;
	}
}

static void random_map(struct world *w, struct space *s)
{
	struct rng *r = &w->rng;
	uint64_t iova = world_spot(w, s), size = random_size(r), pa;

	if (s->flat.max_leaf < 3 && size > 64 * MIB)
		size >>= s->flat.max_leaf == 1 ? 9 : 3;
	size = (size + 4095) & ~UINT64_C(4095);
	if (s->flat.max_leaf == 1 && size > 8 * MIB)
		size = 8 * MIB;
	pa = world_pa(w, iova, size);
	if ((pa ^ iova) % (2 * MIB) && size > 8 * MIB)
		size = 8 * MIB;
	world_map(w, s, iova, pa, size, random_prot(r, s));
}

struct flat_leaf space_leaf(struct world *w, const struct space *s)
{
	const struct flat_run *run =
		&s->flat.run[rng_below(&w->rng, s->flat.n)];

	return flat_leaf_at(run, run->iova + rng_below(&w->rng, run->bytes));
}

/* Of a leaf, of the leaves around it, or of whole tables; or anywhere. */
static void random_unmap(struct world *w, struct space *s)
{
	struct rng *r = &w->rng;
	struct flat_leaf leaf;
	uint64_t iova, size;

	if (!s->flat.n || !rng_below(r, 5)) {
		world_unmap(w, s, world_spot(w, s), random_size(r));
		return;
	}
	leaf = space_leaf(w, s);
	iova = leaf.iova;
	size = leaf.bytes;
	switch (rng_below(r, 6)) {
	case 0: /* the table that it is in */
		size = leaf.bytes << VTD_LEVEL_LG2;
		iova &= ~(size - 1);
		break;
	case 1: /* and some behind it */
		size *= 1 + rng_below(r, 20);
		break;
	case 2: /* only its head: it goes whole */
		size = 4096 * (1 + rng_below(r, size / 4096));
		break;
	case 3: /* from within: refused unless it is 4K */
		iova += 4096 * rng_below(r, size / 4096);
		break;
	case 4: /* up to a table's end */
		size = (iova | ((leaf.bytes << VTD_LEVEL_LG2) - 1)) - iova + 1;
		break;
	default:
		break;
	}
	world_unmap(w, s, iova, size);
}

/* Small pages, unmapped one by one, leave an empty table; then one large
 * page in its place. */
static void superpage_over_empty(struct world *w, struct space *s)
{
	struct rng *r = &w->rng;
	unsigned level = 2 + (unsigned)rng_below(r, 2);
	uint64_t bytes = vtd_span(level), small = vtd_span(level - 1);
	uint64_t iova = world_spot(w, s) & ~(bytes - 1);
	unsigned n = 1 + (unsigned)rng_below(r, 6);

	world_unmap(w, s, iova, bytes);
	for (unsigned i = 0; i < n; i++)
		world_map(w, s, iova + i * small,
			  world_pa(w, iova + i * small, small), small,
			  random_prot(r, s));
	for (unsigned i = 0; i < n; i++)
		world_unmap(w, s, iova + i * small, small);
	if (s->flat.max_leaf >= level)
		world_map(w, s, iova,
			  MACHINE_HIGH + rng_below(r, 256) * GIB + iova % GIB,
			  bytes, random_prot(r, s));
}

static void unmap_all(struct world *w, struct space *s)
{
	uint64_t width = space_width(s);

	if (s->flat.format == VTD_SS) {
		world_unmap(w, s, 0, width);
		return;
	}
	world_unmap(w, s, 0, width / 2);
	world_unmap(w, s, space_iova(s, width / 2), width / 2);
}

void world_operate(struct world *w, struct space *s)
{
	if (s->flat.leaves > LEAVES_MAX || !rng_below(&w->rng, 200))
		unmap_all(w, s);
	switch (rng_below(&w->rng, 10)) {
	case 0:
		superpage_over_empty(w, s);
		break;
	case 1:
	case 2:
	case 3:
		random_unmap(w, s);
		break;
	default:
		random_map(w, s);
		break;
	}
	w->design->thread_quiesce(&w->thread);
	if (!rng_below(&w->rng, 20))
		w->design->reclaim_barrier();
}
