/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine's contract, case by case, for every design: entries bit by bit,
 * errors that leave the domain exactly as it was, tables freed where the
 * header says, the IOTLB flushed before unmap returns. The model test covers
 * what these do not name.
 */
#include <errno.h>

#include "../designs.h"

#define M2 (UINT64_C(2) << 20)
#define G1 (UINT64_C(1) << 30)

enum { PAGES = 64 };

static struct pool pool;
static void *mem;
static struct iotlb *tlb;
static struct domain *dom;
static struct engine_thread thread;

static void open_domain(unsigned levels, unsigned max_leaf,
			enum engine_reclaim reclaim, size_t pages)
{
	struct iotlb_geometry g = {16, 4};
	struct engine_config cfg = {.format = VTD_SS,
				    .levels = levels,
				    .max_leaf_level = max_leaf,
				    .reclaim = reclaim,
				    .domain_id = 3,
				    .pool = &pool};

	mem = aligned_alloc(4096, pages * 4096);
	memset(mem, 0, pages * 4096);
	assert_int_equal(pool_init(&pool, mem, pages * 4096, 0x10000), 0);
	tlb = cfg.iotlb = iotlb_new(&g);
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
	iotlb_free(tlb);
	free(mem);
}

static int map(uint64_t iova, uint64_t pa, uint64_t size, unsigned prot)
{
	return tested->map(dom, &thread, iova, pa, size, prot);
}

static int unmap(uint64_t iova, uint64_t size)
{
	uint64_t got;
	int ret = tested->unmap(dom, &thread, iova, size, &got);

	return ret ? ret : (int)(got >> 12);
}

static uint64_t held(void)
{
	struct pool_cache *cache = &thread.cache;

	tested->thread_quiesce(&thread);
	tested->thread_offline(&thread);
	tested->reclaim_barrier();
	tested->thread_online(&thread);
	return pool_tables_held(&pool, &cache, 1);
}

/* Entry number @i of the table that @path of entries leads to. */
static uint64_t entry_at(unsigned depth, const unsigned *path)
{
	const uint64_t *table = dom->root;

	for (unsigned i = 0; i + 1 < depth; i++)
		table = pool_va(&pool, table[path[i]] & VTD_ADDR_MASK);
	return table[path[depth - 1]];
}

static void test_entries(void)
{
	const unsigned l4[] = {1, 2, 3, 4};
	uint64_t iova = (UINT64_C(1) << 39) + 2 * G1 + 3 * M2 + 4 * 4096;

	open_domain(4, 3, RECLAIM_WHOLE, PAGES);
	assert_int_equal(map(iova, 0x123456789000, 4096, VTD_R), 0);
	assert_int_equal(entry_at(4, l4), 0x123456789001);
	for (unsigned depth = 1; depth < 4; depth++)
		assert_int_equal(entry_at(depth, l4) & ~VTD_ADDR_MASK, 3);
	assert_int_equal(map(iova + 4096, 0x5000, 4096, VTD_W), 0);
	assert_int_equal(entry_at(4, (unsigned[]){1, 2, 3, 5}), 0x5002);
	/* leaves of 2M and 1G carry PS */
	assert_int_equal(
		map(iova + M2 - 4 * 4096, 0x40000000, M2, VTD_R | VTD_W), 0);
	assert_int_equal(entry_at(3, (unsigned[]){1, 2, 4}), 0x40000083);
	assert_int_equal(map(0, 7 * G1, G1, VTD_R), 0);
	assert_int_equal(entry_at(2, (unsigned[]){0, 0}), 7 * G1 | 0x81);
	assert_int_equal(unmap(iova, 4096), 1);
	assert_int_equal(entry_at(4, l4), 0);
	close_domain();
}

/*
 * A table that went keeps its entries until map uses the page again, whatever
 * the design; or is zeroed by who frees it, if the pool is told so.
 */
