/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A trend as one JSON object. */
#include <jansson.h>
#include <math.h>

#include "views/trend.h"

static const char *const unjudged_names[TREND_UNJUDGED] = {
	[TREND_FEW_NIGHTS] = "few_nights",
	[TREND_NEW_MACHINE] = "new_machine",
	[TREND_NEW_PARAMETERS] = "new_parameters",
	[TREND_CORRELATED] = "correlated",
};

static void set_text(json_t *o, const char *key, const char *text)
{
	if (text)
		json_object_set_new(o, key, json_string(text));
}

/* What is not finite cannot be written. */
static void set_number(json_t *o, const char *key, double value)
{
	if (isfinite(value))
		json_object_set_new(o, key, json_real(value));
}

static void set_count(json_t *o, const char *key, size_t n)
{
	json_object_set_new(o, key, json_integer((json_int_t)n));
}

static json_t *night_json(const struct trend *t, const struct trend_night *n)
{
	json_t *o = json_object();

	json_object_set_new(o, "run", json_integer(n->run));
	set_text(o, "uuid", n->uuid);
	set_text(o, "started", n->started_utc);
	set_text(o, "commit", n->commit);
	set_text(o, "version", n->version);
	/* Of nights that were left out nothing was read. */
	if (n->machine < t->nmachines)
		set_text(o, "machine", t->machine[n->machine].class.id);
	return o;
}

static json_t *machine_json(const struct trend_machine *m)
{
	json_t *o = json_object();

	set_text(o, "class", m->class.id);
	set_text(o, "label", m->label);
	set_count(o, "nights", m->nights);
	return o;
}

static json_t *suspects_json(const struct trend_range *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->nlines; i++)
		json_array_append_new(list, json_string(r->line[i]));
	return list;
}

static json_t *ack_json(const struct store_ack *ack)
{
	json_t *o = json_object();

	set_text(o, "reason", ack->reason);
	set_text(o, "at", ack->acked_utc);
	return o;
}

static json_t *change_json(const struct trend *t, const struct trend_series *s,
			   const struct trend_change *c)
{
	const struct trend_range *r = &t->range[c->range];
	const struct trend_night *before = &t->night[r->before];
	const struct trend_night *after = &t->night[r->after];
	json_t *o = json_object();

	set_text(o, "id", c->id);
	json_object_set_new(o, "run", json_integer(after->run));
	json_object_set_new(o, "run_before", json_integer(before->run));
	set_text(o, "started", after->started_utc);
	set_text(o, "commit", after->commit);
	set_text(o, "commit_before", before->commit);
	set_number(o, "before", c->before);
	set_number(o, "after", c->after);
	set_number(o, "cost_ratio", c->cost);
	if (!s->exact)
		set_number(o, "evidence", c->evidence);
	if (c->ended)
		json_object_set_new(o, "ended_run",
				    json_integer(trend_ended(t, c)->run));
	if (*c->text)
		set_text(o, "text", c->text);
	set_text(o, "verdict", c->moved ? "changed" : verdict_name(c->verdict));
	if (r->known)
		json_object_set_new(o, "suspects", suspects_json(r));
	if (c->ack)
		json_object_set_new(o, "acknowledged", ack_json(c->ack));
	return o;
}

static json_t *drift_json(const struct trend *t, const struct trend_series *s)
{
	json_t *o = json_object();

	set_number(o, "best", s->drift.best);
	set_number(o, "last", s->drift.last);
	set_number(o, "cost_ratio", s->drift_cost);
	set_text(o, "best_from",
		 t->night[s->point[s->drift_at].night].started_utc);
	return o;
}

static json_t *points_json(const struct trend *t, const struct trend_series *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->n; i++) {
		json_t *o = json_object();

		json_object_set_new(
			o, "run",
			json_integer(t->night[s->point[i].night].run));
		set_number(o, "value", s->point[i].value);
		if (s->point[i].disturbed)
			json_object_set_new(o, "disturbed", json_true());
		if (s->point[i].mark != MARK_NONE)
			set_text(o, "clock", mark_name(s->point[i].mark));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *series_json(const struct trend *t, const struct trend_series *s)
{
	const struct store_trial *trial = &s->trial;
	json_t *o = json_object(), *changes = json_array();

	set_text(o, "machine", t->machine[s->machine].class.id);
	set_text(o, "sweep", trial->sweep);
	set_text(o, "design", trial->design);
	set_text(o, "workload", trial->workload);
	set_text(o, "axes", trial->axes);
	set_count(o, "walkers", trial->walkers);
	set_count(o, "mappers", trial->mappers);
	set_count(o, "dumpers", trial->dumpers);
	set_text(o, "metric", s->metric);
	set_text(o, "unit", s->unit);
	json_object_set_new(o, "exact", json_boolean(s->exact));
	set_number(o, "latest", trend_latest(s));
	if (s->unjudged)
		set_text(o, "not_judged", unjudged_names[s->unjudged]);
	if (s->unjudged == TREND_CORRELATED)
		set_number(o, "correlation", s->correlation);
	for (size_t i = 0; i < s->nchanges; i++)
		json_array_append_new(changes,
				      change_json(t, s, &s->change[i]));
	json_object_set_new(o, "changes", changes);
	if (s->drifts)
		json_object_set_new(o, "drift", drift_json(t, s));
	json_object_set_new(o, "points", points_json(t, s));
	if (s->left_out) {
		set_count(o, "left_out", s->left_out);
		set_text(o, "left_out_why", s->why);
	}
	return o;
}

void trend_json(const struct trend_output *o, FILE *out)
{
	const struct trend *t = o->t;
	json_t *root = json_object(), *nights = json_array();
	json_t *machines = json_array(), *series = json_array();
	json_t *unjudged = json_object(), *odd = json_array();
	char text[256];

	trend_conclusion(t, text, sizeof(text));
	set_text(root, "name", t->name);
	set_text(root, "conclusion", text);
	set_count(root, "open", t->open);
	set_count(root, "acknowledged", t->acknowledged);
	set_count(root, "drifting", t->drifting);
	set_count(root, "ended", t->ended);
	set_count(root, "series_judged", t->unjudged[TREND_JUDGED]);
	for (int why = TREND_JUDGED + 1; why < TREND_UNJUDGED; why++)
		set_count(unjudged, unjudged_names[why], t->unjudged[why]);
	json_object_set_new(root, "series_not_judged", unjudged);
	set_number(root, "penalty", t->options.change.penalty);
	set_number(root, "change_min", t->options.change.change_min);
	for (size_t i = 0; i < t->nmachines; i++)
		json_array_append_new(machines, machine_json(&t->machine[i]));
	json_object_set_new(root, "machines", machines);
	for (size_t i = t->from; i < t->nnights; i++)
		json_array_append_new(nights, night_json(t, &t->night[i]));
	json_object_set_new(root, "nights", nights);
	for (size_t i = 0; i < t->nodd; i++)
		json_array_append_new(odd, night_json(t, &t->odd[i]));
	json_object_set_new(root, "nights_left_out", odd);
	for (size_t i = 0; i < t->nseries; i++)
		if (o->all || trend_is_eventful(t->series[i]))
			json_array_append_new(series,
					      series_json(t, t->series[i]));
	json_object_set_new(root, "series", series);
	json_dumpf(root, out, JSON_INDENT(1));
	fputc('\n', out);
	json_decref(root);
}
