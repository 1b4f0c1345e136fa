/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge/race.h"

#include <math.h>

static double count(const struct summary_row *row, size_t i, enum metric_id m)
{
	const struct value *v = record_get(&row->trial[i]->record, m);

	return v ? v->value : 0;
}

/* None in so many. */
static double none_below(double tries)
{
	return -expm1(log(0.05) / tries);
}

bool count_sum(const struct summary_row *row, enum metric_id metric,
	       struct count_sum *c)
{
	*c = (struct count_sum){0};
	for (size_t i = 0; i < row->n; i++) {
		double tries = count(row, i, metrics[metric].of);

		if (tries <= 0)
			continue;
		c->draws++;
		c->tries += tries;
		c->events += count(row, i, metric);
	}
	if (!c->draws)
		return false;
	c->share = c->events > 0 ? c->events / c->tries : none_below(c->tries);
	return true;
}

bool race_sum(const struct summary_row *row, struct race_sum *r)
{
	*r = (struct race_sum){.low = INFINITY};
	for (size_t i = 0; i < row->n; i++) {
		double dumps = count(row, i, METRIC_race_dumps);
		double exposed = count(row, i, METRIC_race_dumps_exposed);

		if (dumps <= 0)
			continue;
		r->draws++;
		r->dumps += dumps;
		r->exposed += exposed;
		r->low = fmin(r->low, exposed / dumps);
		r->high = fmax(r->high, exposed / dumps);
		r->freed += count(row, i, METRIC_race_tables_freed);
		r->tables += count(row, i, METRIC_race_tables_exposed);
		r->stale += count(row, i, METRIC_race_leaves_stale);
		r->foreign += count(row, i, METRIC_race_leaves_foreign);
		r->garbage += count(row, i, METRIC_race_leaves_garbage);
		r->wild += count(row, i, METRIC_race_links_wild);
	}
	if (!r->draws)
		return false;
	r->share = r->exposed / r->dumps;
	if (r->exposed <= 0)
		r->high = none_below(r->dumps);
	return true;
}
