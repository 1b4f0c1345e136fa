/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The draws of a run: those of its plan, then more where they help most. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "machine/clock.h"
#include "plan/order.h"
#include "plan/schedule.h"
#include "measure/draw.h"
#include "run/heat.h"
#include "trial/reference.h"

/* Before anything is measured: a build that does not fit never will. */
static int find_other(struct loop *l, struct err *e)
{
	int ret = gate_sides_find(&l->other, l->r->options.against, e);

	for (size_t i = 0; i < l->r->plan.ntrials && !ret; i++) {
		const char *design = l->r->plan.trials[i].p.design;

		for (const char *const *of = reference_designs; *of; of++)
			if (!strcmp(design, *of))
				return draw_check(l->other.path[0], design, e);
	}
	return ret;
}

/* Time left: the estimate, corrected by how it has been so far. */
static double left_s(const struct loop *l, uint64_t rest_ns)
{
	double factor = l->done_ns ? (double)l->ran_ns / (double)l->done_ns : 1;

	return (double)rest_ns * factor / 1e9;
}

static double budget_left(const struct loop *l)
{
	return runner_budget_left(l->r->config.run.budget_ns, l->before_ns,
				  l->from_ns, clock_monotonic_ns());
}

/* Measures @h, if there is anything to, and says so before. */
static int draw(struct loop *l, struct heat *h, struct runner_state *state,
		struct err *e)
{
	const struct params_run *run = &l->r->config.run;

	if (!h->n)
		return 0;
	if (*l->r->options.stop)
		return err_set(e, -EINTR, "interrupted");
	state->trial = h->trial[0];
	state->total = l->r->plan.ntrials;
	state->cells = l->ncells;
	state->budget_ns = run->budget_ns;
	state->budget_s = budget_left(l);
	for (size_t i = 0; i < l->ncells; i++)
		state->precise += l->cell[i].draws >= run->repetitions &&
				  !l->cell[i].needs.n;
	l->progress->show(l->progress->arg, state);
	return heat_measure(l, h, e);
}

/* The trials of the plan. */
static int planned(struct loop *l, struct heat *h, struct err *e)
{
	const struct plan *plan = &l->r->plan;
	uint64_t rest_ns = 0;
	size_t taken = 0;
	int ret = 0;

	for (size_t i = 0; i < plan->ntrials; i++)
		rest_ns += schedule_ns(&plan->trials[i].p);
	for (size_t at = 0; at < plan->ntrials && !ret; at += taken) {
		struct runner_state state = {.index = at};
		uint64_t estimate = 0;

		ret = heat_gather(l, &plan->trials[at], plan->ntrials - at, h,
				  &taken, e);
		for (size_t i = at; i < at + taken && !ret; i++)
			estimate += schedule_ns(&plan->trials[i].p);
		state.left_s = left_s(l, rest_ns);
		if (!ret)
			ret = draw(l, h, &state, e);
		l->done_ns += h->n ? estimate : 0;
		l->r->counts.done += ret ? 0 : h->planned;
		rest_ns -= estimate;
		heat_release(h);
	}
	return ret;
}

/* One draw more of @c. */
static int once_more(struct loop *l, struct runner_cell *c, struct heat *h,
		     struct err *e)
{
	const struct params_run *run = &l->r->config.run;
	struct runner_state state = {
		.index = l->r->plan.ntrials,
		.left_s = fmin(budget_left(l),
			       runner_until_precise(l->cell, l->ncells,
						    run->repetitions_max))};
	size_t n = c->n < HEAT_MAX ? c->n : HEAT_MAX;
	bool bad = false;
	size_t taken;
	int ret;

	for (size_t i = 0; i < n; i++)
		plan_repeat(&l->r->plan, &c->first[i], c->draws, &l->more[i]);
	ret = heat_gather(l, l->more, n, h, &taken, e);
	h->phases = c->needs.whole ? 0 : c->needs.phases;
	if (!ret)
		ret = draw(l, h, &state, e);
	for (unsigned i = 0; i < h->n && !ret; i++) {
		struct store_trial t = heat_trial(l, h, i);

		/* What outlives this draw. */
		t.sweep = c->first->p.sweep;
		t.workload = c->first->p.workload;
		for (size_t k = 0; k < c->n; k++)
			if (!strcmp(t.design, c->first[k].p.design))
				t.design = c->first[k].p.design;
		runner_cell_add(c, &t);
		record_init(&h->record[i]);
		bad |= t.record.status != TRIAL_OK;
	}
	if (!ret)
		l->r->counts.more += h->planned;
	/* A cell that fails is not tried until the budget is used up. */
	c->out |= bad || !h->n;
	heat_release(h);
	return ret;
}

/* Draws beyond the plan, where they help most, until precise or out of time. */
static int beyond(struct loop *l, struct heat *h, struct err *e)
{
	const struct params_run *run = &l->r->config.run;
	const struct runner_judge *judge = l->r->options.judge;
	struct store_trials stored = {0};
	int ret = judge->begin(judge->arg, l->r->store, l->r->run, e);

	if (!ret)
		ret = store_trials_load(l->r->store, l->r->run, STORE_VALUES,
					&stored, e);
	if (!ret)
		l->ncells = runner_cells(&l->r->plan, &stored, &l->cell);
	while (!ret) {
		size_t at;

		judge->needs(judge->arg, l->cell, l->ncells);
		at = runner_choose(l->cell, l->ncells, run->repetitions_max,
				   budget_left(l));
		if (at == SIZE_MAX)
			break;
		ret = once_more(l, &l->cell[at], h, e);
	}
	runner_cells_release(l->cell, l->ncells);
	store_trials_release(&stored);
	return ret;
}

int runner_draws(struct runner *r, const struct runner_progress *progress,
		 struct err *e)
{
	struct loop *l = calloc(1, sizeof(*l));
	struct heat *h = malloc(sizeof(*h));
	int ret = l && h ? 0 : err_set(e, -ENOMEM, "no memory for a draw");

	if (ret)
		goto out;
	l->r = r;
	l->progress = progress;
	l->from_ns = clock_monotonic_ns();
	if (!gate_sides_own(&l->sides))
		err_warn("no engine-N.so beside this program: the linker's "
			 "luck is in every draw alike (make sides)");
	if (r->options.against)
		ret = find_other(l, e);
	if (!ret)
		ret = store_run_measured(r->store, r->run, &l->before_ns, e);
	if (!ret)
		ret = planned(l, h, e);
	if (!ret && r->options.judge && runner_adapts(&r->config.run))
		ret = beyond(l, h, e);
out:
	free(h);
	free(l);
	return ret;
}
