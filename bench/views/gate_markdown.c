/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A gate for a merge request: the verdict, then what is not the same. */
#include "views/gate.h"

static void line(const struct gate *g, const struct gate_metric *m, FILE *out)
{
	enum ratio_verdict v = m->change.ratio.verdict;
	char text[512];

	if (v == RATIO_SAME)
		return;
	gate_describe(g, m, text, sizeof(text));
	fprintf(out, v == RATIO_SLOWER ? "- **%s**: %s\n" : "- %s: %s\n",
		ratio_verdict_name(v), text);
}

void gate_markdown(const struct gate_output *o, FILE *out)
{
	const struct gate *g = o->g;
	char text[512];

	gate_conclusion(g, text, sizeof(text));
	fprintf(out,
		"### vtdbench gate: %s\n\n`%s` against `%s`, %zu metrics, %zu "
		"the same, %u processes, %.0f s, %s\n\n",
		text, o->new->name, o->old->name, g->n, g->count[RATIO_SAME],
		g->processes, g->seconds, o->machine);
	for (size_t i = 0; i < g->nexact; i++) {
		gate_describe_exact(g, &g->exact[i], text, sizeof(text));
		fprintf(out, "- exact, %s: %s\n",
			g->exact[i].worse ? "**worse**" : "better", text);
	}
	if (g->exact_compared && !g->nexact)
		fprintf(out, "- %zu exact figures are the same\n",
			g->exact_compared);
	for (size_t i = 0; i < g->n; i++)
		line(g, &g->metric[i], out);
}
