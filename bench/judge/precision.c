/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the ratios of a cell lack in precision. */
#include "judge/precision.h"

#include <math.h>

#include "judge/answer.h"

struct margins precision_wanted(const struct params_run *run)
{
	const struct params_classes *p = &run->precision;
	bool given = p->walk > 0 || p->update > 0 || p->contended > 0;

	if (!given && run->budget_ns)
		return margins_default;
	return margins_of(p);
}

/* The design of @cell that is known least. */
static double widest(const struct summary_cell *cell, enum metric_id metric)
{
	const struct summary_row *to = ratio_reference(cell);
	double half = 0;

	for (size_t i = 0; i < cell->nrows; i++)
		if (&cell->row[i] != to)
			half = fmax(half,
				    ratio_half_width(&cell->row[i], to, metric,
						     PRECISION_CONFIDENCE));
	return half;
}

static bool claimed(const struct question *q, const struct summary_cell *cell,
		    enum metric_id metric)
{
	for (size_t i = 0; i < q->n; i++)
		if (answer_about(&q->claim[i], cell, metric))
			return true;
	return false;
}

/* The figures of @cell that must be precise; how many. */
static unsigned figures(const struct summary_cell *cell,
			const struct question *q,
			enum metric_id metric[RUNNER_FIGURES])
{
	unsigned shown = ratio_figures(cell, metric), n = shown;

	for (enum metric_id m = 1; m < METRIC_NR && n < RUNNER_FIGURES; m++) {
		bool there = false;

		for (unsigned k = 0; k < shown; k++)
			there |= metric[k] == m;
		if (!there && claimed(q, cell, m))
			metric[n++] = m;
	}
	return n;
}

void precision_needs(const struct params_run *run,
		     const struct question *question,
		     const struct store_trials *trials,
		     struct runner_needs *out)
{
	const struct margins wanted = precision_wanted(run);
	enum metric_id metric[RUNNER_FIGURES];
	struct summary s;

	*out = (struct runner_needs){.n = 0};
	summary_make(&s, trials, NULL);
	for (size_t c = 0; c < s.ncells; c++) {
		double want = ratio_margin(s.cell[c].sample, &wanted);
		unsigned n = figures(&s.cell[c], question, metric);

		for (unsigned k = 0; k < n && out->n < RUNNER_FIGURES &&
				     ratio_reference(&s.cell[c]) && want > 0;
		     k++) {
			double excess = widest(&s.cell[c], metric[k]) / want;

			if (excess <= 1)
				continue;
			out->excess[out->n++] = excess;
			out->phases |= metrics[metric[k]].phases;
		}
	}
	summary_release(&s);
}
