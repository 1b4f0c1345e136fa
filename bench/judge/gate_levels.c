/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Differences of differences. */
#include "base/text.h"
#include "judge/gate_levels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "stats/sample.h"

enum { LEVELS = 3 };
/* Dependent walks by the level they end at, from 1. */
static const char *const walks[LEVELS] = {"walk_dep_4k", "walk_dep_2m",
					  "walk_dep_1g"};

static double exact_change(const struct gate *g, const char *design,
			   const char *of, const char *metric)
{
	for (size_t i = 0; i < g->nexact; i++) {
		const struct gate_exact *x = &g->exact[i];

		if (!strcmp(x->design, design) && !strcmp(x->of, of) &&
		    !strcmp(x->metric, metric))
			return x->new_value - x->old_value;
	}
	return 0;
}

/* Of what is decided: noise is no change. */
static double time_change(const struct gate *g, const char *design,
			  const char *of)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct gate_metric *m = &g->metric[i];

		if (strcmp(m->design, design) || strcmp(m->c->name, of) ||
		    m->change.ratio.verdict == RATIO_SAME)
			continue;
		return expm1(m->change.ratio.log.value) *
		       stats_median(m->old_ns, m->change.ratio.draws);
	}
	return 0;
}

void gate_levels(const struct gate *g, const char *design, const char *of,
		 const char *metric, char *text, size_t size)
{
	double change[LEVELS + 1] = {0}, most = 0;
	int ends = -1;

	*text = '\0';
	for (int i = 0; i < LEVELS; i++) {
		change[i] = metric ? exact_change(g, design, walks[i], metric)
				   : time_change(g, design, walks[i]);
		if (!strcmp(of, walks[i]))
			ends = i;
	}
	if (ends < 0)
		return;
	for (int i = ends; i < LEVELS; i++)
		most = fmax(most, fabs(change[i] - change[i + 1]));
	for (int i = LEVELS - 1; i >= ends; i--) {
		double own = change[i] - change[i + 1];

		if (fabs(own) < most / 4 || !(fabs(own) > 0))
			continue;
		/* above level 3 nothing ends, so it is not told apart */
		text_join(text, size, ", ", "level %d%s %+.3g", i + 1,
			  i == LEVELS - 1 ? " or above" : "", own);
	}
}
