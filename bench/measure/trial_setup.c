/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A trial's memory, domain and threads, and giving them back. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure/trial_parts.h"
#include "plan/schedule.h"
#include "../kernels/aligned.h"

enum {
	/* Pages a thread's cache may hold besides those in use. */
	CACHE_PAGES = 1024,
	/* Of those that a design holds, backed by memory before the start. */
	HELD_TOUCHED = 4096,
	/* Tables that an unmap frees at most: of 4096 pages. */
	UNMAP_TABLES = 9,
	/* No mapper is faster than an operation in this time. */
	UPDATE_NS = 30,
};

static unsigned threads_of(const struct params *p)
{
	return p->walkers + p->mappers + p->dumpers + p->device_walkers;
}

/* Tables that mappers free in all batches if an operation takes UPDATE_NS, or
 * as long as their rate says. */
static uint64_t held_pages(const struct params *p, const struct work *w)
{
	double ns = schedule_update_ns(p), ops = 0, each = UPDATE_NS;

	if (p->time.mapper_rate && 1e9 / (double)p->time.mapper_rate > each)
		each = 1e9 / (double)p->time.mapper_rate;

	for (size_t i = p->walkers + p->device_walkers; i < w->nthreads; i++)
		ops += (double)w->nops[i];
	return (uint64_t)(ns / each * p->mappers * (double)w->tables_freed /
			  ops) +
	       (SCHEDULE_PASSES + 1) * w->tables_freed;
}

static uint64_t pages_needed(const struct params *p, const struct work *w,
			     bool touched)
{
	const struct design *d = design_find(p->design);
	uint64_t n = w->tables_max + 64 + (uint64_t)threads_of(p) * CACHE_PAGES;

	if (!w->tables_freed || !d)
		return n;
	if (d->flags & DESIGN_HOLDS) {
		uint64_t held = held_pages(p, w);

		return n +
		       (touched && held > HELD_TOUCHED ? HELD_TOUCHED : held);
	}
	if (p->inv.flush == FLUSH_DEFERRED)
		n += (uint64_t)p->mappers * FLUSH_SLOTS * UNMAP_TABLES;
	if (d->flags & DESIGN_DEFERS)
		n += (uint64_t)p->mappers * p->engine.defer_max;
	return n;
}

int trial_memory(const struct params *p, uint64_t *bytes, struct err *e)
{
	const struct workload *wl = workload_find(p->workload);
	struct params small = trial_streams(p);
	struct work w = {0};
	int ret;

	if (!wl)
		return err_set(e, -EINVAL, "no such workload: %s", p->workload);
	small.work.ops = WORK_BLOCK_OPS;
	ret = wl->prepare(&small, &w, e);
	if (ret)
		return ret;
	*bytes = pages_needed(p, &w, false);
	*bytes = (*bytes + trial_nested_pages(p, *bytes)) << VTD_PAGE_LG2;
	work_release(&w);
	return 0;
}

int trial_place(const struct params *p, const struct trial_env *env,
		struct place *place, struct err *e)
{
	struct place_request request = {.placement = p->place.placement,
					.cpus = p->place.cpus,
					.memory = p->place.memory,
					.nthreads = threads_of(p),
					.core_kind = p->place.core_kind};
	size_t room = place_room(env->topo, p->place.core_kind);
	unsigned *cpus;
	char why[256];
	int ret;

	if (!env->topo->measurable)
		return err_set(e, -ENOTSUP, "topology cannot be measured: %s",
			       env->topo->why_not);
	if (env->share_cpus && request.nthreads > room)
		request.nthreads = (unsigned)room;
	ret = place_threads(env->topo, &request, place, why, sizeof(why));
	if (ret)
		return err_set(e, ret, "%s", why);
	if (place->nthreads == threads_of(p))
		return 0;
	cpus = realloc(place->cpus, threads_of(p) * sizeof(*cpus));
	if (!cpus)
		return err_set(e, -ENOMEM, "no memory for the threads");
	for (unsigned i = place->nthreads; i < threads_of(p); i++)
		cpus[i] = cpus[i - place->nthreads];
	place->cpus = cpus;
	place->nthreads = threads_of(p);
	return 0;
}

static int make_pool(struct trial *t, uint64_t pages, uint64_t touched,
		     struct err *e)
{
	uint64_t second = trial_nested_pages(t->p, pages);
	enum numamem_huge huge;
	char why[256];
	int ret;

