/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nested walks of every design against two references that share no code with
 * them: flat maps of both stages say what an address becomes, and the walker
 * of foreign images, run once over the first stage and once more for every
 * address that comes up, says which entries are read in which order, and
 * which fault ends it.
 *
 * Guest memory is a file mapped twice: as the guest sees it, where the engine
 * builds the first stage, and as the host sees it, with its pages in another
 * order. A walk that left the second stage out for a table reads another one.
 *
 * MODEL_SEED and NESTED_STEPS in the environment change seed and length;
 * MODEL_DESIGN takes one design only.
 */
#include <errno.h>
#include <inttypes.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/rng.h"
#include "../designs.h"
#include "../kernels/nested.h"
#include "flat.h"

#define K4 UINT64_C(4096)
#define M2 (UINT64_C(2) << 20)
#define G1 (UINT64_C(1) << 30)

enum {
	GUEST_PAGES = 1024,  /* 2 chunks of 2M */
	SECOND_PAGES = 8192, /* for the second stage's tables */
	DATA_SLOTS = 8,	     /* pieces of guest memory, 1G apart */
	CHECKS = 24,	     /* after each step */
	SHAPES = 2 * 3 * 3 * 3,
};
#define GUEST_GPA  (3 * G1)		/* of the first stage's tables */
#define GUEST_HPA  (G1 * 1024 + 3 * G1) /* of the same memory, in the host */
#define SECOND_HPA (G1 * 4096)		/* of the second stage's tables */
#define DATA_GPA   (16 * G1)
#define DATA_BYTES (UINT64_C(32) << 20) /* of each slot, mapped at first */

struct shape {
	unsigned first_levels, second_levels;
	unsigned first_leaf, second_leaf; /* largest leaves */
};

struct world {
	const struct design *design;
	struct shape s;
	struct rng r;
	char *guest, *host; /* the same memory */
	void *second_mem;
	unsigned host_page[GUEST_PAGES]; /* where each guest page lies */
	unsigned chunk;			 /* pages that stay together */
	struct pool guest_pool, second_pool;
	struct domain *first, *second;
	struct engine_thread guest_thread, second_thread;
	struct nested nested;
	struct flat first_flat, second_flat; /* second: data only */
	uint64_t checks, translated, refs_max;
};

/* ---- memory ------------------------------------------------------------ */

/* Draws where the guest's chunks lie and maps its view accordingly. */
static void map_guest(struct world *w)
{
	const size_t bytes = GUEST_PAGES * K4;
	unsigned n = GUEST_PAGES / w->chunk, order[GUEST_PAGES];
	int fd = memfd_create("guest", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)bytes), 0);
	w->host = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	w->guest = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			0);
	assert_true(w->host != MAP_FAILED && w->guest != MAP_FAILED);
	for (unsigned i = 0; i < n; i++)
		order[i] = i;
	for (unsigned i = n - 1; i > 0; i--) {
		unsigned j = (unsigned)rng_below(&w->r, i); /* never stays */
		unsigned was = order[i];

		order[i] = order[j];
		order[j] = was;
	}
	for (unsigned i = 0; i < n; i++) {
		size_t len = w->chunk * K4;

		assert_true(mmap(w->guest + i * len, len,
				 PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
				 fd, (off_t)(order[i] * len)) != MAP_FAILED);
		for (unsigned p = 0; p < w->chunk; p++)
			w->host_page[i * w->chunk + p] =
				order[i] * w->chunk + p;
	}
	close(fd);
}

static int second_map(struct world *w, uint64_t gpa, uint64_t pa, uint64_t size,
		      unsigned prot)
{
	return w->design->map(w->second, &w->second_thread, gpa, pa, size,
			      prot);
}

static void second_unmap(struct world *w, uint64_t gpa, uint64_t size)
{
	uint64_t got;

	assert_int_equal(w->design->unmap(w->second, &w->second_thread, gpa,
					  size, &got),
			 0);
}

