/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The effects of a comparison of runs, for plot "forest". */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "views/forest.h"
#include "views/compare.h"
#include "store/trial_name.h"
#include "judge/summary.h"

/* "rcu walk_p50 · scaling / uniform, 2 walkers, footprint=64M" */
static void caption(const struct compare_row *r, char *text, size_t size)
{
	const struct store_trial *t = r->trial;
	size_t n = strlen(r->metric);
	char threads[TRIAL_THREADS], axes[96];

	if (n > 3 && !strcmp(r->metric + n - 3, "_ns"))
		n -= 3;
	trial_threads(t, threads, sizeof(threads));
	trial_axes(t, axes, sizeof(axes));
	snprintf(text, size, "%s %.*s · %.60s / %s, %.100s%s%.80s", t->design,
		 (int)n, r->metric, t->sweep, t->workload, threads,
		 *axes ? ", " : "", axes);
}

int compare_forest(const void *compare_output, FILE *out, char why[256])
{
	const struct compare_output *o = compare_output;
	const struct compare *c = o->c;
	char title[128], subtitle[256], note[160];
	struct forest f = {.title = title,
			   .subtitle = subtitle,
			   .note = note,
			   .threshold =
				   expm1(c->options.margins.of[RATIO_WALK])};
	int rc;

	f.row = calloc(c->nrows + 1, sizeof(*f.row));
	if (!f.row)
		return -ENOMEM;
	for (size_t i = 0; i < c->nrows; i++) {
		const struct compare_row *r = &c->row[i];

		if (r->method != COMPARE_RATIO ||
		    !(r->change.log.confidence > 0))
			continue;
		caption(r, f.row[f.n].caption, sizeof(f.row[f.n].caption));
		f.row[f.n].log = r->change.log;
		f.row[f.n++].verdict = r->change.verdict;
	}
	snprintf(title, sizeof(title),
		 "What changed from run %" PRId64 " to run %" PRId64 "?",
		 o->a->id, o->b->id);
	compare_conclusion(c, subtitle, sizeof(subtitle));
	snprintf(note, sizeof(note),
		 "Against the reference, with %.4g %% intervals; band: the "
		 "least margin, %.3g %%.",
		 compare_interval_percent(c), 100 * f.threshold);
	rc = forest_table(&f, out, why);
	free(f.row);
	return rc;
}
