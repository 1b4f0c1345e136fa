/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of gates. */
#include "judge/gate_store.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/engine.h"
#include "../kernels/mutant.h"
#include "base/must.h"
#include "store/gate.h"
#include "base/version.h"

enum { GATES = 30 }; /* that margins are made of */

/* PAIR_CLASSES: of no case and design that there are. */
static enum pair_class class_of(const struct store_gate_twin *t)
{
	const struct design *d = design_find(t->design);
	unsigned half;
	const struct pair_case *c = pair_metric_case(t->metric, &half);

	if (!c || !d)
		return PAIR_CLASSES;
	return pair_class_of(c, d->flags & DESIGN_DEFERS ? SIDE_DEFERS : 0);
}

int gate_margins(struct store *s, const char *machine,
		 double margin[PAIR_CLASSES], struct err *e)
{
	struct store_gate_twin *twin = NULL;
	size_t n = 0;
	double *shown;
	int rc = s ? store_gate_twins(s, machine, GATES, &twin, &n, e) : 0;

	shown = must_calloc(n + 1, sizeof(*shown));
	for (enum pair_class c = 0; c < PAIR_CLASSES; c++) {
		size_t k = 0;

		for (size_t i = 0; i < n; i++)
			if (class_of(&twin[i]) == c)
				shown[k++] = gate_twin_shown(twin[i].value,
							     twin[i].half);
		margin[c] = log1p(pair_classes[c].least);
		if (!MUTANT(gate_past_ignored))
			margin[c] = margin_raised(margin[c], shown, k);
	}
	free(shown);
	free(twin);
	return rc;
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
		.processes = g->processes,
		.status = g->status,
		.metric = rows,
		.n = g->n,
	};
	int rc;

	for (size_t i = 0; i < g->n; i++) {
		const struct gate_metric *m = &g->metric[i];
		const struct estimate *change = &m->change.ratio.log;

		pair_metric(m->c, m->half, names[i], sizeof(names[i]));
		rows[i] = (struct store_gate_metric){
			.design = m->design,
			.metric = names[i],
			.verdict = ratio_verdict_name(m->change.ratio.verdict),
			.samples = (unsigned)m->change.ratio.draws,
			.change = change->value,
			.low = change->low,
			.high = change->high,
			.canary = m->twin.ratio.draws ? m->twin.ratio.log.value
						      : (double)NAN,
			.threshold = m->change.ratio.margin,
			.old_ns = median(m->old_ns, m->change.ratio.draws),
			.new_ns = median(m->new_ns, m->change.ratio.draws),
			.confirmed = m->change.ratio.verdict == RATIO_SLOWER,
		};
	}
	rc = store_gate_add(s, &gate, e);
	free(rows);
	free(names);
	return rc;
}
