/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A and D bits of every design and format against a flat reference: maps,
 * unmaps, translations through an IOTLB and dirty scans, in one section and in
 * chunks of any size. A translation is a write where the page allows one, so
 * the reference knows after each which leaf a scan has to find, once.
 *
 * MODEL_SEED and MODEL_OPS as in test_model.c; MODEL_DESIGN takes one design.
 */
#include <errno.h>
#include <sys/mman.h>

#include "base/rng.h"
#include "../designs.h"

#ifdef VTDBENCH_SANITIZED
enum { OPS = 1000 };
#else
enum { OPS = 10000 };
#endif
enum {
	POOL_PAGES = 1 << 12,
	LEAF_PAGES = VTD_ENTRIES, /* of a 2M leaf */
	PAGES = 4 * LEAF_PAGES,
};

/* A page of the range that is tested; what is said of a leaf is at its first.
 */
struct page {
	unsigned first; /* page of its leaf */
	unsigned pages; /* of the leaf; 0: nothing is mapped */
	unsigned prot;
	bool accessed, dirty;
};

struct world {
	const struct design *design;
	struct engine_config cfg;
	struct pool pool;
	void *mem;
	struct iotlb *iotlb;
	struct domain *d;
	struct engine_thread t;
	uint64_t base;
	struct page page[PAGES];
};

static void world_open(struct world *w, enum vtd_format f, unsigned levels,
		       bool high, bool ad)
{
	const struct iotlb_geometry g = {16, 4};
	const size_t bytes = (size_t)POOL_PAGES * VTD_PAGE_BYTES;

	*w = (struct world){.design = tested};
	w->mem = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(w->mem, MAP_FAILED);
	assert_int_equal(pool_init(&w->pool, w->mem, bytes, 1 << 20), 0);
	w->iotlb = iotlb_new(&g);
	assert_non_null(w->iotlb);
	w->cfg = (struct engine_config){.format = f,
					.levels = levels,
					.max_leaf_level = 2,
					.domain_id = 1,
					.pool = &w->pool,
					.iotlb = w->iotlb,
					.ad_bits = ad};
	w->d = tested->domain_new(&w->cfg);
	assert_non_null(w->d);
	/* the last pages of the space, or some over a boundary of 1G */
	w->base =
		(high ? UINT64_C(1) << vtd_width(levels) : UINT64_C(3) << 30) -
		(uint64_t)(high ? PAGES : PAGES / 2) * VTD_PAGE_BYTES;
	if (high && f == VTD_FS)
		w->base |= -(UINT64_C(1) << vtd_width(levels));
	tested->thread_enter(&w->t, &w->pool);
}

static void world_close(struct world *w)
{
	tested->thread_leave(&w->t);
	tested->domain_free(w->d);
	iotlb_free(w->iotlb);
	pool_fini(&w->pool);
	munmap(w->mem, (size_t)POOL_PAGES * VTD_PAGE_BYTES);
}

static uint64_t iova_of(const struct world *w, unsigned page)
{
	return w->base + (uint64_t)page * VTD_PAGE_BYTES;
}

/* PAs are aligned as IOVAs are, so large leaves come where they can. */
static uint64_t pa_of(const struct world *w, unsigned page)
{
	return (UINT64_C(1) << 40) + (uint64_t)page * VTD_PAGE_BYTES;
}

static void op_map(struct world *w, struct rng *r)
{
	unsigned first = (unsigned)rng_below(r, PAGES), n, prot;
	int want = 0;

	n = rng_below(r, 3) ? 1 + (unsigned)rng_below(r, 20) : LEAF_PAGES;
	if (n == LEAF_PAGES)
		first &= ~(unsigned)(LEAF_PAGES - 1);
	n = n < PAGES - first ? n : PAGES - first;
	prot = 1 + (unsigned)rng_below(r, 3);
	if (w->cfg.format == VTD_FS)
		prot |= VTD_R;
	for (unsigned i = first; i < first + n; i++)
		if (w->page[i].pages)
			want = -EEXIST;
	assert_int_equal(w->design->map(w->d, &w->t, iova_of(w, first),
					pa_of(w, first),
					(uint64_t)n * VTD_PAGE_BYTES, prot),
			 want);
	for (unsigned i = first; !want && i < first + n; i++)
		w->page[i] = n == LEAF_PAGES
				     ? (struct page){first, n, prot, 0, 0}
				     : (struct page){i, 1, prot, 0, 0};
}

static void op_unmap(struct world *w, struct rng *r)
{
	unsigned first = (unsigned)rng_below(r, PAGES);
	unsigned n = 1 + (unsigned)rng_below(r, LEAF_PAGES);
	uint64_t gone = 0;

	first = w->page[first].pages ? w->page[first].first : first;
	n = n < PAGES - first ? n : PAGES - first;
	assert_int_equal(w->design->unmap(w->d, &w->t, iova_of(w, first),
					  (uint64_t)n * VTD_PAGE_BYTES, &gone),
			 0);
	memset(&w->page[first], 0, gone / VTD_PAGE_BYTES * sizeof(*w->page));
}

/* Several of few pages: most are found in the IOTLB. */
static void op_translate(struct world *w, struct rng *r)
{
	unsigned near = (unsigned)rng_below(r, PAGES), perm = 0;

	for (unsigned i = 0; i < 8; i++) {
		unsigned n = (near + (unsigned)rng_below(r, 4)) % PAGES;
		struct page *p = &w->page[n], *of = &w->page[p->first];
		uint64_t pa =
			w->design->translate(w->d, &w->t, iova_of(w, n), &perm);

		assert_true(pa == (p->pages ? pa_of(w, n) : ENGINE_FAULT));
		if (!p->pages)
			continue;
		assert_int_equal(perm, p->prot);
		of->accessed = true;
		of->dirty |= p->prot & VTD_W;
	}
}

