/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The metrics of a gate: made as samples of them come in. */
#ifndef JUDGE_GATE_METRICS_H
#define JUDGE_GATE_METRICS_H

#include "judge/gate.h"
#include "judge/gate_samples.h"

/* Adds a sample to its metric, or to those that confirm it. One with too few
 * undisturbed batches counts those only; an unknown metric is passed over. */
void gate_take_sample(struct gate *g, const struct gate_sample *s,
		      bool confirming);

/* "rcu/walk_dep_4k,none/4k" of the metrics for which @which holds, for `pair
 * --only`; the caller frees. NULL: of none. */
char *gate_list(const struct gate *g,
		bool (*which)(const void *arg, const struct gate_metric *m),
		const void *arg);

#endif