static void test_zeroing(void)
{
	for (unsigned zero = POOL_ZERO_MAP; zero <= POOL_ZERO_RECLAIM; zero++) {
		uint64_t *table, bits = 0;

		open_domain(4, 1, RECLAIM_WHOLE, PAGES);
		pool.zero = (enum pool_zero)zero;
		assert_int_equal(map(0, 0x5000, 4096, VTD_R), 0);
		table = pool_va(&pool, entry_at(3, (unsigned[]){0, 0, 0}) &
					       VTD_ADDR_MASK);
		assert_int_equal(unmap(0, M2), 512);
		held();
		tested->thread_leave(&thread);
		tested->domain_free(dom);
		assert_int_equal(pool_page(&pool, table)->state, POOL_FREE);
		for (unsigned i = 0; i < VTD_ENTRIES; i++)
			bits |= table[i];
		assert_int_equal(bits == 0, zero == POOL_ZERO_RECLAIM);
		pool_fini(&pool);
		iotlb_free(tlb);
		free(mem);
	}
}

static void test_einval(void)
{
	open_domain(3, 3, RECLAIM_WHOLE, PAGES);
	const uint64_t end = UINT64_C(1) << 39;

	assert_int_equal(map(1, 0, 4096, 1), -EINVAL);
	assert_int_equal(map(0, 1, 4096, 1), -EINVAL);
	assert_int_equal(map(0, 0, 4095, 1), -EINVAL);
	assert_int_equal(map(0, 0, 0, 1), -EINVAL);
	assert_int_equal(map(0, 0, 4096, 0), -EINVAL);
	assert_int_equal(map(0, 0, 4096, 4), -EINVAL);
	assert_int_equal(map(end, 0, 4096, 1), -EINVAL);
	assert_int_equal(map(end - 4096, 0, 8192, 1), -EINVAL);
	assert_int_equal(map(-UINT64_C(4096), 0, 8192, 1), -EINVAL);
	assert_int_equal(map(0, UINT64_C(1) << 52, 4096, 1), -EINVAL);
	assert_int_equal(map(0, (UINT64_C(1) << 52) - 4096, 8192, 1), -EINVAL);
	assert_int_equal(map(end - 4096, 0, 4096, 1), 0); /* the last page */
	assert_int_equal(unmap(end - 4096, 8192), -EINVAL);
	assert_int_equal(unmap(1, 4096), -EINVAL);
	assert_int_equal(unmap(0, 0), -EINVAL);
	/* a start inside a larger leaf changes nothing */
	assert_int_equal(map(G1, 0, M2, 3), 0);
	assert_int_equal(unmap(G1 + 4096, 4096), -EINVAL);
	assert_int_equal(unmap(G1, M2), 512);
	close_domain();
}

/* All of the block's bytes that are reachable from the root. */
static int leaf_count(void *arg, uint64_t iova, uint64_t pa, uint64_t bytes,
		      unsigned perm)
{
	uint64_t *sum = arg;

	*sum = *sum * 31 + iova + 7 * pa + bytes + perm;
	return 0;
}

static uint64_t picture(void)
{
	uint64_t sum = held();

	tested->dump(dom, &thread, 0, UINT64_MAX, leaf_count, &sum, NULL);
	return sum;
}

static void test_eexist_changes_nothing(void)
{
	open_domain(4, 3, RECLAIM_WHOLE, PAGES);
	assert_int_equal(map(3 * M2, 0, 4096, 3), 0);
	assert_int_equal(map(5 * G1, 0, M2, 3), 0);
	uint64_t before = picture();

	/* the obstacle is at the end, after tables would have been made */
	assert_int_equal(map(0, 4096, 3 * M2 + 4096, 3), -EEXIST);
	assert_int_equal(map(2 * G1, 0, 3 * G1 + M2, 3), -EEXIST);
	assert_int_equal(map(3 * M2, 0x9000, 4096, 3), -EEXIST);
	assert_int_equal(map(0, 0, G1, 3), -EEXIST); /* a table, not empty */
	assert_int_equal(map(5 * G1 + 4096, 0, 4096, 3), -EEXIST);
	assert_int_equal(picture(), before);
	/* the last and the first page of a run in a table that exists */
	assert_int_equal(map(3 * M2 + 8 * 4096, 0, 4096, 3), 0);
	before = picture();
	assert_int_equal(map(3 * M2 + 4 * 4096, 0, 5 * 4096, 3), -EEXIST);
	assert_int_equal(map(3 * M2 + 8 * 4096, 0, 5 * 4096, 3), -EEXIST);
	assert_int_equal(picture(), before);
	close_domain();
}

