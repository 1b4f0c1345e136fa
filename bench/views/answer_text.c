/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An answer for people: each claim, what was measured, and the verdict. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/printable.h"
#include "base/text.h"
#include "outputs/report.h"
#include "store/trial_name.h"
#include "views/answer.h"

static struct doc_block *say(struct document *d, unsigned indent,
			     const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A paragraph below @indent; what a config says is written as it can be. */
static struct doc_block *say(struct document *d, unsigned indent,
			     const char *fmt, ...)
{
	struct doc_block *b;
	char *text, *shown;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		must_fail();
	va_end(ap);
	shown = must(printable_dup(text));
	b = doc_text(d, indent, indent + 2, "%s", shown);
	free(shown);
	free(text);
	return b;
}

static void ratio_text(const struct answer_case *at, char *text, size_t size)
{
	const struct estimate *log = &at->ratio.log;
	char value[16], low[16], high[16];

	snprintf(text, size, "-");
	if (!at->ratio.draws)
		return;
	ratio_number(log->value, 3, value, sizeof(value));
	snprintf(text, size, "%s", value);
	if (log->confidence < RATIO_CONFIDENCE)
		return;
	ratio_number(log->low, 3, low, sizeof(low));
	ratio_number(log->high, 3, high, sizeof(high));
	text_add(text, size, " [%s, %s]", low, high);
}

static struct table_effect effect(const struct answer_case *at)
{
	const struct estimate *log = &at->ratio.log;

	return (struct table_effect){.drawn = true,
				     .interval = log->confidence >=
						 RATIO_CONFIDENCE,
				     .told = at->verdict == ANSWER_SUPPORTED ||
					     at->verdict == ANSWER_CONTRADICTED,
				     .value = log->value,
				     .low = log->low,
				     .high = log->high,
				     .from = at->low,
				     .to = at->high};
}

static const enum doc_tone tone[ANSWER_VERDICTS] = {
	[ANSWER_SUPPORTED] = DOC_GOOD,
	[ANSWER_CONTRADICTED] = DOC_BAD,
	[ANSWER_UNRESOLVED] = DOC_OPEN,
	[ANSWER_NOT_MEASURED] = DOC_OPEN};

enum { FIGURE, DESIGN, RATIO, MEASURED, DRAWS, VERDICT, COLUMNS };

static void fill(const struct answer_case *at, struct table *table,
		 unsigned row)
{
	snprintf(table_cell(table, row, FIGURE), TABLE_CELL, "%s",
		 at->metric_name);
	answer_of(at, table_cell(table, row, DESIGN), TABLE_CELL);
	ratio_text(at, table_cell(table, row, RATIO), TABLE_CELL);
	if (at->ratio.draws)
		*table_effect(table, row, RATIO) = effect(at);
	answer_figures(at, table_cell(table, row, MEASURED), TABLE_CELL);
	snprintf(table_cell(table, row, DRAWS), TABLE_CELL, "%zu",
		 at->ratio.draws + at->count.draws);
	/* The interval beside it says how far it could not be told. */
	snprintf(table_cell(table, row, VERDICT), TABLE_CELL, "%s",
		 answer_verdict_name(at->verdict));
	table_tone(table, row, VERDICT, tone[at->verdict]);
}

/* Where the cases from @from on are of one cell: how many. */
static size_t of_one_cell(const struct answer_claim *c, size_t from)
{
	size_t n = 1;

	while (from + n < c->n && c->at[from + n].cell == c->at[from].cell &&
	       c->at[from + n].against_cell == c->at[from].against_cell)
		n++;
	return n;
}

static void cell(const struct answer_case *at, struct document *d)
{
	char name[TRIAL_NAME];

	trial_cell(at->cell->sample, name, sizeof(name));
	say(d, 2, "In %s", name);
	if (at->against_cell && at->against_cell != at->cell) {
		trial_cell(at->against_cell->sample, name, sizeof(name));
		say(d, 4, "against %s: cells apart, so draws are not paired",
		    name);
	}
	say(d, 4, "walked by %s%s", answer_walker(at->cell),
	    trial_devices(at->cell->sample) ? "" : "; no hardware walker");
}

/* Not resolved by an interval that is wider than the one that is written. */
static bool is_widened(const struct answer_case *at)
{
	const struct estimate *log = &at->ratio.log;

	return at->verdict == ANSWER_UNRESOLVED && isfinite(at->half) &&
	       2 * at->half > log->high - log->low + 1e-9;
}

static bool said_before(const struct answer_case *at, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!strcmp(at[k].why, at[i].why))
			return true;
	return false;
}

static void cases(const struct answer_claim *c, size_t from, size_t n,
		  struct document *d)
{
	static const struct table_column column[COLUMNS] = {
		{.group = "", .name = "figure", .left = true},
		{.group = "", .name = "of", .left = true},
		{.group = "", .name = "time ratio"},
		{.group = "", .name = "measured", .leave = 1},
		{.group = "", .name = "draws", .leave = 2},
		{.group = "", .name = "verdict", .left = true}};
	bool widened = false;
	struct table table;