/* The chunk of guest memory that page @i is in. */
static void map_chunk(struct world *w, unsigned i, unsigned prot)
{
	unsigned first = i - i % w->chunk;
	/* as one 1G leaf, where there are such: the memory is its beginning */
	uint64_t bytes = w->chunk == GUEST_PAGES ? G1 : w->chunk * K4;

	assert_int_equal(second_map(w, GUEST_GPA + first * K4,
				    GUEST_HPA + w->host_page[first] * K4, bytes,
				    prot),
			 0);
}

static void unmap_chunk(struct world *w, unsigned i)
{
	second_unmap(w, GUEST_GPA + (i - i % w->chunk) * K4,
		     w->chunk == GUEST_PAGES ? G1 : w->chunk * K4);
}

static void world_open(struct world *w, const struct design *design,
		       const struct shape *s, uint64_t seed)
{
	struct engine_config cfg = {.format = VTD_SS,
				    .levels = s->second_levels,
				    .max_leaf_level = s->second_leaf,
				    .domain_id = 1,
				    .pool = &w->second_pool};

	memset(w, 0, sizeof(*w));
	w->design = design;
	w->s = *s;
	rng_seed(&w->r, seed,
		 s->first_levels * 1000 + s->second_levels * 100 +
			 s->first_leaf * 10 + s->second_leaf);
	w->chunk = s->second_leaf == 1	 ? 1
		   : s->second_leaf == 2 ? 512
					 : GUEST_PAGES;
	map_guest(w);
	w->second_mem = mmap(NULL, SECOND_PAGES * K4, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(w->second_mem, MAP_FAILED);
	assert_int_equal(pool_init(&w->guest_pool, w->guest, GUEST_PAGES * K4,
				   GUEST_GPA),
			 0);
	assert_int_equal(pool_init(&w->second_pool, w->second_mem,
				   SECOND_PAGES * K4, SECOND_HPA),
			 0);
	w->second = design->domain_new(&cfg);
	assert_non_null(w->second);
	w->nested = (struct nested){w->second, w->host, GUEST_HPA,
				    GUEST_PAGES * K4};
	cfg = (struct engine_config){.format = VTD_FS,
				     .levels = s->first_levels,
				     .max_leaf_level = s->first_leaf,
				     .domain_id = 2,
				     .pool = &w->guest_pool,
				     .nested = &w->nested};
	w->first = design->domain_new(&cfg);
	assert_non_null(w->first);
	design->thread_enter(&w->guest_thread, &w->guest_pool);
	pool_cache_init(&w->second_thread.cache, &w->second_pool);
	flat_init(&w->first_flat, VTD_FS, s->first_levels, s->first_leaf);
	flat_init(&w->second_flat, VTD_SS, s->second_levels, s->second_leaf);
	for (unsigned i = 0; i < GUEST_PAGES; i += w->chunk)
		map_chunk(w, i, VTD_R | VTD_W);
}

static void world_close(struct world *w)
{
	pool_cache_drain(&w->second_thread.cache);
	w->design->thread_leave(&w->guest_thread);
	w->design->domain_free(w->first);
	w->design->domain_free(w->second);
	assert_int_equal(pool_tables_held(&w->guest_pool, NULL, 0), 0);
	assert_int_equal(pool_tables_held(&w->second_pool, NULL, 0), 0);
	pool_fini(&w->guest_pool);
	pool_fini(&w->second_pool);
	flat_release(&w->first_flat);
	flat_release(&w->second_flat);
	munmap(w->guest, GUEST_PAGES * K4);
	munmap(w->host, GUEST_PAGES * K4);
	munmap(w->second_mem, SECOND_PAGES * K4);
}

/* ---- the literal reference --------------------------------------------- */

static const uint64_t *guest_page(void *arg, uint64_t gpa)
{
	const struct world *w = arg;

	return gpa - GUEST_GPA < GUEST_PAGES * K4
		       ? (const void *)(w->guest + (gpa - GUEST_GPA))
		       : NULL;
}

static const uint64_t *second_page(void *arg, uint64_t pa)
{
	const struct world *w = arg;

	return pa - SECOND_HPA < SECOND_PAGES * K4
		       ? (const void *)((const char *)w->second_mem +
					(pa - SECOND_HPA))
		       : NULL;
}

/* @gpa through the second stage; adds to @want what is read. */
static bool want_second(struct world *w, uint64_t gpa, unsigned access,
			struct nested_walk *want, struct image_result *r)
{
	const struct image img = {
		.page = second_page, .arg = w, .scalable = true};
	const struct image_tree tree = {VTD_SS, w->s.second_levels,
					pool_pa(&w->second_pool,
						w->second->root)};

	image_walk(&img, &tree, gpa, access, r);
	/* the tables of the first stage have reasons of their own */
	if (want->fs_level && r->reason == 0x79)
		r->reason = want->fs_level == w->s.first_levels ? 0x75 : 0x76;
	if (want->fs_level && r->reason == 0x84)
		r->reason = 0x74;
	want->gpa = gpa;
	for (unsigned i = 0; i < r->refs; i++)
		want->ref[want->refs++] =
			(struct nested_ref){r->entry_pa[i], VTD_SS,
					    (uint8_t)(w->s.second_levels - i)};
	if (r->reason) {
		want->stage = VTD_SS;
		want->reason = r->reason;
	}
	return !r->reason;
}

/* The whole walk, an address at a time. */
static void want_walk(struct world *w, uint64_t iova, unsigned access,
		      struct nested_walk *want)
{
	const struct image img = {
		.page = guest_page, .arg = w, .scalable = true};
	const struct image_tree tree = {VTD_FS, w->s.first_levels,
					pool_pa(&w->guest_pool,
						w->first->root)};
	struct image_result r, second;

	memset(want, 0, sizeof(*want));
	image_walk(&img, &tree, iova, access, &r);
	for (unsigned i = 0; i < r.refs; i++) {
		want->fs_level = w->s.first_levels - i;
		if (!want_second(w, r.entry_pa[i], VTD_R, want, &second))
			return;
		want->ref[want->refs++] = (struct nested_ref){
			second.pa, VTD_FS, (uint8_t)want->fs_level};
		/* the host has there what the guest wrote */
		assert_memory_equal(w->host + (second.pa - GUEST_HPA),
				    (const char *)guest_page(w, r.entry_pa[i] &
									-K4) +
					    r.entry_pa[i] % K4,
				    8);
	}
	if (r.reason) {
		want->stage = VTD_FS;
		want->reason = r.reason;
		return;
	}
	want->fs_level = 0;
	if (!want_second(w, r.pa, access, want, &second))
		return;
	want->pa = second.pa;
	want->perm = r.perm & second.perm;
	want->level = r.level < second.level ? r.level : second.level;
}

/* ---- checks ------------------------------------------------------------ */

static uint64_t random_iova(struct world *w)
{
	static const uint64_t spots[] = {0, M2, G1, 5 * G1};
	const uint64_t half = UINT64_C(1) << (vtd_width(w->s.first_levels) - 1);
	struct rng *r = &w->r;
	uint64_t spot = rng_below(r, 6), off;

	off = rng_below(r, 3)	? rng_below(r, 32) << 12
	      : rng_below(r, 3) ? rng_below(r, 8) << 21
				: rng_below(r, 3) << 30;
	if (spot < 4)
		return spots[spot] + off;
	return spot == 4 ? half - 4 * G1 + off : -(4 * G1) + off;
}

static void differ(const struct world *w, uint64_t iova, unsigned access,
		   const struct nested_walk *got,
		   const struct nested_walk *want)
{
	fail_msg("%s, %u over %u levels, leaves %u over %u, IOVA 0x%" PRIx64
		 " access %u: pa 0x%" PRIx64 " gpa 0x%" PRIx64
		 " perm %u level %u reason 0x%x stage %d fs_level %u refs %u,"
		 " expected 0x%" PRIx64 " 0x%" PRIx64 " %u %u 0x%x %d %u %u",
		 w->design->name, w->s.first_levels, w->s.second_levels,
		 w->s.first_leaf, w->s.second_leaf, iova, access, got->pa,
		 got->gpa, got->perm, got->level, got->reason, (int)got->stage,
		 got->fs_level, got->refs, want->pa, want->gpa, want->perm,
		 want->level, want->reason, (int)want->stage, want->fs_level,
		 want->refs);
}

static bool same(const struct nested_walk *a, const struct nested_walk *b)
{
	if (a->pa != b->pa || a->gpa != b->gpa || a->perm != b->perm ||
	    a->level != b->level || a->reason != b->reason ||
	    a->fs_level != b->fs_level || a->refs != b->refs ||
	    (a->reason && a->stage != b->stage))
		return false;
	for (unsigned i = 0; i < a->refs; i++)
		if (a->ref[i].pa != b->ref[i].pa ||
		    a->ref[i].stage != b->ref[i].stage ||
		    a->ref[i].level != b->ref[i].level)
			return false;
	return true;
}

/* The flat maps' answer, when every table of the guest is reachable. */
static void check_flat(struct world *w, uint64_t iova, unsigned access,
		       const struct nested_walk *got)
{
	struct flat_leaf a, b;
	uint64_t gpa;
	unsigned n;

	if (flat_walk(&w->first_flat, iova, &a)) {
		assert_int_equal(got->stage, VTD_FS);
		assert_int_not_equal(got->reason, VTD_OK);
		return;
	}
	gpa = a.pa + (iova - a.iova);
	if (access & ~a.perm) {
		assert_int_equal(got->reason, VTD_FS_NO_WRITE);
		return;
	}
	if (flat_walk(&w->second_flat, gpa, &b) || (access & ~b.perm)) {
		assert_int_equal(got->stage, VTD_SS);
		assert_int_not_equal(got->reason, VTD_OK);
		return;
	}
	assert_int_equal(got->reason, VTD_OK);
	assert_int_equal(got->pa, b.pa + (gpa - b.iova));
	assert_int_equal(got->perm, a.perm & b.perm);
	/* Count: each first-stage entry costs a walk and itself. */
	n = w->s.first_levels - (a.bytes == K4 ? 0 : a.bytes == M2 ? 1 : 2);
	assert_int_equal(got->refs,
			 n * (w->s.second_levels - (w->s.second_leaf - 1) + 1) +
				 w->s.second_levels -
				 (b.bytes == K4	  ? 0
				  : b.bytes == M2 ? 1
						  : 2));
	w->translated++;
	if (got->refs > w->refs_max)
		w->refs_max = got->refs;
}

/* The executors agree with a walk that asks for whatever is allowed. */
static void check_executors(struct world *w, uint64_t iova)
{
	const uint64_t op = engine_op(OP_WALK, iova, 0, 0);
	struct engine_block dep = {0}, thr = {0};
	struct nested_walk any;

	w->design->nested_walk(w->first, &w->guest_thread, iova, 0, &any);
	w->design->exec[EXEC_NESTED_DEP](w->first, &w->guest_thread, &op, 1,
					 &dep);
	w->design->exec[EXEC_NESTED_THR](w->first, &w->guest_thread, &op, 1,
					 &thr);
	assert_int_equal(dep.faults, !!any.reason);
	assert_int_equal(thr.faults, !!any.reason);
	assert_int_equal(dep.sum, any.pa);
	assert_int_equal(thr.sum, any.pa);
}

static void check_some(struct world *w, bool holes)
{
	for (unsigned i = 0; i < CHECKS; i++) {
		uint64_t iova = random_iova(w);
		unsigned access = 1 + (unsigned)rng_below(&w->r, 3);
		struct nested_walk got, want;

		if (!rng_below(&w->r, 50)) /* not canonical */
			iova ^= UINT64_C(1) << 60;
		want_walk(w, iova, access, &want);
		assert_int_equal(w->design->nested_walk(w->first,
							&w->guest_thread, iova,
							access, &got),
				 want.reason);
		if (!same(&got, &want))
			differ(w, iova, access, &got, &want);
		if (!holes)
			check_flat(w, iova, access, &got);
		check_executors(w, iova & -K4);
		w->checks++;
	}
	w->design->thread_quiesce(&w->guest_thread);
}

/* ---- steps ------------------------------------------------------------- */

static void first_step(struct world *w)
{
	struct rng *r = &w->r;
	uint64_t iova = random_iova(w), got, want;
	uint64_t size = rng_below(r, 3)	       ? (1 + rng_below(r, 40)) << 12
			: rng_below(r, 4)      ? (1 + rng_below(r, 4)) << 21
			: w->s.first_leaf == 3 ? G1
					       : UINT64_C(2) << 21;
	uint64_t gpa = DATA_GPA + (rng_below(r, DATA_SLOTS) << 30) + iova % G1 +
		       (rng_below(r, 5) ? 0 : 3 * K4);
	unsigned prot = rng_below(r, 3) ? VTD_R | VTD_W : VTD_R;
	int ret;

	if (!rng_below(r, 40)) /* beyond what 3 or 4 levels resolve */
		gpa += rng_below(r, 2) ? UINT64_C(1) << 39 : UINT64_C(1) << 48;
	if (rng_below(r, 3)) {
		ret = w->design->map(w->first, &w->guest_thread, iova, gpa,
				     size, prot);
		if (ret == -ENOMEM)
			return; /* tables are left empty; nothing changed */
		assert_int_equal(ret, flat_map(&w->first_flat, iova, gpa, size,
					       prot));
		return;
	}
	ret = w->design->unmap(w->first, &w->guest_thread, iova, size, &got);
	assert_int_equal(ret, flat_unmap(&w->first_flat, iova, size, &want));
	if (!ret)
		assert_int_equal(got, want);
}

static void second_step(struct world *w)
{
	struct rng *r = &w->r;
	uint64_t gpa = DATA_GPA + (rng_below(r, DATA_SLOTS) << 30), got, want;
	uint64_t pa = (UINT64_C(1) << 45) + (rng_below(r, 1 << 14) << 30);
	uint64_t off = rng_below(r, 2) ? rng_below(r, 64) << 12
				       : rng_below(r, 12) << 21;
	uint64_t size = rng_below(r, 2)	  ? (1 + rng_below(r, 64)) << 12
			: rng_below(r, 3) ? (1 + rng_below(r, 4)) << 21
					  : DATA_BYTES;
	unsigned prot = 1 + (unsigned)rng_below(r, 3);
	int ret;

	if (size == DATA_BYTES)
		off = 0;
	if (w->s.second_leaf == 3 && !rng_below(r, 8)) {
		off = 0;
		size = G1;
	}
	pa += off + (rng_below(r, 5) ? 0 : 5 * K4);
	if (rng_below(r, 3)) {
		ret = second_map(w, gpa + off, pa, size, prot);
		if (ret == -ENOMEM)
			return;
		assert_int_equal(ret, flat_map(&w->second_flat, gpa + off, pa,
					       size, prot));
		return;
	}
	if (size > K4 && rng_below(r, 4))
		size = K4;
	ret = w->design->unmap(w->second, &w->second_thread, gpa + off, size,
			       &got);
	assert_int_equal(ret,
			 flat_unmap(&w->second_flat, gpa + off, size, &want));
	if (!ret)
		assert_int_equal(got, want);
}

/* A first-stage table that the second stage does not give, or not to read. */
static void hole(struct world *w)
{
	unsigned i = (unsigned)rng_below(&w->r, 40);
	unsigned prot = (unsigned)rng_below(&w->r, 3); /* 0, R or W */

	unmap_chunk(w, i);
	if (prot)
		map_chunk(w, i, prot);
	check_some(w, true);
	if (prot)
		unmap_chunk(w, i);
	map_chunk(w, i, VTD_R | VTD_W);
}

static uint64_t env_number(const char *name, uint64_t fallback)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : fallback;
}

