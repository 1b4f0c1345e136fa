/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the forms of a comparison say alike. */
#include <math.h>
#include <stdio.h>

#include "judge/compare.h"
#include "judge/summary.h"
#include "store/trial_name.h"

double compare_interval_percent(const struct compare *c)
{
	return 100 - 200 * c->options.alpha;
}

double compare_slower_percent(double log)
{
	double percent = effect_percent(log);

	return fabs(percent) < 0.005 ? 0 : percent; /* no -0.00 */
}

void compare_title(const struct store_trial *t, char *text, size_t size)
{
	char threads[64], axes[256];

	trial_threads(t, threads, sizeof(threads));
	trial_axes(t, axes, sizeof(axes));
	snprintf(text, size, "%s / %s, %s, %s%s%s", t->sweep, t->workload,
		 t->design, threads, *axes ? ", " : "", axes);
}

void compare_conclusion(const struct compare *c, char *text, size_t size)
{
	int n = snprintf(text, size,
			 "%zu slower, %zu faster, %zu the same within %.3g %%, "
			 "%zu inconclusive",
			 c->count[VERDICT_SLOWER], c->count[VERDICT_FASTER],
			 c->count[VERDICT_SAME], 100 * c->options.threshold,
			 c->count[VERDICT_INCONCLUSIVE]);

	if (n > 0 && (size_t)n < size && c->exact)
		snprintf(text + n, size - (size_t)n,
			 "; %zu of %zu exact figures differ", c->exact_differ,
			 c->exact);
}
