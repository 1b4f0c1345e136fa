/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replay: the interval map against a flat array, random traces under every
 * design and number of threads, order between threads, and designs that are
 * wrong on purpose, which the check must find.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "machine/clock.h"
#include "trace/ranges.h"
#include "trace/replay.h"
#include "base/rng.h"

static void ranges_against_an_array(void **state)
{
	enum { N = 300, STEPS = 20000 };
	uint64_t flat[N + 1] = {0}; /* 0 = nothing */
	struct ranges r;
	struct rng rng;

	ranges_init(&r);
	rng_seed(&rng, 7, 0);
	for (uint64_t step = 1; step <= STEPS; step++) {
		uint64_t start = rng_below(&rng, N), found_at = 0;
		uint64_t last = start + rng_below(&rng, N - start);
		uint64_t value = rng_below(&rng, 3) ? step : 0;
		struct range f;
		bool there = true;

		assert_int_equal(value ? ranges_set(&r, start, last, value)
				       : ranges_clear(&r, start, last),
				 0);
		for (uint64_t i = start; i <= last; i++)
			flat[i] = value;
		start = rng_below(&rng, N);
		for (found_at = start; found_at < N && !flat[found_at];)
			found_at++;
		there = ranges_next(&r, start, &f);
		assert_int_equal(there, found_at < N);
		if (!there)
			continue;
		assert_int_equal(f.value, flat[found_at]);
		assert_int_equal(f.start > start ? f.start : start, found_at);
		for (uint64_t i = found_at; i <= f.last; i++)
			assert_int_equal(flat[i], f.value);
		assert_int_not_equal(flat[f.last + 1], f.value);
	}
	/* the ends of the space */
	assert_int_equal(ranges_set(&r, 0, UINT64_MAX, 1), 0);
	assert_int_equal(r.n, 1);
	assert_int_equal(ranges_clear(&r, 5, UINT64_MAX), 0);
	assert_int_equal(ranges_clear(&r, 0, 4), 0);
	assert_int_equal(r.n, 0);
	ranges_release(&r);
}

/* A trace made here; labels are "0", "1", … */
struct made {
	struct trace t;
	struct trace_event events[4096];
	char *labels[4];
};

static char names[4][2] = {"0", "1", "2", "3"};

static void made_init(struct made *m, unsigned domains)
{
	memset(m, 0, sizeof(*m));
	snprintf(m->t.name, sizeof(m->t.name), "made");
	m->t.events = m->events;
	m->t.domains = m->labels;
	m->t.ndomains = domains;
	for (unsigned i = 0; i < domains; i++)
		m->labels[i] = names[i];
}

static void add(struct made *m, enum trace_kind kind, unsigned domain,
		unsigned cpu, uint64_t iova, uint64_t pa, uint64_t bytes)
{
	struct trace_event *ev = &m->events[m->t.n++];

	*ev = (struct trace_event){
		.iova = iova,
		.pa = kind == TRACE_MAP ? pa : 0,
		.bytes = bytes,
		.line = (uint32_t)m->t.n,
		.cpu = (uint16_t)cpu,
		.domain = (uint16_t)domain,
		.kind = (uint8_t)kind,
		.prot = VTD_R | VTD_W,
	};
	if (kind == TRACE_MAP)
		m->t.maps++;
	else
		m->t.unmaps++;
}

/* Replays @m; pool and all are made anew. */
static int replay(const struct made *m, const struct design *d,
		  unsigned threads, unsigned max_leaf,
		  enum engine_reclaim reclaim, struct replay_result *res)
{
	const struct replay_plan_options o = {.nthreads = threads,
					      .max_leaf_level = max_leaf};
	struct replay_config cfg = {
		.design = d, .reclaim = reclaim, .sample_every = 8};
	struct err e = {0};
	struct replay_plan *plan = replay_plan_new(&m->t, &o, &e);
	struct pool pool;
	size_t bytes;
	void *mem;
	int rc;

