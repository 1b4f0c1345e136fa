/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An answer as one JSON object. */
#include <math.h>

#include <jansson.h>

#include "store/trial_name.h"
#include "views/answer.h"

/* As in trend_json.c: "o*" leaves a key out whose value is NULL. */
static json_t *percent(double log)
{
	return json_real(100 * expm1(log));
}

static json_t *bounded(double log)
{
	return isfinite(log) ? json_real(exp(log)) : NULL;
}

static json_t *figure(const struct summary_row *row, enum metric_id metric)
{
	return row ? json_real(summary_median(row, metric)) : NULL;
}

static json_t *cell_json(const struct summary_cell *cell)
{
	const struct store_trial *t = cell ? cell->sample : NULL;

	return t ? json_pack("{s:o*, s:o*, s:o*, s:I, s:I, s:I, s:s, s:s}",
			     "sweep", json_string(t->sweep), "workload",
			     json_string(t->workload), "axes",
			     json_string(t->axes), "walkers",
			     (json_int_t)t->walkers, "mappers",
			     (json_int_t)t->mappers, "dumpers",
			     (json_int_t)t->dumpers, "walked_by",
			     answer_walker(cell), "walker_kinds",
			     trial_walker_kinds_name(t))
		 : NULL;
}

/* Of a claim about a count. */
static json_t *counted(const struct answer_case *at, double x)
{
	return at->count.draws ? json_real(x) : NULL;
}

static json_t *case_json(const struct answer_case *at)
{
	const struct estimate *log = &at->ratio.log;
	bool any = at->ratio.draws, sure = log->confidence >= RATIO_CONFIDENCE;
	const struct metric *m = metric_row(at->metric);

	return json_pack(
		"{s:o*, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*,"
		" s:o*, s:o*, s:o*, s:o*, s:I, s:b, s:s, s:o*, s:o*, s:o*,"
		" s:o*, s:o*}",
		"metric", json_string(at->metric_name), "unit",
		m ? json_string(m->unit) : NULL, "design",
		json_string(at->design), "against",
		at->against ? json_string(at->against) : NULL, "cell",
		cell_json(at->cell), "against_cell",
		at->against_cell != at->cell ? cell_json(at->against_cell)
					     : NULL,
		"value", figure(at->row, at->metric), "against_value",
		figure(at->against_row, at->metric), "ratio",
		any ? bounded(log->value) : NULL, "low",
		any && sure ? bounded(log->low) : NULL, "high",
		any && sure ? bounded(log->high) : NULL, "confidence",
		any && sure ? json_real(log->confidence) : NULL, "claimed_low",
		at->cell && !isnan(at->half) ? bounded(at->low) : NULL,
		"claimed_high",
		at->cell && !isnan(at->half) ? bounded(at->high) : NULL,
		"draws", (json_int_t)(at->ratio.draws + at->count.draws),
		"paired", at->cell == at->against_cell, "verdict",
		answer_verdict_name(at->verdict), "resolved_to_percent",
		any && sure ? percent(at->half) : NULL, "reason",
		*at->why ? json_string(at->why) : NULL, "events",
		counted(at, at->count.events), "tries",
		counted(at, at->count.tries), "share_below",
		at->count.events > 0 ? NULL : counted(at, at->count.share));
}

static json_t *claim_json(const struct answer_claim *c)
{
	json_t *cases = json_array();
	char rule[1024];

	answer_rule(c->claim, rule, sizeof(rule));
	for (size_t i = 0; i < c->n; i++)
		json_array_append_new(cases, case_json(&c->at[i]));
	return json_pack(
		"{s:o*, s:o*, s:o*, s:o*, s:o*, s:s, s:o*, s:o}", "who",
		json_string(c->claim->who), "when", json_string(c->claim->when),
		"says", json_string(c->claim->says), "source",
		json_string(c->claim->source), "rule", json_string(rule),
		"verdict", answer_verdict_name(c->verdict),
		"not_resolved_percent",
		c->verdict == ANSWER_UNRESOLVED ? percent(c->half) : NULL,
		"cases", cases);
}

static json_t *text(const char *t)
{
	return t ? json_string(t) : NULL;
}

static json_t *run_json(const struct answer *a)
{
	const struct store_run *r = &a->run;

	return json_pack(
		"{s:I, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*, s:I}",
		"id", (json_int_t)r->id, "uuid", text(r->uuid), "started",
		text(r->started_utc), "status", text(r->status), "version",
		text(r->version), "commit", text(r->commit), "kernel",
		text(r->kernel), "machine",
		json_loads(r->machine ? r->machine : "", 0, NULL), "noise",
		json_loads(r->noise ? r->noise : "", 0, NULL), "seed",
		(json_int_t)r->seed);
}

static json_t *classes(const struct margins *m)
{
	return json_pack("{s:o*, s:o*, s:o*}", "walk",
			 percent(m->of[RATIO_WALK]), "update",
			 percent(m->of[RATIO_UPDATE]), "contended",
			 percent(m->of[RATIO_CONTENDED]));
}

void answer_json(const struct answer *a, FILE *out)
{
	json_t *claims = json_array(), *root;

	for (size_t i = 0; i < a->n; i++)
		json_array_append_new(claims, claim_json(&a->claim[i]));
	root = json_pack("{s:o*, s:o*, s:o, s:o, s:o, s:o}", "question",
			 text(a->run.name), "title", text(a->run.title), "run",
			 run_json(a), "margins_percent", classes(&a->margins),
			 "twin_shown_percent", classes(&a->shown), "claims",
			 claims);
	json_dumpf(root, out, JSON_INDENT(1));
	fputc('\n', out);
	json_decref(root);
}
