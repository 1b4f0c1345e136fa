/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walkers of replays: devices and CPUs ask for each page that a trace maps,
 * once, and get right answers under every design, strict and deferred; events
 * at a rate.
 */
#include "replayed.h"

#include <unistd.h>

#include "base/rng.h"

/* What a design that is wrong on purpose is made of. */
static const struct design *real;

/* All kinds of events of one page and of several, in two domains. */
static void sizes_and_reuse(struct made *m, unsigned n)
{
	struct rng r;

	rng_seed(&r, n, 2);
	made_init(m, 2);
	for (unsigned i = 0; i < n; i++) {
		static const uint64_t sizes[] = {PAGE,	   PAGE,     PAGE,
						 2 * PAGE, 7 * PAGE, 2 * MEG};
		uint64_t size = sizes[rng_below(&r, 6)];
		uint64_t iova = rng_below(&r, 6) * 2 * MEG +
				(size < MEG ? rng_below(&r, 10) * PAGE : 0);

		add(m, rng_below(&r, 2) ? TRACE_MAP : TRACE_UNMAP,
		    (unsigned)rng_below(&r, 2), (unsigned)rng_below(&r, 3),
		    iova, (1 + rng_below(&r, 1 << 18)) * 2 * MEG, size);
	}
}

static struct replay_plan *plan_of(const struct made *m,
				   const struct replay_plan_options *o)
{
	struct err e = {0};
	struct replay_plan *plan = replay_plan_new(&m->t, o, &e);

	if (!plan)
		fail_msg("%s", e.what);
	return plan;
}

static uint64_t walks_in(const struct walk_kind *kind, unsigned threads)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < kind->n * threads; i++)
		n += kind->lists[i].n;
	return n;
}

/* Two pages and a large one; the second page goes, then all. */
static void a_list_of_walks(void **state)
{
	static struct made m;
	const struct replay_plan_options o = {
		.nthreads = 1, .max_leaf_level = 2, .devices = 1};
	const struct replay_walk *walk;
	const struct replay_thread *t;
	struct replay_plan *plan;

	made_init(&m, 1);
	add(&m, TRACE_MAP, 0, 0, 2 * MEG - 2 * PAGE, 4 * MEG - 2 * PAGE,
	    2 * MEG + 2 * PAGE);
	add(&m, TRACE_MAP, 0, 0, 2 * MEG, 0, PAGE); /* refused */
	add(&m, TRACE_UNMAP, 0, 0, 2 * MEG - PAGE, 0, PAGE);
	add(&m, TRACE_UNMAP, 0, 0, 0, 0, 8 * MEG);
	add(&m, TRACE_MAP, 0, 0, PAGE, PAGE, PAGE);
	plan = plan_of(&m, &o);
	assert_int_equal(plan->devices.lists[0].n, 4);
	walk = plan->devices.lists[0].walk;
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(walk[i].iova, 2 * MEG - 2 * PAGE + i * PAGE);
		assert_int_equal(walk[i].pa, walk[i].iova + 2 * MEG);
		assert_int_equal(walk[i].from, 1);
		assert_int_equal(walk[i].until.count, i == 1 ? 3 : 4);
	}
	assert_int_equal(walk[3].iova, PAGE);
	assert_int_equal(walk[3].from, 5);
	assert_int_equal(walk[3].until.count, 0);
	/* the unmaps wait for the walks of what they take */
	t = &plan->threads[0];
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(t->ops[i].ndeps, i == 2 || i == 3);
	assert_int_equal(t->deps[0].thread, 1);
	assert_int_equal(t->deps[0].count, 2);
	assert_int_equal(t->deps[1].count, 3);
	replay_plan_free(plan);
}

