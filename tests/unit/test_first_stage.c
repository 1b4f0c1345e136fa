/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first stage's format, for every design: entries bit by bit, canonical
 * addresses, no write-only pages, A and D in leaves; the image walker reads
 * the same bytes.
 */
#include <errno.h>

#include "../designs.h"
#include "../kernels/image.h"

#define M2 (UINT64_C(2) << 20)
#define G1 (UINT64_C(1) << 30)

enum { PAGES = 64 };

static struct pool pool;
static void *mem;
static struct domain *dom;
static struct engine_thread thread;

static void open_domain(unsigned levels)
{
	struct engine_config cfg = {.format = VTD_FS,
				    .levels = levels,
				    .max_leaf_level = 3,
				    .reclaim = RECLAIM_WHOLE,
				    .domain_id = 1,
				    .pool = &pool};

	mem = aligned_alloc(4096, PAGES * 4096);
	memset(mem, 0, PAGES * 4096);
	assert_int_equal(pool_init(&pool, mem, PAGES * 4096, 0x10000), 0);
	dom = tested->domain_new(&cfg);
	assert_non_null(dom);
	tested->thread_enter(&thread, &pool);
}

static void close_domain(void)
{
	tested->thread_leave(&thread);
	tested->domain_free(dom);
	assert_int_equal(pool_tables_held(&pool, NULL, 0), 0);
	pool_fini(&pool);
	free(mem);
}

static int map(uint64_t iova, uint64_t pa, uint64_t size, unsigned prot)
{
	return tested->map(dom, &thread, iova, pa, size, prot);
}

/* The entry of the table of @level on the way to @iova. */
static uint64_t *entry_of(uint64_t iova, unsigned level)
{
	uint64_t *table = dom->root;

	for (unsigned l = dom->levels; l > level; l--)
		table = pool_va(&pool,
				table[vtd_index(iova, l)] & VTD_ADDR_MASK);
	return &table[vtd_index(iova, level)];
}

static const uint64_t *page(void *arg, uint64_t pa)
{
	return pa - 0x10000 < PAGES * 4096 ? pool_va(&pool, pa) : NULL;
}

static int image(uint64_t iova, unsigned access, struct image_result *r)
{
	const struct image img = {.page = page, .scalable = true};
	const struct image_tree tree = {VTD_FS, dom->levels,
					pool_pa(&pool, dom->root)};

	return image_walk(&img, &tree, iova, access, r);
}

static void test_entries(void)
{
	for (unsigned levels = 4; levels <= 5; levels++) {
		const uint64_t low = 5 * G1 + 3 * M2 + 4 * 4096;
		const uint64_t high = -(UINT64_C(1) << 30);

		open_domain(levels);
		assert_int_equal(map(low, 0x123456789000, 4096, VTD_R | VTD_W),
				 0);
		assert_int_equal(*entry_of(low, 1), 0x123456789007); /* P W U */
		for (unsigned l = 2; l <= levels; l++)
			assert_int_equal(*entry_of(low, l) & ~VTD_ADDR_MASK,
					 0x27); /* and A */
		assert_int_equal(map(low + 4096, 0x5000, 4096, VTD_R), 0);
		assert_int_equal(*entry_of(low + 4096, 1), 0x5005); /* P U */
		assert_int_equal(map(5 * G1, 6 * M2, M2, VTD_R | VTD_W), 0);
		assert_int_equal(*entry_of(5 * G1, 2), 6 * M2 | 0x87);
		assert_int_equal(map(high, 7 * G1, G1, VTD_R), 0);
		assert_int_equal(*entry_of(high, 3), 7 * G1 | 0x85);
		/* the highest entry of the root: the upper half */
		assert_ptr_equal(entry_of(high, levels),
				 dom->root + VTD_ENTRIES - 1);
		close_domain();
	}
}

static void test_refused(void)
{
	for (unsigned levels = 4; levels <= 5; levels++) {
		const uint64_t half = UINT64_C(1) << (vtd_width(levels) - 1);
		struct engine_walk w;
		struct image_result r;

		open_domain(levels);
		assert_int_equal(map(0, 0, 4096, VTD_W), -EINVAL);
		assert_int_equal(map(half, 0, 4096, VTD_R), -EINVAL);
		assert_int_equal(map(half - 4096, 0, 8192, VTD_R), -EINVAL);
		assert_int_equal(map(-half - 4096, 0, 4096, VTD_R), -EINVAL);
		assert_int_equal(map(half - 4096, 0, 4096, VTD_R), 0);
		assert_int_equal(map(-half, 0, 4096, VTD_R), 0);
		assert_int_equal(tested->walk(dom, &thread, half, &w), -EINVAL);
		assert_int_equal(tested->walk(dom, &thread, -half, &w), 0);
		assert_int_equal(image(half, IMAGE_READ, &r), 0x80);
		assert_int_equal(image(-half, IMAGE_READ, &r), VTD_OK);
		assert_int_equal(image(-half, IMAGE_WRITE, &r), 0x85);
		assert_int_equal(image(0, IMAGE_READ, &r), 0x71);
		/* without U only a supervisor gets through */
		*entry_of(-half, 1) &= ~VTD_FS_U;
		assert_int_equal(image(-half, IMAGE_READ, &r), 0x81);
		assert_int_equal(image(-half, IMAGE_READ | IMAGE_SUPERVISOR,
				       &r),
				 VTD_OK);
		close_domain();
	}
}

/* Bits that hardware would set in leaves change no answer. */
static void test_accessed_dirty(void)
{
	static const uint64_t sizes[] = {4096, M2, G1};

	for (unsigned i = 0; i < 3; i++) {
		const uint64_t size = sizes[i], iova = 8 * G1;
		uint64_t op = engine_op(OP_WALK, iova, 0, 0), got;
		struct engine_block b = {0};
		struct image_result r;
		struct engine_walk w;

		open_domain(4);
		assert_int_equal(map(iova, 9 * G1, size, VTD_R | VTD_W), 0);
		assert_int_equal(image(iova, IMAGE_WRITE, &r), VTD_OK);
		/* tables have A from the beginning */
		assert_int_equal(r.need_a, 1u << (3 - i));
		assert_true(r.need_d);
		*entry_of(iova, i + 1) |= VTD_FS_A | VTD_FS_D;
		assert_int_equal(image(iova, IMAGE_WRITE, &r), VTD_OK);
		assert_int_equal(r.need_a, 0);
		assert_false(r.need_d);
		assert_int_equal(tested->walk(dom, &thread, iova + 5, &w), 0);
		assert_int_equal(w.pa, 9 * G1 + 5);
		assert_int_equal(w.perm, VTD_R | VTD_W);
		tested->exec[EXEC_WALK_THR](dom, &thread, &op, 1, &b);
		assert_int_equal(b.sum, 9 * G1);
		assert_int_equal(tested->unmap(dom, &thread, iova, size, &got),
				 0);
		assert_int_equal(tested->walk(dom, &thread, iova, &w), -ENOENT);
		close_domain();
	}
}

static const struct design_case cases[] = {
	{"entries", test_entries},
	{"refused", test_refused},
	{"accessed_dirty", test_accessed_dirty},
};

int main(void)
{
	return designs_run("first_stage", cases,
			   sizeof(cases) / sizeof(cases[0]), NULL);
}