static void test_enomem_changes_nothing(void)
{
	open_domain(4, 1, RECLAIM_WHOLE, 8);
	assert_int_equal(map(0, 0, 4096, 3), 0); /* root and three */
	uint64_t before = picture();

	assert_int_equal(map(8 * M2, 0, 5 * M2, 3), -ENOMEM);
	assert_int_equal(map(UINT64_C(1) << 40, 0, 3 * M2, 3), -ENOMEM);
	assert_int_equal(picture(), before);
	/* what is there is still enough for this */
	assert_int_equal(map(8 * M2, 0, 4 * M2, 3), 0);
	close_domain();
}

static void test_whole_tables_are_freed(void)
{
	bool holds = tested->flags & DESIGN_HOLDS;
	uint64_t before;

	open_domain(4, 1, RECLAIM_WHOLE, 2048);
	assert_int_equal(map(4 * G1, 0, 4096, 3), 0);
	before = held();
	assert_int_equal(map(5 * G1, 0, G1, 3), 0);
	assert_int_equal(held(), before + 513);
	/* part of a table frees nothing, not even when it is all there was */
	assert_int_equal(unmap(4 * G1, 4096), 1);
	assert_int_equal(unmap(5 * G1, M2 - 4096), 511);
	assert_int_equal(held(), before + 513);
	/* a whole one goes, a whole G goes with all its tables */
	assert_int_equal(unmap(5 * G1 + M2, M2), 512);
	assert_int_equal(held(), before + (holds ? 513 : 512));
	assert_int_equal(unmap(5 * G1, G1), 512 * 512);
	assert_int_equal(held(), before + (holds ? 513 : 0));
	close_domain();
}

static void test_empty_tables_are_freed(void)
{
	struct engine_config cfg = {.format = VTD_SS,
				    .levels = 4,
				    .max_leaf_level = 1,
				    .reclaim = RECLAIM_EMPTY,
				    .domain_id = 3,
				    .pool = &pool};

	if (!(tested->flags & DESIGN_RECLAIM_EMPTY)) {
		open_domain(4, 1, RECLAIM_WHOLE, PAGES);
		errno = 0;
		assert_null(tested->domain_new(&cfg));
		assert_int_equal(errno, ENOTSUP);
		close_domain();
		return;
	}
	open_domain(4, 1, RECLAIM_EMPTY, PAGES);
	for (uint64_t i = 0; i < 20; i++)
		assert_int_equal(map(i * M2, 0, 2 * 4096, 3), 0);
	assert_int_equal(held(), 1 + 2 + 20);
	for (uint64_t i = 0; i < 20; i++)
		assert_int_equal(unmap(i * M2, 4096), 1);
	assert_int_equal(held(), 1 + 2 + 20);
	for (uint64_t i = 0; i < 20; i++)
		assert_int_equal(unmap(i * M2 + 4096, 4096), 1);
	assert_int_equal(held(), 1);
	/* as one run of two */
	assert_int_equal(map(0, 0, 2 * 4096, 3), 0);
	assert_int_equal(unmap(0, 2 * 4096), 2);
	assert_int_equal(held(), 1);
	/* a failed map leaves no empty table either */
	assert_int_equal(map(0, 0, 4096, 3), 0);
	assert_int_equal(map(3 * M2, 0, 100 * M2, 3), -ENOMEM);
	assert_int_equal(held(), 4);
	close_domain();
}

