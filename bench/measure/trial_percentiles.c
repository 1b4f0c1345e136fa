/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Percentiles of single operations, and which of them come from blocks. */
#include <math.h>

#include "measure/trial_parts.h"

void trial_percentiles(struct record *r, enum metric_id from_block,
		       const struct singles *s)
{
	double blocks = 0;

	for (enum metric_id m = METRIC_NONE + 1; m < METRIC_NR; m++) {
		double q = metrics[m].quantile, ns;
		bool block;

		/* The largest is recorded where it is known. */
		if (metrics[m].from_block != from_block || q >= 1)
			continue;
		ns = singles_quantile(s, q, clock_info()->step_ns, &block);
		if (isnan(ns))
			return;
		record_add(r, m, ns, false);
		blocks = block ? 100 * q : blocks;
	}
	record_add(r, from_block, blocks, false);
}

void trial_keep_singles(struct record *r, const char *one, const char *block,
			struct singles *s)
{
	const struct {
		const char *name;
		struct hist *hist;
	} hists[] = {{one, s->one}, {block, s->block}};

	for (size_t i = 0; i < 2; i++)
		if (hist_count(hists[i].hist))
			record_add_hist(r, hists[i].name, hists[i].hist);
		else
			hist_free(hists[i].hist);
	*s = (struct singles){0};
}