static struct world w;

static void run_shape(const struct design *design, const struct shape *s,
		      uint64_t seed)
{
	uint64_t steps = env_number("NESTED_STEPS", 130), full;

	world_open(&w, design, s, seed);
	for (unsigned i = 0; i < DATA_SLOTS; i++) {
		uint64_t gpa = DATA_GPA + i * G1, pa = i * G1 + (G1 << 14);

		assert_int_equal(second_map(&w, gpa, pa, DATA_BYTES, 3), 0);
		flat_map(&w.second_flat, gpa, pa, DATA_BYTES, 3);
	}
	for (uint64_t i = 0; i < steps; i++) {
		first_step(&w);
		check_some(&w, false);
		second_step(&w);
		check_some(&w, false);
		if (i % 8 == 7)
			hole(&w);
	}
	assert_true(w.translated > w.checks / 50);
	/* 24 for 4 + 4 levels and 4K pages, 35 for 5 + 5, … */
	full = s->first_levels * (s->second_levels + 1) + s->second_levels;
	assert_true(full <= NESTED_REFS_MAX);
	if (s->first_leaf == 1 && s->second_leaf == 1)
		assert_int_equal(w.refs_max, full);
	world_close(&w);
}

static void test_nested(void)
{
	const uint64_t seed = env_number("MODEL_SEED", 1);
	struct shape s;

	/* Three worlds of each shape: streams wear the mappings down. Of many
	 * designs each has one, and a part of the others. */
	unsigned worlds = (unsigned)designs_share(3 * SHAPES);

	for (unsigned i = 0; i < worlds || i < SHAPES; i++) {
		s.first_levels = 4 + i % 2;
		s.second_levels = 3 + i / 2 % 3;
		s.first_leaf = 1 + i / 6 % 3;
		s.second_leaf = 1 + i / 18 % 3;
		run_shape(tested, &s, seed * 3 + i / SHAPES);
	}
}

