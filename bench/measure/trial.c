/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order of a trial. */
#include "measure/trial.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure/trial_parts.h"
#include "../kernels/aligned.h"

static int run(struct trial *t, phase_run *fn, enum phase_bit bit,
	       unsigned which, uint64_t ns, struct err *e)
{
	struct phase ph = {.name = phase_name(bit),
			   .run = fn,
			   .bit = bit,
			   .which = which,
			   .warmup_ns = t->p->time.warmup_ns,
			   .ns = ns};
	int ret = worker_group_run(&t->group, &ph, e);

	held_now(&t->group);
	return ret;
}

/* Everything that is measured before updaters start. */
static int references(struct trial *t, struct err *e)
{
	uint64_t quarter = t->p->time.phase_ns / 4 + 1;
	int ret;

	if (!t->p->walkers)
		return 0;
	ret = run(t, phase_control, PHASE_CONTROL, 0, quarter, e);
	if (!ret && t->env->counters) {
		struct phase open = {.name = "counters", .run = phase_counters};

		ret = worker_group_run(&t->group, &open, e);
	}
	if (!ret && t->group.workers[0].nfloor)
		ret = run(t, phase_floor, PHASE_FLOOR, 0, 2 * quarter, e);
	if (!ret && t->nested.second)
		ret = run(t, phase_one_stage, PHASE_ONE_STAGE, 0, 2 * quarter,
			  e);
	return ret;
}

/* Each mapper's stream once; what is held when reclamation caught up. */
static int pass(struct trial *t, struct err *e)
{
	struct phase ph = {.name = phase_name(PHASE_PASS),
			   .run = phase_pass,
			   .bit = PHASE_PASS};
	int ret;

	if (!t->p->mappers)
		return 0;
	held_start(&t->group, 0);
	ret = worker_group_run(&t->group, &ph, e);
	t->design->reclaim_barrier();
	held_now(&t->group);
	if (!ret)
		record_add(t->r, METRIC_table_bytes_held_pass,
			   held_bytes(&t->group), t->p->mappers == 1);
	record_add_series(t->r, "table_bytes_held_pass", t->group.nheld,
			  t->group.held_ms, t->group.held_bytes);
	return ret;
}

static int measured(struct trial *t, struct err *e)
{
	const struct params_time *time = &t->p->time;
	bool open = time->rate_ops_per_s != 0;
	unsigned phases = open ? 1 : t->iotlb && t->p->walkers ? 4 : 2;
	int ret;

	held_start(&t->group,
		   (double)(time->warmup_ns + time->phase_ns) * phases);
	held_now(&t->group);
	ret = run(t, phase_latency, PHASE_LATENCY, WALK_PLAIN, time->phase_ns,
		  e);
	if (!ret && !open)
		ret = run(t, phase_throughput, PHASE_THROUGHPUT, WALK_PLAIN,
			  time->phase_ns, e);
	/* Without walkers there is nothing to translate. */
	if (ret || open || !t->iotlb || !t->p->walkers)
		return ret;
	ret = run(t, phase_latency, PHASE_TRANSLATE_LATENCY, WALK_TRANSLATE,
		  time->phase_ns, e);
	return ret ? ret
		   : run(t, phase_throughput, PHASE_TRANSLATE_THROUGHPUT,
			 WALK_TRANSLATE, time->phase_ns, e);
}

static int stages(struct trial *t, struct err *e)
{
	int ret;

	if (t->workload->flags & WORKLOAD_TRACE)
		return trial_trace(t, e);
	ret = trial_setup(t, e);
	if (!ret)
		ret = trial_model(t, e);
	if (!ret && t->workload->flags & WORKLOAD_MAP_SIZES)
		return trial_sizes(t, e);
	if (!ret)
		ret = references(t, e);
	if (!ret)
		ret = pass(t, e);
	if (!ret)
		ret = measured(t, e);
	if (!ret)
		trial_record(t);
	return ret;
}

static void failed(struct record *r, enum trial_status status,
		   const struct err *e)
{
	r->status = status;
	snprintf(r->reason, sizeof(r->reason), "%.*s",
		 (int)sizeof(r->reason) - 1, e->what);
}

static void answers(struct trial *t)
{
	uint64_t wrong = 0;

	for (unsigned i = 0; i < t->group.n; i++) {
		const struct worker *w = &t->group.workers[i];

		if (w->wrong && !wrong)
			snprintf(t->r->reason, sizeof(t->r->reason),
				 "wrong answer: %s %u: %s", role_name(w->role),
				 w->index, w->why);
		wrong += w->wrong;
	}
	if (wrong)
		t->r->status = TRIAL_WRONG;
	record_add(t->r, METRIC_wrong_answers, (double)wrong, true);
}

void trial_run(const struct params *p, const struct trial_env *env,
	       struct record *r)
{
	struct trial *t = aligned_zalloc(_Alignof(struct trial), 1, sizeof(*t));
	struct err e = {0};
	int ret;

	if (!t) {
		err_set(&e, -ENOMEM, "no memory for the trial");
		failed(r, TRIAL_FAILED, &e);
		return;
	}
	t->p = p;
	t->env = env;
	t->r = r;
	t->workload = workload_find(p->workload);
	t->design = design_find(p->design);
	if (!t->workload || !t->design)
		ret = err_set(&e, -EINVAL, "no such %s: %s",
			      t->design ? "workload" : "design",
			      t->design ? p->workload : p->design);
	else
		ret = stages(t, &e);
	if (ret)
		failed(r, ret == -EINTR ? TRIAL_INTERRUPTED : TRIAL_FAILED, &e);
	else if (!(t->workload->flags & WORKLOAD_TRACE))
		answers(t);
	trial_teardown(t);
	free(t);
}
