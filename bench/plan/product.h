/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a config to trials: the cartesian product of each sweep's axes, what
 * makes no sense left out and named, every repetition in a seeded random
 * order. A pure function of the config and the topology.
 *
 * Order: all first repetitions, then all second ones, and so on. Within a
 * repetition the cells (trials that differ in their design only) come in
 * random order, and the designs of a cell one after the other in random
 * order: what is compared is measured at nearly the same time, and no trial
 * is repeated before every other one had its turn.
 */
#ifndef PLAN_PRODUCT_H
#define PLAN_PRODUCT_H

#include <stddef.h>
#include <stdint.h>

#include "plan/config.h"
#include "base/err.h"
#include "trial/params.h"
#include "../topology/topo.h"

enum { PLAN_KEY = 65 };

struct trial_plan {
	struct params p;
	unsigned repetition; /* from 0 */
	unsigned group;	     /* cell: same for all designs and repetitions */
	uint64_t order;	     /* index in plan->trials */
	/* Names the parameters and the repetition; the same in every run of
	 * the same config: what --resume goes by. 32 hexadecimal digits. */
	char key[PLAN_KEY];
	/* "SWEEP/DESIGN/WORKLOAD" and "/key:value" for every other axis that
	 * varies in the sweep. People see its name in run/loop.h. */
	const char *name;
	/* The question: the same for all designs and repetitions. */
	const char *cell;
	const char *axes; /* trial/axes.h; without numbers of threads */
};

/* Combinations that were left out for one reason. */
struct plan_skip {
	char reason[256];
	char where[PARAMS_PATH + 64]; /* the value to blame, or "" */
	size_t count;		      /* combinations, not repetitions */
};

struct plan {
	struct trial_plan *trials; /* in the order to run them */
	size_t ntrials;
	size_t round; /* trials of one repetition, those left out later, too */
	char **texts; /* what the names of trials are in */
	size_t ntexts;
	unsigned ngroups;
	struct plan_skip *skipped;
	size_t nskipped;
	uint64_t estimated_ns; /* without repetitions of disturbed trials */
};

/* More trials are a mistake in the config. */
enum { PLAN_TRIALS_MAX = 100000 };

/*
 * plan_make() - the plan of @c on @t. Returns 0; -EINVAL with *e: something
 * that is wrong whatever the rest (a node that does not exist, a footprint
 * beyond memory, a workload without its trace), or nothing is left to run;
 * -ENOMEM. The caller releases *plan in any case: after an error it may say
 * what was left out.
 */
int plan_make(const struct config *c, const struct topo *t, struct plan *plan,
	      struct err *e);
void plan_release(struct plan *plan);

/*
 * plan_tables_bytes() - table memory that mapping p->work.footprint_bytes
 * takes, upper levels included; about, from above.
 */
uint64_t plan_tables_bytes(const struct params *p);

#endif