	if (c->at[from].cell)
		cell(&c->at[from], d);
	table_init(&table, column, COLUMNS, (unsigned)n);
	for (size_t i = 0; i < n; i++) {
		fill(&c->at[from + i], &table, (unsigned)i);
		widened |= is_widened(&c->at[from + i]);
	}
	doc_table(d, &table);
	if (widened)
		say(d, 4,
		    "%s: no interval is taken for narrower than the twin's in "
		    "earlier runs",
		    answer_verdict_name(ANSWER_UNRESOLVED));
	for (size_t i = 0; i < n; i++)
		if (*c->at[from + i].why && !said_before(&c->at[from], i))
			say(d, 4, "%s: %s",
			    answer_verdict_name(c->at[from + i].verdict),
			    c->at[from + i].why);
}

static void claim(const struct answer *a, size_t i, struct document *d)
{
	const struct answer_claim *c = &a->claim[i];
	char words[64], rule[1024];
	struct doc_block *b;

	answer_words(c->verdict, c->half, words, sizeof(words));
	answer_rule(c->claim, rule, sizeof(rule));
	b = doc_heading(d, 3, "Claim %zu of %zu", i + 1, a->n);
	b->mark = must_copy(words);
	b->tone = tone[c->verdict];
	say(d, 2, "\"%s\"", c->claim->says)->kind = DOC_QUOTE;
	say(d, 2, "%s, %s; %s", c->claim->who, c->claim->when,
	    c->claim->source);
	say(d, 2, "Rule: %s", rule);
	for (size_t from = 0, n; from < c->n; from += n) {
		n = of_one_cell(c, from);
		cases(c, from, n, d);
	}
}

void answer_items(const struct answer *a, struct document *d)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct answer_claim *c = &a->claim[i];
		char words[64];

		answer_words(c->verdict, c->half, words, sizeof(words));
		doc_item(d, words, tone[c->verdict], "\"%s\" (%s, %s)",
			 c->claim->says, c->claim->who, c->claim->when);
	}
}

static double lowest_confidence(const struct answer *a)
{
	double least = 1;

	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < a->claim[i].n; k++) {
			const struct ratio *r = &a->claim[i].at[k].ratio;

			if (r->log.confidence >= RATIO_CONFIDENCE)
				least = fmin(least, r->log.confidence);
		}
	return least;
}

/* How many claims are. */
static size_t about_counts(const struct answer *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++)
		n += claim_counts(a->claim[i].claim);
	return n;
}

static void conditions(const struct answer *a, struct document *d)
{
	const double *shown = a->shown.of;
	double confidence = lowest_confidence(a);
	char line[640] = "";

	if (confidence < 1)
		text_add(line, sizeof(line),
			 "Intervals cover %.1f %% or more, each by itself. ",
			 floor(1000 * confidence) / 10);
	if (about_counts(a))
		text_add(line, sizeof(line),
			 "A count is of all draws; of none, the share is given "
			 "that it is below with 95 %% confidence. ");
	if (about_counts(a) == a->n) {
		report_text(d, line);
		return;
	}
	text_add(line, sizeof(line),
		 "A ratio is of time, by draw. Supported: all of its interval "
		 "is as claimed; contradicted: none of it; a claim is what the "
		 "worst of its lines is. ");
	if (shown[RATIO_WALK] + shown[RATIO_UPDATE] + shown[RATIO_CONTENDED] >
	    0)
		text_add(line, sizeof(line),
			 "Nothing is told closer than the twin came out in "
			 "earlier runs here: +-%.1f %% (walks), %.1f %% "
			 "(updates), %.1f %% (several threads). ",
			 100 * expm1(shown[RATIO_WALK]),
			 100 * expm1(shown[RATIO_UPDATE]),
			 100 * expm1(shown[RATIO_CONTENDED]));
	text_add(line, sizeof(line),
		 "It holds for this machine, these sizes, and page tables "
		 "alone: docs/questions.md.");
	report_text(d, line);
}

void answer_claims(const struct answer *a, struct document *d)
{
	for (size_t i = 0; i < a->n; i++)
		claim(a, i, d);
	if (!a->n)
		return;
	doc_gap(d);
	conditions(a, d);
}

static void written(const struct answer *a,
		    void (*write)(const struct document *d, FILE *out),
		    FILE *out)
{
	struct document d = {0};

	report_head(&a->run, &a->shards, &a->trials, &d);
	answer_claims(a, &d);
	write(&d, out);
	doc_release(&d);
}

void answer_text(const struct answer *a, FILE *out)
{
	written(a, document_text, out);
}

void answer_markdown(const struct answer *a, FILE *out)
{
	written(a, document_markdown, out);
}

/* A line a claim, and where the rest is. */
static void brief(const struct answer *a, const char *path, struct document *d)
{
	char words[64];

	for (size_t i = 0; i < a->n; i++) {
		const struct answer_claim *c = &a->claim[i];

		answer_words(c->verdict, c->half, words, sizeof(words));
		say(d, 0, "%s: \"%s\" (%s, %s)", words, c->claim->says,
		    c->claim->who, c->claim->when);
	}
	if (a->n)
		say(d, 0, "Why: %s answer %s %" PRId64 " --results %s",
		    program_invocation_name, a->run.name, a->run.id, path);
}

int answer_below(struct store *s, int64_t run, bool in_brief, FILE *out,
		 struct err *e)
{
	struct document d = {0};
	struct answer a;
	int rc = answer_load(&a, s, run, e);

	if (!rc && in_brief)
		brief(&a, store_path(s), &d);
	else if (!rc)
		answer_claims(&a, &d);
	document_text(&d, out);
	doc_release(&d);
	answer_release(&a);
	return rc;
}
