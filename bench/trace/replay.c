/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The executor of traces: sets up, runs the threads, adds up, checks. */
#include "trace/replay.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/clock.h"
#include "trace/replay_check.h"
#include "trace/replay_thread.h"
#include "../kernels/aligned.h"

static int worker_prepare(struct replay_state *r, unsigned i)
{
	struct replay_worker *w = &r->workers[i];
	size_t blocks = r->plan->threads[i].n / REPLAY_BLOCK_EVENTS + 1;

	w->run = r;
	w->plan = &r->plan->threads[i];
	w->index = i;
	w->blocks = calloc(blocks, sizeof(*w->blocks));
	r->caches[i] = &w->engine.cache;
	/* Page faults of its first use do not belong into the loop. */
	if (w->blocks)
		memset(w->blocks, 0, blocks * sizeof(*w->blocks));
	return w->blocks && !singles_init(&w->map) && !singles_init(&w->unmap)
		       ? 0
		       : -ENOMEM;
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Median over the blocks of all threads. */
static int median_block(const struct replay_state *r, double *median)
{
	size_t n = 0, at = 0;
	double *all;

	for (unsigned i = 0; i < r->plan->nthreads; i++)
		n += r->workers[i].nblocks;
	*median = 0;
	if (!n)
		return 0;
	all = malloc(n * sizeof(*all));
	if (!all)
		return -ENOMEM;
	for (unsigned i = 0; i < r->plan->nthreads; i++) {
		const struct replay_worker *w = &r->workers[i];

		memcpy(all + at, w->blocks, w->nblocks * sizeof(*all));
		at += w->nblocks;
	}
	qsort(all, n, sizeof(*all), by_value);
	*median = n % 2 ? all[n / 2] : (all[n / 2 - 1] + all[n / 2]) / 2;
	free(all);
	return 0;
}

static void add_iotlb(struct iotlb_stats *to, const struct iotlb_stats *from)
{
	to->hits += from->hits;
	to->misses += from->misses;
	to->fills += from->fills;
	to->fills_dropped += from->fills_dropped;
	to->invalidations += from->invalidations;
	to->entries_invalidated += from->entries_invalidated;
}

static void describe_wrong(const struct replay_state *r,
			   const struct replay_worker *w,
			   struct replay_result *res)
{
	const struct replay_op *op = &w->plan->ops[w->first_wrong];

	if (!res->first_wrong[0])
		snprintf(res->first_wrong, sizeof(res->first_wrong),
			 "domain %s: %s of 0x%llx bytes at IOVA 0x%llx "
			 "returned %d, not %d",
			 r->plan->trace->domains[op->domain],
			 op->kind == TRACE_MAP ? "map" : "unmap",
			 (unsigned long long)op->bytes,
			 (unsigned long long)op->iova, w->first_result,
			 -(int)op->expect);
}

/* Adds up what the threads have. -ENOMEM: a pool too small. */
static int collect(struct replay_state *r, struct replay_result *res)
{
	uint64_t end = r->start_tick;
	int rc = median_block(r, &res->event_ns);

	for (unsigned i = 0; i < r->plan->nthreads; i++) {
		const struct replay_worker *w = &r->workers[i];

		singles_merge(&res->map, &w->map);
		singles_merge(&res->unmap, &w->unmap);
		add_iotlb(&res->iotlb, &w->iotlb);
		res->waits += w->waits;
		res->wait_ns += clock_ns(w->wait_ticks);
		res->tables_retired += w->retired;
		res->wrong_results += w->wrong;
		if (w->wrong)
			describe_wrong(r, w, res);
		if (w->held_peak > res->tables_held_peak)
			res->tables_held_peak = w->held_peak;
		if (w->end_tick > end)
			end = w->end_tick;
		rc = rc ? rc : w->error;
	}
	res->wall_ns = clock_ns(end - r->start_tick);
	res->tables_held_end = pool_tables_held(r->cfg->pool, NULL, 0);
	if (res->tables_held_end > res->tables_held_peak)
		res->tables_held_peak = res->tables_held_end;
	if (rc == -ENOMEM)
		err_set(r->e, rc,
			"replay: the table pool of %zu pages, or "
			"memory, is exhausted",
			r->cfg->pool->npages);
	return rc;
}

static int make_domains(struct replay_state *r)
{
	const struct replay_config *cfg = r->cfg;
	struct engine_config ec = {
		.format = VTD_SS,
		.levels = r->plan->levels,
		.max_leaf_level = r->plan->max_leaf_level,
		.reclaim = cfg->reclaim,
		.pool = cfg->pool,
		.iotlb = cfg->iotlb,
	};

	for (size_t i = 0; i < r->plan->trace->ndomains; i++) {
		ec.domain_id = (uint16_t)(i + 1);
		r->domains[i] = cfg->design->domain_new(&ec);
		if (!r->domains[i]) {
			int rc = errno ? -errno : -ENOMEM;

			return err_set(r->e, rc, "replay: design %s: %s",
				       cfg->design->name,
				       rc == -ENOTSUP
					       ? "cannot free empty tables"
					       : strerror(-rc));
		}
	}
	return 0;
}

static int prepare(struct replay_state *r, struct replay_result *res)
{
	unsigned n = r->plan->nthreads;
	int rc = 0;

	r->workers = aligned_zalloc(alignof(struct replay_worker), n,
				    sizeof(*r->workers));
	r->caches = calloc(n, sizeof(*r->caches));
	r->domains = calloc(r->plan->trace->ndomains, sizeof(*r->domains));
	if (!r->workers || !r->caches || !r->domains ||
	    singles_init(&res->map) || singles_init(&res->unmap))
		rc = -ENOMEM;
	for (unsigned i = 0; i < n && !rc; i++)
		rc = worker_prepare(r, i);
	if (rc)
		return err_set(r->e, rc, "replay: out of memory");
	return make_domains(r);
}

static void release(struct replay_state *r)
{
	for (size_t i = 0; r->domains && i < r->plan->trace->ndomains; i++)
		if (r->domains[i])
			r->cfg->design->domain_free(r->domains[i]);
	for (unsigned i = 0; r->workers && i < r->plan->nthreads; i++) {
		free(r->workers[i].blocks);
		singles_release(&r->workers[i].map);
		singles_release(&r->workers[i].unmap);
	}
	free(r->workers);
	free(r->caches);
	free(r->domains);
}

int replay_run_plan(const struct replay_plan *plan,
		    const struct replay_config *cfg, struct replay_result *res,
		    struct err *e)
{
	struct replay_state r = {.plan = plan,
				 .cfg = cfg,
				 .e = e,
				 .lock = PTHREAD_MUTEX_INITIALIZER,
				 .met = PTHREAD_COND_INITIALIZER};
	int rc;

	memset(res, 0, sizeof(*res));
	if (plan->nthreads > 1 && (cfg->design->flags & DESIGN_SINGLE_THREAD))
		return err_set(e, -EINVAL,
			       "replay: design %s is for a single "
			       "thread, not %u",
			       cfg->design->name, plan->nthreads);
	res->events = plan->events;
	rc = prepare(&r, res);
	if (!rc)
		rc = replay_threads_run(&r);
	if (!rc)
		rc = collect(&r, res);
	if (!rc && replay_stopped(&r))
		rc = err_set(e, -EINTR, "replay: interrupted");
	if (!rc)
		replay_check(plan, cfg, r.domains, res);
	release(&r);
	return rc;
}

int replay_run(const struct trace *t, const struct replay_config *cfg,
	       struct replay_result *res, struct err *e)
{
	const struct replay_plan_options o = {
		.nthreads = cfg->nthreads,
		.levels = cfg->levels,
		.max_leaf_level = cfg->max_leaf_level,
		.max_events = cfg->max_events,
	};
	struct replay_plan *plan = replay_plan_new(t, &o, e);
	int rc;

	memset(res, 0, sizeof(*res));
	if (!plan)
		return e && e->code ? e->code : -ENOMEM;
	rc = replay_run_plan(plan, cfg, res, e);
	replay_plan_free(plan);
	return rc;
}

void replay_result_release(struct replay_result *res)
{
	singles_release(&res->map);
	singles_release(&res->unmap);
}
