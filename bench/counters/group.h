/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counter groups: files that name events per PMU and the metrics made of
 * them. Adding one is adding a file; docs/counters.md says how.
 *
 *	name: cache
 *	help: loads that missed, by cache level
 *	variants:
 *	  - pmus: [skx, clx]
 *	    events:
 *	      L1D_MISS: MEM_LOAD_RETIRED:L1_MISS
 *	metrics:
 *	  l1d_misses_per_op:
 *	    formula: L1D_MISS / OPS
 *	    unit: "1"
 *	    help: loads that missed the L1d, per operation
 *
 * The first variant of which a PMU is present counts. OPS is the number of
 * operations of the phase; all other names are aliases of events.
 */
#ifndef COUNTERS_GROUP_H
#define COUNTERS_GROUP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum {
	COUNTER_NAME = 48,
	COUNTER_EVENTS_MAX = 12, /* of a variant */
	COUNTER_PMUS_MAX = 12,
	COUNTER_VARIANTS_MAX = 12,
	COUNTER_METRICS_MAX = 16,
};

/* The metric that is made of every group that was counted a part of the time. */
#define COUNTER_RUNNING_SHARE "pmu_running_share"

struct counter_event {
	char alias[COUNTER_NAME];
	char event[192]; /* libpfm4 name without PMU, or os::NAME */
};

struct counter_variant {
	char pmus[COUNTER_PMUS_MAX][COUNTER_NAME];
	size_t npmus;
	struct counter_event events[COUNTER_EVENTS_MAX];
	size_t nevents;
};

struct counter_metric {
	char name[COUNTER_NAME];
	char formula[160];
	char unit[16];
	char help[160];
	unsigned line, column; /* of its name in the file, from 1 */
};

struct counter_group {
	char name[COUNTER_NAME];
	char help[256];
	char path[512];
	struct counter_variant variants[COUNTER_VARIANTS_MAX];
	size_t nvariants;
	struct counter_metric metrics[COUNTER_METRICS_MAX];
	size_t nmetrics;

	/* What this machine uses; -1: no variant is for its PMU. */
	int active;
	char pmu[COUNTER_NAME]; /* that made it so, or the machine's */
	/* An event of the active variant was once seen above 0. */
	bool seen[COUNTER_EVENTS_MAX];
};

/*
 * counter_group_read() - the group of file @path, its variant chosen for this
 * machine. Errors name file, line and column. Returns 0; -EINVAL (content),
 * -ENOENT and other -errno of opening; *g is then NULL. The caller frees.
 */
int counter_group_read(struct counter_group **g, const char *path,
		       struct err *e);
void counter_group_free(struct counter_group *g);

/* Chooses the variant for @pmu instead; false: there is none. */
bool counter_group_choose(struct counter_group *g, const char *pmu);

/* The name perf_encode() takes for @ev of PMU @pmu. */
void counter_event_name(const struct counter_event *ev, const char *pmu,
			char *name, size_t len);

/*
 * counter_group_find() - group @name, a file name if it contains '/', else
 * NAME.yaml next to the config file @config (may be NULL), in its folder
 * counters/ or in that of its parent; then configs/counters/ under
 * $VTDBENCH_DATADIR, the working directory, the program's source tree and the
 * installed data. "none": *g = NULL. -ENOENT says where it was looked for;
 * -EINVAL also: a metric has the name of another group's in these folders.
 */
int counter_group_find(struct counter_group **g, const char *name,
		       const char *config, struct err *e);

/* Calls @each for the path of every group file of the first of these folders
 * that exists; stops at non-zero and returns it. -ENOENT: there is none. */
int counter_group_each(const char *config,
		       int (*each)(void *arg, const char *path), void *arg,
		       struct err *e);

#endif
