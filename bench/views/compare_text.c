/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A comparison as plain text: "new,old" pairs, as in the cover letter of
 * Linux's generic_pt series, with intervals; + is slower, as in every output.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "views/compare.h"
#include "base/err.h"
#include "base/format.h"
#include "document/page.h"
#include "outputs/report.h"

static void head(const struct compare_output *o, char which,
		 const struct store_run *run, FILE *out)
{
	page_line(out, page_width(out), 4,
		  "%s (%c): run %" PRId64 " \"%s\" of %s, vtdbench %s%s%s",
		  which == 'A' ? "old" : "new", which, run->id, run->name,
		  run->started_utc, run->version ? run->version : "unknown",
		  run->commit ? ", commit " : "",
		  run->commit ? run->commit : "");
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

static void pair(const struct compare_row *r, char *text, size_t size,
		 double new_value, double old_value)
{
	double top = fmax(new_value, old_value);
	char new_text[32], old_text[32];

	figure(new_text, sizeof(new_text), new_value, top, r->new_mark);
	figure(old_text, sizeof(old_text), old_value, top, r->old_mark);
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
	pair(r, table_cell(t, i, MED), TABLE_CELL, r->new_mid, r->old_mid);
	if (r->method == COMPARE_RATIO)
		snprintf(table_cell(t, i, RATIO), TABLE_CELL, "%.3f,%.3f",
			 r->new_ratio, r->old_ratio);
	change(&r->change.log, table_cell(t, i, CHANGE), TABLE_CELL);
	table_effect(t, i, VERDICT)->tone = report_effect(&r->change).tone;
	ratio_words(&r->change, words, sizeof(words));
	snprintf(table_cell(t, i, VERDICT), TABLE_CELL, "%s%s", words,
		 r->disturbed ? " !" : "");
}

/* The times of the trial of row @from; returns the row after them. */
static size_t table(const struct compare *c, size_t from, FILE *out)
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
	fputc('\n', out);
	page_line(out, page_width(out), 4, "%s (draws: %zu new, %zu old)%s%s",
		  title, first->n_new, first->n_old,
		  first->reference ? "" : ": ",
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
	table_print(&t, page_width(out), err_coloured(out), out);
	table_release(&t);
	return end;
}

static void tables(const struct compare *c, FILE *out)
{
	bool disturbed = false;

	for (size_t i = 0; i < c->nrows;)
		i = table(c, i, out);
	for (size_t i = 0; i < c->nrows; i++)
		disturbed |= c->row[i].disturbed &&
			     c->row[i].method != COMPARE_EXACT;
	if (disturbed)
		page_line(out, page_width(out), 4,
			  "\n! a thread lost its CPU in every draw of a "
			  "side: all of them are used");
}

static void exact(const struct compare *c, FILE *out)
{
	const struct store_trial *last = NULL;

	if (c->exact_left) {
		fputs("\nExact figures were not compared: the seeds differ.\n",
		      out);
		return;
	}
	fprintf(out, "\nExact figures: %zu compared, %zu differ.\n", c->exact,
		c->exact_differ);
	for (size_t i = 0; i < c->nrows; i++) {
		const struct compare_row *r = &c->row[i];
		char title[512];

		if (r->method != COMPARE_EXACT)
			continue;
		if (r->trial != last) {
			compare_title(r->trial, title, sizeof(title));
			page_line(out, page_width(out), 4, "%s", title);
		}
		last = r->trial;
		page_line(out, page_width(out), 4, "  %s%s", r->text,
			  r->moved			      ? ""
			  : r->change.verdict == RATIO_SLOWER ? ": worse"
							      : ": better");
	}
}

static size_t too_few(const struct compare *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->nrows; i++)
		n += c->row[i].method != COMPARE_EXACT &&
		     !(c->row[i].change.log.confidence > 0);
	return n;
}

static void legend(const struct compare *c, FILE *out)
{
	bool used[MARK_STEPS + 1] = {false};

	for (size_t i = 0; i < c->nrows; i++)
		used[c->row[i].old_mark] = used[c->row[i].new_mark] = true;
	for (int m = MARK_BLOCK; m <= MARK_STEPS; m++)
		if (used[m])
			page_line(out, page_width(out), 2, "\n%s",
				  report_mark_text[m]);
}

void compare_text(const struct compare_output *o, FILE *out)
{
	const struct compare *c = o->c;
	char text[256];

	head(o, 'A', o->a, out);
	head(o, 'B', o->b, out);
	if (*o->warning)
		page_line(out, page_width(out), 4, "Warning: %s", o->warning);
	page_line(out, page_width(out), 4,
		  "Change of time against the reference in the same draw, "
		  "Hodges-Lehmann; + is slower. Slower, faster or the same: "
		  "the whole interval lies beyond the margin, or within it. "
		  "Of the %zu ratios, no more than %.3g %% of those called "
		  "different are so by chance.",
		  c->ratios, 100 * (1 - c->options.confidence));
	tables(c, out);
	legend(c, out);
	exact(c, out);
	for (size_t i = 0; i < c->nleft_out; i++)
		page_line(out, page_width(out), 4, "%sNot compared: %s",
			  i ? "" : "\n", c->left_out[i]);
	if (too_few(c))
		page_line(
			out, page_width(out), 4,
			"\n%zu have no interval for want of draws: %zu a side "
			"are the least for %zu ratios (repetitions in the "
			"config, or several runs: 1,2).",
			too_few(c), compare_draws_min(c), c->ratios);
	compare_conclusion(c, text, sizeof(text));
	page_line(out, page_width(out), 4, "\n%s", text);
}
