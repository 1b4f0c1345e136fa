/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One draw of a cell: measured by a process of its own, and stored. */
#include "run/heat.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/utc.h"
#include "machine/clock.h"
#include "measure/draw.h"
#include "trial/reference.h"

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

static const char *copy_of(const struct heat *h, unsigned i)
{
	return i < h->planned ? NULL : h->copy[i - h->planned];
}

int heat_gather(struct loop *l, const struct trial_plan *trials, size_t n,
		struct heat *h, size_t *taken, struct err *e)
{
	struct runner *r = l->r;
	size_t i = 0;

	*h = (struct heat){.n = 0};
	for (; i < n && h->n < HEAT_MAX - 2; i++) {
		const struct trial_plan *t = &trials[i];
		int ret;

		if (t->group != trials->group ||
		    t->repetition != trials->repetition)
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
	*taken = i;
	add_copies(l, h);
	return 0;
}

struct store_trial heat_trial(const struct loop *l, const struct heat *h,
			      unsigned i)
{
	const struct trial_plan *t = h->trial[i];
	const char *copy = copy_of(h, i);

	return (struct store_trial){
		.cell = t->cell,
		.axes = t->axes,
		.sweep = t->p.sweep,
		.design = copy ? copy : t->p.design,
		.workload = t->p.workload,
		.index = t->order,
		.walkers = t->p.walkers,
		.mappers = t->p.mappers,
		.dumpers = t->p.dumpers,
		.repetition = t->repetition,
		.shard = l->r->shard.number,
		.duration_s = h->s / h->n,
		.record = h->record[i],
	};
}

static int store(struct loop *l, struct heat *h, const char *started,
		 struct err *e)
{
	struct runner *r = l->r;
	struct {
		char key[PLAN_KEY + 16];
		char *params;
	} *text = calloc(h->n, sizeof(*text));
	struct store_trial *st = calloc(h->n, sizeof(*st));
	int ret = text && st ? 0 : err_set(e, -ENOMEM, "no memory for a draw");

	for (unsigned i = 0; i < h->n && !ret; i++) {
		const char *copy = copy_of(h, i);

		st[i] = heat_trial(l, h, i);
		snprintf(text[i].key, sizeof(text[i].key), "%s%s%s",
			 h->trial[i]->key, copy ? "." : "", copy ? copy : "");
		text[i].params = runner_params_json(&h->params[i]);
		st[i].key = text[i].key;
		st[i].params = text[i].params;
		st[i].started_utc = started;
	}
	if (!ret)
		ret = store_trials_add(r->store, r->run, st, h->n, e);
	for (unsigned i = 0; i < h->n && text; i++)
		free(text[i].params);
	free(text);
	free(st);
	return ret;
}

/* The same link order for all cells of a repetition; nothing is timed of a
 * race. */
static const char *engine_of(const struct loop *l,
			     const struct gate_sides *sides,
			     unsigned repetition, bool race)
{
	struct rng g;

	if (race)
		return sides->race;
	if (!sides->n)
		return NULL;
	rng_seed(&g, l->r->config.run.seed,
		 UINT64_C(0x6f72) << 32 | repetition);
	return sides->path[rng_below(&g, sides->n)];
}

int heat_measure(struct loop *l, struct heat *h, struct err *e)
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
		.phases = h->phases,
		.config = config,
		.engine = engine_of(l, &l->sides, t->repetition, t->p.race),
		.other = h->n > h->planned + 1
				 ? engine_of(l, &l->other, t->repetition,
					     t->p.race)
				 : NULL,
		.stop = r->options.stop};
	uint64_t from = clock_monotonic_ns();
	char started[UTC_SIZE];
	bool bad = false;
	int ret;

	if (d.engine && !*d.engine) {
		err_set(e, -ENOENT,
			"race: there is no race.so beside this "
			"program");
		return err_remedy(e, "build it: make all sides");
	}
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
	h->s = (double)(clock_monotonic_ns() - from) / 1e9;
	return store(l, h, started, e);
}

void heat_release(struct heat *h)
{
	for (unsigned i = 0; i < h->n; i++)
		record_release(&h->record[i]);
	h->n = 0;
}
