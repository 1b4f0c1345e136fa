/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Single operations and their means over some. */
#include <errno.h>
#include <math.h>

#include "../kernels/mutant.h"
#include "stats/singles.h"

/* Within these the distance between two values is a fifth and more. */
static const double COARSE_STEPS = 5;

int singles_init(struct singles *s)
{
	*s = (struct singles){.one = hist_new(), .block = hist_new()};
	return s->one && s->block ? 0 : -ENOMEM;
}

void singles_release(struct singles *s)
{
	hist_free(s->one);
	hist_free(s->block);
	*s = (struct singles){0};
}

void singles_clear(struct singles *s)
{
	if (!s->one)
		return;
	/* Most that are cleared are empty: their pages stay untouched. */
	if (hist_count(s->one))
		hist_clear(s->one);
	if (hist_count(s->block))
		hist_clear(s->block);
	s->sum = 0;
	s->n = 0;
}

void singles_add(struct singles *s, double ns)
{
	hist_add(s->one, singles_round(ns));
	s->sum += ns;
	if (++s->n < SINGLES_BLOCK)
		return;
	hist_add(s->block, singles_round(s->sum));
	s->sum = 0;
	s->n = 0;
}

void singles_merge(struct singles *into, const struct singles *from)
{
	hist_merge(into->one, from->one);
	hist_merge(into->block, from->block);
	into->sum += from->sum;
	into->n += from->n;
}

double singles_least_ns(double step_ns)
{
	/* The histograms are of whole ns. */
	return COARSE_STEPS * fmax(step_ns, 1);
}

double singles_quantile(const struct singles *s, double q, double step_ns,
			bool *from_block)
{
	double one = (double)hist_quantile(s->one, q);

	*from_block = false;
	if (!hist_count(s->one))
		return NAN;
	if (one >= singles_least_ns(step_ns) || MUTANT(singles_below_clock))
		return one;
	if (!hist_count(s->block) && !s->n)
		return one;
	*from_block = true;
	return hist_count(s->block)
		       ? (double)hist_quantile(s->block, q) / SINGLES_BLOCK
		       : fmax(s->sum / s->n, 0);
}
