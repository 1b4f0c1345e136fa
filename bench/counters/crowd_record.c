/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Crowds of several sizes as figures of a trial. */
#include "counters/crowd.h"

#define STEP(n)                                            \
	{                                                  \
		n, METRIC_sim_moved_c##n##_per_walk,       \
			METRIC_sim_moved_c##n##_per_update \
	}
const struct crowd_metric crowd_metrics[CROWD_STEPS] = {
	STEP(2), STEP(4), STEP(8), STEP(16), STEP(32), STEP(64)};
#undef STEP

int crowd_record(const struct design *design, struct domain *d,
		 struct cachesim_thread *threads, size_t n, unsigned most,
		 uint64_t walks, struct rng *rng, struct record *r,
		 struct err *e)
{
	size_t updaters = 0;

	if (design->flags & DESIGN_SINGLE_THREAD)
		return 0;
	for (size_t i = 0; i < n; i++)
		updaters += threads[i].updates;
	for (unsigned i = 0; i < CROWD_STEPS; i++) {
		const struct crowd_metric *m = &crowd_metrics[i];
		struct crowd_count count;
		int ret;

		if (m->cpus > most || m->cpus <= updaters)
			continue;
		ret = crowd_run(design, d, threads, n, m->cpus, walks, rng,
				&count, e);
		if (ret)
			return ret;
		record_add(r, m->walk,
			   (double)count.walk_moves / (double)count.walks,
			   true);
		if (count.updates)
			record_add(r, m->update,
				   (double)count.update_moves /
					   (double)count.updates,
				   true);
		else if (updaters)
			record_missing(r, m->update,
				       "no update got in beside the walks");
	}
	return 0;
}
