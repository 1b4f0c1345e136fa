/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One trial at a time: every design gives right answers and the same
 * deterministic figures twice; a pin or a placement that is not honoured, a
 * wrong entry, a topology that is not this machine fail it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure/trial_parts.h"
#include "options/table.h"
#include "one_trial.h"
#include "../kernels/mutant.h"
#include "../topology/numamem.h"
#include "../topology/pin.h"

static struct params small(const char *design, const char *workload,
			   unsigned walkers, unsigned mappers)
{
	struct params_run run;
	struct params p;

	option_defaults(&run, &p);
	snprintf(p.design, sizeof(p.design), "%s", design);
	snprintf(p.workload, sizeof(p.workload), "%s", workload);
	p.walkers = walkers;
	p.mappers = mappers;
	p.seed = 7;
	p.work.footprint_bytes = UINT64_C(4) << 20;
	p.work.ops = 4096;
	p.time.warmup_ns = 200000;
	p.time.phase_ns = 1000000;
	p.sim.ops = 2000;
	return p;
}

static double value(const struct record *r, const char *name)
{
	const struct value *v = record_get(r, metric_of(name));

	if (!v)
		fail_msg("no %s", name);
	return v->value;
}

/* Where strangers take the CPU from every batch of a phase there is no figure
 * of it: then once more, within reason. */
static void run_undisturbed(const struct params *p, struct record *r)
{
	for (unsigned tries = 0;; tries++) {
		run(p, r);
		if (r->status != TRIAL_OK || !r->disturbed || tries == 50)
			return;
		record_release(r);
	}
}

static void walks_have_all_figures(void **state)
{
	static const char *const names[] = {
		"walk_lat_ns",	 "walk_x_floor", "walk_p50_ns",
		"walk_max_ns",	 "walk_thr_ns",	 "walk_ops_per_s",
		"walk_batch_ns", "floor_dep_ns", "control_ops_per_s",
		"translate_ns",	 "cpu_share",	 "table_bytes_held_peak"};

	for (size_t i = 0; designs[i]; i++) {
		struct params p = small(designs[i]->name, "uniform", 1, 0);
		struct record r;

		run_undisturbed(&p, &r);
		if (r.status != TRIAL_OK)
			fail_msg("%s: %s", p.design, r.reason);
		for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++)
			assert_true(value(&r, names[k]) > 0);
		assert_true(value(&r, "wrong_answers") == 0);
		/* Root, two upper tables, two leaf tables. */
		assert_true(value(&r, "refs_per_walk") == 4);
		assert_true(value(&r, "table_bytes_mapped") == 5 * 4096);
		assert_true(value(&r, "tables_live") == 5);
		record_release(&r);
	}
}

static void deterministic_figures_agree(void **state)
{
	static const char *const streams[] = {"uniform", "churn",
					      "iova_stress"};

	for (size_t i = 0; designs[i]; i++) {
		for (size_t k = 0; k < 3; k++) {
			bool walks = k < 1;
			struct params p = small(designs[i]->name, streams[k],
						walks, !walks);
			struct record a, b;
			size_t n = 0;

			/* each design, and each workload under a third */
			if (!all() && i % 3 != k)
				continue;
			run(&p, &a);
			run(&p, &b);
			for (size_t v = 0; v < a.nvalues; v++) {
				const struct value *x = &a.values[v];

				if (!x->deterministic)
					continue;
				if (x->value != value(&b, x->name))
					fail_msg("%s %s: %s differs", p.design,
						 p.workload, x->name);
				n++;
			}
			assert_true(n >= (walks ? 10 : 3));
			record_release(&a);
			record_release(&b);
		}
	}
}

/* What a sanitizer adds to each walk is not what the clock does. */
#ifndef VTDBENCH_SANITIZED
static const struct hist *hist(const struct record *r, const char *name)
{
	for (size_t i = 0; i < r->nhists; i++)
		if (!strcmp(r->hists[i].name, name))
			return r->hists[i].hist;
	fail_msg("no %s", name);
	return NULL;
}

struct kept {
	uint64_t most, n;
	double sum;
};

static void add_kept(void *arg, uint64_t low, uint64_t high, uint64_t n)
{
	struct kept *k = arg;

	if (low > k->most)
		return;
	k->n += n;
	k->sum += (double)low * (double)n;
}

