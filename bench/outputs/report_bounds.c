/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What bounded the figures of a design besides its own speed. */
#include "../kernels/mutant.h"
#include "outputs/page.h"
#include "outputs/report.h"

/* Less than this share of the intended updates is not keeping up. */
#define RATE_KEPT 0.99

void report_bounds(const struct summary_cell *cell, FILE *out)
{
	for (size_t i = 0; i < cell->nrows; i++) {
		const struct summary_row *row = &cell->row[i];
		double kept = summary_median(row, METRIC_update_rate_kept);
		bool disturbed = summary_all_lost(
			summary_lost(row, METRIC_update_rate_kept));
		double stalls = summary_median(row, METRIC_reclaim_stalls);

		if (kept < RATE_KEPT)
			page_line(out, page_width(out), 4,
				  "  ! %s does not keep up: %.1f%% of the "
				  "intended updates were done%s; the others' "
				  "walkers met more of them",
				  row->design, 100 * kept,
				  disturbed ? " (disturbed)" : "");
		if (stalls > 0 && !MUTANT(bounded_unsaid))
			page_line(out, page_width(out), 4,
				  "  ! %s is bounded: its mappers waited %.0f "
				  "times for reclamation (defer_max)",
				  row->design, stalls);
	}
}
