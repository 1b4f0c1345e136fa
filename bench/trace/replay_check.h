/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares the leaves of replayed domains with those that must be there; who
 * looks at a replay. */
#ifndef TRACE_REPLAY_CHECK_H
#define TRACE_REPLAY_CHECK_H

#include "../kernels/engine.h"
#include "trace/replay_plan.h"

/* Called for each live leaf, domains and IOVAs ascending. */
typedef void replay_leaf(void *arg, uint16_t domain, uint64_t iova,
			 uint64_t bytes, uint64_t pa);

/* Called for a descriptor: of the unmap in @line, or of a flush that came at
 * it, or after it and before the next. */
typedef void replay_submitted(void *arg, uint32_t line,
			      const struct inv_descriptor *d);

struct replay_leaves {
	replay_leaf *leaf; /* NULL: none to be called */
	void *arg;	   /* for it */

	/* Filled: */
	uint64_t wrong;	 /* missing, extra or different leaves */
	char why[160];	 /* of the first one */
	uint64_t tables; /* reachable */
};

/*
 * replay_check() - @d are plan->trace's domains, of @design and @pool. Context:
 * no thread works on them; the caller is not inside the design.
 */
void replay_check(const struct replay_plan *plan, const struct design *design,
		  struct pool *pool, struct domain *const *d,
		  struct replay_leaves *found);

#endif