/* Mean of single walks but the slowest hundredth, over the walks of blocks. */
static double single_over_block(const char *design)
{
	struct params p = small(design, "uniform", 1, 0);
	const struct hist *h;
	struct kept k = {0};
	struct record r;
	double ratio;

	p.time.phase_ns = 5000000;
	run(&p, &r);
	h = hist(&r, "walk_single");
	k.most = hist_quantile(h, 0.99);
	hist_each(h, add_kept, &k);
	ratio = k.sum / (double)k.n / value(&r, "walk_lat_ns");
	assert_true(value(&r, "walk_p50_ns") > 0);
	record_release(&r);
	if (getenv("SHOW"))
		fprintf(stderr, "%s %.2f\n", design, ratio);
	return ratio;
}

/*
 * Single walks take, on average, what those of a block do: the clock's cost is
 * taken off as a mean (left on, it is three walks). What its fences add, some
 * 2 ns that no longer overlap, stays: of walks in the L1 less than a half. On a
 * busy machine not each time; and of designs that take no lock.
 */
static void singles_agree_with_blocks(void **state)
{
	static const char *const plain[] = {"none", "rcu_qsbr", "leak"};

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++) {
		unsigned tries = 0;
		double ratio = 0;

		while (!(ratio > 0.7 && ratio < 1.8)) {
			if (tries++ == 40)
				fail_msg("%s: single walks take %.2f times as "
					 "long as those of a block",
					 plain[i], ratio);
			ratio = single_over_block(plain[i]);
		}
	}
}
#endif

static bool missing(const struct record *r, const char *name)
{
	for (size_t i = 0; i < r->nmissing; i++)
		if (!strcmp(r->missing[i].name, name))
			return true;
	return false;
}

/* What a design leaves to threads of its own is charged to it. */
static void reclaimers_are_charged(void **state)
{
	struct params p = small("rcu", "iova_stress", 0, 1);
	struct record r;

	p.engine.reclaim = RECLAIM_EMPTY;
	run(&p, &r);
	assert_int_equal(r.status, TRIAL_OK);
	assert_true(value(&r, "reclaim_cpu_ns_per_op") > 0);
	assert_true(value(&r, "tables_retired") > 0);
	record_release(&r);
	p.engine.freeing.reclaimer = RECLAIMER_OWN;
	run(&p, &r);
	assert_int_equal(r.status, TRIAL_OK);
	assert_true(value(&r, "reclaim_cpu_ns_per_op") > 0);
	record_release(&r);
	p = small("spinlock", "iova_stress", 0, 1);
	run(&p, &r);
	assert_null(record_get(&r, METRIC_reclaim_cpu_ns_per_op));
	record_release(&r);
}

/* What waits for grace periods, and for how long, whatever the way. */
static void what_waits_is_recorded(void **state)
{
	for (unsigned way = 0; way < FREE_WAYS; way++) {
		struct params p = small("rcu", "iova_stress", 0, 1);
		struct record r;

		p.engine.reclaim = RECLAIM_EMPTY;
		p.engine.freeing.way = (enum free_way)way;
		run(&p, &r);
		assert_int_equal(r.status, TRIAL_OK);
		assert_true(value(&r, "grace_p50_ns") > 0);
		assert_true(value(&r, "grace_max_ns") >=
			    value(&r, "grace_p50_ns"));
		/* sync leaves nothing behind; a page is a callback */
		assert_int_equal(value(&r, "bytes_waiting_peak") > 0,
				 way != FREE_sync);
		assert_true(value(&r, "bytes_waiting_peak") >=
			    4096 * value(&r, "callbacks_waiting_peak"));
		assert_true(way != FREE_page ||
			    value(&r, "bytes_waiting_peak") ==
				    4096 * value(&r, "callbacks_waiting_peak"));
		record_release(&r);
	}
}

/* Whether devices were timed one by one, too: each kind of figure, apart by
 * what the IOTLB had. */
static bool waits(const struct record *r)
{
	static const char *const names[] = {"device_lat_ns", "device_p50_ns",
					    "device_hit_ns", "device_miss_ns",
					    "device_hit_ratio"};
	const struct hist *h = record_hist(r, "device_single");

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!record_get(r, metric_of(names[i])))
			return false;
	return h && hist_count(h) && value(r, "device_lat_ns") > 0;
}

/* Whether a device of @p ran at all: on a busy machine it may have got no CPU
 * in any batch. Nothing may be wrong in any case. */
static bool device_ran(const struct params *p)
{
	struct record r;
	bool ran;

	run(p, &r);
	if (r.status != TRIAL_OK)
		fail_msg("%s: %s", p->design, r.reason);
	ran = value(&r, "device_ops_per_s") > 0 &&
	      value(&r, "psc_hit_ratio") > 0 && waits(&r);
	record_release(&r);
	return ran;
}

/* Devices beside a mapper, in every design: they translate, get right answers,
 * and start below the root. */
