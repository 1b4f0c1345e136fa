/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A comparison as plain text: "new,old" pairs, as in the cover letter of
 * Linux's generic_pt series, with intervals; + is slower, as in every output.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "views/compare.h"
#include "base/format.h"
#include "outputs/page.h"
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

/* "+3.20"; whole where a fraction says nothing. */
static const char *percent(char text[24], double value)
{
	snprintf(text, 24, fabs(value) < 999.5 ? "%+.2f" : "%+.0f", value);
	return text;
}

enum { METRIC, MED, MIN, MIN_PERCENT, CHANGE, VERDICT, COLUMNS };

static void row(const struct compare_row *r, struct table *t, unsigned i)
{
	const struct estimate *e = &r->effect.log;
	double ratio = r->new_best / r->old_best;
	char value[24], low[24], high[24];

	snprintf(table_cell(t, i, METRIC), TABLE_CELL, "%s", r->metric);
	pair(r, table_cell(t, i, MED), TABLE_CELL, r->new_mid, r->old_mid);
	pair(r, table_cell(t, i, MIN), TABLE_CELL, r->new_best, r->old_best);
	snprintf(table_cell(t, i, MIN_PERCENT), TABLE_CELL, "%+.2f",
		 100 * (r->better == BETTER_HIGHER ? 1 - ratio : ratio - 1));
	snprintf(table_cell(t, i, CHANGE), TABLE_CELL, "%s [%s, %s]",
		 percent(value, compare_slower_percent(e->value)),
		 percent(low, compare_slower_percent(e->low)),
		 percent(high, compare_slower_percent(e->high)));
	snprintf(table_cell(t, i, VERDICT), TABLE_CELL, "%s%s",
		 verdict_name(r->verdict), r->disturbed ? " !" : "");
}

static void title_line(const struct compare_row *r, const char *title,
		       FILE *out)
{
	if (r->method == COMPARE_PAIRED)
		page_line(out, page_width(out), 4, "%s (%zu pairs)", title,
			  r->n_old);
	else
		page_line(out, page_width(out), 4, "%s (%zu old, %zu new)",
			  title, r->n_old, r->n_new);
}

/* The times of the trial of row @from; returns the row after them. */
static size_t table(const struct compare *c, size_t from, FILE *out)
{
	const struct store_trial *trial = c->row[from].trial;
	struct table_column column[COLUMNS] = {
		[METRIC] = {"", "metric", 0, true},
		[MED] = {"med", "new,old", 1, false},
		[MIN] = {"min", "new,old", 3, false},
		[MIN_PERCENT] = {"min", "%", 2, false},
		[CHANGE] = {"% slower", "", 0, false},
		[VERDICT] = {"", "verdict", 0, true}};
	char title[512], interval[16];
	struct table t;
	unsigned n = 0;
	size_t end = from;

	while (end < c->nrows && c->row[end].trial == trial)
		n += c->row[end++].method != COMPARE_EXACT;
	if (!n)
		return end;
	compare_title(trial, title, sizeof(title));
	while (c->row[from].method == COMPARE_EXACT)
		from++;
	fputc('\n', out);
	title_line(&c->row[from], title, out);
	snprintf(interval, sizeof(interval), "[%.3g %%]",
		 compare_interval_percent(c));
	column[CHANGE].name = interval;
	table_init(&t, column, COLUMNS, n);
	for (size_t i = from, k = 0; i < end; i++)
		if (c->row[i].method != COMPARE_EXACT)
			row(&c->row[i], &t, (unsigned)k++);
	table_print(&t, page_width(out), out);
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
			  "\n! a thread lost its CPU in every repetition of a "
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
			  r->moved			 ? ""
			  : r->verdict == VERDICT_SLOWER ? ": worse"
							 : ": better");
	}
}

static size_t too_few(const struct compare *c)
{
	double asked = 1 - 2 * c->options.alpha - 1e-9;
	size_t n = 0;

	for (size_t i = 0; i < c->nrows; i++)
		n += c->row[i].method != COMPARE_EXACT &&
		     c->row[i].effect.log.confidence < asked;
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
		  "Change: Hodges-Lehmann of ln(new/old) as per cent, with its "
		  "exact rank interval (%.3g %%). Slower or faster: beyond "
		  "%.3g %%, the bound beyond 0; the same: within it. + is "
		  "slower.",
		  compare_interval_percent(c), 100 * c->options.threshold);
	tables(c, out);
	legend(c, out);
	exact(c, out);
	for (size_t i = 0; i < c->nleft_out; i++)
		page_line(out, page_width(out), 4, "%sNot compared: %s",
			  i ? "" : "\n", c->left_out[i]);
	if (too_few(c))
		page_line(out, page_width(out), 4,
			  "\n%zu inconclusive for want of repetitions: %zu "
			  "pairs are the least (repetitions: in the config).",
			  too_few(c), effect_pairs_min(c->options.alpha));
	compare_conclusion(c, text, sizeof(text));
	page_line(out, page_width(out), 4, "\n%s", text);
}
