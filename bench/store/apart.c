/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Draws in which the host had the CPUs further apart than in others. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/mutant.h"
#include "base/must.h"
#include "store/results.h"

static int by_row(const void *a, const void *b)
{
	const struct store_trial *x = *(struct store_trial *const *)a;
	const struct store_trial *y = *(struct store_trial *const *)b;
	int by = strcmp(x->cell, y->cell);

	by = by ? by : strcmp(x->sweep, y->sweep);
	by = by ? by : strcmp(x->axes, y->axes);
	return by ? by : strcmp(x->design, y->design);
}

/* NAN: one thread, an older version, or other work was on the CPUs. */
static double transfer(const struct store_trial *t)
{
	const struct value *v = record_get(&t->record, METRIC_line_transfer_ns);

	return v && t->record.status == TRIAL_OK &&
			       !(t->record.disturbed &
				 (PHASE_ALL | PHASE_CONTROL))
		       ? v->value
		       : NAN;
}

static void mark_row(struct store_trial *const *t, size_t n)
{
	double nearest = INFINITY;
	size_t near = 0;

	for (size_t i = 0; i < n; i++)
		nearest = fmin(nearest, transfer(t[i]));
	for (size_t i = 0; i < n; i++)
		near += isfinite(transfer(t[i])) &&
			!store_is_far(transfer(t[i]), nearest);
	for (size_t i = 0; i < n && near >= STORE_NEAR_LEAST; i++)
		if (store_is_far(transfer(t[i]), nearest) &&
		    !MUTANT(far_counts))
			t[i]->record.disturbed |= PHASE_APART;
}

void store_mark_apart(struct store_trials *trials)
{
	struct store_trial **t =
		must_calloc(trials->n + 1, sizeof(struct store_trial *));

	for (size_t i = 0; i < trials->n; i++)
		t[i] = &trials->trial[i];
	qsort(t, trials->n, sizeof(*t), by_row);
	for (size_t i = 0, next; i < trials->n; i = next) {
		for (next = i; next < trials->n && !by_row(&t[i], &t[next]);)
			next++;
		mark_row(t + i, next - i);
	}
	free(t);
}