/* ---- by hand ----------------------------------------------------------- */

static void test_24_references(void)
{
	const struct design *design = tested;
	struct shape s = {4, 4, 1, 1};
	struct nested_walk got;

	world_open(&w, design, &s, 1);
	assert_int_equal(design->map(w.first, &w.guest_thread, 0x5000,
				     DATA_GPA + 0x7000, K4, 3),
			 0);
	assert_int_equal(second_map(&w, DATA_GPA + 0x7000, 0xabcd000, K4, 3),
			 0);
	assert_int_equal(design->nested_walk(w.first, &w.guest_thread, 0x5123,
					     VTD_R | VTD_W, &got),
			 VTD_OK);
	assert_int_equal(got.refs, 24);
	assert_int_equal(got.pa, 0xabcd123);
	assert_int_equal(got.gpa, DATA_GPA + 0x7123);
	for (unsigned i = 0; i < 24; i++) {
		/* four of the second stage, then one of the first */
		assert_int_equal(got.ref[i].stage,
				 i % 5 == 4 ? VTD_FS : VTD_SS);
		assert_int_equal(got.ref[i].level,
				 4 - (i % 5 == 4 ? i / 5 : i % 5));
	}
	world_close(&w);
}

/* A second stage that puts a table outside the guest's memory. */
static void test_foreign_table(void)
{
	const struct design *design = tested;
	struct shape s = {4, 4, 1, 1};
	struct nested_walk got;

	world_open(&w, design, &s, 1);
	assert_int_equal(
		design->map(w.first, &w.guest_thread, 0, DATA_GPA, K4, 3), 0);
	for (unsigned i = 0; i < 2; i++) {
		uint64_t table = i ? *(uint64_t *)w.first->root & VTD_ADDR_MASK
				   : pool_pa(&w.guest_pool, w.first->root);

		second_unmap(&w, table, K4);
		assert_int_equal(second_map(&w, table, 0x1000, K4, 3), 0);
		assert_int_equal(design->nested_walk(w.first, &w.guest_thread,
						     0, VTD_R, &got),
				 i ? VTD_FS_ACCESS : VTD_FS_ROOT_ACCESS);
		assert_int_equal(got.fs_level, 4 - i);
		second_unmap(&w, table, K4);
		map_chunk(&w, (unsigned)((table - GUEST_GPA) / K4), 3);
	}
	world_close(&w);
}

