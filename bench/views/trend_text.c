/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A trend as plain text: what changed by the commits, what drifts. */
#include <inttypes.h>
#include <string.h>

#include "document/page.h"
#include "views/trend.h"

static void head(const struct trend *t, FILE *out)
{
	const struct changepoint_options *c = &t->options.change;
	const struct trend_night *last = &t->night[t->nnights - 1];
	size_t n = t->nnights - t->from;
	char from[TREND_DAY], to[TREND_DAY];

	trend_day(&t->night[t->from], from);
	trend_day(last, to);
	page_line(
		out, page_width(out), 4,
		"Trend of \"%s\": %zu night%s, %s to %s, the last run %" PRId64
		" of vtdbench %s",
		t->name, n, n == 1 ? "" : "s", from, to, last->run,
		last->version);
	page_line(
		out, page_width(out), 4,
		"A change has %zu nights or more on either side, is of %.3g %% "
		"or more, and stays; of an exact figure it is any "
		"difference.",
		c->segment, 100 * c->change_min);
	for (size_t i = 0; i < t->nmachines; i++)
		page_line(out, page_width(out), 8, "%s %s: %s; %zu night%s",
			  i ? "       " : "machine", t->machine[i].class.id,
			  t->machine[i].label, t->machine[i].nights,
			  t->machine[i].nights == 1 ? "" : "s");
}

static void change(const struct trend *t, const struct trend_series *s,
		   const struct trend_change *c, FILE *out)
{
	struct trend_said said;

	trend_say_change(s, c, &said);
	fprintf(out, "  %s  %-14s %10s %10s %10s\n", c->id, said.words,
		said.before, said.after, said.latest);
	page_line(out, page_width(out), 14, "            %s", said.title);
	if (*c->text)
		page_line(out, page_width(out), 14, "            %s", c->text);
	if (c->ended)
		fprintf(out, "            ended %.10s, run %" PRId64 "\n",
			trend_ended(t, c)->started_utc, trend_ended(t, c)->run);
	if (c->ack)
		page_line(out, page_width(out), 14,
			  "            acknowledged %.10s: %s",
			  c->ack->acked_utc, c->ack->reason);
}

static void suspects(const struct trend_range *r, FILE *out)
{
	for (size_t i = 0; i < r->nlines; i++)
		page_line(out, page_width(out), 12, "    %s", r->line[i]);
	if (r->more)
		fputs("    ... and more\n", out);
	if (*trend_no_suspects(r))
		page_line(out, page_width(out), 6, "    %s",
			  trend_no_suspects(r));
}

static void range(const struct trend *t, size_t which, FILE *out)
{
	const struct trend_range *r = &t->range[which];
	const struct trend_night *after = &t->night[r->after];
	char day[TREND_DAY], commits[160];

	trend_day(after, day);
	trend_commits(t, r, commits, sizeof(commits));
	page_line(out, page_width(out), 4,
		  "\n%s, run %" PRId64 ", machine %s: commit %s", day,
		  after->run, t->machine[r->machine].class.id, commits);
	suspects(r, out);
	fprintf(out, "  %-8s  %-14s %10s %10s %10s\n", "id", "change", "before",
		"after", "latest");
	for (size_t i = 0; i < t->nseries; i++)
		for (size_t k = 0; k < t->series[i]->nchanges; k++)
			if (t->series[i]->change[k].range == which)
				change(t, t->series[i],
				       &t->series[i]->change[k], out);
}

static void ranges(const struct trend *t, bool open, FILE *out)
{
	for (size_t i = 0; i < t->nranges; i++)
		if ((t->range[i].open > 0) == open)
			range(t, i, out);
}

static void drifts(const struct trend *t, FILE *out)
{
	fprintf(out,
		"\nDrift: the last %d nights against the best %d in a row of "
		"%d days\n"
		"  %-14s %10s %10s  %-10s\n",
		TREND_DRIFT_NIGHTS, TREND_DRIFT_NIGHTS, TREND_DRIFT_DAYS,
		"drift", "best", "last", "best from");
	for (size_t i = 0; i < t->nseries; i++) {
		const struct trend_series *s = t->series[i];
		struct trend_said said;

		if (!s->drifts)
			continue;
		trend_say_drift(s, &said);
		page_line(out, page_width(out), 14,
			  "  %-14s %10s %10s  %.10s\n            %s",
			  said.words, said.before, said.after,
			  t->night[s->point[s->drift_at].night].started_utc,
			  said.title);
	}
}

static void all_series(const struct trend *t, FILE *out)
{
	for (size_t m = 0; m < t->nmachines; m++) {
		fprintf(out, "\nSeries of machine %s\n  %6s %10s %8s\n",
			t->machine[m].class.id, "nights", "latest", "changes");
		for (size_t i = 0; i < t->nseries; i++) {
			const struct trend_series *s = t->series[i];
			char latest[32], title[512];

			if (s->machine != m || !s->n)
				continue;
			trend_value(s, trend_latest(s), latest, sizeof(latest));
			trend_title(s, title, sizeof(title));
			page_line(out, page_width(out), 32,
				  "  %6zu %10s %8zu  %s%s", s->n, latest,
				  s->nchanges, title,
				  s->drifts ? ", drifts" : "");
		}
	}
}

static void left_out(const struct trend *t, FILE *out)
{
	for (size_t i = 0; i < t->nseries; i++) {
		const struct trend_series *s = t->series[i];
		char title[512];

		/* Once for all metrics of a trial. */
		if (!s->left_out ||
		    (i && t->series[i - 1]->left_out &&
		     !strcmp(t->series[i - 1]->trial.cell, s->trial.cell) &&
		     !strcmp(t->series[i - 1]->trial.design, s->trial.design)))
			continue;
		trend_title(s, title, sizeof(title));
		page_line(out, page_width(out), 4,
			  "Left out: %zu nights of %s: %s", s->left_out, title,
			  s->why);
	}
	for (size_t i = 0; i < t->nodd && i < TREND_ODD_TOLD; i++) {
		char text[256];

		trend_odd_words(t, i, text, sizeof(text));
		page_line(out, page_width(out), 4, "Left out: %s", text);
	}
	if (t->by_time_only)
		fputs("Run ids do not rise with time; nights are in the order "
		      "of time.\n",
		      out);
}

static void unjudged(const struct trend *t, FILE *out)
{
	for (int why = TREND_JUDGED + 1; why < TREND_UNJUDGED; why++) {
		char text[768];

		if (!t->unjudged[why])
			continue;
		trend_unjudged_words(t, (enum trend_unjudged)why, text,
				     sizeof(text));
		page_line(out, page_width(out), 4, "Not judged: %s.", text);
	}
}

void trend_text(const struct trend_output *o, FILE *out)
{
	const struct trend *t = o->t;
	char text[256];

	head(t, out);
	ranges(t, true, out);
	if (t->drifting)
		drifts(t, out);
	ranges(t, false, out);
	if (o->all)
		all_series(t, out);
	fputc('\n', out);
	left_out(t, out);
	unjudged(t, out);
	trend_conclusion(t, text, sizeof(text));
	page_line(out, page_width(out), 4, "%s", text);
}
