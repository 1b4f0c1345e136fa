/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Workload trace: what all contestants replay, in domains that last for one
 * replay, and what each yields. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/aligned.h"
#include "measure/replay_parts.h"
#include "measure/trial_parts.h"

static int load(struct trace *t, const struct params *p, struct err *e)
{
	const struct trace_options o = {.keep_going = false};
	int ret = trace_read(t, p->work.trace, &o, e);

	if (ret)
		return ret;
	ret = p->work.domains[0] ? trace_label(t, p->work.domains, e)
				 : trace_label_beside(t, p->work.trace, e);
	if (ret >= 0 && p->work.trace_teardown)
		ret = trace_end_domains(t, p->work.trace_events,
					p->engine.levels, e);
	if (ret < 0)
		trace_release(t);
	return ret < 0 ? ret : 0;
}

int trial_trace_open(struct trial_trace *tt, const struct trial *t, bool say,
		     struct err *e)
{
	const struct params *p = t->p;
	const struct replay_plan_options o = {
		.nthreads = p->mappers,
		.devices = p->device_walkers,
		.walkers = p->walkers,
		.levels = p->engine.levels,
		.max_leaf_level = trial_leaf_level(p->engine.max_leaf_bytes),
		.deferred = p->inv.flush == FLUSH_DEFERRED,
		.max_events = p->work.trace_teardown ? 0
						     : p->work.trace_events};
	const struct trace *trace = t->env->trace;
	int ret = trace ? 0 : load(&tt->own, p, e);

	if (ret)
		return ret;
	trace = trace ? trace : &tt->own;
	tt->plan = replay_plan_new(trace, &o, e);
	if (!tt->plan)
		return e->code;
	ret = trace_pair(trace, tt->plan->events - trace->ends, &tt->pairs, e);
	if (!ret && say && trace == &tt->own)
		trace_warn(trace, &tt->pairs);
	return ret;
}

void trial_trace_close(struct trial_trace *tt)
{
	replay_plan_free(tt->plan);
	trace_release(&tt->own);
}

struct replay *replay_new(const struct replay_plan *plan,
			  const struct engine_config *engine)
{
	struct replay *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->plan = plan;
	r->engine = *engine;
	r->engine.levels = plan->levels;
	r->domains = calloc(plan->trace->ndomains, sizeof(struct domain *));
	r->parts = aligned_zalloc(_Alignof(struct replay_part),
				  replay_parts(plan), sizeof(*r->parts));
	r->seen = aligned_zalloc(_Alignof(struct replay_part),
				 (plan->devices.n + plan->walkers.n + 1) *
					 replay_seen(plan),
				 sizeof(*r->seen));
	if (engine->flush == FLUSH_DEFERRED)
		r->tickets = calloc(plan->trace->n, sizeof(*r->tickets));
	if (r->domains && r->parts && r->seen &&
	    (r->tickets || engine->flush == FLUSH_STRICT))
		return r;
	replay_free(r);
	return NULL;
}

void replay_free(struct replay *r)
{
	if (!r)
		return;
	free(r->domains);
	free(r->parts);
	free(r->seen);
	free(r->tickets);
	free(r);
}

static void submitted(void *arg, const struct inv_descriptor *d)
{
	struct replay *r = arg;

	r->submitted(r->arg, r->line, d);
}

static uint64_t trace_now(void *arg)
{
	const struct replay *r = arg;

	return r->now;
}

void replay_observe(struct replay *r, struct inv_queue *q, replay_submitted *to,
		    void *arg)
{
	r->submitted = to;
	r->arg = arg;
	r->engine.flush_now = trace_now;
	r->engine.flush_arg = r;
	inv_queue_observe(q, submitted, r);
}

static void free_domains(struct replay *r, const struct worker_group *g)
{
	for (size_t i = 0; i < r->plan->trace->ndomains; i++) {
		if (r->domains[i])
			g->design->domain_free(r->domains[i]);
		r->domains[i] = NULL;
	}
}

/* Of all caches that were drained, and by reclaimers. */
static uint64_t freed_so_far(const struct pool *pool)
{
	/* relaxed: nobody frees while it is read */
	return __atomic_load_n(&pool->freed, __ATOMIC_RELAXED);
}

int replay_begin(struct replay *r, const struct worker_group *g, struct err *e)
{
	if (g->n > 1 && g->design->flags & DESIGN_SINGLE_THREAD)
		return err_set(e, -EINVAL,
			       "design %s is for a single thread, not %u",
			       g->design->name, g->n);
	memset(r->parts, 0, replay_parts(r->plan) * sizeof(*r->parts));
	memset(r->seen, 0,
	       (r->plan->devices.n + r->plan->walkers.n) *
		       replay_seen(r->plan) * sizeof(*r->seen));
	for (size_t i = 0; i < r->plan->trace->ndomains; i++) {
		int code;

		r->engine.domain_id = (uint16_t)(i + 1);
		r->domains[i] = g->design->domain_new(&r->engine);
		if (r->domains[i])
			continue;
		code = errno ? -errno : -ENOMEM;
		free_domains(r, g);
		return err_set(e, code, "design %s: no domain: %s",
			       g->design->name,
			       code == -ENOTSUP ? "it cannot reclaim empty "
						  "tables"
						: strerror(-code));
	}
	r->freed_before = freed_so_far(g->pool);
	return 0;
}

