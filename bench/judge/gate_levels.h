/* SPDX-License-Identifier: GPL-2.0-or-later */
/* At which level of the tables a change lies. */
#ifndef JUDGE_GATE_LEVELS_H
#define JUDGE_GATE_LEVELS_H

#include "judge/gate.h"

/*
 * Walks that end at level 1, 2 and 3 share what they do above: what is added
 * from one to the next is the levels' own. For a metric or figure of one of
 * the dependent walks, "level 2 +1" of those levels that the change is at;
 * else "". Exact: of the figure named @metric; times: in ns (@metric NULL).
 */
void gate_levels(const struct gate *g, const char *design, const char *of,
		 const char *metric, char *text, size_t size);

#endif
