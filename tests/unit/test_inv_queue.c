/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The invalidation queue: what is submitted for a range, bit by bit and in
 * order, that it takes place before the submit returns, and what the hardware
 * model takes for it.
 */
#include "../designs.h"

#include "base/rng.h"

enum { PAGES = 1024, SEEN = 4096, GIB = 1 << 30, M2 = 2 << 20 };

static struct pool pool;
static void *mem;
static struct iotlb *tlb;
static struct inv_queue *queue;
static struct domain *dom;
static struct engine_thread thread;
static struct iotlb_stats stats;

static struct inv_descriptor seen[SEEN];
static unsigned nseen;

static void see(void *arg, const struct inv_descriptor *d)
{
	seen[nseen++ % SEEN] = *d;
}

/* Each look at it is a tick. */
static uint64_t now;

static uint64_t tick(void)
{
	return now++;
}

/* A domain of number 3 in front of a queue as @cfg has it. */
static void open_queue(struct inv_config cfg, enum vtd_format format)
{
	struct iotlb_geometry g = {16, 4};
	struct engine_config engine = {.format = format,
				       .levels = 4,
				       .max_leaf_level = 3,
				       .domain_id = 3,
				       .pool = &pool};

	mem = aligned_alloc(4096, PAGES * 4096);
	memset(mem, 0, PAGES * 4096);
	assert_int_equal(pool_init(&pool, mem, PAGES * 4096, 0x10000), 0);
	nseen = 0;
	now = 0;
	memset(&stats, 0, sizeof(stats));
	tlb = cfg.iotlb = engine.iotlb = iotlb_new(&g);
	cfg.observe = see;
	queue = engine.inv = inv_queue_new(&cfg);
	assert_non_null(queue);
	dom = tested->domain_new(&engine);
	assert_non_null(dom);
	tested->thread_enter(&thread, &pool);
}

static void close_queue(void)
{
	tested->thread_leave(&thread);
	tested->domain_free(dom);
	inv_queue_free(queue);
	iotlb_free(tlb);
	pool_fini(&pool);
	free(mem);
}

static void unmap(uint64_t iova, uint64_t size)
{
	uint64_t got;

	nseen = 0;
	assert_int_equal(tested->unmap(dom, &thread, iova, size, &got), 0);
	assert_int_equal(got, size);
}

static void map(uint64_t iova, uint64_t size)
{
	assert_int_equal(tested->map(dom, &thread, iova,
				     0x40000000 + iova % GIB, size,
				     VTD_R | VTD_W),
			 0);
}

static void saw(unsigned i, uint64_t qw0, uint64_t qw1)
{
	assert_true(i < nseen);
	assert_int_equal(seen[i].qw0, qw0);
	assert_int_equal(seen[i].qw1, qw1);
}

static void saw_one(uint64_t qw0, uint64_t qw1)
{
	assert_int_equal(nseen, 1);
	saw(0, qw0, qw1);
}

/* What Linux 6.1 submits for these, in strict mode. */
static void as_linux(void)
{
	open_queue((struct inv_config){0}, VTD_SS);
	map(0xffffffffd000, 4096);
	unmap(0xffffffffd000, 4096);
	saw_one(0x300f2, 0xffffffffd000);
	unmap(0xffffffffd000, 4096); /* nothing is there: all the same */
	saw_one(0x300f2, 0xffffffffd000);
	/* no power of two, and not aligned: from the first page on */
	map(0x7000, 3 * 4096);
	unmap(0x7000, 3 * 4096);
	saw_one(0x300f2, 0x7004);
	map(0xff000, 2 * 4096);
	unmap(0xff000, 2 * 4096);
	saw_one(0x300f2, 0xff009);
	map(M2, M2);
	unmap(M2, M2);
	saw_one(0x300f2, 0x200009);
	map(GIB, GIB);
	unmap(GIB, GIB);
	saw_one(0x300f2, 0x40000012);
	/* two pages around 4 GiB: a mask of 21 */
	map(0xfffff000, 2 * 4096);
	unmap(0xfffff000, 2 * 4096);
	saw_one(0x300e2, 0);
	close_queue();
}

/* A piece of each page size; the last takes what is too short for a larger
 * page. */
static void in_pieces(void)
{
	open_queue((struct inv_config){0}, VTD_SS);
	unmap(M2 - 2 * 4096, 2 * 4096 + 3 * M2 + 5 * 4096);
	assert_int_equal(nseen, 3);
	saw(0, 0x300f2, 0x1fe001);
	saw(1, 0x300f2, 0x20000b);
	saw(2, 0x300f2, 0x800003);
	/* no 2M page fits */
	unmap(4096, 2 * M2 - 2 * 4096);
	saw_one(0x300f2, 0x100a);
	unmap((uint64_t)GIB - M2, M2 + (uint64_t)GIB + 4096);
	assert_int_equal(nseen, 3);
	saw(0, 0x300f2, 0x3fe00009);
	saw(1, 0x300f2, 0x40000012);
	saw(2, 0x300f2, 0x80000000);
	close_queue();
}

/* The hint where it is asked for and holds: no table went. */
static void the_hint(void)
{
	open_queue((struct inv_config){.hint = true}, VTD_SS);
	map(0x5000, 4096);
	unmap(0x5000, 4096);
	saw_one(0x300f2, 0x5040);
	map(M2, 4096);
	unmap(M2, M2);
	saw_one(0x300f2, 0x200009);
	close_queue();
}