static void test_leaf_over_empty_table(void)
{
	open_domain(4, 3, RECLAIM_WHOLE, PAGES);
	assert_int_equal(map(M2, 0, 4096, 3), 0);
	assert_int_equal(unmap(M2, 4096), 1);
	assert_int_equal(held(), 4);
	assert_int_equal(map(M2, M2, M2, 3), 0);
	assert_int_equal(entry_at(3, (unsigned[]){0, 0, 1}), M2 | 0x83);
	assert_int_equal(held(), tested->flags & DESIGN_HOLDS ? 4 : 3);
	/* and a 1G leaf over an empty level 2 with empty level 1 tables */
	assert_int_equal(unmap(M2, M2), 512);
	assert_int_equal(map(2 * M2, 0, 4096, 3), 0);
	assert_int_equal(unmap(2 * M2, 4096), 1);
	assert_int_equal(map(0, G1, G1, 3), 0);
	assert_int_equal(entry_at(2, (unsigned[]){0, 0}), G1 | 0x83);
	if (!(tested->flags & DESIGN_HOLDS))
		assert_int_equal(held(), 2);
	close_domain();
}

static void test_tail_leaf_goes_whole(void)
{
	open_domain(4, 2, RECLAIM_WHOLE, PAGES);
	assert_int_equal(map(M2 - 4096, M2 - 4096, 4096 + M2, 3), 0);
	assert_int_equal(unmap(M2 - 4096, 2 * 4096), 513);
	assert_int_equal(map(M2 - 4096, M2 - 4096, 4096 + M2, 3), 0);
	close_domain();
}

/* Large leaves side by side go together; a table or a hole among them, or a
 * last one only partly in the range, changes nothing about what goes. */
static void test_runs_of_large_leaves(void)
{
	open_domain(4, 3, RECLAIM_WHOLE, PAGES);
	assert_int_equal(map(0, 0, 200 * M2, VTD_R), 0);
	assert_int_equal(unmap(M2, 100 * M2 + 4096), 101 * 512);
	assert_int_equal(map(M2, 0, 101 * M2, VTD_R), 0);
	assert_int_equal(unmap(7 * M2, M2), 512);
	assert_int_equal(map(7 * M2, 0, 4096, VTD_R), 0);
	assert_int_equal(held(), 4);
	assert_int_equal(unmap(0, 199 * M2), 199 * 512);
	/* the table below 7 * M2 is back */
	assert_int_equal(held(), tested->flags & DESIGN_HOLDS ? 4 : 3);
	assert_int_equal(unmap(0, 200 * M2), 200 * 512);
	assert_int_equal(map(0, 0, 200 * M2, VTD_R), 0);
	assert_int_equal(unmap(0, 200 * M2), 200 * 512);

	assert_int_equal(map(0, 0, 9 * G1, VTD_R), 0);
	assert_int_equal(unmap(G1, 7 * G1), 7 * 512 * 512);
	assert_int_equal(map(G1, 0, 7 * G1, VTD_R), 0);
	assert_int_equal(unmap(0, 9 * G1), 9 * 512 * 512);
	close_domain();

	if (!(tested->flags & DESIGN_RECLAIM_EMPTY))
		return;
	open_domain(4, 3, RECLAIM_EMPTY, PAGES);
	assert_int_equal(map(0, 0, 256 * M2, VTD_R), 0);
	assert_int_equal(unmap(0, 255 * M2), 255 * 512);
	assert_int_equal(held(), 3);
	assert_int_equal(unmap(255 * M2, M2), 512);
	assert_int_equal(held(), 1);
	close_domain();
}