/* The bits of leaves, as the reference has them. */
static void op_walk(struct world *w, struct rng *r)
{
	unsigned n = (unsigned)rng_below(r, PAGES);
	const struct page *p = &w->page[n], *of = &w->page[p->first];
	uint64_t dirty = vtd_dirty(w->cfg.format);
	uint64_t accessed = vtd_touch(w->cfg.format, VTD_R);
	struct engine_walk found;

	if (w->design->walk(w->d, &w->t, iova_of(w, n), &found)) {
		assert_false(p->pages);
		return;
	}
	assert_int_equal(found.level, p->pages > 1 ? 2 : 1);
	assert_int_equal(!!(found.entry & dirty), w->cfg.ad_bits && of->dirty);
	assert_int_equal(!!(found.entry & accessed),
			 w->cfg.ad_bits && of->accessed);
}

struct seen {
	struct world *w;
	struct page *first, *last; /* of the range */
	uint64_t dirty, bytes;
	uint64_t stop_at; /* stop after so many; 0: do not */
};

/* Each is in the range, was dirty, and is no more. */
static int see(void *arg, uint64_t iova, uint64_t pa, uint64_t bytes,
	       unsigned perm)
{
	struct seen *s = arg;
	unsigned n = (unsigned)((iova - s->w->base) / VTD_PAGE_BYTES);
	struct page *p = &s->w->page[n];

	assert_true(n < PAGES && p->first == n && p->dirty);
	assert_true(p + p->pages > s->first && p <= s->last);
	assert_true(pa == pa_of(s->w, n) && perm == p->prot);
	assert_true(bytes == (uint64_t)p->pages * VTD_PAGE_BYTES);
	p->dirty = false;
	s->dirty++;
	s->bytes += bytes;
	return s->dirty == s->stop_at ? 7 : 0;
}

static void op_scan(struct world *w, struct rng *r)
{
	unsigned first = (unsigned)rng_below(r, PAGES);
	unsigned last = first + (unsigned)rng_below(r, PAGES - first);
	struct seen seen = {w,
			    &w->page[first],
			    &w->page[last],
			    0,
			    0,
			    rng_below(r, 4) ? 0 : 1 + rng_below(r, 3)};
	unsigned chunk = rng_below(r, 2) ? (unsigned)rng_below(r, 300) : 0;
	struct engine_scan found;
	uint64_t leaves = 0, dumped = 0;
	int ret;

	assert_int_equal(w->design->dump_chunks(w->d, &w->t, iova_of(w, first),
						iova_of(w, last) + 4095, chunk,
						NULL, NULL, &dumped),
			 0);
	ret = w->design->scan_dirty(w->d, &w->t, iova_of(w, first),
				    iova_of(w, last) + 4095, chunk, see, &seen,
				    &found);
	assert_int_equal(ret,
			 seen.stop_at && seen.dirty == seen.stop_at ? 7 : 0);
	assert_int_equal(found.dirty, seen.dirty);
	assert_int_equal(found.dirty_bytes, seen.bytes);
	/* none is left, and each leaf was looked at once */
	for (unsigned i = first; i <= last && !ret; i++) {
		if (!w->page[i].pages)
			continue;
		leaves += i == first || w->page[i].first == i;
		assert_false(w->page[w->page[i].first].dirty);
	}
	if (!ret) {
		assert_int_equal(found.leaves, leaves);
		assert_int_equal(dumped, leaves);
	}
}

static uint64_t env_number(const char *name, uint64_t fallback)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : fallback;
}

static void stream(struct world *w)
{
	const uint64_t n = designs_share(env_number("MODEL_OPS", OPS)) / 2;
	struct rng r;

	rng_seed(&r, env_number("MODEL_SEED", 1), w->cfg.levels);
	for (uint64_t i = 0; i < n; i++) {
		switch (rng_below(&r, 8)) {
		case 0:
			op_map(w, &r);
			break;
		case 1:
			op_unmap(w, &r);
			break;
		case 2:
			op_walk(w, &r);
			break;
		case 3:
			op_scan(w, &r);
			break;
		default:
			op_translate(w, &r);
			break;
		}
		w->design->thread_quiesce(&w->t);
	}
}

static void against_reference(void)
{
	static const struct {
		enum vtd_format format;
		unsigned levels;
	} shapes[] = {{VTD_SS, 3},
		      {VTD_SS, 4},
		      {VTD_SS, 5},
		      {VTD_FS, 4},
		      {VTD_FS, 5}};
	static struct world w;

	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
		for (int high = 0; high < 2; high++) {
			world_open(&w, shapes[i].format, shapes[i].levels, high,
				   true);
			stream(&w);
			world_close(&w);
		}
}

/* Without the key nothing is set, and there is nothing to scan. */
static void not_without(void)
{
	static struct world w;
	struct engine_scan found;
	struct rng r;

	world_open(&w, VTD_SS, 4, false, false);
	rng_seed(&r, 1, 0);
	for (int i = 0; i < 1000; i++) {
		op_map(&w, &r);
		op_translate(&w, &r);
		op_walk(&w, &r);
		tested->thread_quiesce(&w.t);
	}
	assert_int_equal(tested->scan_dirty(w.d, &w.t, 0, UINT64_MAX, 0, NULL,
					    NULL, &found),
			 -ENOTSUP);
	world_close(&w);
}

int main(void)
{
	const struct design_case cases[] = {
		{"against_reference", against_reference},
		{"not_without", not_without},
	};

	return designs_run("dirty", cases, sizeof(cases) / sizeof(*cases),
			   "MODEL_DESIGN");
}