static void the_first_stage(void)
{
	open_queue((struct inv_config){.hint = true}, VTD_FS);
	map(0x5000, 2 * 4096);
	unmap(0x5000, 2 * 4096);
	saw_one(0x30036, 0x5042);
	unmap(0xfffff000, 2 * 4096);
	saw_one(0x30026, 0);
	map(0xffffffffffff0000, 4096);
	unmap(0xffffffffffff0000, 4096);
	saw_one(0x30036, 0xffffffffffff0040);
	close_queue();
}

/* The device's TLB after the IOTLB, a submit of its own. */
static void with_ats(void)
{
	open_queue((struct inv_config){.device_tlb = true}, VTD_SS);
	unmap(0x7000, 2 * 4096);
	assert_int_equal(nseen, 2);
	saw(0, 0x300f2, 0x7004);
	saw(1, 0x300000003, 0x7001);
	assert_int_equal(thread.inv.submits, 2);
	assert_int_equal(thread.inv.descriptors, 2);
	close_queue();
}

/* Round the ring several times, and nothing of it is lost. */
static void many(void)
{
	open_queue((struct inv_config){0}, VTD_SS);
	for (uint64_t i = 0; i < 3 * INV_RING; i++) {
		unmap(i << 12, 4096);
		saw_one(0x300f2, i << 12);
	}
	assert_int_equal(thread.inv.submits, 3 * INV_RING);
	close_queue();
}

static void fill(uint16_t domain, uint64_t iova)
{
	iotlb_fill(tlb, iotlb_generation(tlb), domain, iova, iova, 1,
		   VTD_R | VTD_W, &stats);
}

static bool holds(uint16_t domain, uint64_t iova)
{
	unsigned perm;
	uint64_t pa;

	return iotlb_lookup(tlb, domain, iova, &pa, &perm, &stats);
}

/* What the mask covers goes before the submit returns, and nothing else. */
static void takes_place(void)
{
	struct rng r;

	open_queue((struct inv_config){0}, VTD_SS);
	rng_seed(&r, 5, 0);
	for (int round = 0; round < 1000; round++) {
		uint64_t first = rng_below(&r, 40), n = 1 + rng_below(&r, 20);
		uint64_t at = rng_below(&r, 64), mask = 0, low;

		iotlb_invalidate_global(tlb, &stats);
		fill(3, at << 12);
		fill(4, at << 12);
		unmap(first << 12, n << 12);
		while (first >> mask != (first + n - 1) >> mask)
			mask++;
		low = first >> mask << mask;
		assert_int_equal(holds(3, at << 12),
				 at < low || at >= low + (1ull << mask));
		assert_true(holds(4, at << 12));
	}
	/* beyond the largest mask the whole domain goes, and only it */
	fill(3, 0x7ffff000);
	fill(4, 0x7ffff000);
	unmap(0xfffff000, 2 * 4096);
	assert_false(holds(3, 0x7ffff000));
	assert_true(holds(4, 0x7ffff000));
	close_queue();
}

/* Ticks of an unmap of @n pages from 64K on, on a clock that counts looks. */
static uint64_t ticks_of(uint64_t n)
{
	uint64_t before = thread.inv.ticks;

	unmap(0x10000, n << 12);
	return thread.inv.ticks - before;
}

/* An invalidation takes what its descriptors do, to the tick, whatever it
 * finds. */
static void the_model_decides(void)
{
	const struct inv_config cfg = {
		.clock = tick, .submit_ticks = 1000, .service_ticks = 300};
	uint64_t one;

	open_queue(cfg, VTD_SS);
	one = ticks_of(1);
	assert_true(one >= 1300 && one < 1310);
	for (uint64_t i = 0; i < 64; i++)
		fill(3, i << 12);
	assert_int_equal(ticks_of(1), one);
	assert_int_equal(ticks_of(32), one);
	/* three pieces: three submits */
	nseen = 0;
	assert_int_equal(ticks_of((M2 >> 12) + 2 * 512), 3 * one);
	assert_int_equal(nseen, 3);
	close_queue();
}

/* Hardware that is busy with what came before begins when that is done. */
static void the_hardware_is_one(void)
{
	const struct inv_config cfg = {
		.clock = tick, .submit_ticks = 0, .service_ticks = 500};
	struct inv_config ats = cfg;
	uint64_t one;

	open_queue(cfg, VTD_SS);
	one = ticks_of(1);
	assert_true(one >= 500 && one < 510);
	close_queue();
	ats.device_tlb = true;
	open_queue(ats, VTD_SS);
	assert_int_equal(ticks_of(1), 2 * one);
	close_queue();
}

int main(void)
{
	static const struct design_case cases[] = {
		{"as_linux", as_linux},
		{"in_pieces", in_pieces},
		{"the_hint", the_hint},
		{"the_first_stage", the_first_stage},
		{"with_ats", with_ats},
		{"many", many},
		{"takes_place", takes_place},
		{"the_model_decides", the_model_decides},
		{"the_hardware_is_one", the_hardware_is_one},
	};

	return designs_run("inv_queue", cases, sizeof(cases) / sizeof(*cases),
			   NULL);
}
