/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the forms of a gate say alike. */
#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "judge/gate_levels.h"
#include "stats/effect.h"
#include "views/gate.h"

bool gate_is_unjudged(const struct gate_metric *m)
{
	return m->change.ratio.verdict == RATIO_UNRESOLVED ||
	       m->change.ratio.verdict == RATIO_UNEQUAL;
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
		 name, m->design, effect_percent(e->value),
		 effect_percent(e->low), effect_percent(e->high), old,
		 old * exp(e->value), m->c->help);
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
