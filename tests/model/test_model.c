/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every design, format and number of levels against a flat reference: one
 * random stream of maps, unmaps, walks, translates and dumps; every answer is
 * compared. A failing stream is shrunk to the operations that matter.
 *
 * MODEL_SEED and MODEL_OPS in the environment change seed and length (10000,
 * sanitized 1000, shared when there are many designs: designs_share());
 * MODEL_DESIGN takes one design only.
 */
#include <errno.h>
#include <inttypes.h>
#include <sys/mman.h>
#include <time.h>

#include "base/rng.h"
#include "../designs.h"
#include "../kernels/device_walk.h"
#include "flat.h"

#ifdef VTDBENCH_SANITIZED
enum { OPS = 1000 };
#else
enum { OPS = 10000 };
#endif
enum { POOL_PAGES = 1 << 15, PA_BASE = 1 << 20, SHRINK_SECONDS = 60 };

enum kind { K_MAP, K_UNMAP, K_WALK, K_TRANSLATE, K_DUMP, K_NR };

struct step {
	enum kind kind;
	uint64_t iova, pa, size;
	unsigned prot;
};

struct shape {
	enum vtd_format format;
	unsigned levels, max_leaf;
	enum engine_reclaim reclaim;
};

/*
 * A few hot spots, so that operations meet: around 0, around 2M and 1G
 * boundaries, at both ends of the address space.
 */
static uint64_t random_iova(struct rng *r, const struct shape *s)
{
	const uint64_t width = UINT64_C(1) << vtd_width(s->levels);
	static const uint64_t spots[] = {0, 1u << 21, 1u << 30, 5ull << 30};
	uint64_t spot = rng_below(r, 6), iova;
	uint64_t off = rng_below(r, 3)	 ? rng_below(r, 64) << 12
		       : rng_below(r, 2) ? rng_below(r, 8) << 21
					 : rng_below(r, 3) << 30;

	if (spot < 4)
		iova = spots[spot] + off;
	else if (spot == 4)
		iova = width - (4ull << 30) + off;
	else
		iova = width - ((1 + rng_below(r, 40)) << 12);
	if (s->format == VTD_FS && (iova & width >> 1))
		iova |= -width; /* canonical */
	if (!rng_below(r, 50))
		iova += rng_below(r, 2) ? 1 : width; /* bad on purpose */
	return iova;
}

/* Up to a few leaves of the largest size, so that a range takes hundreds of
 * leaves or tables at the most. */
static uint64_t random_size(struct rng *r, const struct shape *s)
{
	switch (rng_below(r, 10)) {
	case 0:
		if (s->max_leaf == 3)
			return (1 + rng_below(r, 4)) << 30;
		/* fall through */
	case 1:
	case 2:
		return (1 + rng_below(r, s->max_leaf > 1 ? 600 : 4)) << 21;
	case 3:
		return (1 + rng_below(r, 2000)) << 12;
	case 4:
		return UINT64_C(512) << 12;
	case 5:
		return rng_below(r, 20) ? UINT64_C(2) << 20 : 0;
	default:
		return (1 + rng_below(r, 20)) << 12;
	}
}

static struct step random_step(struct rng *r, const struct shape *s)
{
	struct step st = {.kind = (enum kind)rng_below(r, K_NR)};

	if (st.kind == K_DUMP && rng_below(r, 20))
		st.kind = K_MAP;
	st.iova = random_iova(r, s);
	st.size = random_size(r, s);
	/* the same alignment as the IOVA, mostly, so that leaves are large */
	st.pa = (rng_below(r, 1u << 16) << 30) + (st.iova & 0x3fffffff) +
		(rng_below(r, 4) ? 0 : 4096);
	st.prot = (unsigned)(rng_below(r, 30) ? 1 + rng_below(r, 3) : 0);
	return st;
}

struct world {
	const struct design *design;
	struct pool pool;
	void *mem;
	struct iotlb *iotlb;
	struct domain *d;
	struct engine_thread t, device;
	struct flat flat;
	char why[256];
};