	if (!plan)
		fail_msg("%s", e.what);
	bytes = (size_t)replay_plan_tables(plan) * VTD_PAGE_BYTES;
	mem = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	assert_ptr_not_equal(mem, MAP_FAILED);
	assert_int_equal(pool_init(&pool, mem, bytes, 1 << 20), 0);
	cfg.pool = &pool;
	rc = replay_run_plan(plan, &cfg, res, &e);
	pool_fini(&pool);
	munmap(mem, bytes);
	replay_plan_free(plan);
	return rc;
}

static bool possible(const struct design *d, unsigned threads,
		     enum engine_reclaim reclaim)
{
	return !(threads > 1 && (d->flags & DESIGN_SINGLE_THREAD)) &&
	       !(reclaim == RECLAIM_EMPTY &&
		 !(d->flags & DESIGN_RECLAIM_EMPTY));
}

/* Every design, 1 to 4 threads, each leaf size: no answer is wrong. */
static void right_everywhere(const struct made *m)
{
	for (size_t i = 0; designs[i]; i++)
		for (unsigned n = 0; n < 16; n++) {
			unsigned threads = 1 + n % 4, leaf = 1 + n % 3;
			enum engine_reclaim reclaim = n & 8 ? RECLAIM_EMPTY
							    : RECLAIM_WHOLE;
			struct replay_result res;

			if (!possible(designs[i], threads, reclaim))
				continue;
			assert_int_equal(replay(m, designs[i], threads, leaf,
						reclaim, &res),
					 0);
			if (res.wrong_results || res.wrong_leaves)
				fail_msg("%s, %u threads, leaf level %u: %s",
					 designs[i]->name, threads, leaf,
					 res.first_wrong);
			assert_int_equal(res.events, m->t.n);
			replay_result_release(&res);
		}
}

#define PAGE UINT64_C(4096)
#define MEG  (UINT64_C(1) << 20)

/*
 * Maps and unmaps of all sizes that hit, miss, overlap and cut each other,
 * from four CPUs in three domains. The engines' contract (disjoint ranges)
 * is kept only by the order that the plan finds.
 */
static void random_traces(void **state)
{
	static struct made m;
	struct rng r;

	for (unsigned seed = 0; seed < 2; seed++) {
		rng_seed(&r, seed, 1);
		made_init(&m, 3);
		while (m.t.n < 600) {
			static const uint64_t sizes[] = {
				PAGE,	    PAGE,    2 * PAGE, 7 * PAGE,
				600 * PAGE, 2 * MEG, 5 * MEG,  1024 * MEG};
			uint64_t size = sizes[rng_below(&r, 8)];
			uint64_t align = size >= 2 * MEG && rng_below(&r, 4)
						 ? 2 * MEG
						 : PAGE;
			uint64_t slots = seed & 1 ? 8 * MEG : 300 * MEG;
			uint64_t iova = rng_below(&r, slots) & ~(align - 1);

			add(&m, rng_below(&r, 2) ? TRACE_MAP : TRACE_UNMAP,
			    (unsigned)rng_below(&r, 3),
			    (unsigned)rng_below(&r, 4), iova,
			    rng_below(&r, UINT64_C(1) << 40) & ~(align - 1),
			    size);
		}
		right_everywhere(&m);
	}
}

