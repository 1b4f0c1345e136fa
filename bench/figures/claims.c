/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table of plot "claims": what a run's claims say of ratios, and what these
 * are. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "figures/data.h"
#include "judge/answer.h"

/* Lines of a page that is still read, those that name a claim included. */
enum { LINES_MAX = 44 };

static const char *const columns[] = {
	"line (its caption is in meta)",
	"time / time of what it is held against, Hodges-Lehmann over draws",
	"its 95 % interval, low",
	"its 95 % interval, high",
	"what is claimed, low",
	"what is claimed, high",
	"verdict",
	NULL,
};

/* Whether @a says more against the claim than @b: the verdict, then how far. */
static bool is_worse(const struct answer_case *a, const struct answer_case *b)
{
	if (a->verdict != b->verdict)
		return a->verdict > b->verdict;
	return fabs(a->ratio.log.value) > fabs(b->ratio.log.value);
}

/* Whether the case stands for all cells of its figure and design. */
static bool stands(const struct answer_claim *c, size_t i)
{
	const struct answer_case *at = &c->at[i];

	if (!at->ratio.draws)
		return false;
	for (size_t k = 0; k < c->n; k++) {
		const struct answer_case *other = &c->at[k];

		if (k == i || !other->ratio.draws ||
		    strcmp(other->design, at->design) ||
		    strcmp(other->metric_name, at->metric_name))
			continue;
		if (is_worse(other, at) || (!is_worse(at, other) && k < i))
			return false;
	}
	return true;
}

static double bound(double log, double none)
{
	return isfinite(log) ? exp(log) : none;
}

struct lines {
	size_t n;
	char (*caption)[PLOT_TEXT];
	bool *is_claim;
	FILE *rows;
	double least, most; /* ratios; 1 is between */
};

static bool add_line(struct lines *l, bool is_claim, const char *caption)
{
	if (l->n == LINES_MAX)
		return false;
	snprintf(l->caption[l->n], PLOT_TEXT, "%s", caption);
	l->is_claim[l->n++] = is_claim;
	return true;
}

static void add_case(struct lines *l, const struct answer_case *at)
{
	const struct estimate *log = &at->ratio.log;
	/* no interval: no bar */
	bool sure = log->confidence >= RATIO_CONFIDENCE;
	char text[PLOT_TEXT], of[160];

	answer_of(at, of, sizeof(of));
	snprintf(text, sizeof(text), "%.80s  %.40s", of, at->metric_name);
	if (!add_line(l, false, text))
		return;
	fprintf(l->rows, "%zu\t%.6g\t%.6g\t%.6g\t%.6g\t%.6g\t%s\n", l->n - 1,
		exp(log->value), exp(sure ? log->low : log->value),
		exp(sure ? log->high : log->value), bound(at->low, 1e-9),
		bound(at->high, 1e9), answer_verdict_name(at->verdict));
	l->least = fmin(l->least, exp(log->value));
	l->most = fmax(l->most, exp(log->value));
}

static void add_claim(struct lines *l, const struct answer_claim *c, size_t nth)
{
	char text[PLOT_TEXT], words[64];
	bool any = false;

	for (size_t i = 0; i < c->n; i++)
		any |= stands(c, i);
	/* a line of its own and one below it, at least */
	if (!any || l->n + 2 > LINES_MAX)
		return;
	answer_words(c->verdict, c->half, words, sizeof(words));
	snprintf(text, sizeof(text), "%zu. %.70s%s (%.40s): %s", nth,
		 c->claim->says, strlen(c->claim->says) > 70 ? "…" : "",
		 c->claim->who, words);
	add_line(l, true, text);
	for (size_t i = 0; i < c->n; i++)
		if (stands(c, i))
			add_case(l, &c->at[i]);
}

static void write_table(const struct plotdata *d, const struct lines *l,
			const char *rows, FILE *out)
{
	struct plot_groups none = {0};

	plot_head(out, d, "claims", columns);
	plot_meta_begin(out, d, &none, d->run->title,
			"Grey: what is claimed. White: not resolved. Of "
			"several cells the one that says most against the "
			"claim. Bars: 95 % interval, by draw.");
	plot_meta(out, "panels", "1");
	plot_meta(out, "panel0", " ");
	plot_meta(out, "rows", "%zu", l->n);
	for (size_t i = 0; i < l->n; i++) {
		plot_meta_at(out, "row", i, "%s", l->caption[i]);
		plot_meta_at(out, "claim", i, "%d", l->is_claim[i]);
	}
	plot_meta(out, "least", "%.6g", fmax(l->least / 1.6, 0.01));
	plot_meta(out, "most", "%.6g", fmin(l->most * 1.6, 1000));
	plot_block(out, "ratios");
	fputs(rows, out);
}

int plotdata_claims(const struct plotdata *d, FILE *out, char why[PLOT_TEXT])
{
	struct answer a = {.margins = *d->margins, .shown = *d->shown};
	struct lines l = {.least = 1 / 1.2, .most = 1.2};
	char *rows = NULL;
	size_t size;

	question_of(d->run->config_text, &a.question);
	if (!a.question.n) {
		snprintf(why, PLOT_TEXT, "its config has no claims");
		return 0;
	}
	summary_make(&a.summary, d->trials, d->run->config_text);
	answer_judge_all(&a);
	l.caption = must_calloc(LINES_MAX, sizeof(*l.caption));
	l.is_claim = must_calloc(LINES_MAX, sizeof(*l.is_claim));
	l.rows = open_memstream(&rows, &size);
	if (!l.rows)
		must_fail();
	for (size_t i = 0; i < a.n; i++)
		add_claim(&l, &a.claim[i], i + 1);
	if (fclose(l.rows) || !rows)
		must_fail();
	if (l.n)
		write_table(d, &l, rows, out);
	else
		snprintf(why, PLOT_TEXT, "no claim of its config has a ratio");
	free(rows);
	free(l.caption);
	free(l.is_claim);
	answer_release(&a);
	return l.n > 0;
}
