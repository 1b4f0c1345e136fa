/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The second stage of a trial of workload nested: mapped before the start and
 * left alone. The domain that walkers and mappers use is the first stage,
 * whose pool is guest memory.
 *
 * Where things are, in the host: table memory as placed, the second stage's
 * tables first, guest memory behind them. The guest sees its memory at
 * pa_base; the host has it HOST_OFFSET higher. What the guest maps at GPA
 * engine_op_pa(iova, 0) the second stage puts at engine_op_pa(iova,
 * TRIAL_NESTED_VERSION), so a walk that left a stage out is a wrong answer.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "measure/trial_parts.h"
#include "workloads/layout.h"

#define GIB	    (UINT64_C(1) << 30)
#define HOST_OFFSET (UINT64_C(1) << 50)
#define SECOND_BASE (UINT64_C(3) << 50) /* host PA of the second stage */

static uint64_t round_up(uint64_t v, uint64_t to)
{
	return (v + to - 1) & -to;
}

static bool is_nested(const struct params *p)
{
	const struct workload *w = workload_find(p->workload);

	return w && w->flags & WORKLOAD_NESTED;
}

/* Tables for @bytes in one piece, and for what is cut at its edges. */
static uint64_t tables_for(const struct params *p, uint64_t bytes)
{
	uint64_t n = 0;

	for (unsigned l = trial_leaf_level(p->engine.second_page_bytes);
	     l <= p->engine.levels; l++)
		n += bytes / vtd_span(l + 1) + 2;
	return n;
}

uint64_t trial_nested_pages(const struct params *p, uint64_t guest_pages)
{
	enum { SPARE = 256 }; /* what the pool's caches may hold */

	if (!is_nested(p))
		return 0;
	return tables_for(p, round_up(p->work.footprint_bytes, GIB)) +
	       tables_for(p, guest_pages << VTD_PAGE_LG2) + SPARE;
}

/* [gpa, gpa + bytes), widened to whole pages of the second stage. */
static int map_to(struct trial *t, struct engine_thread *thread, uint64_t gpa,
		  uint64_t pa, uint64_t bytes, struct err *e)
{
	uint64_t page = t->p->engine.second_page_bytes, off = gpa % page;
	int ret = t->design->map(t->nested.second, thread, gpa - off, pa - off,
				 round_up(bytes + off, page), VTD_R | VTD_W);

	if (!ret)
		return 0;
	err_set(e, ret,
		"second stage: cannot map %" PRIu64 " bytes at GPA "
		"0x%" PRIx64 ": %s",
		bytes, gpa, strerror(-ret));
	return ret == -EEXIST || ret == -EINVAL
		       ? err_remedy(e, "choose another pa_base: guest tables "
				       "there meet the guest's data, or lie "
				       "beyond the width")
		       : ret;
}

static int map_all(struct trial *t, struct engine_thread *thread, struct err *e)
{
	uint64_t left = layout_pages(t->p) << VTD_PAGE_LG2;
	int ret = map_to(t, thread, t->pool.pa_base, t->nested.pa,
			 t->nested.bytes, e);

	/* engine_op_pa() keeps what is within 1G together. */
	for (uint64_t iova = LAYOUT_BASE; left && !ret; iova += GIB) {
		uint64_t bytes = left < GIB ? left : GIB;

		ret = map_to(t, thread, engine_op_pa(iova, 0),
			     engine_op_pa(iova, TRIAL_NESTED_VERSION), bytes,
			     e);
		left -= bytes;
	}
	return ret;
}

int trial_nested_setup(struct trial *t, struct err *e)
{
	struct engine_config cfg = {
		.format = VTD_SS,
		.levels = t->p->engine.levels,
		.max_leaf_level =
			trial_leaf_level(t->p->engine.second_page_bytes),
		.domain_id = 2,
		.pool = &t->second_pool,
	};
	struct pool_cache *cache;
	struct engine_thread thread;
	int ret;

	if (!is_nested(t->p))
		return 0;
	ret = pool_init(&t->second_pool, t->mem.base, t->second_bytes,
			SECOND_BASE);
	if (ret)
		return err_set(e, ret, "second stage: no pool: %s",
			       strerror(-ret));
	t->has_second_pool = true;
	t->nested = (struct nested){
		.second = t->design->domain_new(&cfg),
		.mem = t->pool.mem,
		.pa = t->pool.pa_base + HOST_OFFSET,
		.bytes = t->pool.npages << VTD_PAGE_LG2,
	};
	if (!t->nested.second)
		return err_set(e, -errno, "design %s: no second stage: %s",
			       t->design->name, strerror(errno));
	/* This thread is in no phase; it only maps here. */
	t->design->thread_enter(&thread, &t->second_pool);
	cache = &thread.cache;
	ret = map_all(t, &thread, e);
	if (!ret)
		record_add(t->r, METRIC_second_table_bytes,
			   (double)(pool_tables_held(&t->second_pool, &cache, 1)
				    << VTD_PAGE_LG2),
			   true);
	t->design->thread_leave(&thread);
	return ret;
}

void trial_nested_teardown(struct trial *t)
{
	if (t->nested.second)
		t->design->domain_free(t->nested.second);
	if (t->has_second_pool)
		pool_fini(&t->second_pool);
}
