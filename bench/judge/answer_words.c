/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an answer says, in words. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/format.h"
#include "base/text.h"
#include "judge/answer.h"
#include "store/trial_name.h"
#include "workloads/walker_kind.h"

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
	if (v != ANSWER_UNRESOLVED || isnan(half))
		return;
	if (isinf(half))
		text_add(text, size, ": no interval");
	else if (half > log(10))
		text_add(text, size, ": to a factor above 10");
	else
		text_add(text, size, ": +-%.*f %%", percent < 9.95, percent);
}

void answer_why_not(const struct summary_row *row, enum metric_id metric,
		    char *text, size_t size)
{
	const char *name = metrics[metric].name;

	if (row->bad) {
		snprintf(text, size, "%s: %zu of %zu trials are bad",
			 row->design, row->bad, row->stored);
		return;
	}
	for (size_t i = 0; i < row->n; i++) {
		const struct record *r = &row->trial[i]->record;

		for (size_t k = 0; k < r->nmissing; k++)
			if (!strcmp(r->missing[k].name, name)) {
				snprintf(text, size, "%s has no %s: %.80s",
					 row->design, name,
					 r->missing[k].reason);
				return;
			}
	}
	snprintf(text, size, "%s has no %s", row->design, name);
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

void answer_of(const struct answer_case *at, char *text, size_t size)
{
	snprintf(text, size, "%s", at->design);
	if (!isnan(at->half))
		text_add(text, size, " / %s",
			 at->against ? at->against : "reference");
}

static void count_words(const struct count_sum *c, char *text, size_t size)
{
	if (c->events > 0)
		snprintf(text, size, "%.0f of %.0f, %.2g %%", c->events,
			 c->tries, 100 * c->share);
	else
		snprintf(text, size, "none of %.0f, < %.2g %%", c->tries,
			 100 * c->share);
}

void answer_figures(const struct answer_case *at, char *text, size_t size)
{
	const struct metric *m = metric_row(at->metric);
	char mine[32], its[32];

	snprintf(text, size, "-");
	if (at->count.draws) {
		count_words(&at->count, text, size);
		return;
	}
	if (!m || (m->of && !at->ratio.draws))
		return;
	median(at->row, m, at->metric, mine, sizeof(mine));
	median(at->against_row, m, at->metric, its, sizeof(its));
	snprintf(text, size, "%s / %s%s%s", mine, its,
		 strcmp(m->unit, "1") ? " " : "",
		 strcmp(m->unit, "1") ? m->unit : "");
}

/* As run/describe.c writes it. */
static bool dump_scans(const struct store_trial *t)
{
	return t->params && strstr(t->params, "\"dump\":\"dirty\"");
}

const char *answer_walker(const struct summary_cell *cell)
{
	const struct store_trial *t = cell->sample;
	unsigned kinds = trial_walker_kinds(t);
	bool walkers = t->walkers, dump = t->dumpers, scans = dump_scans(t);
	bool devices = kinds & 1U << WALKER_DEVICE;
	bool foreign = kinds & 1U << WALKER_FOREIGN;

#define DUMP(before, after) \
	(scans ? before "a dirty scan" after : before "a dump" after)
	if (!kinds)
		return "nobody: mappers alone, each in ranges of its own";
	if (kinds == 1U << WALKER_DEVICE)
		return "devices, which take no lock and are drained (device)";
	if (devices)
		return !foreign ? "devices, which are drained (device), and "
				  "CPU threads in what nobody changes (own)"
		       : kinds & 1U << WALKER_OWN
			       ? DUMP("devices, which are drained (device), "
				      "CPU threads in what nobody changes "
				      "(own), and ",
				      ", which owns nothing (foreign)")
			       : "devices, which are drained (device), and CPU "
				 "threads that own nothing (foreign)";
	if (!foreign)
		return !dump	 ? "CPU threads, what nobody changes (own)"
		       : walkers ? DUMP("CPU threads and ",
					", what nobody changes (own)")
				 : DUMP("", ", what nobody changes (own)");
	if (!walkers)
		return DUMP("",
			    ", which owns nothing of what it walks (foreign)");
	if (kinds & 1U << WALKER_OWN)
		return DUMP("CPU threads, what nobody changes (own), and ",
			    ", which owns nothing (foreign)");
	return dump ? DUMP("CPU threads and ",
			   ", which own nothing of what they walk (foreign)")
		    : "CPU threads, which own nothing of what they walk "
		      "(foreign)";
#undef DUMP
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
	if (!claim_counts(c))
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
