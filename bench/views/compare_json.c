/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A comparison as one JSON object. */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "views/compare.h"

static void set_text(json_t *o, const char *key, const char *text)
{
	if (text)
		json_object_set_new(o, key, json_string(text));
}

/* What is not finite cannot be written, and was not measured. */
static void set_number(json_t *o, const char *key, double value)
{
	if (isfinite(value))
		json_object_set_new(o, key, json_real(value));
}

static json_t *run_json(const struct store_run *r)
{
	json_t *o = json_object();

	json_object_set_new(o, "id", json_integer(r->id));
	set_text(o, "uuid", r->uuid);
	set_text(o, "name", r->name);
	set_text(o, "started", r->started_utc);
	set_text(o, "version", r->version);
	set_text(o, "commit", r->commit);
	set_text(o, "host", r->host);
	return o;
}

static void add_effect(json_t *o, const struct compare_row *r)
{
	const struct estimate *e = &r->effect.log;

	if (r->old_mark != MARK_NONE)
		set_text(o, "old_clock", mark_name(r->old_mark));
	if (r->new_mark != MARK_NONE)
		set_text(o, "new_clock", mark_name(r->new_mark));
	set_number(o, "old_min", r->old_best);
	set_number(o, "new_min", r->new_best);
	/* Of the cost: above 1 is worse, also where more is better. */
	set_number(o, "cost_ratio", exp(e->value));
	set_number(o, "cost_ratio_low", exp(e->low));
	set_number(o, "cost_ratio_high", exp(e->high));
	set_number(o, "confidence", e->confidence);
	set_number(o, "p_slower", r->effect.p_slower);
	set_number(o, "p_faster", r->effect.p_faster);
	json_object_set_new(o, "disturbed", json_boolean(r->disturbed));
}

static json_t *row_json(const struct compare_row *r)
{
	const struct store_trial *t = r->trial;
	json_t *o = json_object();

	set_text(o, "sweep", t->sweep);
	set_text(o, "design", t->design);
	set_text(o, "workload", t->workload);
	set_text(o, "axes", t->axes);
	json_object_set_new(o, "walkers", json_integer(t->walkers));
	json_object_set_new(o, "mappers", json_integer(t->mappers));
	json_object_set_new(o, "dumpers", json_integer(t->dumpers));
	set_text(o, "metric", r->metric);
	set_text(o, "unit", r->unit);
	set_text(o, "method", compare_method_name(r->method));
	json_object_set_new(o, "n_old", json_integer((json_int_t)r->n_old));
	json_object_set_new(o, "n_new", json_integer((json_int_t)r->n_new));
	set_number(o, "old", r->old_mid);
	set_number(o, "new", r->new_mid);
	if (r->method == COMPARE_EXACT)
		set_text(o, "text", r->text);
	else
		add_effect(o, r);
	set_text(o, "verdict", r->moved ? "changed" : verdict_name(r->verdict));
	return o;
}

void compare_json(const struct compare_output *o, FILE *out)
{
	const struct compare *c = o->c;
	json_t *root = json_object(), *rows = json_array();
	json_t *left = json_array();
	char text[256];

	compare_conclusion(c, text, sizeof(text));
	set_text(root, "verdict", verdict_name(c->verdict));
	set_text(root, "conclusion", text);
	if (*o->warning)
		set_text(root, "warning", o->warning);
	json_object_set_new(root, "old", run_json(o->a));
	json_object_set_new(root, "new", run_json(o->b));
	set_number(root, "threshold", c->options.threshold);
	set_number(root, "bound_confidence", 1 - c->options.alpha);
	json_object_set_new(root, "exact_compared",
			    json_integer((json_int_t)c->exact));
	for (size_t i = 0; i < c->nrows; i++)
		json_array_append_new(rows, row_json(&c->row[i]));
	json_object_set_new(root, "comparisons", rows);
	for (size_t i = 0; i < c->nleft_out; i++)
		json_array_append_new(left, json_string(c->left_out[i]));
	json_object_set_new(root, "not_compared", left);
	json_dumpf(root, out, JSON_INDENT(1));
	fputc('\n', out);
	json_decref(root);
}
