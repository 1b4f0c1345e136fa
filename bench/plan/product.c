/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a config to trials: the product of each sweep's axes. */
#include "plan/product.h"
#include "plan/order.h"

#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fnv.h"
#include "base/must.h"
#include "plan/combination.h"
#include "plan/name.h"
#include "base/rng.h"
#include "workloads/registry.h"

static bool is_key(const struct option_row *row, const char *key)
{
	return !strcmp(row->key, key);
}

/* What decides the operations: the rows of what runs, but not the design. */
static uint64_t seed_of(const struct params *p, uint64_t run_seed)
{
	const struct option_module *m = option_modules;
	uint64_t h = FNV_OFFSET;
	char text[PARAMS_PATH];
	struct rng r;

	while (strcmp(m->name, "work"))
		m++;
	for (const struct option_row *row = m->rows; row->key; row++) {
		/* Paths differ between machines, the trace does not. */
		if (is_key(row, "design") || row->type == OPTION_PATH)
			continue;
		option_format(row, p, text, sizeof(text));
		if (option_is_silent(row, text))
			continue;
		h = fnv_text(fnv_text(h, row->key), text);
	}
	rng_seed(&r, run_seed, h);
	return rng_u64(&r);
}

static bool by_default(const struct config_sweep *sweep, const char *key)
{
	return config_axis(sweep, key)->values[0].origin == CONFIG_DEFAULT;
}

/* Thread counts that nobody gave follow the roles the workload has; of a trace
 * it is what was recorded. */
static void default_roles(const struct config_sweep *sweep, struct params *p)
{
	const struct workload *w = workload_find(p->workload);

	if (!w ||
	    (w->roles & 1U << ROLE_WALKER && !(w->flags & WORKLOAD_TRACE)))
		return;
	if (by_default(sweep, "walkers"))
		p->walkers = 0;
	if (by_default(sweep, "mappers"))
		p->mappers = 1;
}

struct maker {
	const struct config *config;
	const struct config_sweep *sweep;
	const struct topo *topo;
	struct plan *plan;
	size_t capacity; /* of plan->trials */
	size_t design;	 /* index of its axis */
	size_t *choice;	 /* [axis] which value */
	uint64_t asked;	 /* trials of the sweeps so far */
	void *reasons;	 /* tree of struct reason: what is skipped already */
	struct err *e;
};

static const struct config_value *
value_of(const struct maker *m, const char *key, const struct option_row **row)
{
	for (size_t i = 0; i < m->sweep->naxes; i++)
		if (is_key(m->sweep->axes[i].row, key)) {
			*row = m->sweep->axes[i].row;
			return &m->sweep->axes[i].values[m->choice[i]];
		}
	abort();
}

/* Where a reason stands in plan->skipped: there may be thousands. */
struct reason {
	char text[sizeof(((struct plan_skip *)0)->reason)];
	size_t at;
};

static int by_text(const void *a, const void *b)
{
	return strcmp(((const struct reason *)a)->text,
		      ((const struct reason *)b)->text);
}

/* The reason as the tree has it, new ones at the end; NULL: no memory. */
static struct reason *find_reason(struct maker *m, const char *text)
{
	struct reason *r = calloc(1, sizeof(*r)), **found;

	if (!r)
		return NULL;
	snprintf(r->text, sizeof(r->text), "%s", text);
	r->at = m->plan->nskipped;
	found = tsearch(r, &m->reasons, by_text);
	if (!found || *found != r)
		free(r);
	return found ? *found : NULL;
}

static int skip(struct maker *m, const struct plan_verdict *v)
{
	const struct reason *reason = find_reason(m, v->reason);
	struct plan *plan = m->plan;
	const struct config_value *value;
	const struct option_row *row;
	struct plan_skip *s;

	if (!reason)
		return -ENOMEM;
	if (reason->at < plan->nskipped) {
		plan->skipped[reason->at].count++;
		return 0;
	}
	if (try_grow(&plan->skipped, plan->nskipped, sizeof(*s)))
		return -ENOMEM;
	s = &plan->skipped[plan->nskipped++];
	snprintf(s->reason, sizeof(s->reason), "%s", v->reason);
	value = value_of(m, v->key, &row);
	s->where[0] = '\0';
	if (value->origin != CONFIG_DEFAULT)
		config_where(m->config, row, value, s->where, sizeof(s->where));
	s->count = 1;
	return 0;
}

static int wrong(struct maker *m, const struct plan_verdict *v)
{
	char where[PARAMS_PATH + 64];
	const struct config_value *value;
	const struct option_row *row;

	value = value_of(m, v->key, &row);
	config_where(m->config, row, value, where, sizeof(where));
	return err_set(m->e, -EINVAL, "%.240s: %s", where, v->reason);
}

