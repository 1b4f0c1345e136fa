/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A comparison as plain text, in the layout of the cover letter of Linux's
 * generic_pt series ("new,old" pairs; +ve is better), with intervals.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "views/compare.h"
#include "outputs/report.h"

static void head(const struct compare_output *o, char which,
		 const struct store_run *run, FILE *out)
{
	(void)o;
	fprintf(out, "%s (%c): run %" PRId64 " \"%s\" of %s, vtdbench %s%s%s\n",
		which == 'A' ? "old" : "new", which, run->id, run->name,
		run->started_utc, run->version ? run->version : "unknown",
		run->commit ? ", commit " : "", run->commit ? run->commit : "");
}

/* "~12.00", "8.50b"; @top decides on the digits of both of a pair. */
static void figure(char *text, size_t size, double value, double top,
		   enum clock_mark mark)
{
	char plain[24];

	if (top >= 1e5)
		snprintf(plain, sizeof(plain), "%.4g", value);
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

static void columns(const struct compare *c, FILE *out)
{
	char change[48];

	snprintf(change, sizeof(change), "%% better [%.3g %%]",
		 compare_interval_percent(c));
	fprintf(out, "  %-18s,%18s ,%18s , %6s , %-25s, %s\n", "metric",
		"med new,old", "min new,old", "min %", change,
		"verdict (+ve is better)");
}

static void line(const struct compare *c, const struct compare_row *r,
		 FILE *out)
{
	const struct estimate *e = &r->effect.log;
	char mid[64], best[64], change[64], verdict[48];
	double ratio = r->new_best / r->old_best;

	pair(r, mid, sizeof(mid), r->new_mid, r->old_mid);
	pair(r, best, sizeof(best), r->new_best, r->old_best);
	/* Bounds of costs: the largest is the least better. */
	snprintf(change, sizeof(change), "%+.2f [%+.2f, %+.2f]",
		 compare_better_percent(e->value),
		 compare_better_percent(e->high),
		 compare_better_percent(e->low));
	if (r->verdict == VERDICT_SAME)
		snprintf(verdict, sizeof(verdict), "same within %.3g %%",
			 100 * c->options.threshold);
	else
		snprintf(verdict, sizeof(verdict), "%s",
			 verdict_name(r->verdict));
	fprintf(out, "  %-18s,%18s ,%18s , %+6.2f , %-25s, %s%s\n", r->metric,
		mid, best,
		100 * (r->better == BETTER_HIGHER ? ratio - 1 : 1 - ratio),
		change, verdict, r->disturbed ? " (disturbed)" : "");
}

static void repetitions(const struct compare_row *r, FILE *out)
{
	if (r->method == COMPARE_PAIRED)
		fprintf(out, " (%zu pairs)", r->n_old);
	else
		fprintf(out, " (%zu old, %zu new)", r->n_old, r->n_new);
}

static void table(const struct compare *c, FILE *out)
{
	const struct store_trial *last = NULL;

	for (size_t i = 0; i < c->nrows; i++) {
		const struct compare_row *r = &c->row[i];
		char title[512];

		if (r->method == COMPARE_EXACT)
			continue;
		if (r->trial != last) {
			compare_title(r->trial, title, sizeof(title));
			fprintf(out, "\n%s", title);
			repetitions(r, out);
			fputc('\n', out);
			columns(c, out);
		}
		last = r->trial;
		line(c, r, out);
	}
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
			fprintf(out, "%s\n", title);
		}
		last = r->trial;
		fprintf(out, "  %s%s\n", r->text,
			r->moved		       ? ""
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
			fprintf(out, "\n%s\n", report_mark_text[m]);
}

void compare_text(const struct compare_output *o, FILE *out)
{
	const struct compare *c = o->c;
	char text[256];

	head(o, 'A', o->a, out);
	head(o, 'B', o->b, out);
	if (*o->warning)
		fprintf(out, "Warning: %s\n", o->warning);
	fprintf(out,
		"Change: Hodges-Lehmann of ln(new/old) as per cent, with its "
		"exact rank interval\n(%.3g %%). Slower or faster: beyond "
		"%.3g %%, the bound beyond 0. +ve is better.\n",
		compare_interval_percent(c), 100 * c->options.threshold);
	table(c, out);
	legend(c, out);
	exact(c, out);
	for (size_t i = 0; i < c->nleft_out; i++)
		fprintf(out, "%sNot compared: %s\n", i ? "" : "\n",
			c->left_out[i]);
	if (too_few(c))
		fprintf(out,
			"\n%zu inconclusive for want of repetitions: %zu pairs "
			"are the least (repetitions: in the config).\n",
			too_few(c), effect_pairs_min(c->options.alpha));
	compare_conclusion(c, text, sizeof(text));
	fprintf(out, "\n%s\n", text);
}
