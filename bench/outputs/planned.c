/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an interrupted run would have measured, from its stored config. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "outputs/planned.h"

static bool is_stored(const struct store_trials *stored, const char *key)
{
	for (size_t i = 0; i < stored->n; i++)
		if (!strcmp(stored->trial[i].key, key))
			return true;
	return false;
}

static struct store_trial as_trial(const struct trial_plan *t)
{
	return (struct store_trial){
		.key = t->key,
		.cell = t->cell,
		.axes = t->axes,
		.sweep = t->p.sweep,
		.design = t->p.design,
		.workload = t->p.workload,
		.index = t->order,
		.walkers = t->p.walkers,
		.mappers = t->p.mappers,
		.dumpers = t->p.dumpers,
		.repetition = t->repetition,
		.record = {.status = TRIAL_INTERRUPTED},
	};
}

static int make_plan(struct planned *p, const struct store_run *run,
		     const char *path, struct err *e)
{
	struct config_errors errs = {0};
	char id[32];
	/* Another program or machine: its plan is needed, not its figures. */
	struct runner_options o = {
		.resume = id, .results = path, .force = true};
	int rc;

	snprintf(id, sizeof(id), "%" PRId64, run->id);
	rc = runner_prepare(&p->runner, &o, &errs, e);
	if (rc && !e->code)
		err_set(e, rc, "its config is refused today");
	return rc;
}

int planned_trials(struct planned *p, const struct store_run *run,
		   const struct store_trials *stored, const char *path,
		   struct err *e)
{
	struct plan *plan = &p->runner.plan;
	int rc;

	*p = (struct planned){0};
	rc = strcmp(run->status, "done") ? make_plan(p, run, path, e) : 0;
	p->trials.trial = must_calloc(stored->n + plan->ntrials,
				      sizeof(*p->trials.trial));
	if (stored->n)
		memcpy(p->trials.trial, stored->trial,
		       stored->n * sizeof(*stored->trial));
	p->trials.n = stored->n;
	for (size_t i = 0; i < plan->ntrials && !rc; i++)
		if (!is_stored(stored, plan->trials[i].key))
			p->trials.trial[p->trials.n++] =
				as_trial(&plan->trials[i]);
	return rc;
}

void planned_release(struct planned *p)
{
	free(p->trials.trial);
	runner_release(&p->runner);
	*p = (struct planned){0};
}
