/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The effects of a comparison of builds, for plot "forest". */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "views/forest.h"
#include "views/gate.h"

int gate_forest(const void *gate_output, FILE *out, char why[256])
{
	const struct gate_output *o = gate_output;
	char title[400], subtitle[256], metric[64];
	struct forest f = {
		.title = title,
		.subtitle = subtitle,
		.note = "Effect with its exact rank interval; band: the margin "
			"of walks.",
		.threshold = pair_classes[PAIR_CLASS_walk].least};
	int rc;

	f.row = calloc(o->g->n + 1, sizeof(*f.row));
	if (!f.row)
		return -ENOMEM;
	for (size_t i = 0; i < o->g->n; i++) {
		const struct gate_metric *m = &o->g->metric[i];
		struct forest_row *row = &f.row[f.n];

		if (!m->change.ratio.draws)
			continue;
		pair_metric(m->c, m->half, metric, sizeof(metric));
		snprintf(row->caption, sizeof(row->caption), "%s · %s", metric,
			 m->design);
		row->log = m->change.ratio.log;
		row->verdict = m->change.ratio.verdict;
		f.n++;
	}
	snprintf(title, sizeof(title), "Is %s slower than %s?", o->new->name,
		 o->old->name);
	gate_conclusion(o->g, subtitle, sizeof(subtitle));
	rc = forest_table(&f, out, why);
	free(f.row);
	return rc;
}