/* Lists of several walkers are the one of a single one, dealt out. */
static void walks_are_shared_out(void **state)
{
	static struct made m;
	struct replay_plan_options o = {.nthreads = 2, .max_leaf_level = 3};
	uint64_t alone = 0;

	sizes_and_reuse(&m, 1000);
	for (unsigned n = 1; n <= 3; n++) {
		struct replay_plan *plan;

		o.devices = n;
		o.walkers = 4 - n;
		plan = plan_of(&m, &o);
		alone = n == 1 ? walks_in(&plan->devices, 2) : alone;
		assert_true(alone > 400);
		assert_int_equal(walks_in(&plan->devices, 2), alone);
		assert_int_equal(walks_in(&plan->walkers, 2), alone);
		for (unsigned i = 0; i < 2 * n; i++)
			assert_true(plan->devices.lists[i].n >
				    alone / 2 / n / 4);
		replay_plan_free(plan);
	}
}

/* Replays @m with devices, under @d and in @flush. */
static void with_devices(const struct made *m, const struct design *d,
			 const struct replay_plan_options *o,
			 enum engine_reclaim reclaim)
{
	struct replay_plan *plan = plan_of(m, o);
	struct outcome out;

	if (replay_plan(plan, d, reclaim, 0, 2, &out) || out.wrong)
		fail_msg("%s, %u threads, %u devices, %u walkers, flush %d: %s",
			 d->name, o->nthreads, o->devices, o->walkers,
			 setting.flush, out.why);
	assert_int_equal(out.translated, walks_in(&plan->devices, o->nthreads));
	assert_int_equal(out.walked + out.late,
			 walks_in(&plan->walkers, o->nthreads));
	outcome_release(&out);
	replay_plan_free(plan);
}

/* Every design, strict and deferred: each page is asked for once, by a device
 * while it is mapped, and the answer is right; CPUs where they may. */
static void walkers_everywhere(void **state)
{
	static struct made m;

	sizes_and_reuse(&m, 800);
	for (unsigned i = 0; designs[i]; i++) {
		const struct design *d = designs[i];

		for (unsigned k = 0; k < 4; k++) {
			const bool foreign = d->flags & DESIGN_FOREIGN;
			const struct replay_plan_options o = {
				.nthreads = 1 + k / 2,
				.max_leaf_level = 1 + (i + k) % 3,
				.devices = 1 + (i + k) % 2,
				.walkers = foreign ? (i + k / 2) % 3 : 0,
				.deferred = k % 2};

			if (d->flags & DESIGN_SINGLE_THREAD)
				continue;
			setting.flush = k % 2 ? FLUSH_DEFERRED : FLUSH_STRICT;
			with_devices(&m, d, &o,
				     k == 3 && possible(d, 1, RECLAIM_EMPTY)
					     ? RECLAIM_EMPTY
					     : RECLAIM_WHOLE);
		}
	}
	setting.flush = FLUSH_STRICT;
}

/* An IOVA that is used again at once, each time for another page. */
static void reuse(struct made *m)
{
	made_init(m, 1);
	for (unsigned i = 0; i < 1000; i++)
		add(m, i % 2 ? TRACE_UNMAP : TRACE_MAP, 0, 0,
		    PAGE * (i / 2 % 3), (1 + i) * PAGE, PAGE);
}

/* Deferred: what is mapped again is flushed before, so that a device that has
 * been there finds the new page. */
static void devices_find_what_is_new(void **state)
{
	static struct made m;
	struct replay_plan_options o = {
		.nthreads = 1, .max_leaf_level = 1, .devices = 1};

	reuse(&m);
	for (unsigned i = 0; designs[i]; i++) {
		if (designs[i]->flags & DESIGN_SINGLE_THREAD)
			continue;
		for (unsigned k = 0; k < 2; k++) {
			o.deferred = k;
			setting.flush = k ? FLUSH_DEFERRED : FLUSH_STRICT;
			with_devices(&m, designs[i], &o, RECLAIM_WHOLE);
		}
	}
	setting.flush = FLUSH_STRICT;
}

