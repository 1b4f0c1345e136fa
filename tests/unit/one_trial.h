/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tests of single trials have in common: this machine, and a trial on it. */
#ifndef UNIT_ONE_TRIAL_H
#define UNIT_ONE_TRIAL_H

#include <stdlib.h>

#include "machine/clock.h"
#include "measure/contest.h"

static struct topo *topo;
static struct trial_env env;

static int setup(void **state)
{
	struct err e = {0};
	char why[256];

	if (clock_init(true, &e) || topo_load(&topo, "live", why, sizeof(why)))
		return -1;
	env = (struct trial_env){.topo = topo};
	return 0;
}

static int teardown(void **state)
{
	topo_free(topo);
	return 0;
}

/* Nothing is to be left out: CI and make check-all set TEST_ALL. */
static inline bool all(void)
{
	return getenv("TEST_ALL");
}

/* One draw of @p without a rival; what it says is in @r. */
static void run(const struct params *p, struct record *r)
{
	const struct contest_options o = {.seed = 1, .exact = true};
	struct contestant c = {.p = p};

	record_init(&c.r);
	contest_run(&c, 1, &env, &o);
	*r = c.r;
}

#endif