/* A first-stage table where the second stage has no addresses. */
static void test_table_beyond(void)
{
	const struct design *design = tested;
	struct shape s = {4, 3, 1, 1};
	struct nested_walk got;
	uint64_t *top, entry;

	world_open(&w, design, &s, 1);
	assert_int_equal(
		design->map(w.first, &w.guest_thread, 0, DATA_GPA, K4, 3), 0);
	top = w.first->root;
	entry = *top;
	*top = UINT64_C(1) << 39 | (entry & ~VTD_ADDR_MASK);
	assert_int_equal(design->nested_walk(w.first, &w.guest_thread, 0, VTD_R,
					     &got),
			 VTD_FS_BEYOND_SECOND);
	assert_int_equal(got.stage, VTD_SS);
	assert_int_equal(got.fs_level, 3);
	*top = entry;
	world_close(&w);
}

static uint64_t chain_of(uint64_t iova)
{
	struct engine_block b = {.chain = 0x1234};

	tested->exec[EXEC_NESTED_DEP](w.first, &w.guest_thread, &iova, 1, &b);
	return b.chain;
}

/* The next dependent walk waits for the entry found, of whatever stage. */
static void test_chain(void)
{
	const uint64_t mark = UINT64_C(0x5a) << 52; /* not present */
	struct shape s = {4, 4, 1, 1};
	uint64_t *table, old;

	world_open(&w, tested, &s, 1);
	assert_int_equal(tested->map(w.first, &w.guest_thread, 0x5000,
				     DATA_GPA + 0x7000, K4, 3),
			 0);
	/* the second stage does not map the page */
	assert_int_equal(chain_of(0x5000), 0);
	assert_int_equal(second_map(&w, DATA_GPA + 0x7000, 0xabcd000, K4, 3),
			 0);
	assert_int_equal(chain_of(0x5000), 0xabcd003);
	/* nor the first, at each of its levels */
	table = w.first->root;
	for (unsigned l = 4; l; l--) {
		uint64_t *entry = &table[vtd_index(0x5000, l)];

		old = *entry;
		*entry = mark;
		assert_int_equal(chain_of(0x5000), mark);
		*entry = old;
		table = pool_va(&w.guest_pool, old & VTD_ADDR_MASK);
	}
	world_close(&w);
}

