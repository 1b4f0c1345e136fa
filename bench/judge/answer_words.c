/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an answer says, in words. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/format.h"
#include "base/text.h"
#include "judge/answer.h"
#include "workloads/registry.h"

const char *answer_verdict_name(enum answer_verdict v)
{
	static const char *const names[ANSWER_VERDICTS] = {
		[ANSWER_SUPPORTED] = "supported",
		[ANSWER_NOT_MEASURED] = "not measured",
		[ANSWER_UNRESOLVED] = "not resolved here",
		[ANSWER_CONTRADICTED] = "contradicted",
	};

	return names[v];
}

void answer_words(enum answer_verdict v, double half, char *text, size_t size)
{
	double percent = 100 * expm1(half);

	snprintf(text, size, "%s", answer_verdict_name(v));
	if (v != ANSWER_UNRESOLVED)
		return;
	if (isinf(half))
		text_add(text, size, ": no interval");
	else if (half > log(10))
		text_add(text, size, ": to a factor above 10");
	else
		text_add(text, size, ": +-%.*f %%", percent < 9.95, percent);
}

static void median(const struct summary_row *row, const struct metric *m,
		   enum metric_id id, char *text, size_t size)
{
	double x = row ? summary_median(row, id) : (double)NAN;

	if (isnan(x))
		snprintf(text, size, "-");
	else if (!strcmp(m->unit, "B"))
		format_bytes(x, text, size);
	else if (!strcmp(m->unit, "ns"))
		format_ns(x, text, size);
	else
		format_si(x, text, size);
}

void answer_figures(const struct answer_case *at, char *text, size_t size)
{
	const struct metric *m = metric_row(at->metric);
	char mine[32], its[32];

	snprintf(text, size, "-");
	if (!m)
		return;
	median(at->row, m, at->metric, mine, sizeof(mine));
	median(at->against_row, m, at->metric, its, sizeof(its));
	snprintf(text, size, "%s / %s%s%s", mine, its,
		 strcmp(m->unit, "1") ? " " : "",
		 strcmp(m->unit, "1") ? m->unit : "");
}

const char *answer_walker(const struct summary_cell *cell)
{
	const struct store_trial *t = cell->sample;
	const struct workload *w = workload_find(t->workload);
	bool walkers = t->walkers, dump = t->dumpers;
	bool foreign = t->mappers && w && w->flags & WORKLOAD_FOREIGN;

	if (!walkers && !dump)
		return "nobody: mappers alone, each in ranges of its own";
	if (!t->mappers)
		return !dump	 ? "CPU threads, what nobody changes"
		       : walkers ? "CPU threads and a dump, what nobody changes"
				 : "a dump, what nobody changes";
	if (!walkers)
		return "a dump, which owns nothing of what it walks (foreign)";
	if (!foreign)
		return dump ? "CPU threads, what nobody changes, and a dump, "
			      "which owns nothing (foreign)"
			    : "CPU threads, what nobody changes";
	return dump ? "CPU threads and a dump, which own nothing of what they "
		      "walk (foreign)"
		    : "CPU threads, which own nothing of what they walk "
		      "(foreign)";
}

static void list(const struct claim_texts *t, char *text, size_t size)
{
	for (size_t i = 0; i < t->n; i++)
		text_add(text, size, "%s%s", i ? ", " : "", t->text[i]);
}

static void cells(const char *before, const struct claim_cells *c, char *text,
		  size_t size)
{
	for (size_t i = 0; i < c->n; i++) {
		text_add(text, size, "%s%s=", i ? " " : before,
			 c->axis[i].row->key);
		for (size_t k = 0; k < c->axis[i].n; k++)
			text_add(text, size, "%s%s", k ? "," : "",
				 c->axis[i].values[k].text);
	}
}

void answer_rule(const struct claim *c, char *text, size_t size)
{
	text[0] = '\0';
	list(&c->metric, text, size);
	text_add(text, size, " of ");
	list(&c->design, text, size);
	text_add(text, size, " / %s",
		 c->against ? c->against : "the reference");
	cells(" where ", &c->against_where, text, size);
	text_add(text, size, ": %s", c->rule);
	if (c->sweep.n)
		text_add(text, size, "; sweep ");
	list(&c->sweep, text, size);
	cells("; where ", &c->where, text, size);
}

void answer_counts(const struct answer *a, char *text, size_t size)
{
	static const enum answer_verdict order[] = {ANSWER_SUPPORTED,
						    ANSWER_CONTRADICTED,
						    ANSWER_UNRESOLVED,
						    ANSWER_NOT_MEASURED};

	text[0] = '\0';
	for (size_t k = 0; k < ANSWER_VERDICTS; k++) {
		size_t n = 0;

		for (size_t i = 0; i < a->n; i++)
			n += a->claim[i].verdict == order[k];
		if (n)
			text_join(text, size, ", ", "%zu %s", n,
				  answer_verdict_name(order[k]));
	}
}
