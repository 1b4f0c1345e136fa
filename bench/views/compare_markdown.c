/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A comparison as Markdown, for an issue or a merge request. */
#include <inttypes.h>
#include <string.h>

#include "views/compare.h"
#include "outputs/report.h"

static void run(const char *name, const struct store_run *r, FILE *out)
{
	fprintf(out, "| %s | %" PRId64 " `%s` | %s | %s | %s |\n", name, r->id,
		r->name, r->started_utc, r->version ? r->version : "unknown",
		r->commit ? r->commit : "unknown");
}

static const char *strong(const struct compare_row *r)
{
	return r->change.verdict == RATIO_SLOWER ||
			       r->change.verdict == RATIO_FASTER
		       ? "**"
		       : "";
}

static void time_row(const struct compare_row *r, FILE *out)
{
	const struct estimate *e = &r->change.log;
	char title[512], words[48];

	compare_title(r->trial, title, sizeof(title));
	ratio_words(&r->change, words, sizeof(words));
	fprintf(out, "| %s | `%s` | %s%.4g%s %s | %s%.4g%s %s |", title,
		r->metric, report_mark_before[r->old_mark], r->old_mid,
		report_mark_behind[r->old_mark], r->unit,
		report_mark_before[r->new_mark], r->new_mid,
		report_mark_behind[r->new_mark], r->unit);
	if (r->reference)
		fprintf(out, " %.3f, %.3f × %s |", r->old_ratio, r->new_ratio,
			r->reference);
	else
		fputs(" |", out);
	if (e->confidence > 0)
		fprintf(out, " %+.2f [%+.2f, %+.2f] |",
			compare_slower_percent(e->value),
			compare_slower_percent(e->low),
			compare_slower_percent(e->high));
	else
		fprintf(out, " %+.2f |", compare_slower_percent(e->value));
	fprintf(out, " %zu, %zu | %s%s%s |\n", r->n_old, r->n_new, strong(r),
		words, strong(r));
}

static void times(const struct compare *c, FILE *out)
{
	fprintf(out,
		"| what | metric | old | new | old, new | %% slower [%.4g %%] "
		"| draws | verdict |\n|---|---|--:|--:|--:|--:|---|---|\n",
		compare_interval_percent(c));
	for (size_t i = 0; i < c->nrows; i++)
		if (c->row[i].method != COMPARE_EXACT)
			time_row(&c->row[i], out);
	if (c->nrows)
		fprintf(out, "\nWithout a ratio: %s.\n", compare_time_note);
}

static void exact(const struct compare *c, FILE *out)
{
	if (!c->exact_differ)
		return;
	fputs("\n| what | exact figure | |\n|---|---|---|\n", out);
	for (size_t i = 0; i < c->nrows; i++) {
		const struct compare_row *r = &c->row[i];
		char title[512];

		if (r->method != COMPARE_EXACT)
			continue;
		compare_title(r->trial, title, sizeof(title));
		fprintf(out, "| %s | %s | %s |\n", title, r->text,
			r->moved			    ? ""
			: r->change.verdict == RATIO_SLOWER ? "**worse**"
							    : "better");
	}
}

void compare_markdown(const struct compare_output *o, FILE *out)
{
	char text[256];

	compare_conclusion(o->c, text, sizeof(text));
	fprintf(out, "**%s**\n\n", text);
	if (*o->warning)
		fprintf(out, "Warning: %s\n\n", o->warning);
	fputs("| | run | started | vtdbench | commit |\n"
	      "|---|---|---|---|---|\n",
	      out);
	run("old", o->a, out);
	run("new", o->b, out);
	fputs("\n", out);
	times(o->c, out);
	exact(o->c, out);
	for (size_t i = 0; i < o->c->nleft_out; i++)
		fprintf(out, "%s- not compared: %s\n", i ? "" : "\n",
			o->c->left_out[i]);
}
