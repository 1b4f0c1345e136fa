/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An answer as Markdown, for a mailing list or a merge request. */
#include <inttypes.h>
#include <math.h>

#include "store/trial_name.h"
#include "views/answer.h"

/* On one line, and no end of a cell of a table. */
static void escaped(const char *text, FILE *out)
{
	for (; *text; text++) {
		if (*text == '|')
			fputc('\\', out);
		fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
	}
}

static void cell(const struct summary_cell *cell, FILE *out)
{
	char threads[TRIAL_THREADS], axes[AXES_TEXT];

	if (!cell) {
		fputs("| – ", out);
		return;
	}
	trial_threads(cell->sample, threads, sizeof(threads));
	trial_axes(cell->sample, axes, sizeof(axes));
	fprintf(out, "| %s / %s, %s%s", cell->sample->sweep,
		cell->sample->workload, threads, *axes ? ", " : "");
	escaped(axes, out);
}

static void row(const struct answer_case *at, FILE *out)
{
	const struct estimate *log = &at->ratio.log;
	char measured[96], words[64], of[160];

	answer_of(at, of, sizeof(of));
	answer_figures(at, measured, sizeof(measured));
	answer_words(at->verdict, at->half, words, sizeof(words));
	cell(at->cell, out);
	fputs(" | ", out);
	escaped(at->metric_name, out);
	fputs(" | ", out);
	escaped(of, out);
	fputs(" | ", out);
	if (!at->ratio.draws)
		fputs("–", out);
	else
		fprintf(out, "%.3f", exp(log->value));
	if (at->ratio.draws && log->confidence >= RATIO_CONFIDENCE)
		fprintf(out, " [%.3f, %.3f]", exp(log->low), exp(log->high));
	fprintf(out, " | %s | %zu | %s", measured,
		at->ratio.draws + at->count.draws, words);
	if (*at->why)
		fputs("; ", out);
	escaped(at->why, out);
	fputs(" |\n", out);
}

static void claim(const struct answer_claim *c, size_t number, FILE *out)
{
	char words[64], rule[1024];

	answer_words(c->verdict, c->half, words, sizeof(words));
	answer_rule(c->claim, rule, sizeof(rule));
	fprintf(out, "\n### %zu. %s\n\n> ", number, words);
	escaped(c->claim->says, out);
	fputs("\n\n", out);
	escaped(c->claim->who, out);
	fputs(", ", out);
	escaped(c->claim->when, out);
	fputs("; ", out);
	escaped(c->claim->source, out);
	fputs("\n\nRule: `", out);
	escaped(rule, out);
	fputs("`\n\n| cell | figure | of | time ratio | measured | draws | "
	      "verdict |\n|---|---|---|--:|--:|--:|---|\n",
	      out);
	for (size_t i = 0; i < c->n; i++)
		row(&c->at[i], out);
}

void answer_markdown(const struct answer *a, FILE *out)
{
	const struct store_run *run = &a->run;

	fputs("## ", out);
	escaped(run->title && *run->title ? run->title : run->name, out);
	fprintf(out,
		"\n\nRun %" PRId64
		" `%s` of %s (%s), vtdbench %s, seed %" PRIu64
		". Ratios are of time, with intervals of 95 %%. Walkers are "
		"CPU threads, not the hardware walker, which device_walkers "
		"stand for.\n",
		run->id, run->name, run->started_utc, run->status,
		run->version ? run->version : "unknown", run->seed);
	for (size_t i = 0; i < a->n; i++)
		claim(&a->claim[i], i + 1, out);
}
