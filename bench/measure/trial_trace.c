/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Workload trace: what all contestants replay, and what each yields. */
#include <errno.h>
#include <stdlib.h>

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

void trial_trace_collect(struct trial *t, unsigned which)
{
	const struct replay *r = t->group.replay;
	double ns = 0, events = 0;

	for (unsigned i = 0; i < t->group.n; i++) {
		ns += t->group.workers[i].update.ns;
		events += t->group.workers[i].update.ops;
	}
	if (events > 0)
		figure_add(t, METRIC_event_ns, ns / events);
	figure_add(t, METRIC_update_ops_per_s,
		   (double)r->plan->events * 1e9 / r->wall_ns);
	figure_add(t, METRIC_event_waits, (double)r->waits);
	figure_add(t, METRIC_table_bytes_held_peak,
		   (double)(r->held_peak << VTD_PAGE_LG2));
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