static void world_open(struct world *w, const struct design *design,
		       const struct shape *s)
{
	struct iotlb_geometry g = {16, 4}, psc = {2, 2};
	struct engine_config cfg = {.format = s->format,
				    .levels = s->levels,
				    .max_leaf_level = s->max_leaf,
				    .reclaim = s->reclaim,
				    .domain_id = 7,
				    .pool = &w->pool};

	memset(w, 0, sizeof(*w));
	w->design = design;
	w->mem = mmap(NULL, (size_t)POOL_PAGES * 4096, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	assert_ptr_not_equal(w->mem, MAP_FAILED);
	assert_int_equal(pool_init(&w->pool, w->mem, (size_t)POOL_PAGES * 4096,
				   PA_BASE),
			 0);
	w->iotlb = iotlb_new(&g);
	assert_non_null(w->iotlb);
	/* some shapes with paging-structure caches, some without */
	if ((s->levels + s->max_leaf) % 2)
		assert_int_equal(iotlb_psc_init(w->iotlb, &psc, PSC_SHARED), 0);
	cfg.iotlb = w->iotlb;
	w->d = design->domain_new(&cfg);
	assert_non_null(w->d);
	design->thread_enter(&w->t, &w->pool);
	assert_int_equal(device_enter(&w->device, w->iotlb), 0);
	flat_init(&w->flat, s->format, s->levels, s->max_leaf);
}

static void world_close(struct world *w)
{
	device_leave(&w->device, w->iotlb);
	w->design->thread_leave(&w->t);
	w->design->domain_free(w->d);
	assert_int_equal(pool_tables_held(&w->pool, NULL, 0), 0);
	pool_fini(&w->pool);
	iotlb_free(w->iotlb);
	munmap(w->mem, (size_t)POOL_PAGES * 4096);
	flat_release(&w->flat);
}

struct dump_check {
	struct flat_cursor expected;
	uint64_t n;
};

static int dump_leaf(void *arg, uint64_t iova, uint64_t pa, uint64_t bytes,
		     unsigned perm)
{
	struct dump_check *c = arg;
	struct flat_leaf leaf;

	c->n++;
	return !flat_next(&c->expected, &leaf) || leaf.iova != iova ||
	       leaf.pa != pa || leaf.bytes != bytes || leaf.perm != perm;
}

/* Whether walks in one batch, of @iova and around it, find what they should. */
static bool batch_agrees(struct world *w, uint64_t iova)
{
	static const int64_t pages[] = {
		0, 1, -1, 511, -512, 513, 512, 512 * 512, -512 * 512, 1 << 30};
	enum { NEAR = sizeof(pages) / sizeof(*pages) };
	struct engine_block got = {0};
	uint64_t ops[NEAR], sum = 0, faults = 0;
	struct flat_leaf leaf;

	for (unsigned i = 0; i < NEAR; i++) {
		ops[i] = iova + (uint64_t)pages[i] * VTD_PAGE_BYTES;
		if (flat_walk(&w->flat, ops[i], &leaf))
			faults++;
		else
			sum += leaf.pa + (ops[i] - leaf.iova);
	}
	w->design->exec[EXEC_WALK_BATCH](w->d, &w->t, ops, NEAR, &got);
	return got.sum == sum && got.faults == faults;
}

/* What a CPU and a device translate @iova to; either may come first, and walk
 * where the other finds its answer. */
static bool translate_both(struct world *w, uint64_t iova, uint64_t *pa,
			   unsigned *perm)
{
	const bool device_first = iova >> VTD_PAGE_LG2 & 1;
	unsigned other_perm = 0;
	uint64_t other = 0;

	if (device_first)
		other = device_translate(w->d, &w->device, iova, &other_perm);
	*pa = w->design->translate(w->d, &w->t, iova, perm);
	if (!device_first)
		other = device_translate(w->d, &w->device, iova, &other_perm);
	return *pa == other && (other == ENGINE_FAULT || other_perm == *perm);
}

/* One step on both sides. False: they differ, w->why says how. */
static bool step_run(struct world *w, const struct step *s)
{
	const struct design *ds = w->design;
	uint64_t got64 = 0, want64 = 0;
	int got = 0, want = 0;

	switch (s->kind) {
	case K_MAP:
		got = ds->map(w->d, &w->t, s->iova, s->pa, s->size, s->prot);
		want = flat_map(&w->flat, s->iova, s->pa, s->size, s->prot);
		break;
	case K_UNMAP:
		got = ds->unmap(w->d, &w->t, s->iova, s->size, &got64);
		want = flat_unmap(&w->flat, s->iova, s->size, &want64);
		break;
	case K_WALK: {
		struct engine_walk found;
		struct flat_leaf leaf;

		got = ds->walk(w->d, &w->t, s->iova, &found);
		want = flat_walk(&w->flat, s->iova, &leaf);
		if (!want) {
			want64 = leaf.pa + (s->iova - leaf.iova);
			got64 = found.pa;
			if (found.perm != leaf.perm)
				got = -EPERM;
		}
		if (got == want && !batch_agrees(w, s->iova))
			got = -EILSEQ;
		break;
	}
	case K_TRANSLATE: {
		struct flat_leaf leaf = {0};
		unsigned perm = 0;

		if (!translate_both(w, s->iova, &got64, &perm))
			got = -EILSEQ;
		want64 = flat_walk(&w->flat, s->iova, &leaf)
				 ? ENGINE_FAULT
				 : leaf.pa + (s->iova - leaf.iova);
		if (got64 != ENGINE_FAULT && want64 != ENGINE_FAULT &&
		    perm != leaf.perm)
			got = -EPERM;
		break;
	}
	case K_DUMP: {
		uint64_t last = s->iova + s->size - !!s->size;
		struct dump_check c = {.n = 0}, chunked = {.n = 0};
		struct flat_leaf more;

		if (last < s->iova)
			last = UINT64_MAX;
		c.expected = flat_leaves(&w->flat, s->iova, last);
		got = ds->dump(w->d, &w->t, s->iova, last, dump_leaf, &c,
			       &got64);
		/* in chunks it is the same */
		chunked.expected = flat_leaves(&w->flat, s->iova, last);
		if (!got && (ds->dump_chunks(w->d, &w->t, s->iova, last,
					     1 + (unsigned)(s->pa >> 30) % 200,
					     dump_leaf, &chunked, NULL) ||
			     chunked.n != c.n))
			got = -EILSEQ;
		want64 = c.n;
		if (!got && flat_next(&c.expected, &more))
			got = -ENODATA; /* left out */
		break;
	}
	case K_NR:
		break;
	}
	ds->thread_quiesce(&w->t);
	if (got == want && got64 == want64)
		return true;
	snprintf(w->why, sizeof(w->why),
		 "returned %d and 0x%" PRIx64 ", expected %d and 0x%" PRIx64,
		 got, got64, want, want64);
	return false;
}

/* Runs the steps not in @skip. Returns the failing index or -1. */
static long stream_run(const struct design *design, const struct shape *shape,
		       const struct step *steps, size_t n, const bool *skip,
		       char why[256])
{
	static struct world w;
	long failed = -1;

	world_open(&w, design, shape);
	for (size_t i = 0; i < n && failed < 0; i++) {
		/* what is never freed fills the pool: begin anew */
		if (w.pool.untouched > POOL_PAGES / 2 &&
		    design->flags & DESIGN_HOLDS) {
			world_close(&w);
			world_open(&w, design, shape);
		}
		if (!(skip && skip[i]) && !step_run(&w, &steps[i]))
			failed = (long)i;
	}
	memcpy(why, w.why, sizeof(w.why));
	world_close(&w);
	return failed;
}

/* Leaves out what the failure does not need, as far as that is found within
 * SHRINK_SECONDS; prints the rest. */
static void shrink(const struct design *design, const struct shape *shape,
		   const struct step *steps, size_t n)
{
	static const char *const names[] = {"map", "unmap", "walk", "translate",
					    "dump"};
	bool *skip = calloc(n, sizeof(*skip));
	bool *was = calloc(n, sizeof(*was));
	time_t end = time(NULL) + SHRINK_SECONDS;
	char why[256];

	for (size_t chunk = n; chunk && time(NULL) < end; chunk /= 2)
		for (size_t at = 0; at < n; at += chunk) {
			size_t len = chunk < n - at ? chunk : n - at;

			if (!memchr(skip + at, 0, len))
				continue; /* gone already */
			if (time(NULL) >= end)
				break;
			memcpy(was, skip + at, len * sizeof(*was));
			memset(skip + at, 1, len * sizeof(*was));
			if (stream_run(design, shape, steps, n, skip, why) < 0)
				memcpy(skip + at, was, len * sizeof(*was));
		}
	stream_run(design, shape, steps, n, skip, why);
	print_error("shrunk to (%s):\n", why);
	for (size_t i = 0; i < n; i++)
		if (!skip[i])
			print_error("  %s iova=0x%" PRIx64 " pa=0x%" PRIx64
				    " size=0x%" PRIx64 " prot=%u\n",
				    names[steps[i].kind], steps[i].iova,
				    steps[i].pa, steps[i].size, steps[i].prot);
	free(was);
	free(skip);
}

static uint64_t env_number(const char *name, uint64_t fallback)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : fallback;
}

