/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A gate's judgement and the forms it is written in. Write errors are the
 * stream's. */
#ifndef VIEWS_GATE_H
#define VIEWS_GATE_H

#include "judge/gate.h"
#include "outputs/forms.h"

struct gate_output {
	const struct gate *g;
	const struct gate_sides *old, *new;
	const char *machine; /* label of the machine class */
	const char *host;
	const char *started_utc;
	const char *again; /* the command, for its page */
};

/* gate.txt and so on. All take a struct gate_output. */
extern const struct forms gate_forms;

/* Of these: one JSON object, see docs/formats.md; a test case a metric: slower
 * is a failure, not judged is skipped; the table of plot "forest". */
void gate_json(const void *gate_output, FILE *out);
void gate_junit(const void *gate_output, FILE *out);
int gate_forest(const void *gate_output, FILE *out, char why[256]);

/* views/gate_table.c: designs beside each other, in per cent. Below the title
 * of a fold: all that is known of each metric. */
void gate_changes(const struct gate *g, struct document *d);
void gate_metrics(const struct gate *g, struct document *d);

/* views/gate_words.c: what all of them say. */

/* "no regression", "regression: 2 metrics slower, 1 exact figure worse", … */
void gate_conclusion(const struct gate *g, char *text, size_t size);
/* "rcu walk_dep_4k: +5.1 % [4.9, 5.3] (7.16 -> 7.52 ns), …" */
void gate_describe(const struct gate *g, const struct gate_metric *m,
		   char *text, size_t size);
/* The same of an exact figure. */
void gate_describe_exact(const struct gate *g, const struct gate_exact *x,
			 char *text, size_t size);
/* Neither slower nor faster nor the same. */
bool gate_is_unjudged(const struct gate_metric *m);

#endif