static void devices_translate(void **state)
{
	enum { TRIES = 20 };

	if (topo->ncpus < 2)
		skip();
	for (size_t i = 0; designs[i]; i++) {
		struct params p = small(designs[i]->name, "ring", 0, 1);
		unsigned tries = 0;

		if (designs[i]->flags & DESIGN_SINGLE_THREAD)
			continue;
		p.device_walkers = 1;
		p.psc.sets = 16;
		p.psc_scope = i % 2 ? PSC_WALKER : PSC_SHARED;
		while (!device_ran(&p))
			if (++tries == TRIES)
				fail_msg("%s: no device ran", designs[i]->name);
	}
}

/* Lines of the queue go from one mapper to another, and from one to none. */
static void lines_of_the_queue_move(void **state)
{
	double moved[2];

	if (topo->ncpus < 2)
		skip();
	for (unsigned i = 0; i < 2; i++) {
		struct params p = small("rcu", "ring", 0, 1 + i);
		struct record r;

		p.inv.service_ns = 1; /* so that there is a queue */
		run(&p, &r);
		assert_int_equal(r.status, TRIAL_OK);
		moved[i] = value(&r, "sim_queue_lines_per_submit");
		assert_true(value(&r, "inv_waits_per_unmap") > 0);
		record_release(&r);
	}
	assert_true(!(moved[0] > 0));
	/* at least the lock's and that of its slots */
	assert_true(moved[1] > 1);
}

/* The cache model has no dumper: a lock beside one is not free of misses. */
static void not_modelled_is_not_0(void **state)
{
	static const char *const name = "sim_sync_misses_per_walk";
	struct params p = small("spinlock", "churn", 1, 1);
	struct record r;

	if (topo->ncpus < 2)
		skip();
	p.sim.cpus = 4;
	run(&p, &r);
	assert_int_equal(r.status, TRIAL_OK);
	assert_true(record_get(&r, METRIC_sim_sync_misses_per_walk)->value >
		    0.5);
	assert_true(record_get(&r, METRIC_sim_moved_c4_per_walk)->value > 1);
	assert_true(record_get(&r, METRIC_sim_moved_c4_per_update)->value > 1);
	assert_null(record_get(&r, METRIC_sim_moved_c8_per_walk));
	record_release(&r);
	p = small("spinlock", "churn", 1, 0);
	p.dumpers = 1;
	p.sim.cpus = 4;
	run(&p, &r);
	assert_int_equal(r.status, TRIAL_OK);
	assert_null(record_get(&r, METRIC_sim_sync_misses_per_walk));
	assert_true(missing(&r, name));
	assert_true(missing(&r, "sim_moved_c4_per_walk"));
	assert_non_null(record_get(&r, METRIC_sim_l1d_misses_per_walk));
	record_release(&r);
	p = small("spinlock", "uniform", 1, 0);
	run(&p, &r);
	assert_non_null(record_get(&r, METRIC_sim_sync_misses_per_walk));
	record_release(&r);
}

static int elsewhere(void)
{
	return 4711;
}

static void a_pin_not_honoured_fails(void **state)
{
	struct params p = small("rcu", "uniform", 1, 0);
	int (*getcpu)(void) = pin_getcpu;
	struct record r;

	pin_getcpu = elsewhere;
	run(&p, &r);
	pin_getcpu = getcpu;
	assert_int_equal(r.status, TRIAL_FAILED);
	assert_non_null(strstr(r.reason, "4711"));
	record_release(&r);
}

static long wrong_node(int pid, unsigned long n, void **pages, const int *nodes,
		       int *status, int flags)
{
	for (unsigned long i = 0; i < n; i++)
		status[i] = 63;
	return 0;
}

static void memory_elsewhere_fails(void **state)
{
	struct params p = small("rcu", "uniform", 1, 0);
	struct numamem_calls calls = numamem_calls;
	struct record r;

	numamem_calls.move_pages = wrong_node;
	run(&p, &r);
	numamem_calls = calls;
	assert_int_equal(r.status, TRIAL_FAILED);
	assert_non_null(strstr(r.reason, "63"));
	record_release(&r);
}

#ifdef VTDBENCH_MUTANTS /* in the build of make check-mutants */
static void a_wrong_entry_is_noticed(void **state)
{
	struct params p = small("spinlock", "sequential", 1, 0);
	enum mutant active = mutant_active;
	struct record r;

	mutant_active = MUTANT_trial_leaf_elsewhere;
	run(&p, &r);
	mutant_active = active;
	assert_int_equal(r.status, TRIAL_WRONG);
	assert_true(value(&r, "wrong_answers") > 0);
	record_release(&r);
}
#endif

/* Threads that share a core are no measure of a design, unless the topology has
 * them do so. */