static void check_shape(const struct design *design, const struct shape *shape)
{
	uint64_t seed = env_number("MODEL_SEED", 1);
	size_t n = env_number("MODEL_OPS", designs_share(OPS));
	struct step *steps = calloc(n, sizeof(*steps));
	struct rng r;
	char why[256];
	long failed;

	rng_seed(&r, seed, shape->levels * 8 + shape->max_leaf);
	for (size_t i = 0; i < n; i++)
		steps[i] = random_step(&r, shape);
	failed = stream_run(design, shape, steps, n, NULL, why);
	if (failed >= 0) {
		print_error("%s format %d levels %u max leaf %u reclaim %d: "
			    "MODEL_SEED=%" PRIu64 ", step %ld: %s\n",
			    design->name, shape->format, shape->levels,
			    shape->max_leaf, shape->reclaim, seed, failed, why);
		shrink(design, shape, steps, (size_t)failed + 1);
		fail();
	}
	free(steps);
}

static void test_model(void)
{
	const struct design *design = tested;
	static const struct {
		enum vtd_format format;
		unsigned levels;
	} formats[] = {{VTD_SS, 3},
		       {VTD_SS, 4},
		       {VTD_SS, 5},
		       {VTD_FS, 4},
		       {VTD_FS, 5}};

	for (unsigned reclaim = RECLAIM_WHOLE; reclaim <= RECLAIM_EMPTY;
	     reclaim++) {
		if (reclaim == RECLAIM_EMPTY &&
		    !(design->flags & DESIGN_RECLAIM_EMPTY))
			continue;
		for (size_t f = 0; f < 5; f++)
			for (unsigned leaf = 1; leaf <= 3; leaf++) {
				struct shape s = {formats[f].format,
						  formats[f].levels, leaf,
						  reclaim};

				check_shape(design, &s);
			}
	}
}

int main(void)
{
	static const struct design_case cases[] = {{"model", test_model}};

	return designs_run("model", cases, 1, "MODEL_DESIGN");
}
