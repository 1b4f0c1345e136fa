/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which percentiles the clock was too coarse for. */
#include "stats/singles.h"
#include "trial/record.h"

/* Up to which percentile those that @m is one of come from blocks. */
static double from_block(const struct record *r, const struct metric *m)
{
	const struct value *v = record_get(r, m->from_block);

	if (v || m->from_block != METRIC_walk_from_block)
		return v ? v->value : 0;
	/* Runs of before 1.0 say it of p50 and p90 together. */
	v = record_get(r, METRIC_walk_p50_from_block);
	return v && v->value > 0 ? 90 : 0;
}

enum clock_mark record_mark(const struct record *r, enum metric_id metric)
{
	const struct metric *m = metric_row(metric);
	const struct value *v = record_get(r, metric);
	const struct value *step = record_get(r, METRIC_clock_step_ns);

	if (!v || !m || !m->from_block)
		return MARK_NONE;
	if (100 * m->quantile <= from_block(r, m))
		return MARK_BLOCK;
	return step && v->value < singles_least_ns(step->value) ? MARK_STEPS
								: MARK_NONE;
}

const char *mark_name(enum clock_mark m)
{
	return m == MARK_BLOCK ? "block" : m == MARK_STEPS ? "steps" : "";
}
