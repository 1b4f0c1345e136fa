/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A comparison as one JSON object. */
#include <jansson.h>
#include <math.h>

#include "store/trial_name.h"
#include "views/compare.h"

/*
 * Objects are packed: "o*" leaves a key out whose value is NULL, as it is of a
 * text that is not there (or not UTF-8) and of a number that is not finite,
 * which was not measured.
 */
static json_t *run_json(const struct store_run *r)
{
	return json_pack("{s:I, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*}", "id",
			 (json_int_t)r->id, "uuid", json_string(r->uuid),
			 "name", json_string(r->name), "started",
			 json_string(r->started_utc), "version",
			 json_string(r->version), "commit",
			 json_string(r->commit), "host", json_string(r->host));
}

static json_t *mark_json(enum clock_mark mark)
{
	return mark == MARK_NONE ? NULL : json_string(mark_name(mark));
}

/* Ratios are of time: above 1 is slower, also where more is better. */
static json_t *change_json(const struct compare_row *r)
{
	const struct estimate *e = &r->change.log;
	bool has = e->confidence > 0;

	return json_pack(
		"{s:o*, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*, s:o,"
		" s:b}",
		"old_clock", mark_json(r->old_mark), "new_clock",
		mark_json(r->new_mark), "reference",
		r->reference ? json_string(r->reference) : NULL, "old_ratio",
		json_real(r->old_ratio), "new_ratio", json_real(r->new_ratio),
		"cost_ratio", json_real(exp(e->value)), "cost_ratio_low",
		has ? json_real(exp(e->low)) : NULL, "cost_ratio_high",
		has ? json_real(exp(e->high)) : NULL, "confidence",
		has ? json_real(e->confidence) : NULL, "margin",
		json_real(expm1(r->change.margin)), "disturbed", r->disturbed);
}

static json_t *row_json(const struct compare_row *r)
{
	const struct store_trial *t = r->trial;
	json_t *o = json_pack(
		"{s:o*, s:o*, s:o*, s:o*, s:I, s:I, s:I, s:s, s:o*, s:o*, s:o*,"
		" s:I, s:I, s:o*, s:o*}",
		"sweep", json_string(t->sweep), "design",
		json_string(t->design), "workload", json_string(t->workload),
		"axes", json_string(t->axes), "walkers", (json_int_t)t->walkers,
		"mappers", (json_int_t)t->mappers, "dumpers",
		(json_int_t)t->dumpers, "walker_kinds",
		trial_walker_kinds_name(t), "metric", json_string(r->metric),
		"unit", json_string(r->unit), "method",
		json_string(compare_method_name(r->method)), "n_old",
		(json_int_t)r->n_old, "n_new", (json_int_t)r->n_new, "old",
		json_real(r->old_mid), "new", json_real(r->new_mid));
	json_t *rest =
		r->method == COMPARE_EXACT
			? json_pack("{s:o*}", "text", json_string(r->text))
			: change_json(r);

	json_object_update(o, rest);
	json_decref(rest);
	json_object_set_new(
		o, "verdict",
		json_string(r->moved ? "changed"
				     : ratio_verdict_name(r->change.verdict)));
	return o;
}

void compare_json(const void *compare_output, FILE *out)
{
	const struct compare_output *o = compare_output;
	const struct compare *c = o->c;
	json_t *rows = json_array(), *left = json_array(), *root;
	char text[256];

	compare_conclusion(c, text, sizeof(text));
	for (size_t i = 0; i < c->nrows; i++)
		json_array_append_new(rows, row_json(&c->row[i]));
	for (size_t i = 0; i < c->nleft_out; i++)
		json_array_append_new(left, json_string(c->left_out[i]));
	root = json_pack(
		"{s:s, s:o*, s:o*, s:o, s:o, s:o*, s:o*, s:I, s:o, s:o}",
		"verdict", ratio_verdict_name(c->verdict), "conclusion",
		json_string(text), "warning",
		*o->warning ? json_string(o->warning) : NULL, "old",
		run_json(o->a), "new", run_json(o->b), "confidence",
		json_real(c->options.confidence), "interval_confidence",
		json_real(1 - c->alpha), "exact_compared", (json_int_t)c->exact,
		"comparisons", rows, "not_compared", left);
	json_dumpf(root, out, JSON_INDENT(1));
	fputc('\n', out);
	json_decref(root);
}
