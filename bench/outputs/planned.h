/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trials of a run that were planned and never run. */
#ifndef OUTPUTS_PLANNED_H
#define OUTPUTS_PLANNED_H

#include "run/loop.h"
#include "store/results.h"

struct planned {
	struct runner runner; /* whose plan it is */
	struct store_trials trials;
};

/*
 * The trials of @run, of results file @path: those that are @stored, and if it
 * is not done those of its plan that are not, as interrupted ones without
 * values. The plan is made on this machine. 0, or the error of making it; then
 * they are the stored ones. planned_release() in any case, before those of
 * @run are released.
 */
int planned_trials(struct planned *p, const struct store_run *run,
		   const struct store_trials *stored, const char *path,
		   struct err *e);
void planned_release(struct planned *p);

#endif
