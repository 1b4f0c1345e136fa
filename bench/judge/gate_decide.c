/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks, and what may spoil them. */
#include "judge/gate_decide.h"

#include <math.h>

#include "../kernels/mutant.h"

const unsigned gate_look_processes[GATE_LOOKS] = {14, 20, 28,
						  40, 56, GATE_PROCESSES};

void gate_judge(const double *sample, struct ratio *r)
{
	double confidence = MUTANT(gate_looks_unpaid) ? 0.9 : GATE_CONFIDENCE;

	r->log = stats_hodges_lehmann(sample, r->draws, confidence);
	r->verdict = ratio_judge(&r->log, r->margin, confidence);
	if (MUTANT(gate_noise_is_same) && r->verdict == RATIO_UNRESOLVED)
		r->verdict = RATIO_SAME;
}

double gate_twin_shown(double twin, double half)
{
	return margin_shown(twin - half, twin + half);
}

bool gate_lost_differs(size_t tried, size_t lost_old, size_t lost_new)
{
	double n = (double)tried;
	double a = (double)lost_old / n, b = (double)lost_new / n;
	double both = (a + b) / 2;

	return tried && !MUTANT(gate_losses_unseen) && fabs(a - b) > 0.05 &&
	       fabs(a - b) > 4 * sqrt(2 * both * (1 - both) / n);
}
