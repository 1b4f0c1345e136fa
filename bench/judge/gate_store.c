/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of gates. */
#include "judge/gate_store.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/must.h"
#include "store/gate.h"
#include "base/version.h"

double gate_past_threshold(void *arg, const struct gate_metric *m)
{
	const struct gate_past *past = arg;
	double least = log1p(pair_classes[m->class].least);
	double canary[GATE_HISTORY];
	struct err e = {0};
	char metric[64];
	size_t n;

	if (!past->store)
		return least;
	pair_metric(m->c, m->half, metric, sizeof(metric));
	if (store_gate_canaries(past->store, past->machine, m->design, metric,
				canary, GATE_HISTORY, &n, &e))
		return least;
	return gate_threshold(least, canary, n);
}

static double median(const double *x, size_t n)
{
	return n ? stats_median(x, n) : (double)NAN;
}

int gate_store(struct store *s, const struct gate *g,
	       const struct gate_sides *old, const struct gate_sides *new,
	       const char *machine, const char *started_utc,
	       const char *conclusion, struct err *e)
{
	struct store_gate_metric *rows = must_calloc(g->n, sizeof(*rows));
	char(*names)[64] = must_calloc(g->n, sizeof(*names));
	struct store_gate gate = {
		.machine = machine,
		.old_name = old->name,
		.old_commit = old->commit,
		.new_name = new->name,
		.new_commit = new->commit,
		.version = VTDBENCH_VERSION,
		.conclusion = conclusion,
		.started_utc = started_utc,
		.processes = g->processes + g->confirmations,
		.status = g->status,
		.metric = rows,
		.n = g->n,
	};
	int rc;

	for (size_t i = 0; i < g->n; i++) {
		const struct gate_metric *m = &g->metric[i];
		const struct estimate *change = &m->change.effect.log;

		pair_metric(m->c, m->half, names[i], sizeof(names[i]));
		rows[i] = (struct store_gate_metric){
			.design = m->design,
			.metric = names[i],
			.verdict = gate_verdict_name(m->change.verdict),
			.samples = (unsigned)m->change.n,
			.change = change->value,
			.low = change->low,
			.high = change->high,
			.canary = m->canary.n ? m->canary.effect.log.value
					      : (double)NAN,
			.threshold = m->threshold,
			.old_ns = median(m->old_ns, m->change.n),
			.new_ns = median(m->new_ns, m->change.n),
			.confirmed = m->change.slower,
		};
	}
	rc = store_gate_add(s, &gate, e);
	free(rows);
	free(names);
	return rc;
}
