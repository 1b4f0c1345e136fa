/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks, thresholds, confirmation. */
#include "judge/gate_decide.h"

#include <math.h>

#include "../kernels/mutant.h"

const unsigned gate_look_processes[GATE_LOOKS] = {16, 32, 64, GATE_PROCESSES};
const double gate_look_alpha[GATE_LOOKS] = {0.0003, 0.0006, 0.0009, 0.0012};

/* What the bound that ends a metric as `same` may err, at each look. */
static const double same_alpha = 0.005;
static const double confirm_alpha = 0.01;

const char *gate_verdict_name(enum gate_verdict v)
{
	static const char *const names[GATE_VERDICTS] = {
		[GATE_OPEN] = "open",
		[GATE_SAME] = "same",
		[GATE_FASTER] = "faster",
		[GATE_SLOWER] = "slower",
		[GATE_INCONCLUSIVE] = "inconclusive",
	};

	return names[v];
}

enum gate_verdict gate_judge(const double *sample, size_t n, unsigned look,
			     double threshold, double goal,
			     struct effect *effect)
{
	struct estimate bound;

	*effect = effect_paired(sample, n, gate_look_alpha[look], threshold);
	if (effect->verdict == VERDICT_SLOWER)
		return GATE_SLOWER;
	if (effect->verdict == VERDICT_FASTER)
		return GATE_FASTER;
	bound = stats_hodges_lehmann(sample, n, 1 - 2 * same_alpha);
	if (bound.confidence >= 1 - 2 * same_alpha - 1e-9 &&
	    (bound.high < goal || MUTANT(gate_noise_is_same)))
		return GATE_SAME;
	return look + 1 < GATE_LOOKS ? GATE_OPEN : GATE_INCONCLUSIVE;
}

bool gate_confirms(const double *sample, size_t n, double threshold,
		   struct effect *effect)
{
	*effect = effect_paired(sample, n, confirm_alpha, threshold);
	return effect->verdict == VERDICT_SLOWER || MUTANT(gate_unconfirmed);
}

size_t gate_confirm_min(void)
{
	return effect_pairs_min(confirm_alpha);
}

double gate_threshold(double least, const double *canary, size_t n)
{
	double spread;

	if (n < GATE_HISTORY_MIN || MUTANT(gate_past_ignored))
		return least;
	spread = 3 * STATS_MAD_TO_SD * stats_mad(canary, n);
	return spread > least ? spread : least;
}

bool gate_lost_differs(size_t tried, size_t lost_old, size_t lost_new)
{
	double n = (double)tried;
	double a = (double)lost_old / n, b = (double)lost_new / n;
	double both = (a + b) / 2;

	return tried && !MUTANT(gate_losses_unseen) && fabs(a - b) > 0.05 &&
	       fabs(a - b) > 4 * sqrt(2 * both * (1 - both) / n);
}
