/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every workload of the registry, for several seeds and sizes: the same seed
 * gives the same stream, everything lies inside the layout, mappers stay out
 * of each other's way, and a stream can be repeated from its beginning.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/registry.h"

enum { WALKERS = 2, MAPPERS = 2 };

static struct params params_of(const struct workload *wl, uint64_t seed,
			       uint64_t footprint)
{
	struct params p = {
		.walkers = wl->roles & 1 << ROLE_WALKER ? WALKERS : 0,
		.mappers = wl->roles & 1 << ROLE_MAPPER ? MAPPERS : 0,
		.seed = seed,
		.engine = {.format = VTD_SS,
			   .levels = 4,
			   .max_leaf_bytes = UINT64_C(1) << 30},
		.work = {.footprint_bytes = footprint,
			 .page_bytes = 4096,
			 .stride_bytes = UINT64_C(2) << 20,
			 .zipf_theta = 0.99,
			 .hot_fraction = 0.1,
			 .hot_probability = 0.9,
			 .ring_entries = 256,
			 .range_pages_max = 512,
			 .ops = 20000,
			 .trace = "some.trace"},
	};

	snprintf(p.workload, sizeof(p.workload), "%s", wl->name);
	return p;
}

static void prepare(const struct workload *wl, const struct params *p,
		    struct work *w)
{
	struct err e = {0};

	if (wl->prepare(p, w, &e))
		fail_msg("%s: %s", wl->name, e.what);
}

/* Each workload x seed x footprint, with @check. */
static void each(void (*check)(const struct workload *wl,
			       const struct params *p, const struct work *w))
{
	static const uint64_t footprints[] = {
		UINT64_C(1) << 20, UINT64_C(96) << 20, UINT64_C(5) << 30};

	for (size_t i = 0; workloads[i]; i++) {
		if (workloads[i]->flags & WORKLOAD_TRACE)
			continue;
		for (uint64_t seed = 1; seed <= 3; seed++) {
			struct params p = params_of(workloads[i], seed,
						    footprints[seed - 1]);
			struct work w;

			prepare(workloads[i], &p, &w);
			check(workloads[i], &p, &w);
			work_release(&w);
		}
	}
}

static void check_same(const struct workload *wl, const struct params *p,
		       const struct work *w)
{
	struct params other = *p;
	struct work again;

	prepare(wl, p, &again);
	assert_int_equal(w->nthreads, again.nthreads);
	for (size_t t = 0; t < w->nthreads; t++) {
		assert_int_equal(w->nops[t], again.nops[t]);
		if (w->nops[t] && !(wl->flags & WORKLOAD_MAP_SIZES))
			assert_memory_equal(w->streams[t], again.streams[t],
					    w->nops[t] * sizeof(uint64_t));
	}
	work_release(&again);
	if (strcmp(wl->name, "uniform"))
		return;
	other.seed++;
	prepare(wl, &other, &again);
	assert_memory_not_equal(w->streams[0], again.streams[0], 4096);
	assert_memory_not_equal(w->streams[0], w->streams[1], 4096);
	work_release(&again);
}

static void same_seed_same_stream(void **state)
{
	each(check_same);
}

static void check_range(const struct workload *wl, const struct params *p,
			const struct work *w)
{
	uint64_t width = UINT64_C(1) << vtd_width(p->engine.levels);

	assert_true(w->iova_end <= width);
	assert_true(wl->flags || w->tables_max >= p->engine.levels);
	for (size_t m = 0; m < w->nmaps; m++) {
		const struct mapping *x = &w->maps[m];

		assert_true(x->bytes && x->piece && x->bytes % x->piece == 0);
		assert_true(x->iova % x->piece == 0);
		assert_true(x->iova + x->bytes <= w->iova_end);
		assert_true(x->bytes >= p->work.footprint_bytes ||
			    wl->flags & WORKLOAD_MAP_SIZES);
	}
	for (size_t t = 0; t < w->nthreads; t++) {
		for (size_t i = 0; i < w->nops[t]; i++) {
			uint64_t op = w->streams[t][i], iova = op >> 12 << 12;
			/* the sizes are no stream: it is for the floor */
			bool walk = t < p->walkers ||
				    wl->flags & WORKLOAD_MAP_SIZES;

			assert_int_equal(walk, (op & 3) == OP_WALK);
			assert_true(walk || engine_op_bytes(op));
			assert_true(iova + engine_op_bytes(op) <= w->iova_end);
			/* What does not change lies in a static mapping. */
			if (walk && !w->walks_change)
				assert_true(iova - w->maps[0].iova <
					    w->maps[0].bytes);
		}
		if (t < p->walkers)
			assert_int_equal(w->nops[t] % WORK_BLOCK_OPS, 0);
	}
}

static void ops_lie_in_range(void **state)
{
	each(check_range);
}