static int append(struct maker *m, const struct params *p)
{
	struct plan *plan = m->plan;
	struct trial_plan *trial;
	char **texts;

	if (plan->ntrials == m->capacity) {
		size_t capacity = m->capacity ? 2 * m->capacity : 64;

		trial = realloc(plan->trials, capacity * sizeof(*trial));
		plan->trials = trial ? trial : plan->trials;
		texts = realloc(plan->texts, capacity * sizeof(*texts));
		plan->texts = texts ? texts : plan->texts;
		if (!trial || !texts)
			return -ENOMEM;
		m->capacity = capacity;
	}
	trial = &plan->trials[plan->ntrials];
	*trial = (struct trial_plan){.p = *p, .group = plan->ngroups};
	plan->texts[plan->ntrials] = plan_name(m->sweep, trial);
	if (!plan->texts[plan->ntrials])
		return -ENOMEM;
	plan->ntexts = ++plan->ntrials;
	return 0;
}

/* The combination that m->choice names. */
static int make_trial(struct maker *m)
{
	const struct config_sweep *sweep = m->sweep;
	struct plan_verdict v = {.reason = "", .key = "design"};
	struct params p;
	int ret;

	memset(&p, 0, sizeof(p));
	snprintf(p.sweep, sizeof(p.sweep), "%s", sweep->name);
	for (size_t i = 0; i < sweep->naxes; i++) {
		const struct config_axis *axis = &sweep->axes[i];

		ret = option_parse(axis->row, axis->values[m->choice[i]].text,
				   &p, m->e);
		if (ret)
			return ret;
	}
	default_roles(sweep, &p);
	p.seed = seed_of(&p, m->config->run.seed);
	ret = plan_check(&p, m->topo, &v);
	if (ret == -ENOTSUP)
		return skip(m, &v);
	if (ret == -EINVAL)
		return wrong(m, &v);
	return ret ? ret : append(m, &p);
}

/* The next combination of all axes but the design's; false: that was all. */
static bool next_cell(struct maker *m)
{
	for (size_t i = m->sweep->naxes; i-- > 0;) {
		if (i == m->design)
			continue;
		if (++m->choice[i] < m->sweep->axes[i].n)
			return true;
		m->choice[i] = 0;
	}
	return false;
}

static int check_size(struct maker *m)
{
	uint64_t n = m->config->run.repetitions;

	for (size_t i = 0; i < m->sweep->naxes; i++)
		if (__builtin_mul_overflow(n, m->sweep->axes[i].n, &n) ||
		    n > PLAN_TRIALS_MAX) {
			err_set(m->e, -EINVAL,
				"%s: sweep '%s' has more than %d trials",
				m->config->path, m->sweep->name,
				PLAN_TRIALS_MAX);
			return err_remedy(m->e, "shorten or drop lists, or "
						"lower repetitions");
		}
	m->asked += n;
	if (m->asked <= PLAN_TRIALS_MAX)
		return 0;
	err_set(m->e, -EINVAL, "%s: more than %d trials with sweep '%s'",
		m->config->path, PLAN_TRIALS_MAX, m->sweep->name);
	return err_remedy(m->e, "shorten or drop lists or sweeps, or lower "
				"repetitions");
}

static int make_sweep(struct maker *m)
{
	const struct config_sweep *sweep = m->sweep;
	int ret = check_size(m);

	if (ret)
		return ret;
	m->choice = calloc(sweep->naxes, sizeof(*m->choice));
	if (!m->choice)
		return -ENOMEM;
	for (m->design = 0; !is_key(sweep->axes[m->design].row, "design");)
		m->design++;
	do {
		size_t before = m->plan->ntrials;
		size_t *d = &m->choice[m->design];

		for (*d = 0; !ret && *d < sweep->axes[m->design].n; ++*d)
			ret = make_trial(m);
		*d = 0;
		m->plan->ngroups += m->plan->ntrials > before;
	} while (!ret && next_cell(m));
	free(m->choice);
	m->choice = NULL;
	return ret;
}

static int nothing_left(const struct plan *plan, struct err *e)
{
	const struct plan_skip *s = plan->skipped;

	/* The most frequent reason is most likely the one to act on. */
	for (size_t i = 0; i < plan->nskipped; i++)
		if (plan->skipped[i].count > s->count)
			s = &plan->skipped[i];
	err_set(e, -EINVAL, "%.200s%snothing is left to run: %s%s", s->where,
		s->where[0] ? ": " : "", s->reason,
		plan->nskipped > 1 ? ", and other reasons" : "");
	return err_remedy(e, "change what the reasons below name; vtdbench "
			     "topo shows the placements that are possible");
}

int plan_make(const struct config *c, const struct topo *t, struct plan *plan,
	      struct err *e)
{
	struct maker m = {.config = c, .topo = t, .plan = plan, .e = e};
	int ret = 0;

	*plan = (struct plan){0};
	*e = (struct err){0};
	for (size_t i = 0; !ret && i < c->nsweeps; i++) {
		m.sweep = &c->sweeps[i];
		ret = make_sweep(&m);
	}
	tdestroy(m.reasons, free);
	if (!ret && !plan->ntrials)
		ret = nothing_left(plan, e);
	if (!ret)
		ret = plan_order(plan, &c->run);
	if (ret == -ENOMEM)
		err_set(e, ret, "out of memory");
	return ret;
}

void plan_release(struct plan *plan)
{
	for (size_t i = 0; i < plan->ntexts; i++)
		free(plan->texts[i]);
	free(plan->texts);
	free(plan->trials);
	free(plan->skipped);
	*plan = (struct plan){0};
}