static void test_unmap_flushes(void)
{
	static const uint64_t sizes[] = {4096, 3 * 4096, 16 * 4096, 17 * 4096,
					 M2,   3 * M2,	 G1};
	unsigned perm;

	open_domain(4, 3, RECLAIM_WHOLE, 2048);
	/* small leaves only, then the largest */
	for (size_t i = 0; i < 2 * sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint64_t iova = 4 * G1, size = sizes[i / 2];
		uint64_t pa = 4 * G1 + (i % 2 ? 0 : 4096);
		uint64_t step = size > 17 * 4096 ? size / 16 : 4096;

		assert_int_equal(map(iova, pa, size, 3), 0);
		for (uint64_t at = 0; at < size; at += step)
			assert_int_equal(tested->translate(dom, &thread,
							   iova + at, &perm),
					 pa + at);
		assert_int_equal(unmap(iova, size), (int)(size >> 12));
		for (uint64_t at = 0; at < size; at += 4096)
			assert_int_equal(tested->translate(dom, &thread,
							   iova + at, &perm),
					 ENGINE_FAULT);
	}
	close_domain();
}

static void test_walk_reports(void)
{
	struct engine_walk w;

	open_domain(4, 3, RECLAIM_WHOLE, PAGES);
	assert_int_equal(map(5 * 4096, 0x77000, 4096, VTD_R), 0);
	assert_int_equal(tested->walk(dom, &thread, 5 * 4096 + 0x123, &w), 0);
	assert_int_equal(w.pa, 0x77123);
	assert_int_equal(w.perm, VTD_R);
	assert_int_equal(w.refs, 4);
	assert_int_equal(w.level, 1);
	assert_int_equal(w.entry_pa[0], pool_pa(&pool, dom->root));
	assert_int_equal(w.entry_pa[3] & 0xfff, 5 * 8);
	assert_int_equal(tested->walk(dom, &thread, G1, &w), -ENOENT);
	assert_int_equal(w.refs, 2);
	assert_int_equal(tested->walk(dom, &thread, UINT64_C(1) << 48, &w),
			 -EINVAL);
	close_domain();
}

static void test_dump_bounds(void)
{
	uint64_t leaves;

	open_domain(4, 3, RECLAIM_WHOLE, PAGES);
	/* the last entry of a table and the first of the next */
	assert_int_equal(map(M2 - 4096, 0, 2 * 4096, 3), 0);
	assert_int_equal(map((UINT64_C(1) << 48) - 4096, 0, 4096, 3), 0);
	tested->dump(dom, &thread, 0, UINT64_MAX, NULL, NULL, &leaves);
	assert_int_equal(leaves, 3);
	tested->dump(dom, &thread, M2 - 4096, M2 - 1, NULL, NULL, &leaves);
	assert_int_equal(leaves, 1);
	tested->dump(dom, &thread, 0, M2 - 4097, NULL, NULL, &leaves);
	assert_int_equal(leaves, 0);
	tested->dump(dom, &thread, M2 - 1, M2, NULL, NULL, &leaves);
	assert_int_equal(leaves, 2);
	close_domain();
}

static int last_perm(void *arg, uint64_t iova, uint64_t pa, uint64_t bytes,
		     unsigned perm)
{
	*(unsigned *)arg = perm;
	return 0;
}

/* The engine writes no such parent, but a walk must AND what it finds. */
static void test_parent_permission(void)
{
	struct engine_walk w;
	unsigned perm = 0;

	open_domain(4, 3, RECLAIM_WHOLE, PAGES);
	assert_int_equal(map(0, 0x77000, 4096, VTD_R | VTD_W), 0);
	dom->root[0] &= ~(uint64_t)VTD_W;
	assert_int_equal(tested->walk(dom, &thread, 0, &w), 0);
	assert_int_equal(w.perm, VTD_R);
	tested->dump(dom, &thread, 0, 4095, last_perm, &perm, NULL);
	assert_int_equal(perm, VTD_R);
	dom->root[0] |= VTD_W;
	close_domain();
}

