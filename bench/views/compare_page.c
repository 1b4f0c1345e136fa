/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A comparison as a document: "new,old" pairs, as in the cover letter of
 * Linux's generic_pt series, with intervals; + is slower, as in every output.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "views/compare.h"
#include "base/format.h"
#include "base/must.h"
#include "outputs/report.h"

static void side(char which, const struct store_run *run, struct document *d)
{
	doc_text(d, 0, 4,
		 "%s (%c): run %" PRId64 " \"%s\" of %s, vtdbench %s%s%s",
		 which == 'A' ? "old" : "new", which, run->id, run->name,
		 run->started_utc, run->version ? run->version : "unknown",
		 run->commit ? ", commit " : "",
		 run->commit ? run->commit : "");
}

static void head(const void *compare_output, struct document *d)
{
	const struct compare_output *o = compare_output;
	enum ratio_verdict v = o->c->verdict;
	char text[256];

	snprintf(text, sizeof(text),
		 "What changed from run %" PRId64 " to run %" PRId64 "?",
		 o->a->id, o->b->id);
	doc_title(d, text);
	compare_conclusion(o->c, text, sizeof(text));
	doc_verdict(d,
		    v == RATIO_SLOWER	    ? DOC_BAD
		    : v == RATIO_UNRESOLVED ? DOC_OPEN
					    : DOC_GOOD,
		    text);
	side('A', o->a, d);
	side('B', o->b, d);
	if (*o->warning)
		doc_text(d, 0, 4, "Warning: %s", o->warning)->tone = DOC_BAD;
}

/* "~12.00", "8.50b"; @top decides on the digits of both of a pair. */
static void figure(char *text, size_t size, double value, double top,
		   enum clock_mark mark)
{
	char plain[24];

	if (top >= 1e5)
		format_si(value, plain, sizeof(plain));
	else
		snprintf(plain, sizeof(plain), "%.*f", top < 100 ? 2 : 0,
			 value);
	snprintf(text, size, "%s%s%s", report_mark_before[mark], plain,
		 report_mark_behind[mark]);
}

static void pair(const struct compare_row *r, char *text, size_t size)
{
	double top = fmax(r->new_mid, r->old_mid);
	char new_text[32], old_text[32];

	figure(new_text, sizeof(new_text), r->new_mid, top, r->new_mark);
	figure(old_text, sizeof(old_text), r->old_mid, top, r->old_mark);
	snprintf(text, size, "%s,%s", new_text, old_text);
}

/* "+3.20 [-1.00, +7.50]"; whole where a fraction says nothing. */
static void change(const struct estimate *e, char *text, size_t size)
{
	const double log[] = {e->value, e->low, e->high};
	char part[3][24];

	for (int i = 0; i < 3; i++) {
		double percent = compare_slower_percent(log[i]);

		snprintf(part[i], sizeof(part[i]),
			 fabs(percent) < 999.5 ? "%+.2f" : "%+.0f", percent);
	}
	if (e->confidence > 0)
		snprintf(text, size, "%s [%s, %s]", part[0], part[1], part[2]);
	else
		snprintf(text, size, "%s", isnan(e->value) ? "-" : part[0]);
}

enum { METRIC, MED, RATIO, CHANGE, VERDICT, COLUMNS };

static void row(const struct compare_row *r, struct table *t, unsigned i)
{
	char words[48];

	snprintf(table_cell(t, i, METRIC), TABLE_CELL, "%s", r->metric);
	pair(r, table_cell(t, i, MED), TABLE_CELL);
	if (r->method == COMPARE_RATIO)
		snprintf(table_cell(t, i, RATIO), TABLE_CELL, "%.3f,%.3f",
			 r->new_ratio, r->old_ratio);
	change(&r->change.log, table_cell(t, i, CHANGE), TABLE_CELL);
	if (isfinite(r->change.log.value))
		*table_effect(t, i, CHANGE) = report_effect(&r->change);
	ratio_words(&r->change, words, sizeof(words));
	snprintf(table_cell(t, i, VERDICT), TABLE_CELL, "%s%s", words,
		 r->disturbed ? " !" : "");
	table_tone(t, i, VERDICT, report_tone(r->change.verdict));
}