/* One page handed from CPU to CPU: each event waits for the one before. */
static void order_between_threads(void **state)
{
	static struct made m;
	const struct replay_plan_options o = {.nthreads = 4,
					      .max_leaf_level = 3};
	struct replay_plan *plan;
	struct err e;

	made_init(&m, 1);
	for (unsigned i = 0; i < 2000; i++)
		add(&m, i % 2 ? TRACE_UNMAP : TRACE_MAP, 0, i % 4, 16 * PAGE,
		    (1 + i) * PAGE, PAGE);
	plan = replay_plan_new(&m.t, &o, &e);
	assert_non_null(plan);
	for (unsigned t = 0; t < 4; t++)
		for (size_t i = 0; i < plan->threads[t].n; i++) {
			const struct replay_op *op = &plan->threads[t].ops[i];
			const struct replay_dep *dep =
				&plan->threads[t].deps[op->dep];

			assert_int_equal(op->ndeps, t || i ? 1 : 0);
			if (!op->ndeps)
				continue;
			assert_int_equal(dep->thread, (t + 3) % 4);
			assert_int_equal(dep->count, t ? i + 1 : i);
		}
	replay_plan_free(plan);
	right_everywhere(&m);
	/* other pages, or other domains: nothing waits */
	made_init(&m, 4);
	for (unsigned i = 0; i < 400; i++)
		add(&m, i / 4 % 2 ? TRACE_UNMAP : TRACE_MAP, i % 4, i % 4,
		    16 * PAGE, PAGE, PAGE);
	plan = replay_plan_new(&m.t, &o, &e);
	for (unsigned t = 0; t < 4; t++)
		assert_int_equal(plan->threads[t].ndeps, 0);
	replay_plan_free(plan);
}

static void levels(void **state)
{
	static struct made m;
	struct replay_plan_options o = {.nthreads = 1, .max_leaf_level = 3};
	struct replay_plan *plan;
	struct err e;

	made_init(&m, 1);
	add(&m, TRACE_MAP, 0, 0, (UINT64_C(1) << 39) - PAGE, 0, PAGE);
	plan = replay_plan_new(&m.t, &o, &e);
	assert_int_equal(plan->levels, 3);
	replay_plan_free(plan);
	add(&m, TRACE_MAP, 0, 0, UINT64_C(1) << 39, 0, PAGE);
	plan = replay_plan_new(&m.t, &o, &e);
	assert_int_equal(plan->levels, 4);
	replay_plan_free(plan);
	o.levels = 3;
	assert_null(replay_plan_new(&m.t, &o, &e));
	assert_non_null(strstr(e.what, "made:2:"));
	o.levels = 0;
	add(&m, TRACE_UNMAP, 0, 0, UINT64_C(1) << 57, 0, PAGE);
	assert_null(replay_plan_new(&m.t, &o, &e));
}

/* ---- designs that are wrong ---------------------------------------------- */

static const struct design *real;
static unsigned calls;

static int lose_an_unmap(struct domain *d, struct engine_thread *t,
			 uint64_t iova, uint64_t size, uint64_t *unmapped)
{
	if (++calls != 3)
		return real->unmap(d, t, iova, size, unmapped);
	*unmapped = size;
	return 0;
}

static int map_elsewhere(struct domain *d, struct engine_thread *t,
			 uint64_t iova, uint64_t pa, uint64_t size,
			 unsigned prot)
{
	return real->map(d, t, iova, ++calls == 5 ? pa + PAGE : pa, size, prot);
}

static int map_weaker(struct domain *d, struct engine_thread *t, uint64_t iova,
		      uint64_t pa, uint64_t size, unsigned prot)
{
	return real->map(d, t, iova, pa, size, ++calls == 5 ? VTD_R : prot);
}

static int map_twice_is_fine(struct domain *d, struct engine_thread *t,
			     uint64_t iova, uint64_t pa, uint64_t size,
			     unsigned prot)
{
	(void)real->map(d, t, iova, pa, size, prot);
	return 0;
}

