/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether one combination of parameters makes sense. Inside of plan*.c only. */
#ifndef PLAN_COMBINATION_H
#define PLAN_COMBINATION_H

#include "trial/params.h"
#include "../topology/topo.h"

struct plan_verdict {
	char reason[256];
	const char *key; /* of the option to blame */
};

/*
 * plan_check() - 0: run it; -ENOTSUP: leave it out; -EINVAL: wrong, whatever
 * else the plan has; -ENOMEM. Else than 0 fills *v.
 */
int plan_check(const struct params *p, const struct topo *t,
	       struct plan_verdict *v);

#endif
