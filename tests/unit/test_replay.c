/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replay: the interval map against a flat array, random traces under every
 * design and number of threads, order between threads, and designs that are
 * wrong on purpose, which the check must find. All contestants get the same
 * events, all of them; lost replays are repeated. Walkers of replays are in
 * test_replay_walk.c.
 */
#include "replayed.h"

#include "measure/contest.h"
#include "options/table.h"
#include "plan/schedule.h"
#include "trace/ranges.h"
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

/* Every design, 1 to 4 threads, each leaf size: no answer is wrong. Many designs
 * share the combinations; four in steps of five have all that varies. */
static void right_everywhere(const struct made *m)
{
	unsigned share = (unsigned)designs_share(16);

	for (unsigned i = 0; designs[i]; i++)
		for (unsigned k = 0; k < share; k++) {
			unsigned n = (i + 5 * k) % 16;
			unsigned threads = 1 + n % 4, leaf = 1 + n % 3;
			enum engine_reclaim reclaim = n & 8 ? RECLAIM_EMPTY
							    : RECLAIM_WHOLE;
			struct outcome out;

			if (!possible(designs[i], threads, reclaim))
				continue;
			assert_int_equal(replay(m, designs[i], threads, leaf,
						reclaim, &out),
					 0);
			if (out.wrong)
				fail_msg("%s, %u threads, leaf level %u: %s",
					 designs[i]->name, threads, leaf,
					 out.why);
			outcome_release(&out);
		}
}

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
	for (unsigned i = 0; i < 600; i++)
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
	struct outcome out;

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
						RECLAIM_WHOLE, &out),
					 0);
			/* the fourth at each replay, the others once */
			assert_int_equal(out.wrong, b == 3 ? 2 : 1);
			assert_int_equal(b < 3, !!strstr(out.why, "leaf at"));
			assert_int_equal(b == 3,
					 !!strstr(out.why,
						  "returned 0, not -17"));
			outcome_release(&out);
		}
	}
}

/* ---- what each contestant is given ---------------------------------------- */

/* By thread: the calls that a design got, in their order. */
static struct {
	uint64_t calls, hash;
} seen[4];

static void see(const struct domain *d, const struct engine_thread *t,
		uint64_t iova, uint64_t pa, uint64_t size, unsigned prot)
{
	const struct worker *w = (const void *)t; /* its first member */
	uint64_t what[] = {d->id, iova, pa, size, prot};

	seen[w->thread].calls++;
	for (size_t i = 0; i < 5; i++)
		seen[w->thread].hash = (seen[w->thread].hash ^ what[i]) *
				       UINT64_C(0x100000001b3);
}

static int seen_map(struct domain *d, struct engine_thread *t, uint64_t iova,
		    uint64_t pa, uint64_t size, unsigned prot)
{
	see(d, t, iova, pa, size, prot);
	return real->map(d, t, iova, pa, size, prot);
}

static int seen_unmap(struct domain *d, struct engine_thread *t, uint64_t iova,
		      uint64_t size, uint64_t *unmapped)
{
	see(d, t, iova, UINT64_MAX, size, 0);
	return real->unmap(d, t, iova, size, unmapped);
}

/* Maps and unmaps of pages from two CPUs in two domains. */
static void some_pages(struct made *m)
{
	made_init(m, 2);
	for (unsigned i = 0; i < 1000; i++) {
		unsigned cpu = i % 5 < 3, page = i / 2 % 100;

		add(m, i % 2 ? TRACE_UNMAP : TRACE_MAP, i / 2 % 2, cpu,
		    page * PAGE, (page + i) * PAGE, PAGE);
	}
	add(m, TRACE_UNMAP, 0, 0, 0, 0, 0); /* of nothing: not replayed */
	add(m, TRACE_MAP, 1, 1, 300 * PAGE, 0, PAGE);
}

