/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trials of map_sizes by several mappers, in every design: each in a region of
 * its own, beside private work; which designs take a line that both write. And
 * walks that are called one by one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "options/table.h"
#include "one_trial.h"

/* Tries of what strangers may take the CPU from. */
enum { TRIES = 20 };

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
	p.work.footprint_bytes = UINT64_C(1) << 20;
	p.work.ops = 4096;
	p.time.warmup_ns = 100000;
	p.time.phase_ns = 200000;
	p.sim.enabled = false;
	p.sim.ops = 2000;
	p.iotlb.sets = 0;
	return p;
}

static void run_well(const struct params *p, struct record *r)
{
	run(p, r);
	if (r->status != TRIAL_OK)
		fail_msg("%s: %s", p->design, r->reason);
}

static bool has(const struct record *r, enum metric_id metric)
{
	const struct value *v = record_get(r, metric);

	return v && v->value > 0;
}

/* Whether a map or unmap writes a line that others write, too. */
static bool takes_shared_line(const struct design *d)
{
	bool writes = false;

	for (enum engine_op op = OP_MAP; op <= OP_UNMAP; op++) {
		struct engine_sync_ref refs[ENGINE_SYNC_MAX];
		unsigned before, n = d->sync_refs(op, false, 0, refs, &before);

		for (unsigned i = 0; i < n; i++)
			writes |= refs[i].write &&
				  refs[i].pa == ENGINE_SYNC_SHARED;
	}
	return writes;
}

/* What is still to be measured of @p: sizes, by bits; the control and the floor
 * above them. */
enum { CONTROL = 1 << MAP_SIZES, BARE = CONTROL << 1 };

static unsigned wanted(const struct params *p)
{
	bool large = p->engine.max_leaf_bytes > VTD_PAGE_BYTES;
	unsigned want = CONTROL | BARE;

	for (enum map_size i = 0; i < MAP_SIZES; i++)
		if (large ? i < MAP_SIZES_LETTER : map_sizes[i].leaf_level == 1)
			want |= 1U << i;
	return want;
}

static unsigned measured(const struct record *r)
{
	unsigned got = 0;

	for (enum map_size i = 0; i < MAP_SIZES; i++)
		if (has(r, map_sizes[i].map) && has(r, map_sizes[i].unmap))
			got |= 1U << i;
	return got | (has(r, METRIC_control_ops_per_s) ? CONTROL : 0) |
	       (has(r, METRIC_floor_dep_ns) ? BARE : 0);
}

/*
 * Mappers that met would find each other's pages, and fail. On a busy machine
 * one may get no CPU in any batch of a kind, and under a lock that the other
 * holds it will not (that of a table, too: 1G leaves are in one), nor while it
 * is waited for: of those designs figures are not asked for.
 */
static void mappers_have_regions(void **state)
{
	static const uint64_t leaves[] = {VTD_PAGE_BYTES, UINT64_C(1) << 30};

	if (topo->ncpus < 2)
		skip();
	for (size_t i = 0; designs[i]; i++)
		for (size_t k = 0; k < sizeof(leaves) / sizeof(*leaves); k++) {
			struct params p =
				small(designs[i]->name, "map_sizes", 0, 2);
			unsigned tries = 0, want;

			if (designs[i]->flags & DESIGN_SINGLE_THREAD ||
			    (!all() && i % 2 != k))
				continue;
			p.engine.max_leaf_bytes = leaves[k];
			want = wanted(&p);
			while (want && tries++ < TRIES) {
				struct record r;

				run_well(&p, &r);
				want &= ~measured(&r);
				record_release(&r);
				if (takes_shared_line(designs[i]) ||
				    designs[i]->flags & (DESIGN_LOCKS_TABLES |
							 DESIGN_WAITS))
					want = 0;
			}
			if (want)
				fail_msg("%s: 0x%x not measured", p.design,
					 want);
		}
}

/* By the cache model, all sizes in turn. One mapper has nobody to lose lines
 * to, and is not simulated. */
static void shared_lines_of(uint64_t max_leaf_bytes)
{
	for (size_t i = 0; designs[i]; i++)
		for (unsigned mappers = 1; mappers <= 2; mappers++) {
			struct params p = small(designs[i]->name, "map_sizes",
						0, mappers);
			/* 1G: the table that all entries are in */
			const bool locks_one =
				max_leaf_bytes > VTD_PAGE_BYTES &&
				designs[i]->flags & DESIGN_LOCKS_TABLES;
			const struct value *v;
			struct record r;

			/* one mapper alone: some designs */
			if (designs[i]->flags & DESIGN_SINGLE_THREAD ||
			    (!all() && mappers == 1 && i % 4))
				continue;
			p.engine.max_leaf_bytes = max_leaf_bytes;
			p.sim.enabled = true;
			run_well(&p, &r);
			v = record_get(&r,
				       METRIC_sim_coherence_misses_per_update);
			assert_int_equal(!!v, mappers > 1);
			if (v && takes_shared_line(designs[i])
				    ? v->value < 0.4
				    : v && (v->value > 0) != locks_one)
				fail_msg("%s: %.3f lines", p.design, v->value);
			record_release(&r);
		}
}

static void shared_lines_are_found(void **state)
{
	if (topo->ncpus < 2)
		skip();
	shared_lines_of(VTD_PAGE_BYTES);
	/* Entries of 1G of all regions are in one table. */
	shared_lines_of(UINT64_C(1) << 30);
}

/* Calls give the answers of blocks, which are compared; where there is an IOTLB
 * nobody walks by himself. */
static void walks_are_called(void **state)
{
	for (size_t i = 0; designs[i]; i++) {
		struct params p = small(designs[i]->name, "uniform", 1, 0);
		unsigned tries = 0;
		struct record r;

		for (;;) {
			run_well(&p, &r);
			if (has(&r, METRIC_walk_call_ns) &&
			    has(&r, METRIC_translate_call_ns))
				break;
			record_release(&r);
			if (++tries == TRIES)
				fail_msg("%s: no calls", p.design);
		}
		record_release(&r);
		p.iotlb.sets = 16;
		run_well(&p, &r);
		assert_null(record_get(&r, METRIC_walk_call_ns));
		assert_null(record_get(&r, METRIC_translate_call_ns));
		record_release(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mappers_have_regions),
		cmocka_unit_test(shared_lines_are_found),
		cmocka_unit_test(walks_are_called),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