	t->second_bytes = second << VTD_PAGE_LG2;
	ret = numamem_huge_parse(t->p->place.huge, &huge);
	if (ret)
		return err_set(e, ret, "no such setting of huge: %s",
			       t->p->place.huge);
	ret = numamem_alloc(&t->mem, (second + pages) << VTD_PAGE_LG2,
			    &t->place->mem, huge, why, sizeof(why));
	if (ret)
		return err_set(e, ret, "table memory: %s", why);
	ret = numamem_populate(&t->mem, (second + touched) << VTD_PAGE_LG2, why,
			       sizeof(why));
	if (!ret)
		ret = numamem_verify(&t->mem, 256, NULL, why, sizeof(why));
	if (ret)
		return err_set(e, ret, "table memory: %s", why);
	ret = pool_init(&t->pool, (char *)t->mem.base + t->second_bytes,
			(t->mem.bytes & ~UINT64_C(0xfff)) - t->second_bytes,
			t->p->engine.pa_base);
	if (ret)
		return err_set(e, ret,
			       "cannot make a pool of %zu bytes at PA "
			       "0x%" PRIx64 ": %s",
			       t->mem.bytes, t->p->engine.pa_base,
			       strerror(-ret));
	t->pool.zero = t->p->engine.zero;
	t->has_pool = true;
	return 0;
}

int trial_touch_ahead(struct trial *t, struct err *e)
{
	size_t taken = t->pool.untouched, want, all = t->pool.npages;
	char why[256];
	int ret;

	if (taken - t->taken > t->takes)
		t->takes = taken - t->taken;
	if (t->taken == taken && t->takes)
		return 0;
	t->taken = taken;
	/* twice the most so far, and what caches take at a time */
	want = taken + 2 * t->takes + (size_t)threads_of(t->p) * CACHE_PAGES;
	want = want < all ? want : all;
	ret = numamem_populate(&t->mem,
			       t->second_bytes + (want << VTD_PAGE_LG2), why,
			       sizeof(why));
	return ret ? err_set(e, ret, "table memory: %s", why) : 0;
}

static uint64_t queue_clock(void)
{
	return clock_stop();
}

static int make_queue(struct trial *t, struct err *e)
{
	const struct params_inv *p = &t->p->inv;
	const bool off = !p->submit_ns && !p->service_ns;
	const struct inv_config cfg = {
		.iotlb = t->iotlb,
		.clock = off ? NULL : queue_clock,
		.submit_ticks = clock_ticks((double)p->submit_ns),
		.service_ticks = clock_ticks((double)p->service_ns),
		.off = off,
		.hint = p->hint,
		.device_tlb = p->ats,
	};

	t->inv = inv_queue_new(&cfg);
	return t->inv ? 0
		      : err_set(e, -ENOMEM,
				"no memory for an invalidation queue");
}

static int make_iotlb(struct trial *t, struct err *e)
{
	int ret = 0;

	/* The model is of one stage: its entries would be guest addresses. */
	if (!t->p->iotlb.sets || t->workload->flags & WORKLOAD_NESTED)
		return 0;
	t->iotlb = iotlb_new(&t->p->iotlb);
	if (!t->iotlb)
		return err_set(e, -errno,
			       "cannot make an IOTLB of %u sets and %u ways: "
			       "%s",
			       t->p->iotlb.sets, t->p->iotlb.ways,
			       strerror(errno));
	if (t->p->psc.sets)
		ret = iotlb_psc_init(t->iotlb, &t->p->psc, t->p->psc_scope);
	if (ret)
		return err_set(e, ret,
			       "cannot make paging-structure caches of %u sets "
			       "and %u ways: %s",
			       t->p->psc.sets, t->p->psc.ways, strerror(-ret));
	return make_queue(t, e);
}

/* The domain, or what makes those of a trace. */
static int make_domain(struct trial *t, struct err *e)
{
	struct engine_config cfg = {
		.format = t->p->engine.format,
		.levels = t->p->engine.levels,
		.max_leaf_level = trial_leaf_level(t->p->engine.max_leaf_bytes),
		.reclaim = t->p->engine.reclaim,
		.domain_id = 1,
		.pool = &t->pool,
	};

	cfg.iotlb = t->iotlb;
	cfg.inv = t->inv;
	cfg.flush = t->p->inv.flush;
	cfg.freeing = t->p->engine.freeing;
	cfg.ad_bits = t->p->engine.ad_bits;
	if (t->nested.second)
		cfg.nested = &t->nested;
	if (t->plan) {
		t->group.replay = replay_new(t->plan, &cfg);
		return t->group.replay ? 0
				       : err_set(e, -ENOMEM,
						 "no memory for the replay");
	}
	t->group.domain = t->design->domain_new(&cfg);
	if (!t->group.domain)
		return err_set(e, -errno, "design %s: no domain: %s",
			       t->design->name,
			       errno == ENOTSUP ? "it cannot reclaim empty "
						  "tables"
						: strerror(errno));
	return 0;
}

