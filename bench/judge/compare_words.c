/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the forms of a comparison say alike. */
#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "judge/compare.h"
#include "stats/effect.h"
#include "store/trial_name.h"
#include "trial/axes.h"

double compare_interval_percent(const struct compare *c)
{
	return 100 * (1 - c->alpha);
}

/* 2 / C(2n, n): the least that an interval between two samples may err. */
size_t compare_draws_min(const struct compare *c)
{
	double least = 2;
	size_t n = 1;

	for (; least > c->alpha && n < 64; n++)
		least *= (double)n / (4 * (double)n - 2);
	return n - 1;
}

const char compare_time_note[] =
	"the reference itself has nothing beside it: the machine as much as "
	"the build";

double compare_slower_percent(double log)
{
	double percent = effect_percent(log);

	return fabs(percent) < 0.005 ? 0 : percent; /* no -0.00 */
}

void compare_title(const struct store_trial *t, char *text, size_t size)
{
	char threads[TRIAL_THREADS], axes[AXES_TEXT];

	trial_threads(t, threads, sizeof(threads));
	trial_axes(t, axes, sizeof(axes));
	snprintf(text, size, "%s / %s, %s, %s%s%s", t->sweep, t->workload,
		 t->design, threads, *axes ? ", " : "", axes);
}

void compare_conclusion(const struct compare *c, char *text, size_t size)
{
	snprintf(text, size,
		 "%zu slower, %zu faster, %zu the same, %zu not resolved",
		 c->count[RATIO_SLOWER], c->count[RATIO_FASTER],
		 c->count[RATIO_SAME], c->count[RATIO_UNRESOLVED]);
	if (c->count[RATIO_UNEQUAL])
		text_add(text, size, ", %zu not judged",
			 c->count[RATIO_UNEQUAL]);
	if (c->times[RATIO_SLOWER] || c->times[RATIO_FASTER])
		text_add(text, size,
			 "; machine or build: %zu slower, %zu faster",
			 c->times[RATIO_SLOWER], c->times[RATIO_FASTER]);
	if (c->exact)
		text_add(text, size, "; %zu of %zu exact figures differ",
			 c->exact_differ, c->exact);
}