/* Runs one mapper's stream on a bitmap of the IOVA space it uses. */
static void replay(const struct params *p, const struct work *w, size_t t)
{
	uint64_t pages = w->iova_end >> 12;
	unsigned char *map = calloc(pages, 1);
	uint64_t live = 0;

	assert_non_null(map);
	for (size_t m = 0; m < w->nmaps; m++)
		memset(map + (w->maps[m].iova >> 12), 2,
		       w->maps[m].bytes >> 12);
	for (size_t i = 0; i < w->nops[t]; i++) {
		uint64_t op = w->streams[t][i], first = op >> 12;
		uint64_t n = engine_op_bytes(op) >> 12, found = 0;

		for (uint64_t k = first; k < first + n; k++) {
			assert_int_not_equal(map[k], 2); /* nothing static */
			if ((op & 3) == OP_MAP)
				assert_int_equal(map[k], 0);
			found += map[k];
			map[k] = (op & 3) == OP_MAP;
		}
		assert_true((op & 3) == OP_MAP || found);
		live += (op & 3) == OP_MAP ? n : 0;
		live -= found;
	}
	assert_int_equal(live, 0);
	free(map);
}

static void check_replay(const struct workload *wl, const struct params *p,
			 const struct work *w)
{
	for (size_t t = p->walkers; t < w->nthreads; t++)
		if (w->nops[t] && !(wl->flags & WORKLOAD_MAP_SIZES))
			replay(p, w, t);
}

static void mappers_can_be_repeated(void **state)
{
	each(check_replay);
}

static void check_disjoint(const struct workload *wl, const struct params *p,
			   const struct work *w)
{
	uint64_t last = 0;

	/* what these map is no stream: tests/unit/test_trial_sizes.c */
	if (wl->flags & WORKLOAD_MAP_SIZES)
		return;
	for (size_t t = p->walkers; t < w->nthreads; t++) {
		uint64_t low = UINT64_MAX, high = 0;

		for (size_t i = 0; i < w->nops[t]; i++) {
			uint64_t op = w->streams[t][i];
			uint64_t end = (op >> 12 << 12) + engine_op_bytes(op);

			low = op >> 12 << 12 < low ? op >> 12 << 12 : low;
			high = end > high ? end : high;
		}
		if (!w->nops[t])
			continue;
		/* In order, and in leaf tables of their own. */
		assert_true(low >> 21 >= last);
		last = (high + 0x1fffff) >> 21;
	}
}

static void mappers_are_disjoint(void **state)
{
	each(check_disjoint);
}

static void shapes_are_what_they_say(void **state)
{
	struct params p =
		params_of(workload_find("hot_set"), 7, UINT64_C(64) << 20);
	uint64_t stride = UINT64_C(2) << 20;
	struct work w;
	size_t count[2] = {0};
	static unsigned hits[16384];

	/* hot_set: 10 % of the pages get 90 % + 10 % of the rest. */
	prepare(workload_find("hot_set"), &p, &w);
	memset(hits, 0, sizeof(hits));
	for (size_t i = 0; i < w.nops[0]; i++)
		hits[(w.streams[0][i] - w.maps[0].iova) >> 12]++;
	for (size_t i = 0; i < 16384; i++)
		count[hits[i] > 4] += hits[i];
	assert_in_range(count[1] * 100 / w.nops[0], 88, 93);
	work_release(&w);

	/* zipf: the most popular page gets about 1 / H(n) of the walks. */
	prepare(workload_find("zipf"), &p, &w);
	memset(hits, 0, sizeof(hits));
	for (size_t i = 0; i < w.nops[0]; i++)
		hits[(w.streams[0][i] - w.maps[0].iova) >> 12]++;
	count[0] = 0;
	for (size_t i = 0; i < 16384; i++)
		count[0] = hits[i] > count[0] ? hits[i] : count[0];
	assert_in_range(count[0] * 1000 / w.nops[0], 80, 115);
	work_release(&w);

	prepare(workload_find("strided"), &p, &w);
	assert_int_equal(w.streams[0][1] - w.streams[0][0], stride);
	/* Half the footprint apart, one page on after the first turn. */
	assert_int_equal(w.streams[1][0] - w.streams[0][0], stride * 16);
	assert_int_equal(w.streams[0][32] - w.streams[0][0], 4096);
	work_release(&w);

	prepare(workload_find("sequential"), &p, &w);
	assert_int_equal(w.streams[0][1] - w.streams[0][0], 4096);
	work_release(&w);
}

static void too_large_is_said(void **state)
{
	struct params p =
		params_of(workload_find("uniform"), 1, UINT64_C(1) << 39);
	struct work w;
	struct err e = {0};

	p.engine.levels = 3;
	assert_true(workload_find("uniform")->prepare(&p, &w, &e) < 0);
	assert_non_null(strstr(e.what, "39-bit"));
	assert_true(e.remedy[0]);
	p.engine.levels = 4;
	prepare(workload_find("uniform"), &p, &w);
	work_release(&w);
	p.work.trace[0] = 0;
	assert_true(workload_find("trace")->prepare(&p, &w, &e) < 0);
	assert_non_null(strstr(e.what, "no trace"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_seed_same_stream),
		cmocka_unit_test(ops_lie_in_range),
		cmocka_unit_test(mappers_can_be_repeated),
		cmocka_unit_test(mappers_are_disjoint),
		cmocka_unit_test(shapes_are_what_they_say),
		cmocka_unit_test(too_large_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