static void test_bad_config(void)
{
	static const struct {
		enum vtd_format format;
		unsigned levels, leaf;
	} bad[] = {{VTD_SS, 2, 1},
		   {VTD_SS, 6, 1},
		   {VTD_FS, 3, 1},
		   {VTD_SS, 4, 0},
		   {VTD_SS, 4, 4}};

	open_domain(4, 3, RECLAIM_WHOLE, PAGES);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct engine_config cfg = {.format = bad[i].format,
					    .levels = bad[i].levels,
					    .max_leaf_level = bad[i].leaf,
					    .domain_id = 1,
					    .pool = &pool};

		errno = 0;
		assert_null(tested->domain_new(&cfg));
		assert_int_equal(errno, EINVAL);
	}
	close_domain();
}

/* What is beyond the width is not what the IOTLB has of the bits below it. */
static void test_translate_beyond(void)
{
	unsigned perm;

	for (unsigned levels = 3; levels <= 5; levels++) {
		open_domain(levels, 3, RECLAIM_WHOLE, PAGES);
		assert_int_equal(map(0x5000, 0x7000, 4096, VTD_R), 0);
		assert_int_equal(tested->translate(dom, &thread, 0x5000, &perm),
				 0x7000);
		for (unsigned bit = vtd_width(levels); bit < 64; bit++)
			assert_int_equal(
				tested->translate(dom, &thread,
						  0x5000 | UINT64_C(1) << bit,
						  &perm),
				ENGINE_FAULT);
		close_domain();
	}
}

/* Batches are walks one by one: of leaves of each size, of holes on each level,
 * and beyond the width; shorter than a batch, as long, and longer. */
static void test_batches(void)
{
	static const uint64_t at[] = {0,  5 * 4096, M2,	    2 * M2,
				      G1, 2 * G1,   5 * G1, 1 * G1 + M2};
	enum { OPS = 3 * ENGINE_BATCH + 5 };
	uint64_t ops[OPS];

	for (unsigned levels = 4; levels <= 5; levels++) {
		open_domain(levels, 3, RECLAIM_WHOLE, PAGES);
		assert_int_equal(map(5 * 4096, 0x7000, 4096, VTD_R), 0);
		assert_int_equal(map(M2, 8 * M2, M2, VTD_R | VTD_W), 0);
		assert_int_equal(map(2 * G1, 4 * G1, G1, VTD_W), 0);
		for (unsigned i = 0; i < OPS; i++)
			ops[i] = at[i % 8] + (i * 0x1358 & 0xfff) +
				 (i % 37 ? 0 : UINT64_C(1) << (48 + i % 16));
		for (size_t n = 0; n <= OPS; n += n < 3 ? 1 : 29) {
			struct engine_block one = {0}, all = {0};

			tested->exec[EXEC_WALK_THR](dom, &thread, ops, n, &one);
			tested->exec[EXEC_WALK_BATCH](dom, &thread, ops, n,
						      &all);
			assert_int_equal(all.sum, one.sum);
			assert_int_equal(all.faults, one.faults);
		}
		close_domain();
	}
}

static const struct design_case cases[] = {
	{"entries", test_entries},
	{"zeroing", test_zeroing},
	{"einval", test_einval},
	{"eexist_changes_nothing", test_eexist_changes_nothing},
	{"enomem_changes_nothing", test_enomem_changes_nothing},
	{"whole_tables_are_freed", test_whole_tables_are_freed},
	{"empty_tables_are_freed", test_empty_tables_are_freed},
	{"leaf_over_empty_table", test_leaf_over_empty_table},
	{"tail_leaf_goes_whole", test_tail_leaf_goes_whole},
	{"runs_of_large_leaves", test_runs_of_large_leaves},
	{"unmap_flushes", test_unmap_flushes},
	{"walk_reports", test_walk_reports},
	{"translate_beyond", test_translate_beyond},
	{"batches", test_batches},
	{"parent_permission", test_parent_permission},
	{"dump_bounds", test_dump_bounds},
	{"bad_config", test_bad_config},
};

int main(void)
{
	return designs_run("engine", cases, sizeof(cases) / sizeof(cases[0]),
			   NULL);
}