static int map_next_page(struct domain *d, struct engine_thread *t,
			 uint64_t iova, uint64_t pa, uint64_t size,
			 unsigned prot)
{
	return real->map(d, t, iova, pa == 101 * PAGE ? pa + PAGE : pa, size,
			 prot);
}

/* A leaf that is wrong while it lasts, which no look at the end can find; and
 * one that is found by who walks and at the end. */
static void walkers_find_wrong_designs(void **state)
{
	static struct made m;
	struct replay_plan_options o = {.nthreads = 1, .max_leaf_level = 1};
	struct design bad = *design_find("leak");
	struct replay_plan *plan;
	struct outcome out;

	real = design_find("leak");
	bad.map = map_next_page;
	for (unsigned k = 0; k < 3; k++) {
		if (k == 0) {
			reuse(&m);
		} else {
			made_init(&m, 1);
			for (unsigned i = 1; i < 200; i++)
				add(&m, TRACE_MAP, 0, 0, i * PAGE, i * PAGE,
				    PAGE);
		}
		o.devices = k < 2;
		o.walkers = k == 2;
		plan = plan_of(&m, &o);
		assert_int_equal(
			replay_plan(plan, &bad, RECLAIM_WHOLE, 0, 1, &out), 0);
		assert_int_equal(out.wrong, k ? 2 : 1);
		assert_non_null(strstr(out.why, k ? "0x65000" : "IOVA 0x"));
		outcome_release(&out);
		replay_plan_free(plan);
	}
}

static int map_slowly(struct domain *d, struct engine_thread *t, uint64_t iova,
		      uint64_t pa, uint64_t size, unsigned prot)
{
	usleep(50);
	return real->map(d, t, iova, pa, size, prot);
}

/* At a rate events come at their times, and take as long as that takes. */
static void a_rate_is_kept(void **state)
{
	enum { EVENTS = 1000, RATE = 200000 };
	static struct made m;
	const struct replay_plan_options o = {
		.nthreads = 1, .max_leaf_level = 1, .devices = 1, .walkers = 1};
	struct replay_plan *plan;
	struct outcome out;

	reuse(&m);
	plan = plan_of(&m, &o);
	setting.mapper_rate = RATE;
	assert_int_equal(replay_plan(plan, design_find("rcu"), RECLAIM_WHOLE, 0,
				     2, &out),
			 0);
	setting.mapper_rate = 0;
	assert_string_equal(out.why, "");
	assert_true(out.last.wall_ns >= 1e9 / RATE * (EVENTS - 1));
	assert_int_equal(hist_count(out.map.one) + hist_count(out.unmap.one),
			 EVENTS);
	outcome_release(&out);
	replay_plan_free(plan);
}

/* Events take longer than their period: five times at least. */
static void a_rate_is_not_kept(void **state)
{
	static struct made m;
	const struct replay_plan_options o = {.nthreads = 1,
					      .max_leaf_level = 1};
	struct replay_plan *plan;
	struct design slow;
	struct outcome out;

	real = design_find("leak");
	slow = *real;
	slow.map = map_slowly;
	reuse(&m);
	plan = plan_of(&m, &o);
	setting.mapper_rate = 200000;
	assert_int_equal(replay_plan(plan, &slow, RECLAIM_WHOLE, 0, 1, &out),
			 0);
	setting.mapper_rate = 0;
	assert_true(out.last.rate_kept > 0 && out.last.rate_kept < 0.21);
	outcome_release(&out);
	replay_plan_free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_of_walks),
		cmocka_unit_test(walks_are_shared_out),
		cmocka_unit_test(walkers_everywhere),
		cmocka_unit_test(devices_find_what_is_new),
		cmocka_unit_test(walkers_find_wrong_designs),
		cmocka_unit_test(a_rate_is_kept),
		cmocka_unit_test(a_rate_is_not_kept),
	};

	return cmocka_run_group_tests(tests, topo_setup, topo_teardown);
}
