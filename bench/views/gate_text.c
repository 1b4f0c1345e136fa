/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A gate's judgement for people: a table of changes, then what failed. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "judge/gate_levels.h"
#include "stats/effect.h"
#include "views/gate.h"
#include "document/page.h"

bool gate_is_unjudged(const struct gate_metric *m)
{
	return m->change.ratio.verdict == RATIO_UNRESOLVED ||
	       m->change.ratio.verdict == RATIO_UNEQUAL;
}

static double percent(double log)
{
	return effect_percent(log);
}

void gate_describe(const struct gate *g, const struct gate_metric *m,
		   char *text, size_t size)
{
	const struct estimate *e = &m->change.ratio.log;
	double old = stats_median(m->old_ns, m->change.ratio.draws);
	char name[64], levels[128];

	pair_metric(m->c, m->half, name, sizeof(name));
	if (!m->change.ratio.draws) {
		snprintf(text, size, "%s, %s: no undisturbed batches", name,
			 m->design);
		return;
	}
	snprintf(text, size,
		 "%s, %s: %+.2f %% [%+.2f, %+.2f] (%.4g -> %.4g "
		 "ns), %s",
		 name, m->design, percent(e->value), percent(e->low),
		 percent(e->high), old, old * exp(e->value), m->c->help);
	gate_levels(g, m->design, name, NULL, levels, sizeof(levels));
	if (*levels)
		text_add(text, size, "; at %s ns", levels);
	if (gate_is_layout(g, m))
		text_add(text, size, "; layout?");
	if (m->change.ratio.verdict == RATIO_UNEQUAL)
		text_add(text, size,
			 "; of %zu batches each, the old build lost the CPU in "
			 "%zu, the new one in %zu",
			 m->tried, m->lost_old, m->lost_new);
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
			 g->count[RATIO_SLOWER], worse,
			 *g->why ? "; times: " : "", g->why);
	else if (g->status == EXIT_INCONCLUSIVE)
		snprintf(text, size, "too noisy to judge: %s", g->why);
	else
		snprintf(text, size, "no regression");
}

/* One letter of what came of a metric. */
static char mark(const struct gate_metric *m)
{
	static const char marks[RATIO_VERDICTS] = {
		[RATIO_UNRESOLVED] = '?', [RATIO_SAME] = ' ',
		[RATIO_FASTER] = 'f',	  [RATIO_SLOWER] = '!',
		[RATIO_UNEQUAL] = '?',
	};

	return marks[m->change.ratio.verdict];
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

enum { DESIGNS_MAX = 32, METRIC = 19, MARGIN = 11 };

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
	double margin = 0;
	bool any = false;
	char name[64];

	for (unsigned k = 0; k < n; k++) {
		const struct gate_metric *m = find(g, c, half, design[k]);

		any = any || m;
		if (m)
			margin = fmax(margin, percent(m->change.ratio.margin));
	}
	if (!any)
		return;
	pair_metric(c, half, name, sizeof(name));
	fprintf(out, "  %-17s", name);
	for (unsigned k = 0; k < n; k++) {
		const struct gate_metric *m = find(g, c, half, design[k]);

		if (m && m->change.ratio.draws)
			fprintf(out, " %+*.2f%c", (int)wide,
				percent(m->change.ratio.log.value), mark(m));
		else
			fprintf(out, " %*s ", (int)wide, m ? "?" : "");
	}
	fprintf(out, " %10.1f\n", margin);
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
	fit = (width - METRIC - MARGIN) / (wide + 2);
	fit = fit ? fit : 1;
	fputs("\nChange of time in per cent; + is slower.\n", out);
	for (unsigned from = 0; from < n; from += fit) {
		unsigned k = n - from < fit ? n - from : fit;

		fprintf(out, "%s  %-17s", from ? "\n" : "", "metric");
		for (unsigned i = from; i < from + k; i++)
			fprintf(out, " %*s ", (int)wide, design[i]);
		fprintf(out, "     margin\n");
		for (const struct pair_case *c = pair_cases; c->name; c++)
			for (unsigned half = 0; half < pair_halves(c); half++)
				row(g, c, half, design + from, k, wide, out);
	}
	page_line(out, width, 2,
		  "  ! slower: all of the interval is beyond the margin; f "
		  "faster; no mark: same, all of it is within; ? not resolved");
}

static void verdicts(const struct gate *g, FILE *out)
{
	static const enum ratio_verdict said[] = {
		RATIO_SLOWER, RATIO_FASTER, RATIO_UNRESOLVED, RATIO_UNEQUAL};
	static const char *const words[RATIO_VERDICTS] = {
		[RATIO_SLOWER] = "SLOWER",
		[RATIO_FASTER] = "faster",
		[RATIO_UNRESOLVED] = "not resolved",
		[RATIO_UNEQUAL] = "not judged"};
	char text[512];

	for (unsigned k = 0; k < sizeof(said) / sizeof(*said); k++)
		for (size_t i = 0; i < g->n; i++) {
			const struct gate_metric *m = &g->metric[i];

			if (m->change.ratio.verdict != said[k])
				continue;
			gate_describe(g, m, text, sizeof(text));
			page_line(out, page_width(out), 8, "%s  %s",
				  words[said[k]], text);
		}
}

/* What the old build showed against itself is no verdict on the new one. */
static void twins(const struct gate *g, FILE *out)
{
	char name[64];

	for (size_t i = 0; i < g->n; i++) {
		const struct gate_metric *m = &g->metric[i];
		enum ratio_verdict v = m->twin.ratio.verdict;

		if (v != RATIO_SLOWER && v != RATIO_FASTER)
			continue;
		pair_metric(m->c, m->half, name, sizeof(name));
		page_line(out, page_width(out), 8,
			  "TWIN  %s, %s: the old build against itself: "
			  "%+.2f %%; the margins of later gates rise",
			  name, m->design, percent(m->twin.ratio.log.value));
	}
}

/* Of which link orders the draws were. */
static void orders(const struct gate_output *o, FILE *out)
{
	const struct gate_sides *side[] = {o->old, o->new};
	static const char *const which[] = {"old", "new"};

	for (unsigned i = 0; i < 2; i++)
		if (o->g->orders_built[i])
			page_line(out, page_width(out), 5,
				  "%s: of the %u link order%s that were built, "
				  "as it cannot be linked anew here: a "
				  "difference may be the linker's",
				  which[i], side[i]->n,
				  side[i]->n == 1 ? "" : "s");
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
	exact(g, out);
	if (g->n) {
		fprintf(out,
			"\n%u processes, each on link orders of its own, "
			"%.0f s\n",
			g->processes, g->seconds);
		orders(o, out);
		table(g, out);
		verdicts(g, out);
		twins(g, out);
	}
	gate_conclusion(g, text, sizeof(text));
	page_line(out, page_width(out), 4, "\n%s", text);
}
