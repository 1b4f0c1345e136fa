/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The draws of a plan, each measured by a process of its own and stored. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/utc.h"
#include "machine/clock.h"
#include "measure/draw.h"
#include "measure/sides.h"
#include "plan/schedule.h"
#include "run/loop.h"
#include "trial/reference.h"

enum { CONTESTANTS_MAX = 32 };

/* What the loop over draws keeps. */
struct loop {
	struct runner *r;
	const struct runner_progress *progress;
	struct gate_sides sides;  /* the designs, one file a link order */
	struct gate_sides other;  /* of another build; none without */
	uint64_t done_ns, ran_ns; /* planned and real, of what was measured */
};

/* Contestants of one cell in one draw: trials of the plan, and the copies of
 * the reference that are put beside them. */
struct heat {
	const struct trial_plan *trial[CONTESTANTS_MAX];
	struct params params[CONTESTANTS_MAX];
	struct record record[CONTESTANTS_MAX];
	unsigned n, planned;
	const char *copy[2]; /* what [planned], [planned + 1] are called */
};

static void tell(struct runner *r, const struct trial_plan *t,
		 const struct record *rec)
{
	char name[512];

	runner_trial_name(t, name, sizeof(name));
	switch (rec->status) {
	case TRIAL_OK:
		if (rec->disturbed)
			err_debug("%s: disturbed: %s", name, rec->reason);
		break;
	case TRIAL_WRONG:
		r->counts.wrong++;
		err_warn("%s: %s", name, rec->reason);
		break;
	case TRIAL_FAILED:
		r->counts.failed++;
		err_warn("%s: failed: %s", name, rec->reason);
		break;
	case TRIAL_INTERRUPTED:
		break;
	}
}

/* Once in a run: the report repeats it for each trial. */
static void say_missing(struct loop *l, const struct record *rec)
{
	l->r->said_missing = true;
	l->progress->clear(l->progress->arg);
	for (size_t i = 0; i < rec->nmissing; i++)
		err_note("not counted: %s: %s", rec->missing[i].name,
			 rec->missing[i].reason);
}

/* NULL: no contestant of the plan is one. */
static const struct trial_plan *reference(const struct heat *h)
{
	for (const char *const *name = reference_designs; *name; name++)
		for (unsigned i = 0; i < h->planned; i++)
			if (!strcmp(h->params[i].design, *name))
				return h->trial[i];
	return NULL;
}

/* The reference stands in the cell twice, where it has something to judge, and
 * that of the other build, if there is one. */
static void add_copies(const struct loop *l, struct heat *h)
{
	const struct trial_plan *of;

	h->planned = h->n;
	of = reference(h);
	if (of && h->n > 1)
		h->copy[h->n++ - h->planned] = TWIN_DESIGN;
	if (of && l->other.n)
		h->copy[h->n++ - h->planned] = OTHER_DESIGN;
	for (unsigned i = h->planned; i < h->n; i++) {
		h->trial[i] = of;
		h->params[i] = of->p;
		record_init(&h->record[i]);
	}
}

/* What is not stored of the trials from plan index @at on that belong to one
 * draw; *@next: behind them. */
static int gather(struct loop *l, size_t at, struct heat *h, size_t *next,
		  struct err *e)
{
	struct runner *r = l->r;
	const struct trial_plan *first = &r->plan.trials[at];
	size_t i = at;

	*h = (struct heat){.n = 0};
	for (; i < r->plan.ntrials && h->n < CONTESTANTS_MAX - 2; i++) {
		const struct trial_plan *t = &r->plan.trials[i];
		int ret;

		if (t->group != first->group ||
		    t->repetition != first->repetition)
			break;
		ret = store_trial_done(r->store, r->run, t->key, e);
		if (ret < 0)
			return ret;
		if (ret) {
			r->counts.done++;
			r->counts.skipped++;
			continue;
		}
		h->trial[h->n] = t;
		h->params[h->n] = t->p;
		record_init(&h->record[h->n++]);
	}
	*next = i;
	add_copies(l, h);
	return 0;
}

