/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A trend as a document: what changed by the commits, what drifts. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/shell.h"
#include "views/trend_plot.h"
#include "views/trend.h"

static void head(const void *trend_output, struct document *d)
{
	const struct trend *t = ((const struct trend_output *)trend_output)->t;
	const struct changepoint_options *c = &t->options.change;
	const struct trend_night *last = &t->night[t->nnights - 1];
	char text[512], from[TREND_DAY], to[TREND_DAY];
	size_t n = t->nnights - t->from;

	trend_day(&t->night[t->from], from);
	trend_day(last, to);
	snprintf(text, sizeof(text), "Trend of \"%s\": %zu night%s, %s to %s",
		 t->name, n, n == 1 ? "" : "s", from, to);
	doc_title(d, text);
	trend_conclusion(t, text, sizeof(text));
	doc_verdict(d, t->open || t->drifting ? DOC_OPEN : DOC_GOOD, text);
	doc_text(d, 0, 4, "The last is run %" PRId64 ", of vtdbench %s.",
		 last->run, last->version);
	doc_text(d, 0, 4,
		 "A change has %zu nights or more on either side, is of %.3g "
		 "%% or more, and stays; of an exact figure it is any "
		 "difference.",
		 c->segment, 100 * c->change_min);
	for (size_t i = 0; i < t->nmachines; i++)
		doc_text(d, 0, 8, "machine %s: %s; %zu night%s",
			 t->machine[i].class.id, t->machine[i].label,
			 t->machine[i].nights,
			 t->machine[i].nights == 1 ? "" : "s");
}

static void left_out(const struct trend *t, struct document *d)
{
	char text[768];

	for (size_t i = 0; i < t->nseries; i++) {
		const struct trend_series *s = t->series[i];

		/* Once for all metrics of a trial. */
		if (!s->left_out ||
		    (i && t->series[i - 1]->left_out &&
		     !strcmp(t->series[i - 1]->trial.cell, s->trial.cell) &&
		     !strcmp(t->series[i - 1]->trial.design, s->trial.design)))
			continue;
		trend_title(s, text, sizeof(text));
		doc_text(d, 0, 4, "Left out: %zu nights of %s: %s", s->left_out,
			 text, s->why);
	}
	for (size_t i = 0; i < t->nodd && i < TREND_ODD_TOLD; i++) {
		trend_odd_words(t, i, text, sizeof(text));
		doc_text(d, 0, 4, "Left out: %s", text);
	}
	if (t->by_time_only)
		doc_text(d, 0, 4,
			 "Run ids do not rise with time; nights are in the "
			 "order of time.");
	for (int why = TREND_JUDGED + 1; why < TREND_UNJUDGED; why++)
		if (t->unjudged[why]) {
			trend_unjudged_words(t, (enum trend_unjudged)why, text,
					     sizeof(text));
			doc_text(d, 0, 4, "Not judged: %s.", text);
		}
}

static void body(const void *trend_output, bool page, struct document *d)
{
	const struct trend_output *o = trend_output;
	struct document rest = {0};

	trend_changes(o->t, d);
	if (o->all)
		trend_series(o->t, d);
	left_out(o->t, &rest);
	if (rest.n) {
		doc_heading(d, 2, "Not in it");
		doc_append(d, &rest, "");
	}
}

static int table(const void *trend_output, FILE *out, char why[256])
{
	return trend_table(((const struct trend_output *)trend_output)->t, out,
			   why);
}

static void origin(const void *trend_output, struct document *d)
{
	const struct trend_output *o = trend_output;

	trend_nights(o->t, d);
	forms_again(o->again, d);
}

static char *command(const char *name)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		must_fail();
	fputs("vtdbench trend --html trend.html --config ", out);
	shell_word(name, out);
	fputc('\n', out);
	if (fclose(out))
		must_fail();
	return must(text);
}

int trend_append(struct store *s, const char *name, struct document *d,
		 struct err *e)
{
	const struct trend_options options = {.name = name,
					      .change = changepoint_defaults};
	struct trend_output o = {0};
	struct trend t;
	char *again;
	int rc = trend_make(s, &options, &t, e);

	if (rc == -ENOENT) {
		doc_heading(d, 2, "Trend");
		doc_text(d, 0, 4, "None: %s.", e->what);
		rc = 0;
	} else if (!rc) {
		trend_suspects(&t);
		again = command(name);
		o = (struct trend_output){.t = &t, .again = again};
		rc = forms_append(&trend_forms, &o, d, e);
		free(again);
	}
	trend_release(&t);
	return rc;
}

const struct forms trend_forms = {.name = "trend",
				  .head = head,
				  .body = body,
				  .origin = origin,
				  .json = trend_json,
				  .picture = "trend",
				  .shows = "What changed most, night by night",
				  .table = table};