/* The times of the trial of row @from; returns the row after them. */
static size_t table(const struct compare *c, size_t from, struct document *d)
{
	const struct compare_row *first = &c->row[from];
	char title[512], interval[24], group[80] = "";
	struct table_column column[COLUMNS] = {
		[METRIC] = {"", "metric", 0, true},
		[MED] = {"med", "new,old", 1, false},
		[RATIO] = {group, "", 2, false},
		[CHANGE] = {"% slower", interval, 0, false},
		[VERDICT] = {"", "verdict", 0, true}};
	struct table t;
	unsigned n = 0;
	size_t end = from;

	for (; end < c->nrows && c->row[end].trial == first->trial; end++) {
		if (c->row[end].method == COMPARE_EXACT)
			continue;
		if (!n++)
			first = &c->row[end];
	}
	if (!n)
		return end;
	compare_title(first->trial, title, sizeof(title));
	doc_heading(d, 3, "%s (draws: %zu new, %zu old)%s%s", title,
		    first->n_new, first->n_old, first->reference ? "" : ": ",
		    first->reference ? "" : compare_time_note);
	snprintf(interval, sizeof(interval), "[%.4g %%]",
		 compare_interval_percent(c));
	if (first->reference) {
		snprintf(group, sizeof(group), "x %s", first->reference);
		column[RATIO].name = "new,old";
	}
	table_init(&t, column, COLUMNS, n);
	for (size_t i = from, k = 0; i < end; i++)
		if (c->row[i].method != COMPARE_EXACT)
			row(&c->row[i], &t, (unsigned)k++);
	doc_table(d, &t);
	return end;
}

/* What the marks in the tables mean. */
static void legend(const struct compare *c, struct document *d)
{
	bool used[MARK_STEPS + 1] = {false}, disturbed = false;

	for (size_t i = 0; i < c->nrows; i++) {
		used[c->row[i].old_mark] = used[c->row[i].new_mark] = true;
		disturbed |= c->row[i].disturbed &&
			     c->row[i].method != COMPARE_EXACT;
	}
	if (disturbed || used[MARK_BLOCK] || used[MARK_STEPS])
		doc_gap(d);
	if (disturbed)
		report_text(d, "! a thread lost its CPU in every draw of a "
			       "side: all of them are used");
	for (int m = MARK_BLOCK; m <= MARK_STEPS; m++)
		if (used[m])
			report_text(d, report_mark_text[m]);
}

static size_t too_few(const struct compare *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->nrows; i++)
		n += c->row[i].method != COMPARE_EXACT &&
		     !(c->row[i].change.log.confidence > 0);
	return n;
}

static void times(const struct compare *c, struct document *d)
{
	size_t few = too_few(c);

	doc_heading(d, 2, "Times");
	doc_text(d, 0, 4,
		 "Change of time against the reference in the same draw, "
		 "Hodges-Lehmann; + is slower. Slower, faster or the same: "
		 "the whole interval lies beyond the margin, or within it. "
		 "Of the %zu ratios, no more than %.3g %% of those called "
		 "different are so by chance.",
		 c->ratios, 100 * (1 - c->options.confidence));
	for (size_t i = 0; i < c->nrows;)
		i = table(c, i, d);
	legend(c, d);
	if (!few)
		return;
	doc_gap(d);
	doc_text(d, 0, 4,
		 "%zu have no interval for want of draws: %zu a side are the "
		 "least for %zu ratios (repetitions in the config, or several "
		 "runs: 1,2).",
		 few, compare_draws_min(c), c->ratios);
}

static void exact(const struct compare *c, struct document *d)
{
	struct doc_block *b = doc_heading(d, 2, "Exact figures");
	const struct store_trial *last = NULL;
	char text[96];

	b->tone = c->exact_differ || c->exact_left ? DOC_OPEN : DOC_GOOD;
	snprintf(text, sizeof(text), "%zu compared, %zu differ.", c->exact,
		 c->exact_differ);
	b->mark = must_copy(c->exact_left ? "not compared: the seeds differ."
					  : text);
	for (size_t i = 0; i < c->nrows && !c->exact_left; i++) {
		const struct compare_row *r = &c->row[i];
		char title[512];

		if (r->method != COMPARE_EXACT)
			continue;
		if (r->trial != last) {
			compare_title(r->trial, title, sizeof(title));
			report_text(d, title);
		}
		last = r->trial;
		doc_text(d, 2, 4, "%s%s", r->text,
			 r->moved			     ? ""
			 : r->change.verdict == RATIO_SLOWER ? ": worse"
							     : ": better")
			->tone = r->moved ? DOC_PLAIN
					  : report_tone(r->change.verdict);
	}
}

static void left_out(const struct compare *c, struct document *d)
{
	if (c->nleft_out)
		doc_gap(d);
	for (size_t i = 0; i < c->nleft_out; i++)
		doc_text(d, 0, 4, "Not compared: %s", c->left_out[i]);
}

static void body(const void *compare_output, bool page, struct document *d)
{
	const struct compare_output *o = compare_output;

	times(o->c, d);
	exact(o->c, d);
	left_out(o->c, d);
}

static void origin(const void *compare_output, struct document *d)
{
	const struct compare_output *o = compare_output;

	report_origin("Old run", o->a, d);
	report_machine(o->a, d);
	report_origin("New run", o->b, d);
	report_machine(o->b, d);
	forms_again(o->again, d);
}

const struct forms compare_forms = {.name = "compare",
				    .head = head,
				    .body = body,
				    .origin = origin,
				    .json = compare_json,
				    .picture = "forest",
				    .shows = "Effects",
				    .table = compare_forest};