static int store_heat(struct loop *l, struct heat *h, const char *started,
		      double duration_s, struct err *e)
{
	struct runner *r = l->r;
	struct {
		char key[PLAN_KEY + 16];
		char *params;
	} *text = calloc(h->n, sizeof(*text));
	struct store_trial *st = calloc(h->n, sizeof(*st));
	int ret = text && st ? 0 : err_set(e, -ENOMEM, "no memory for a draw");

	for (unsigned i = 0; i < h->n && !ret; i++) {
		const struct trial_plan *t = h->trial[i];
		const char *copy = i < h->planned ? NULL
						  : h->copy[i - h->planned];

		snprintf(text[i].key, sizeof(text[i].key), "%s%s%s", t->key,
			 copy ? "." : "", copy ? copy : "");
		text[i].params = runner_params_json(&t->p);
		st[i] = (struct store_trial){
			.key = text[i].key,
			.cell = t->cell,
			.axes = t->axes,
			.sweep = t->p.sweep,
			.design = copy ? copy : t->p.design,
			.workload = t->p.workload,
			.params = text[i].params,
			.started_utc = started,
			.index = t->order,
			.walkers = t->p.walkers,
			.mappers = t->p.mappers,
			.dumpers = t->p.dumpers,
			.repetition = t->repetition,
			.shard = r->shard.number,
			.duration_s = duration_s / h->n,
			.record = h->record[i],
		};
	}
	if (!ret)
		ret = store_trials_add(r->store, r->run, st, h->n, e);
	if (!ret)
		r->counts.done += h->planned;
	for (unsigned i = 0; i < h->n && text; i++)
		free(text[i].params);
	free(text);
	free(st);
	return ret;
}

/* The same link order for all cells of a repetition. */
static const char *engine_of(const struct loop *l,
			     const struct gate_sides *sides,
			     unsigned repetition)
{
	struct rng g;

	if (!sides->n)
		return NULL;
	rng_seed(&g, l->r->config.run.seed,
		 UINT64_C(0x6f72) << 32 | repetition);
	return sides->path[rng_below(&g, sides->n)];
}

static int measure(struct loop *l, struct heat *h, struct err *e)
{
	struct runner *r = l->r;
	const struct trial_plan *t = h->trial[0];
	const char *config = r->config.path[0] ? r->config.path : NULL;
	struct draw d = {
		.params = h->params,
		.n = h->n,
		.seed = t->p.seed + t->repetition * 1000003 + t->group * 7919,
		.retries = r->config.run.retries,
		.exact = t->repetition == 0,
		.config = config,
		.engine = engine_of(l, &l->sides, t->repetition),
		.other = h->n > h->planned + 1
				 ? engine_of(l, &l->other, t->repetition)
				 : NULL,
		.stop = r->options.stop};
	uint64_t from = clock_monotonic_ns();
	char started[UTC_SIZE];
	bool bad = false;
	int ret;

	utc_now(started);
	ret = draw_run(&d, h->record, e);
	if (ret == -EIO) {
		/* it died: its contestants failed, the run goes on */
		for (unsigned i = 0; i < h->n; i++) {
			h->record[i].status = TRIAL_FAILED;
			snprintf(h->record[i].reason,
				 sizeof(h->record[i].reason), "%.250s",
				 e->what);
		}
		ret = 0;
	}
	for (unsigned i = 0; i < h->n && !ret; i++) {
		if (h->record[i].status == TRIAL_INTERRUPTED)
			ret = err_set(e, -EINTR, "interrupted");
		bad |= h->record[i].status != TRIAL_OK;
	}
	if (ret)
		return ret;
	if (bad)
		l->progress->clear(l->progress->arg);
	for (unsigned i = 0; i < h->planned; i++)
		tell(r, h->trial[i], &h->record[i]);
	if (!r->said_missing && runner_group_of(r, &t->p))
		say_missing(l, &h->record[0]);
	l->ran_ns += clock_monotonic_ns() - from;
	return store_heat(l, h, started,
			  (double)(clock_monotonic_ns() - from) / 1e9, e);
}

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

int runner_draws(struct runner *r, const struct runner_progress *progress,
		 struct err *e)
{
	struct loop l = {.r = r, .progress = progress};
	struct heat *h = malloc(sizeof(*h));
	uint64_t rest_ns = 0;
	size_t next = 0;
	int ret = h ? 0 : err_set(e, -ENOMEM, "no memory for a draw");

	if (!ret && !gate_sides_own(&l.sides))
		err_warn("no engine-N.so beside this program: the linker's "
			 "luck is in every draw alike (make sides)");
	if (!ret && r->options.against)
		ret = find_other(&l, e);
	for (size_t i = 0; i < r->plan.ntrials; i++)
		rest_ns += schedule_ns(&r->plan.trials[i].p);
	for (size_t at = 0; at < r->plan.ntrials && !ret; at = next) {
		uint64_t estimate = 0;

		ret = gather(&l, at, h, &next, e);
		for (size_t i = at; i < next && !ret; i++)
			estimate += schedule_ns(&r->plan.trials[i].p);
		if (!ret && h->n && *r->options.stop)
			ret = err_set(e, -EINTR, "interrupted");
		if (!ret && h->n) {
			progress->show(progress->arg, h->trial[0], at,
				       r->plan.ntrials, left_s(&l, rest_ns));
			ret = measure(&l, h, e);
			l.done_ns += estimate;
		}
		rest_ns -= estimate;
		for (unsigned i = 0; i < h->n; i++)
			record_release(&h->record[i]);
	}
	free(h);
	return ret;
}
