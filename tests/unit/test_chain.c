/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a dependent walk hands to the next one is what was found, for every
 * design and for devices: were it a constant, the CPU would not wait for it,
 * and the latency of walks would be that of walks that overlap.
 */
#include "../designs.h"
#include "../kernels/device_walk.h"
#include "../kernels/floor.h"

enum { PAGES = 64 };

#define AT (UINT64_C(5) << 39 | UINT64_C(4) << 30 | UINT64_C(3) << 21 | 2 << 12)
/* Not present, and not empty: bits that the hardware ignores. */
#define MARK (UINT64_C(0x5a) << 52)

struct bed {
	void *mem;
	struct pool pool;
	struct iotlb *tlb;
	struct domain *d;
	struct engine_thread t, device;
};

static void bed_open(struct bed *b)
{
	struct iotlb_geometry g = {16, 4};
	struct engine_config cfg = {.format = VTD_SS,
				    .levels = 4,
				    .max_leaf_level = 1,
				    .domain_id = 1,
				    .pool = &b->pool};

	b->mem = aligned_alloc(4096, PAGES * 4096);
	memset(b->mem, 0, PAGES * 4096);
	assert_int_equal(pool_init(&b->pool, b->mem, PAGES * 4096, 0x10000), 0);
	b->tlb = cfg.iotlb = iotlb_new(&g);
	b->d = tested->domain_new(&cfg);
	assert_non_null(b->d);
	tested->thread_enter(&b->t, &b->pool);
	assert_int_equal(device_enter(&b->device, b->tlb), 0);
	assert_int_equal(
		tested->map(b->d, &b->t, AT, 0x123456789000, 4096, VTD_R), 0);
}

static void bed_close(struct bed *b)
{
	device_leave(&b->device, b->tlb);
	tested->thread_leave(&b->t);
	tested->domain_free(b->d);
	pool_fini(&b->pool);
	iotlb_free(b->tlb);
	free(b->mem);
}

static uint64_t chain_of(struct bed *b, engine_exec *exec, uint64_t iova)
{
	struct engine_block r = {.chain = 0x1234};

	exec(b->d, exec == device_exec_dep ? &b->device : &b->t, &iova, 1, &r);
	return r.chain;
}

/* The floor ends at the same entry, whatever it is. */
static void floor_agrees(struct bed *b, uint64_t chain)
{
	engine_exec *const any[] = {engine_floor_any_dep, engine_floor_any_thr};
	const uint64_t iova = AT;

	for (unsigned i = 0; i < 2; i++) {
		struct engine_block r = {.chain = 0x1234};

		any[i](b->d, &b->t, &iova, 1, &r);
		assert_int_equal(r.chain, chain);
		assert_int_equal(r.sum, chain);
	}
}

/* The entry of @level on the way to AT. */
static uint64_t *entry_of(struct bed *b, unsigned level)
{
	uint64_t *table = b->d->root;

	for (unsigned l = 4; l > level; l--)
		table = pool_va(&b->pool,
				table[vtd_index(AT, l)] & VTD_ADDR_MASK);
	return &table[vtd_index(AT, level)];
}

static void follows_entries(engine_exec *exec)
{
	struct bed b = {.mem = NULL};
	uint64_t beyond = UINT64_C(1) << 60;

	bed_open(&b);
	assert_int_equal(chain_of(&b, exec, AT), *entry_of(&b, 1));
	floor_agrees(&b, *entry_of(&b, 1));
	for (unsigned level = 1; level <= 4; level++) {
		uint64_t *entry = entry_of(&b, level), old = *entry;

		iotlb_invalidate_global(b.tlb, &b.t.iotlb);
		*entry = 0;
		assert_int_equal(chain_of(&b, exec, AT), 0);
		*entry = MARK;
		assert_int_equal(chain_of(&b, exec, AT), MARK);
		floor_agrees(&b, MARK);
		*entry = old;
	}
	/* where no entry is read it is the address, which waited */
	assert_int_equal(chain_of(&b, exec, beyond), beyond);
	bed_close(&b);
}

static void test_walks(void)
{
	follows_entries(tested->exec[EXEC_WALK_DEP]);
}

static void translates(engine_exec *exec)
{
	struct bed b = {.mem = NULL};

	follows_entries(exec);
	bed_open(&b);
	chain_of(&b, exec, AT);
	/* from the IOTLB now: what it holds */
	assert_int_equal(chain_of(&b, exec, AT), 0x123456789000);
	assert_int_equal(b.t.iotlb.hits + b.device.iotlb.hits, 1);
	bed_close(&b);
}

static void test_translates(void)
{
	translates(tested->exec[EXEC_TRANSLATE_DEP]);
}

static void test_devices(void)
{
	translates(device_exec_dep);
}

int main(void)
{
	static const struct design_case cases[] = {
		{"walks", test_walks},
		{"translates", test_translates},
		{"devices", test_devices},
	};

	return designs_run("chain", cases, sizeof(cases) / sizeof(cases[0]),
			   NULL);
}