/* Worker of role mapper, of which there is at least one. */
static struct worker *first_mapper(struct worker_group *g)
{
	struct worker *w = g->workers;

	while (w->role != ROLE_MAPPER)
		w++;
	return w;
}

static double walks_kept(const struct replay *r)
{
	uint64_t walked = 0, late = 0;

	for (unsigned i = 0; i < r->plan->walkers.n; i++) {
		walked += replay_walker_part(r, i)->walked;
		late += replay_walker_part(r, i)->late;
	}
	return (double)walked / (double)(walked + late);
}

/* The time that a thread should take for @events at @rate, its waits included,
 * over the time that it took; at most 1. */
static double rate_kept(const struct replay_part *p, size_t events,
			uint64_t rate, const struct batch *b)
{
	double should = clock_ns(p->wait_ticks);

	if (!rate || !events)
		return 1;
	should += (double)events * 1e9 / (double)rate;
	return fmin(1, should / clock_ns(p->end - b->start));
}

static void look_back(struct replay *r, struct worker_group *g,
		      const struct batch *b)
{
	const struct worker *mappers = first_mapper(g);
	uint64_t end = b->start;

	r->waits = r->tables_retired = r->invalidations = 0;
	r->held_end = pool_tables_held(g->pool, NULL, 0);
	r->held_peak = r->held_end;
	r->tables_freed = freed_so_far(g->pool) - r->freed_before;
	r->rate_kept = 1;
	for (unsigned i = 0; i < r->plan->nthreads; i++) {
		const struct replay_part *p = &r->parts[i];

		end = p->end > end ? p->end : end;
		r->waits += p->waits;
		r->tables_retired += mappers[i].t.tables_retired;
		r->tables_freed -= mappers[i].t.installs_lost;
		r->invalidations += mappers[i].t.iotlb.invalidations;
		if (p->held_peak > r->held_peak)
			r->held_peak = p->held_peak;
		r->rate_kept = fmin(r->rate_kept,
				    rate_kept(p, r->plan->threads[i].n,
					      g->params->time.mapper_rate, b));
	}
	r->wall_ns = clock_ns(end - b->start);
	r->walks_kept = walks_kept(r);
}

void replay_end(struct replay *r, struct worker_group *g, const struct batch *b)
{
	struct replay_leaves found = {.leaf = r->leaf, .arg = r->arg};
	uint64_t left;

	if (b) {
		look_back(r, g, b);
		replay_check(r->plan, g->design, g->pool, r->domains, &found);
		r->tables_live = found.tables;
	}
	if (found.wrong)
		worker_wrong(first_mapper(g), found.wrong, "%s", found.why);
	free_domains(r, g);
	left = pool_tables_held(g->pool, NULL, 0);
	if (left && b)
		worker_wrong(first_mapper(g), left,
			     "%" PRIu64 " tables were not given back when "
			     "the domains went",
			     left);
}

/* Of the threads of @role: ns of an operation, mean over all of them. */
static double mean_ns(const struct trial *t, enum role role)
{
	struct tally all = {0};

	for (unsigned i = 0; i < t->group.n; i++) {
		const struct worker *w = &t->group.workers[i];
		const struct tally *of = role == ROLE_MAPPER ? &w->update
							     : &w->walk;

		if (w->role != role)
			continue;
		all.ns += of->ns;
		all.ops += of->ops;
	}
	return all.ops > 0 ? all.ns / all.ops : NAN;
}

static void add_known(struct trial *t, enum metric_id metric, double value)
{
	if (!isnan(value))
		figure_add(t, metric, value);
}

void trial_trace_collect(struct trial *t, unsigned which)
{
	const struct replay *r = t->group.replay;
	double ns = mean_ns(t, ROLE_MAPPER);

	add_known(t, METRIC_event_ns, ns);
	if (t->p->time.mapper_rate)
		figure_add(t, METRIC_update_rate_kept, r->rate_kept);
	else
		figure_add(t, METRIC_update_ops_per_s,
			   (double)r->plan->events * 1e9 / r->wall_ns);
	figure_add(t, METRIC_event_waits, (double)r->waits);
	figure_add(t, METRIC_table_bytes_held_peak,
		   (double)(r->held_peak << VTD_PAGE_LG2));
	add_known(t, METRIC_device_translate_ns, mean_ns(t, ROLE_DEVICE));
	add_known(t, METRIC_replay_walk_ns, mean_ns(t, ROLE_WALKER));
	add_known(t, METRIC_walks_kept, r->walks_kept);
	figure_reclaim(t);
	figure_invalidation(t);
}

void trial_trace_record(struct trial *t, const struct trial_trace *tt)
{
	const struct replay *r = t->group.replay;
	bool alone = t->p->mappers == 1;

	record_add(t->r, METRIC_events, (double)r->plan->events, true);
	record_add(t->r, METRIC_events_unmapped_nothing,
		   (double)tt->pairs.unmaps_of_nothing, true);
	record_add(t->r, METRIC_tables_live, (double)r->tables_live, alone);
	record_add(t->r, METRIC_tables_retired, (double)r->tables_retired,
		   alone);
	record_add(t->r, METRIC_tables_freed, (double)r->tables_freed, alone);
	record_add(t->r, METRIC_table_bytes_held_end,
		   (double)(r->held_end << VTD_PAGE_LG2), alone);
	if (t->iotlb)
		record_add(t->r, METRIC_iotlb_invalidations,
			   (double)r->invalidations, alone);
}