static void all_get_the_same(void **state)
{
	static struct made m;

	some_pages(&m);
	for (unsigned threads = 1; threads <= 2; threads++) {
		uint64_t hash[2], alone[2];
		bool first = true;

		for (size_t i = 0; designs[i]; i++) {
			struct design spied;
			struct outcome out;

			if (!possible(designs[i], threads, RECLAIM_WHOLE))
				continue;
			real = designs[i];
			spied = *real;
			spied.map = seen_map;
			spied.unmap = seen_unmap;
			memset(seen, 0, sizeof(seen));
			assert_int_equal(replay(&m, &spied, threads, 1,
						RECLAIM_WHOLE, &out),
					 0);
			assert_string_equal(out.why, "");
			/* All of the trace, in both kinds of batch. */
			assert_int_equal(seen[0].calls + seen[1].calls,
					 2 * (m.t.n - 1));
			for (unsigned k = 0; k < threads; k++) {
				if (first)
					hash[k] = seen[k].hash;
				assert_int_equal(seen[k].hash, hash[k]);
			}
			/* And the same of them are timed alone. */
			if (first) {
				alone[0] = hist_count(out.map.one);
				alone[1] = hist_count(out.unmap.one);
			}
			assert_int_equal(hist_count(out.map.one), alone[0]);
			assert_int_equal(hist_count(out.unmap.one), alone[1]);
			assert_true(alone[0] > 30 && alone[1] > 30);
			outcome_release(&out);
			first = false;
		}
	}
}

/* Faults in its third and fourth replay; each begins with page 0. */
static int map_with_faults(struct domain *d, struct engine_thread *t,
			   uint64_t iova, uint64_t pa, uint64_t size,
			   unsigned prot)
{
	if (!iova && ++calls / 2 == 2) {
		char *mem = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		*(volatile char *)mem = 1;
		munmap(mem, PAGE);
	}
	see(d, t, iova, pa, size, prot);
	return real->map(d, t, iova, pa, size, prot);
}

static double value(const struct record *r, enum metric_id metric)
{
	const struct value *v = record_get(r, metric);

	return v ? v->value : -1;
}

/* A contest of @d and another one over the trace @m, by so many mappers; gives
 * @d's record. */
static struct record contest(const struct made *m, const struct design *d,
			     unsigned mappers)
{
	const struct contest_options o = {.seed = 1, .retries = 3};
	const struct trial_env env = {.topo = topo, .trace = &m->t};
	struct contestant c[2] = {{.design = d},
				  {.design = design_find("driver")}};
	struct params_run run;
	struct params p;

	option_defaults(&run, &p);
	snprintf(p.workload, sizeof(p.workload), "trace");
	snprintf(p.work.trace, sizeof(p.work.trace), "made");
	p.walkers = 0;
	p.mappers = mappers;
	p.time.phase_ns = 100000;
	for (unsigned i = 0; i < 2; i++) {
		c[i].p = &p;
		record_init(&c[i].r);
	}
	calls = 0;
	memset(seen, 0, sizeof(seen));
	contest_run(c, 2, &env, &o);
	assert_int_equal(c[1].r.status, TRIAL_OK);
	record_release(&c[1].r);
	return c[0].r;
}

static void lost_replays_are_repeated(void **state)
{
	enum { WANTED = 2 * SCHEDULE_ROUNDS_MIN, WARM_UPS = 2, EVENTS = 10 };
	static struct made m;
	struct design faulting;
	double counted = 0;

	made_init(&m, 1);
	for (unsigned i = 0; i < EVENTS; i++)
		add(&m, TRACE_MAP, 0, 0, i * PAGE, (i + 1) * PAGE, PAGE);
	real = design_find("leak");
	faulting = *real;
	faulting.map = map_with_faults;
	/* Where others take the CPU, time for more may run out. */
	for (unsigned i = 0; i < 100 && counted < WANTED; i++) {
		struct record r = contest(&m, &faulting, 1);
		double batches = value(&r, METRIC_batches);
		double lost = value(&r, METRIC_batches_lost);

		assert_int_equal(r.status, TRIAL_OK);
		assert_true(value(&r, METRIC_events) == EVENTS);
		assert_true((double)seen[0].calls ==
			    (batches + WARM_UPS) * EVENTS);
		if (lost >= 2)
			counted = batches - lost;
		record_release(&r);
	}
	assert_true(counted == WANTED);
}