/* The sum of PAs that each block of a stream of static walks gives. */
static int expected_sums(struct worker *w, unsigned version)
{
	size_t n = w->nops / WORK_BLOCK_OPS;

	w->sums = calloc(n + 1, sizeof(*w->sums));
	if (!w->sums)
		return -ENOMEM;
	for (size_t i = 0; i < w->nops; i++)
		w->sums[i / WORK_BLOCK_OPS] += engine_op_pa(w->ops[i], version);
	return 0;
}

static int init_worker(struct trial *t, unsigned i)
{
	const struct params *p = t->p;
	struct worker *w = &t->group.workers[i];
	const unsigned of_role[ROLE_NR] = {p->walkers, p->mappers, p->dumpers,
					   p->device_walkers};
	unsigned first = 0, stream;

	w->thread = i;
	w->cpu = t->place->cpus[i];
	w->role = ROLE_WALKER;
	while (w->role < ROLE_DEVICE && i >= first + of_role[w->role])
		first += of_role[w->role++];
	w->index = i - first;
	/* streams: of walkers, devices, mappers */
	stream = w->role == ROLE_DEVICE	  ? p->walkers + w->index
		 : w->role == ROLE_WALKER ? i
					  : i + p->device_walkers;
	if (stream < t->work->nthreads) {
		w->ops = t->work->streams[stream];
		w->nops = t->work->nops[stream];
	}
	rng_seed(&w->gaps, p->seed, UINT64_C(0x67617073) << 32 | i);
	w->group = &t->group;
	w->stride = WORK_BLOCK_OPS;
	for (unsigned k = 0; k < TAILS; k++)
		if (singles_init(&w->tail[k]))
			return -ENOMEM;
	t->group.caches[i] = &w->t.cache;
	if ((w->role != ROLE_WALKER && w->role != ROLE_DEVICE) ||
	    t->work->walks_change)
		return 0;
	return expected_sums(w, t->nested.second ? TRIAL_NESTED_VERSION : 0);
}

static void release_worker(struct worker *w)
{
	counters_close(w->counters);
	for (unsigned k = 0; k < TAILS; k++)
		singles_release(&w->tail[k]);
	free(w->sums);
}

static int make_workers(struct trial *t, struct err *e)
{
	struct worker_group *g = &t->group;

	g->params = t->p;
	g->work = t->work;
	g->design = t->design;
	g->pool = &t->pool;
	g->stop = t->env->stop;
	g->counter_group = t->env->counters;
	g->workers = aligned_zalloc(_Alignof(struct worker), threads_of(t->p),
				    sizeof(*g->workers));
	g->caches = calloc(threads_of(t->p), sizeof(struct pool_cache *));
	if (!g->workers || !g->caches)
		return err_set(e, -ENOMEM, "no memory for the threads");
	g->n = threads_of(t->p);
	for (unsigned i = 0; i < g->n; i++)
		if (init_worker(t, i))
			return err_set(e, -ENOMEM, "no memory for the threads");
	for (unsigned k = 0; k < TAILS; k++)
		if (singles_init(&t->tail[k]))
			return err_set(e, -ENOMEM, "no memory for histograms");
	return 0;
}

int trial_setup(struct trial *t, struct err *e)
{
	uint64_t pages, touched;
	int ret;

	if (t->plan) {
		pages = replay_plan_tables(t->plan);
		touched = pages < HELD_TOUCHED ? pages : HELD_TOUCHED;
	} else {
		pages = pages_needed(t->p, t->work, false);
		touched = pages_needed(t->p, t->work, true);
	}
	ret = make_pool(t, pages, touched, e);
	if (!ret)
		ret = make_iotlb(t, e);
	if (!ret)
		ret = trial_nested_setup(t, e);
	if (!ret)
		ret = make_domain(t, e);
	return ret ? ret : make_workers(t, e);
}

void trial_teardown(struct trial *t)
{
	if (t->group.domain)
		t->design->domain_free(t->group.domain);
	trial_nested_teardown(t);
	if (t->has_pool) {
		uint64_t left = pool_tables_held(&t->pool, NULL, 0);

		if (left && t->r->status == TRIAL_OK) {
			t->r->status = TRIAL_WRONG;
			snprintf(t->r->reason, sizeof(t->r->reason),
				 "%" PRIu64 " tables were not given back when "
				 "the domain went",
				 left);
		}
		pool_fini(&t->pool);
	}
	for (unsigned i = 0; i < t->group.n; i++)
		release_worker(&t->group.workers[i]);
	replay_free(t->group.replay);
	free(t->group.workers);
	free(t->group.caches);
	for (unsigned k = 0; k < TAILS; k++)
		singles_release(&t->tail[k]);
	for (unsigned i = 0; i < METRIC_NR; i++)
		free(t->figure[i].value);
	inv_queue_free(t->inv);
	iotlb_free(t->iotlb);
	numamem_free(&t->mem);
}
