/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Percentiles of single operations, and which of them come from blocks. */
#include <math.h>
#include <stdio.h>

#include "measure/trial_parts.h"

static const struct {
	const char *name;
	double q, percent;
} tails[] = {
	{"p50", 0.5, 50},
	{"p90", 0.9, 90},
	{"p99", 0.99, 99},
	{"p999", 0.999, 99.9},
};

void trial_percentiles(struct record *r, const char *op,
		       const struct singles *s)
{
	double blocks = 0;
	char name[48];

	for (size_t i = 0; i < sizeof(tails) / sizeof(*tails); i++) {
		bool block;
		double ns = singles_quantile(s, tails[i].q,
					     clock_info()->step_ns, &block);

		snprintf(name, sizeof(name), "%s_%s_ns", op, tails[i].name);
		if (isnan(ns))
			return;
		if (!metric_find(name))
			continue;
		record_add(r, name, ns, false);
		blocks = block ? tails[i].percent : blocks;
	}
	snprintf(name, sizeof(name), "%s_from_block", op);
	record_add(r, name, blocks, false);
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