static void a_wrong_replay_is_no_result(void **state)
{
	static struct made m;
	struct design bad;
	struct record r;

	made_init(&m, 1);
	for (unsigned i = 0; i < 20; i++)
		add(&m, TRACE_MAP, 0, 0, i * PAGE, (64 + i) * PAGE, PAGE);
	real = design_find("leak");
	bad = *real;
	bad.map = map_elsewhere;
	r = contest(&m, &bad, 1);
	assert_int_equal(r.status, TRIAL_WRONG);
	assert_true(value(&r, METRIC_wrong_answers) == 1);
	assert_non_null(strstr(r.reason, "wrong answer: mapper 0: domain 0: "
					 "leaf at IOVA 0x4000 has a wrong PA"));
	record_release(&r);
}

/* Batches that are about the CPUs and replay nothing are judged by no trace. */
static void threads_replay_beside_each_other(void **state)
{
	static struct made m;
	struct record r;

	if (topo->ncpus < 2)
		skip();
	made_init(&m, 2);
	for (unsigned i = 0; i < 20; i++)
		add(&m, TRACE_MAP, i % 2, i % 2, i * PAGE, (64 + i) * PAGE,
		    PAGE);
	r = contest(&m, design_find("leak"), 2);
	if (r.status != TRIAL_OK)
		fail_msg("%s", r.reason);
	assert_true(value(&r, METRIC_events) == 20);
	assert_true(value(&r, METRIC_core_share) > 0);
	record_release(&r);
}

static void refusals(void **state)
{
	static struct made m;
	struct outcome out;

	made_init(&m, 1);
	add(&m, TRACE_MAP, 0, 0, PAGE, 0, PAGE);
	assert_int_equal(replay(&m, design_find("leak"), 1, 3, RECLAIM_EMPTY,
				&out),
			 -ENOTSUP);
	assert_non_null(strstr(out.why, "cannot reclaim empty tables"));
	outcome_release(&out);
	assert_int_equal(replay(&m, design_find("none"), 3, 3, RECLAIM_WHOLE,
				&out),
			 -EINVAL);
	assert_non_null(strstr(out.why, "for a single thread, not 3"));
	outcome_release(&out);
}

/* A pool that is too small is an error, not a wrong answer. */
static void pool_exhausted(void **state)
{
	static struct made m;
	const struct replay_plan_options o = {.nthreads = 2,
					      .max_leaf_level = 3};
	struct replay_plan *plan;
	struct outcome out;
	struct err e;

	made_init(&m, 1);
	for (unsigned i = 0; i < 400; i++)
		add(&m, TRACE_MAP, 0, i % 2, i * 2 * MEG, 0, PAGE);
	plan = replay_plan_new(&m.t, &o, &e);
	assert_non_null(plan);
	for (size_t i = 0; designs[i]; i++) {
		if (!possible(designs[i], 2, RECLAIM_WHOLE))
			continue;
		assert_int_equal(replay_plan(plan, designs[i], RECLAIM_WHOLE,
					     40, 2, &out),
				 -ENOMEM);
		assert_non_null(strstr(out.why, "of 40 pages is exhausted"));
		outcome_release(&out);
	}
	replay_plan_free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_against_an_array),
		cmocka_unit_test(order_between_threads),
		cmocka_unit_test(random_traces),
		cmocka_unit_test(levels),
		cmocka_unit_test(finds_wrong_designs),
		cmocka_unit_test(all_get_the_same),
		cmocka_unit_test(lost_replays_are_repeated),
		cmocka_unit_test(a_wrong_replay_is_no_result),
		cmocka_unit_test(threads_replay_beside_each_other),
		cmocka_unit_test(refusals),
		cmocka_unit_test(pool_exhausted),
	};

	return cmocka_run_group_tests(tests, topo_setup, topo_teardown);
}
