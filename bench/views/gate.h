/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The forms a gate's judgement is written in. Write errors are the stream's. */
#ifndef VIEWS_GATE_H
#define VIEWS_GATE_H

#include <stdio.h>

#include "judge/gate.h"

struct gate_output {
	const struct gate *g;
	const struct gate_sides *old, *new;
	const char *machine; /* label of the machine class */
	const char *host;
	const char *started_utc;
};

void gate_text(const struct gate_output *o, FILE *out);
void gate_markdown(const struct gate_output *o, FILE *out);
/* One JSON object; see docs/formats.md. */
void gate_json(const struct gate_output *o, FILE *out);
/* A test case a metric: slower is a failure, not judged is skipped. */
void gate_junit(const struct gate_output *o, FILE *out);

/* Table of plot "forest"; a write function of plot_draw_table(). */
int gate_forest(const void *gate_output, FILE *out, char why[256]);

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
