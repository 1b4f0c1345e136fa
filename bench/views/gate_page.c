/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A gate's judgement as a document: a table of changes, then what failed. */
#include <stdio.h>

#include "base/must.h"
#include "stats/effect.h"
#include "views/gate.h"

static void head(const void *gate_output, struct document *d)
{
	const struct gate_output *o = gate_output;
	int status = o->g->status;
	char text[512];

	snprintf(text, sizeof(text), "Is %s slower than %s?", o->new->name,
		 o->old->name);
	doc_title(d, text);
	gate_conclusion(o->g, text, sizeof(text));
	doc_verdict(d,
		    status == EXIT_REGRESSION	  ? DOC_BAD
		    : status == EXIT_INCONCLUSIVE ? DOC_OPEN
						  : DOC_GOOD,
		    text);
	doc_text(d, 0, 5, "old: %s%s%s", o->old->name,
		 *o->old->commit ? ", commit " : "", o->old->commit);
	doc_text(d, 0, 5, "new: %s%s%s", o->new->name,
		 *o->new->commit ? ", commit " : "", o->new->commit);
	if (*o->machine)
		doc_text(d, 0, 4, "Machine: %s", o->machine);
}

static void exact(const struct gate *g, struct document *d)
{
	struct doc_block *b;
	char text[512];

	if (!g->exact_compared)
		return;
	b = doc_heading(d, 2, "Exact figures");
	snprintf(text, sizeof(text), "%zu compared, %zu differ%s%s.",
		 g->exact_compared, g->nexact,
		 *g->no_instructions ? "; instructions not counted: " : "",
		 g->no_instructions);
	b->mark = must_copy(text);
	b->tone = g->nexact ? DOC_OPEN : DOC_GOOD;
	for (size_t i = 0; i < g->nexact; i++) {
		bool worse = g->exact[i].worse;

		gate_describe_exact(g, &g->exact[i], text, sizeof(text));
		doc_item(d, worse ? "WORSE" : "better",
			 worse ? DOC_BAD : DOC_GOOD, "%s", text);
	}
}

/* Of which link orders the draws were. */
static void orders(const struct gate_output *o, struct document *d)
{
	const struct gate_sides *side[] = {o->old, o->new};
	static const char *const which[] = {"old", "new"};

	for (unsigned i = 0; i < 2; i++)
		if (o->g->orders_built[i])
			doc_text(d, 0, 5,
				 "%s: of the %u link order%s that were built, "
				 "as it cannot be linked anew here: a "
				 "difference may be the linker's",
				 which[i], side[i]->n,
				 side[i]->n == 1 ? "" : "s");
}

static void items(const struct gate *g, enum ratio_verdict verdict,
		  enum doc_tone tone, const char *word, struct document *d)
{
	char text[512];

	for (size_t i = 0; i < g->n; i++) {
		const struct gate_metric *m = &g->metric[i];

		if (m->change.ratio.verdict != verdict)
			continue;
		gate_describe(g, m, text, sizeof(text));
		doc_item(d, word, tone, "%s", text);
	}
}

/* On a page what is not judged, which may be all, is behind a fold. */
static void verdicts(const struct gate *g, bool page, struct document *d)
{
	size_t open = g->count[RATIO_UNRESOLVED] + g->count[RATIO_UNEQUAL];

	items(g, RATIO_SLOWER, DOC_BAD, "SLOWER", d);
	items(g, RATIO_FASTER, DOC_GOOD, "faster", d);
	if (page && open)
		doc_fold(d, "%zu not resolved, or not judged", open);
	items(g, RATIO_UNRESOLVED, DOC_OPEN, "not resolved", d);
	items(g, RATIO_UNEQUAL, DOC_OPEN, "not judged", d);
	if (page && open)
		doc_fold_end(d);
}

/* What the old build showed against itself is no verdict on the new one. */
static void twins(const struct gate *g, struct document *d)
{
	char name[64];

	for (size_t i = 0; i < g->n; i++) {
		const struct gate_metric *m = &g->metric[i];
		enum ratio_verdict v = m->twin.ratio.verdict;

		if (v != RATIO_SLOWER && v != RATIO_FASTER)
			continue;
		pair_metric(m->c, m->half, name, sizeof(name));
		doc_item(d, "TWIN", DOC_OPEN,
			 "%s, %s: the old build against itself: %+.2f %%; the "
			 "margins of later gates rise",
			 name, m->design,
			 effect_percent(m->twin.ratio.log.value));
	}
}

static void times(const struct gate_output *o, bool page, struct document *d)
{
	const struct gate *g = o->g;

	if (!g->n)
		return;
	doc_heading(d, 2, "Times");
	doc_text(d, 0, 4,
		 "%u processes, each on link orders of its own, %.0f s",
		 g->processes, g->seconds);
	orders(o, d);
	gate_changes(g, d);
	verdicts(g, page, d);
	twins(g, d);
}

static void body(const void *gate_output, bool page, struct document *d)
{
	const struct gate_output *o = gate_output;

	exact(o->g, d);
	times(o, page, d);
	if (page && o->g->n)
		gate_metrics(o->g, d);
}

static void origin(const void *gate_output, struct document *d)
{
	const struct gate_output *o = gate_output;

	doc_text(d, 0, 4,
		 "Both builds of the engine ran side by side in one process, "
		 "batch by batch, on %s, from %s. docs/gate.md says how, and "
		 "how often it errs.",
		 o->host, o->started_utc);
	forms_again(o->again, d);
}

const struct forms gate_forms = {.name = "gate",
				 .head = head,
				 .body = body,
				 .origin = origin,
				 .json = gate_json,
				 .junit = gate_junit,
				 .picture = "forest",
				 .shows = "Effects",
				 .table = gate_forest};
