/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A gate's judgement for people: a table of changes, then what failed. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "judge/gate_levels.h"
#include "stats/sample.h"
#include "views/gate.h"
#include "outputs/page.h"

bool gate_is_slower(const struct gate_metric *m)
{
	return m->change.slower && !m->lost_differs;
}

bool gate_is_unjudged(const struct gate_metric *m)
{
	return m->lost_differs || m->change.verdict == GATE_OPEN ||
	       m->change.verdict == GATE_INCONCLUSIVE;
}

static double percent(double log)
{
	return effect_percent(log);
}

void gate_describe(const struct gate *g, const struct gate_metric *m,
		   char *text, size_t size)
{
	const struct estimate *e = &m->change.effect.log;
	double old = stats_median(m->old_ns, m->change.n);
	char name[64], levels[128];

	pair_metric(m->c, m->half, name, sizeof(name));
	snprintf(text, size,
		 "%s, %s: %+.2f %% [%+.2f, %+.2f] (%.4g -> %.4g "
		 "ns), %s",
		 name, m->design, percent(e->value), percent(e->low),
		 percent(e->high), old, old * exp(e->value), m->c->help);
	gate_levels(g, m->design, name, NULL, levels, sizeof(levels));
	if (*levels)
		text_add(text, size, "; at %s ns", levels);
}

void gate_describe_exact(const struct gate *g, const struct gate_exact *x,
			 char *text, size_t size)
{
	char levels[128];

	gate_levels(g, x->design, x->of, x->metric, levels, sizeof(levels));
	snprintf(text, size, "%s, %s: %s%s%s", x->of, x->design, x->text,
		 *levels ? "; at " : "", levels);
}

void gate_conclusion(const struct gate *g, char *text, size_t size)
{
	size_t worse = 0;

	for (size_t i = 0; i < g->nexact; i++)
		worse += g->exact[i].worse;
	if (g->status == EXIT_REGRESSION)
		snprintf(text, size,
			 "regression: %zu metrics slower, %zu exact figures "
			 "worse%s%s",
			 g->confirmed, worse, *g->why ? "; times: " : "",
			 g->why);
	else if (g->status == EXIT_INCONCLUSIVE)
		snprintf(text, size, "too noisy to judge: %s", g->why);
	else
		snprintf(text, size, "no regression");
}

/* One letter of what came of a metric; ' ' = the same. */
static char mark(const struct gate_metric *m)
{
	return gate_is_slower(m)		  ? '!'
	       : gate_is_unjudged(m)		  ? '?'
	       : m->change.verdict == GATE_SLOWER ? 's'
	       : m->change.verdict == GATE_FASTER ? 'f'
						  : ' ';
}

static const struct gate_metric *find(const struct gate *g,
				      const struct pair_case *c, unsigned half,
				      const char *design)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->metric[i].c == c && g->metric[i].half == half &&
		    !strcmp(g->metric[i].design, design))
			return &g->metric[i];
	return NULL;
}

enum { DESIGNS_MAX = 32, METRIC = 19, THRESHOLD = 11 };

static unsigned columns(const struct gate *g, const char *design[DESIGNS_MAX])
{
	unsigned n = 0;

	for (size_t i = 0; i < g->n; i++) {
		unsigned k = 0;

		while (k < n && strcmp(design[k], g->metric[i].design))
			k++;
		if (k == n && n < DESIGNS_MAX)
			design[n++] = g->metric[i].design;
	}
	return n;
}

static void row(const struct gate *g, const struct pair_case *c, unsigned half,
		const char *const *design, unsigned n, unsigned wide, FILE *out)
{
	double threshold = 0;
	bool any = false;
	char name[64];

	for (unsigned k = 0; k < n; k++) {
		const struct gate_metric *m = find(g, c, half, design[k]);

		any = any || m;
		if (m)
			threshold = fmax(threshold, percent(m->threshold));
	}
	if (!any)
		return;
	pair_metric(c, half, name, sizeof(name));
	fprintf(out, "  %-17s", name);
	for (unsigned k = 0; k < n; k++) {
		const struct gate_metric *m = find(g, c, half, design[k]);

		if (m && m->change.n)
			fprintf(out, " %+*.2f%c", (int)wide,
				percent(m->change.effect.log.value), mark(m));
		else
			fprintf(out, " %*s ", (int)wide, m ? "?" : "");
	}
	fprintf(out, " %10.1f\n", threshold);
}

