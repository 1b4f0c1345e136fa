/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The metrics of a gate: made as samples of them come in. */
#ifndef JUDGE_GATE_METRICS_H
#define JUDGE_GATE_METRICS_H

#include "judge/gate.h"
#include "judge/gate_samples.h"

/* Adds a sample to its metric, which is made with the margin of its class if it
 * is the first. One with too few undisturbed batches counts those only; an
 * unknown metric is passed over. */
void gate_take_sample(struct gate *g, const struct gate_sample *s,
		      const double margin[PAIR_CLASSES]);

/* "rcu/walk_dep_4k,none/4k" of the open metrics of less than @want samples, for
 * `pair --only`; the caller frees. NULL: of none. */
char *gate_list(const struct gate *g, unsigned want);

#endif