static void finds_wrong_designs(void **state)
{
	static struct made m;
	struct design bad[4];
	struct replay_result res;

	made_init(&m, 1);
	for (unsigned i = 0; i < 20; i++)
		add(&m, TRACE_MAP, 0, 0, i * PAGE, (64 + i) * PAGE, PAGE);
	add(&m, TRACE_MAP, 0, 0, 19 * PAGE, 0, PAGE); /* refused */
	for (unsigned i = 8; i < 16; i++)
		add(&m, TRACE_UNMAP, 0, 0, i * PAGE, 0, PAGE);
	for (size_t i = 0; designs[i]; i++) {
		real = designs[i];
		for (unsigned b = 0; b < 4; b++)
			bad[b] = *real;
		bad[0].unmap = lose_an_unmap;
		bad[1].map = map_elsewhere;
		bad[2].map = map_weaker;
		bad[3].map = map_twice_is_fine;
		for (unsigned b = 0; b < 4; b++) {
			calls = 0;
			assert_int_equal(replay(&m, &bad[b], 1, 3,
						RECLAIM_WHOLE, &res),
					 0);
			assert_int_equal(res.wrong_leaves, b < 3);
			assert_int_equal(res.wrong_results, b == 3);
			assert_string_not_equal(res.first_wrong, "");
			replay_result_release(&res);
		}
	}
}

static int cannot_enter(void *arg, unsigned thread, struct err *e)
{
	return thread == 1 ? err_set(e, -EPERM, "not thread 1") : 0;
}

static void refusals(void **state)
{
	static struct made m;
	struct replay_config cfg = {
		.nthreads = 3, .max_leaf_level = 3, .enter = cannot_enter};
	const size_t bytes = 8192 * VTD_PAGE_BYTES;
	void *mem = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct replay_result res;
	struct pool pool;
	struct err e = {0};

	made_init(&m, 1);
	for (unsigned i = 0; i < 20; i++)
		add(&m, TRACE_MAP, 0, i % 3, i * PAGE, 0, PAGE);
	assert_int_equal(pool_init(&pool, mem, bytes, 0), 0);
	cfg.pool = &pool;
	cfg.design = design_find("rcu");
	assert_int_equal(replay_run(&m.t, &cfg, &res, &e), -EPERM);
	assert_string_equal(e.what, "not thread 1");
	replay_result_release(&res);
	cfg.enter = NULL;
	cfg.design = design_find("none");
	assert_int_equal(replay_run(&m.t, &cfg, &res, &e), -EINVAL);
	replay_result_release(&res);
	cfg.design = design_find("lockless");
	cfg.reclaim = RECLAIM_EMPTY;
	assert_int_equal(replay_run(&m.t, &cfg, &res, &e), -ENOTSUP);
	replay_result_release(&res);
	pool_fini(&pool);
	munmap(mem, bytes);
}

/* A pool that is too small is an error, not a wrong answer. */
static void pool_exhausted(void **state)
{
	static struct made m;
	struct replay_config cfg = {.nthreads = 2, .max_leaf_level = 3};
	const size_t bytes = 40 * VTD_PAGE_BYTES;
	void *mem = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct replay_result res;
	struct err e = {0};

	made_init(&m, 1);
	for (unsigned i = 0; i < 400; i++)
		add(&m, TRACE_MAP, 0, i % 2, i * 2 * MEG, 0, PAGE);
	for (size_t i = 0; designs[i]; i++) {
		struct pool pool;

		if (!possible(designs[i], 2, RECLAIM_WHOLE))
			continue;
		memset(mem, 0, bytes);
		assert_int_equal(pool_init(&pool, mem, bytes, 0), 0);
		cfg.pool = &pool;
		cfg.design = designs[i];
		assert_int_equal(replay_run(&m.t, &cfg, &res, &e), -ENOMEM);
		replay_result_release(&res);
		pool_fini(&pool);
	}
	munmap(mem, bytes);
}

static int calibrate(void **state)
{
	struct err e;

	return clock_init(true, &e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_against_an_array),
		cmocka_unit_test(order_between_threads),
		cmocka_unit_test(random_traces),
		cmocka_unit_test(levels),
		cmocka_unit_test(finds_wrong_designs),
		cmocka_unit_test(refusals),
		cmocka_unit_test(pool_exhausted),
	};

	return cmocka_run_group_tests(tests, calibrate, NULL);
}
