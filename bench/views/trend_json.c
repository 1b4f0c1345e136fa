/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A trend as one JSON object. */
#include <jansson.h>

#include "store/trial_name.h"
#include "views/trend.h"

static const char *const unjudged_names[TREND_UNJUDGED] = {
	[TREND_FEW_NIGHTS] = "few_nights",
	[TREND_NEW_MACHINE] = "new_machine",
	[TREND_NEW_PARAMETERS] = "new_parameters",
	[TREND_CORRELATED] = "correlated",
};

/*
 * Objects are packed: "o*" leaves a key out whose value is NULL, as it is of a
 * text that is not there (or not UTF-8) and of a number that is not finite.
 */
static json_t *count_json(size_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *night_json(const struct trend *t, const struct trend_night *n)
{
	/* Of nights that were left out nothing was read. */
	const char *machine = n->machine < t->nmachines
				      ? t->machine[n->machine].class.id
				      : NULL;

	return json_pack("{s:I, s:o*, s:o*, s:o*, s:o*, s:o*}", "run",
			 (json_int_t)n->run, "uuid", json_string(n->uuid),
			 "started", json_string(n->started_utc), "commit",
			 json_string(n->commit), "version",
			 json_string(n->version), "machine",
			 json_string(machine));
}

static json_t *machine_json(const struct trend_machine *m)
{
	return json_pack("{s:o*, s:o*, s:o}", "class", json_string(m->class.id),
			 "label", json_string(m->label), "nights",
			 count_json(m->nights));
}

static json_t *suspects_json(const struct trend_range *r)
{
	json_t *list = r->known ? json_array() : NULL;

	for (size_t i = 0; list && i < r->nlines; i++)
		json_array_append_new(list, json_string(r->line[i]));
	return list;
}

static json_t *ack_json(const struct store_ack *ack)
{
	return ack ? json_pack("{s:o*, s:o*}", "reason",
			       json_string(ack->reason), "at",
			       json_string(ack->acked_utc))
		   : NULL;
}

static json_t *change_json(const struct trend *t, const struct trend_series *s,
			   const struct trend_change *c)
{
	const struct trend_range *r = &t->range[c->range];
	const struct trend_night *before = &t->night[r->before];
	const struct trend_night *after = &t->night[r->after];

	return json_pack(
		"{s:o*, s:I, s:I, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*,"
		" s:o*, s:o*, s:o*, s:o*, s:o*}",
		"id", json_string(c->id), "run", (json_int_t)after->run,
		"run_before", (json_int_t)before->run, "started",
		json_string(after->started_utc), "commit",
		json_string(after->commit), "commit_before",
		json_string(before->commit), "before", json_real(c->before),
		"after", json_real(c->after), "cost_ratio", json_real(c->cost),
		"evidence", s->exact ? NULL : json_real(c->evidence),
		"ended_run",
		c->ended ? json_integer(trend_ended(t, c)->run) : NULL, "text",
		*c->text ? json_string(c->text) : NULL, "verdict",
		json_string(c->moved ? "changed"
				     : ratio_verdict_name(c->verdict)),
		"suspects", suspects_json(r), "acknowledged", ack_json(c->ack));
}

static json_t *drift_json(const struct trend *t, const struct trend_series *s)
{
	if (!s->drifts)
		return NULL;
	return json_pack(
		"{s:o*, s:o*, s:o*, s:o*}", "best", json_real(s->drift.best),
		"last", json_real(s->drift.last), "cost_ratio",
		json_real(s->drift_cost), "best_from",
		json_string(t->night[s->point[s->drift_at].night].started_utc));
}

static json_t *points_json(const struct trend *t, const struct trend_series *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->n; i++) {
		const struct trend_point *p = &s->point[i];

		json_array_append_new(
			list,
			json_pack("{s:I, s:o*, s:o*, s:o*}", "run",
				  (json_int_t)t->night[p->night].run, "value",
				  json_real(p->value), "disturbed",
				  p->disturbed ? json_true() : NULL, "clock",
				  p->mark == MARK_NONE
					  ? NULL
					  : json_string(mark_name(p->mark))));
	}
	return list;
}

static json_t *series_json(const struct trend *t, const struct trend_series *s)
{
	const struct store_trial *trial = &s->trial;
	json_t *changes = json_array();

	for (size_t i = 0; i < s->nchanges; i++)
		json_array_append_new(changes,
				      change_json(t, s, &s->change[i]));
	return json_pack(
		"{s:o*, s:o*, s:o*, s:o*, s:o*, s:I, s:I, s:I, s:s, s:o*, s:o*,"
		" s:b, s:o*, s:o*, s:o*, s:o, s:o*, s:o, s:o*, s:o*}",
		"machine", json_string(t->machine[s->machine].class.id),
		"sweep", json_string(trial->sweep), "design",
		json_string(trial->design), "workload",
		json_string(trial->workload), "axes", json_string(trial->axes),
		"walkers", (json_int_t)trial->walkers, "mappers",
		(json_int_t)trial->mappers, "dumpers",
		(json_int_t)trial->dumpers, "walker_kinds",
		trial_walker_kinds_name(trial), "metric",
		json_string(s->metric), "unit", json_string(s->unit), "exact",
		s->exact, "latest", json_real(trend_latest(s)), "not_judged",
		s->unjudged ? json_string(unjudged_names[s->unjudged]) : NULL,
		"correlation",
		s->unjudged == TREND_CORRELATED ? json_real(s->correlation)
						: NULL,
		"changes", changes, "drift", drift_json(t, s), "points",
		points_json(t, s), "left_out",
		s->left_out ? count_json(s->left_out) : NULL, "left_out_why",
		s->left_out ? json_string(s->why) : NULL);
}

void trend_json(const void *trend_output, FILE *out)
{
	const struct trend_output *o = trend_output;
	const struct trend *t = o->t;
	json_t *nights = json_array(), *machines = json_array();
	json_t *series = json_array(), *odd = json_array();
	json_t *unjudged = json_object(), *root;
	char text[256];

	trend_conclusion(t, text, sizeof(text));
	for (int why = TREND_JUDGED + 1; why < TREND_UNJUDGED; why++)
		json_object_set_new(unjudged, unjudged_names[why],
				    count_json(t->unjudged[why]));
	for (size_t i = 0; i < t->nmachines; i++)
		json_array_append_new(machines, machine_json(&t->machine[i]));
	for (size_t i = t->from; i < t->nnights; i++)
		json_array_append_new(nights, night_json(t, &t->night[i]));
	for (size_t i = 0; i < t->nodd; i++)
		json_array_append_new(odd, night_json(t, &t->odd[i]));
	for (size_t i = 0; i < t->nseries; i++)
		if (o->all || trend_is_eventful(t->series[i]))
			json_array_append_new(series,
					      series_json(t, t->series[i]));
	root = json_pack(
		"{s:o*, s:o*, s:o, s:o, s:o, s:o, s:o, s:o, s:o*, s:o*, s:o,"
		" s:o, s:o, s:o}",
		"name", json_string(t->name), "conclusion", json_string(text),
		"open", count_json(t->open), "acknowledged",
		count_json(t->acknowledged), "drifting",
		count_json(t->drifting), "ended", count_json(t->ended),
		"series_judged", count_json(t->unjudged[TREND_JUDGED]),
		"series_not_judged", unjudged, "penalty",
		json_real(t->options.change.penalty), "change_min",
		json_real(t->options.change.change_min), "machines", machines,
		"nights", nights, "nights_left_out", odd, "series", series);
	json_dumpf(root, out, JSON_INDENT(1));
	fputc('\n', out);
	json_decref(root);
}
