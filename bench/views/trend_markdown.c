/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A trend as Markdown, for an issue or a report. */
#include <inttypes.h>
#include <string.h>

#include "views/trend.h"

static void change(const struct trend *t, const struct trend_series *s,
		   const struct trend_change *c, FILE *out)
{
	struct trend_said said;
	const struct trend_night *ended = trend_ended(t, c);
	const char *strong = !c->ack && c->verdict == RATIO_SLOWER ? "**" : "";

	trend_say_change(s, c, &said);
	fprintf(out, "| `%s` | %s%s%s | %s | %s | %s | %s%s%s%s%.10s%s%s |\n",
		c->id, strong, said.words, strong, said.before, said.after,
		said.latest, said.title, *c->text ? "; " : "", c->text,
		ended ? "; ended " : "", ended ? ended->started_utc : "",
		c->ack ? "; acknowledged: " : "", c->ack ? c->ack->reason : "");
}

static void range(const struct trend *t, size_t which, FILE *out)
{
	const struct trend_range *r = &t->range[which];
	const struct trend_night *after = &t->night[r->after];
	char day[TREND_DAY], commits[160];

	trend_day(after, day);
	trend_commits(t, r, commits, sizeof(commits));
	fprintf(out, "\n#### %s, run %" PRId64 ": commit %s\n\nMachine `%s`.\n",
		day, after->run, commits, t->machine[r->machine].class.id);
	if (r->nlines)
		fputc('\n', out);
	for (size_t i = 0; i < r->nlines; i++)
		fprintf(out, "- `%s`\n", r->line[i]);
	if (r->more)
		fputs("- … and more\n", out);
	if (*trend_no_suspects(r))
		fprintf(out, "\n%s\n", trend_no_suspects(r));
	fputs("\n| id | change | before | after | latest | what |\n"
	      "|---|---|--:|--:|--:|---|\n",
	      out);
	for (size_t i = 0; i < t->nseries; i++)
		for (size_t k = 0; k < t->series[i]->nchanges; k++)
			if (t->series[i]->change[k].range == which)
				change(t, t->series[i],
				       &t->series[i]->change[k], out);
}

static void drifts(const struct trend *t, FILE *out)
{
	fprintf(out,
		"\n#### Drift: the last %d nights against the best %d of %d "
		"days\n\n| drift | best | last | best from | what |\n"
		"|---|--:|--:|---|---|\n",
		TREND_DRIFT_NIGHTS, TREND_DRIFT_NIGHTS, TREND_DRIFT_DAYS);
	for (size_t i = 0; i < t->nseries; i++) {
		const struct trend_series *s = t->series[i];
		struct trend_said said;

		if (!s->drifts)
			continue;
		trend_say_drift(s, &said);
		fprintf(out, "| %s | %s | %s | %.10s | %s |\n", said.words,
			said.before, said.after,
			t->night[s->point[s->drift_at].night].started_utc,
			said.title);
	}
}

static void all_series(const struct trend *t, FILE *out)
{
	fputs("\n#### Series\n\n| machine | nights | latest | changes | what "
	      "|\n|---|--:|--:|--:|---|\n",
	      out);
	for (size_t i = 0; i < t->nseries; i++) {
		const struct trend_series *s = t->series[i];
		char latest[32], title[512];

		if (!s->n)
			continue;
		trend_value(s, trend_latest(s), latest, sizeof(latest));
		trend_title(s, title, sizeof(title));
		fprintf(out, "| `%s` | %zu | %s | %zu | %s |\n",
			t->machine[s->machine].class.id, s->n, latest,
			s->nchanges, title);
	}
}

/* What is no part of what was judged. */
static void notes(const struct trend *t, FILE *out)
{
	char text[768];

	fputc('\n', out);
	for (int why = TREND_JUDGED + 1; why < TREND_UNJUDGED; why++)
		if (t->unjudged[why]) {
			trend_unjudged_words(t, (enum trend_unjudged)why, text,
					     sizeof(text));
			fprintf(out, "- Not judged: %s.\n", text);
		}
	for (size_t i = 0; i < t->nodd && i < TREND_ODD_TOLD; i++) {
		trend_odd_words(t, i, text, sizeof(text));
		fprintf(out, "- Left out: %s.\n", text);
	}
	if (t->by_time_only)
		fputs("- Run ids do not rise with time; nights are in the "
		      "order of time.\n",
		      out);
}

void trend_markdown(const struct trend_output *o, FILE *out)
{
	const struct trend *t = o->t;
	char text[256], from[TREND_DAY], to[TREND_DAY];
	size_t n = t->nnights - t->from;

	trend_conclusion(t, text, sizeof(text));
	trend_day(&t->night[t->from], from);
	trend_day(&t->night[t->nnights - 1], to);
	fprintf(out, "**%s**\n\nTrend of `%s`: %zu night%s, %s to %s.\n\n",
		text, t->name, n, n == 1 ? "" : "s", from, to);
	fputs("| machine | | nights |\n|---|---|--:|\n", out);
	for (size_t i = 0; i < t->nmachines; i++)
		fprintf(out, "| `%s` | %s | %zu |\n", t->machine[i].class.id,
			t->machine[i].label, t->machine[i].nights);
	notes(t, out);
	for (size_t i = 0; i < t->nranges; i++)
		if (t->range[i].open)
			range(t, i, out);
	if (t->drifting)
		drifts(t, out);
	for (size_t i = 0; i < t->nranges; i++)
		if (!t->range[i].open)
			range(t, i, out);
	if (o->all)
		all_series(t, out);
}