/* Designs that fit the page beside each other, then the next ones. */
static void table(const struct gate *g, FILE *out)
{
	unsigned width = page_width(out);
	const char *design[DESIGNS_MAX];
	unsigned n = columns(g, design), wide = 8, fit;

	for (unsigned i = 0; i < n; i++)
		if (strlen(design[i]) > wide)
			wide = (unsigned)strlen(design[i]);
	fit = (width - METRIC - THRESHOLD) / (wide + 2);
	fit = fit ? fit : 1;
	fputs("\nChange of time in per cent; + is slower.\n", out);
	for (unsigned from = 0; from < n; from += fit) {
		unsigned k = n - from < fit ? n - from : fit;

		fprintf(out, "%s  %-17s", from ? "\n" : "", "metric");
		for (unsigned i = from; i < from + k; i++)
			fprintf(out, " %*s ", (int)wide, design[i]);
		fprintf(out, "  threshold\n");
		for (const struct pair_case *c = pair_cases; c->name; c++)
			for (unsigned half = 0; half < pair_halves(c); half++)
				row(g, c, half, design + from, k, wide, out);
	}
	page_line(
		out, width, 2,
		"  ! slower, confirmed on fresh processes; s slower, not "
		"confirmed; f faster; ? not judged; no mark: no slowdown that "
		"the gate is to find");
}

static void verdicts(const struct gate *g, FILE *out)
{
	char text[512];

	for (size_t i = 0; i < g->n; i++) {
		const struct gate_metric *m = &g->metric[i];

		if (gate_is_slower(m)) {
			gate_describe(g, m, text, sizeof(text));
			page_line(out, page_width(out), 8, "SLOWER  %s", text);
		} else if (m->lost_differs) {
			char name[64];

			pair_metric(m->c, m->half, name, sizeof(name));
			page_line(out, page_width(out), 8,
				  "not judged: %s, %s: of %zu batches each, "
				  "the old build lost the CPU in %zu, the new "
				  "one in %zu",
				  name, m->design, m->tried, m->lost_old,
				  m->lost_new);
		}
	}
	for (size_t i = 0; i < g->n; i++)
		if (g->metric[i].canary.slower) {
			char name[64];

			pair_metric(g->metric[i].c, g->metric[i].half, name,
				    sizeof(name));
			page_line(
				out, page_width(out), 8,
				"CANARY  %s, %s: the old build against itself: "
				"%+.2f %%",
				name, g->metric[i].design,
				percent(g->metric[i].canary.effect.log.value));
		}
}

static void exact(const struct gate *g, FILE *out)
{
	char text[512];

	if (!g->exact_compared)
		return;
	page_line(out, page_width(out), 4,
		  "\nExact figures: %zu compared, %zu differ%s%s.",
		  g->exact_compared, g->nexact,
		  *g->no_instructions ? "; instructions not counted: " : "",
		  g->no_instructions);
	for (size_t i = 0; i < g->nexact; i++) {
		gate_describe_exact(g, &g->exact[i], text, sizeof(text));
		page_line(out, page_width(out), 8, "%s  %s",
			  g->exact[i].worse ? "WORSE " : "better", text);
	}
}

void gate_text(const struct gate_output *o, FILE *out)
{
	const struct gate *g = o->g;
	char text[512];

	page_line(out, page_width(out), 5, "old: %s%s%s", o->old->name,
		  *o->old->commit ? ", commit " : "", o->old->commit);
	page_line(out, page_width(out), 5, "new: %s%s%s", o->new->name,
		  *o->new->commit ? ", commit " : "", o->new->commit);
	if (g->n) {
		fprintf(out,
			"%u processes, %u more to confirm, %.0f s; %u and %u "
			"link orders\n",
			g->processes, g->confirmations, g->seconds, o->old->n,
			o->new->n);
		table(g, out);
		verdicts(g, out);
	}
	exact(g, out);
	gate_conclusion(g, text, sizeof(text));
	page_line(out, page_width(out), 4, "\n%s", text);
}