static void test_bad_config(void)
{
	const struct design *design = tested;
	struct shape s = {4, 4, 1, 1};
	struct nested_walk got;

	world_open(&w, design, &s, 1);
	struct nested of_first = w.nested;
	struct engine_config cfg = {.format = VTD_SS,
				    .levels = 4,
				    .max_leaf_level = 1,
				    .domain_id = 3,
				    .pool = &w.guest_pool,
				    .nested = &w.nested};

	errno = 0;
	assert_null(design->domain_new(&cfg)); /* not a first stage */
	assert_int_equal(errno, EINVAL);
	of_first.second = w.first;
	cfg.format = VTD_FS;
	cfg.nested = &of_first;
	errno = 0;
	assert_null(design->domain_new(&cfg)); /* not over a second one */
	assert_int_equal(errno, EINVAL);
	assert_int_equal(design->nested_walk(w.second, &w.guest_thread, 0,
					     VTD_R, &got),
			 -EINVAL);
	assert_int_equal(design->nested_walk(w.first, &w.guest_thread, 0, 4,
					     &got),
			 -EINVAL);
	world_close(&w);
}

int main(void)
{
	static const struct design_case cases[] = {
		{"nested", test_nested},
		{"24_references", test_24_references},
		{"foreign_table", test_foreign_table},
		{"table_beyond", test_table_beyond},
		{"chain", test_chain},
		{"bad_config", test_bad_config},
	};

	return designs_run("nested", cases, sizeof(cases) / sizeof(cases[0]),
			   "MODEL_DESIGN");
}