static void threads_without_cores_do_not_count(void **state)
{
	static const unsigned cpus[] = {0, 1};
	static const char *const specs[] = {"synthetic:core:2 pu:1",
					    "synthetic:core:1 pu:2"};
	char why[256];

	for (unsigned i = 0; i < 2; i++) {
		struct topo *t;

		if (topo_load(&t, specs[i], why, sizeof(why)))
			fail_msg("%s", why);
		assert_int_equal(trial_crowded(0.55, t, cpus, 2), !i);
		assert_false(trial_crowded(0.97, t, cpus, 2));
		assert_false(trial_crowded(NAN, t, cpus, 1));
		topo_free(t);
	}
}

static void several_threads_know_their_cores(void **state)
{
	struct params p = small("driver", "uniform", 2, 0);
	struct record r;

	if (topo->ncpus < 2)
		skip();
	run_undisturbed(&p, &r);
	assert_int_equal(r.status, TRIAL_OK);
	assert_true(value(&r, "core_share") > 0.2);
	assert_true(value(&r, "core_share") < 1.5);
	assert_true(value(&r, "line_transfer_ns") > 1);
	record_release(&r);
	p.walkers = 1;
	run(&p, &r);
	assert_null(record_get(&r, METRIC_core_share));
	record_release(&r);
}

static void stop_gives_up(void **state)
{
	static volatile sig_atomic_t stop = 1;
	struct params p = small("rcu", "uniform", 1, 0);
	uint64_t from = clock_monotonic_ns();
	struct record r;

	p.time.phase_ns = UINT64_C(20000000000);
	env.stop = &stop;
	run(&p, &r);
	env.stop = NULL;
	assert_int_equal(r.status, TRIAL_INTERRUPTED);
	assert_true(clock_monotonic_ns() - from < UINT64_C(5000000000));
	record_release(&r);
}

static void another_machine_is_refused(void **state)
{
	struct params p = small("rcu", "uniform", 1, 0);
	struct topo *other;
	struct record r;
	char why[256];

	assert_int_equal(topo_load(&other, "synthetic:core:4 pu:1", why,
				   sizeof(why)),
			 0);
	env.topo = other;
	run(&p, &r);
	env.topo = topo;
	topo_free(other);
	assert_int_equal(r.status, TRIAL_FAILED);
	assert_non_null(strstr(r.reason, "cannot be measured"));
	record_release(&r);
}

static struct domain *(*new_domain)(const struct engine_config *cfg);
static char came[8];

static struct domain *new_a(const struct engine_config *cfg)
{
	strcat(came, "a");
	return new_domain(cfg);
}

static struct domain *new_b(const struct engine_config *cfg)
{
	strcat(came, "b");
	return new_domain(cfg);
}

/* Which of two copies lies where memory is better is a matter of the draw. */
static void none_is_always_set_up_first(void **state)
{
	const struct params p = small("none", "uniform", 1, 0);
	struct design a = *design_find("none"), b = a;
	unsigned ab = 0, ba = 0;

	new_domain = a.domain_new;
	a.domain_new = new_a;
	b.domain_new = new_b;
	for (unsigned seed = 0; seed < 12; seed++) {
		const struct contest_options o = {.seed = seed};
		struct contestant c[] = {{.p = &p, .design = &a},
					 {.p = &p, .design = &b}};

		came[0] = '\0';
		record_init(&c[0].r);
		record_init(&c[1].r);
		contest_run(c, 2, &env, &o);
		ab += !strcmp(came, "ab");
		ba += !strcmp(came, "ba");
		record_release(&c[0].r);
		record_release(&c[1].r);
	}
	assert_int_equal(ab + ba, 12);
	assert_in_range(ab, 1, 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks_have_all_figures),
		cmocka_unit_test(none_is_always_set_up_first),
		cmocka_unit_test(deterministic_figures_agree),
#ifndef VTDBENCH_SANITIZED
		cmocka_unit_test(singles_agree_with_blocks),
#endif
		cmocka_unit_test(reclaimers_are_charged),
		cmocka_unit_test(what_waits_is_recorded),
		cmocka_unit_test(devices_translate),
		cmocka_unit_test(lines_of_the_queue_move),
		cmocka_unit_test(not_modelled_is_not_0),
		cmocka_unit_test(a_pin_not_honoured_fails),
		cmocka_unit_test(memory_elsewhere_fails),
#ifdef VTDBENCH_MUTANTS
		cmocka_unit_test(a_wrong_entry_is_noticed),
#endif
		cmocka_unit_test(threads_without_cores_do_not_count),
		cmocka_unit_test(several_threads_know_their_cores),
		cmocka_unit_test(stop_gives_up),
		cmocka_unit_test(another_machine_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
