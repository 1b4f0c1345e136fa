/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a trial of a plan is called. Inside of plan/ only. */
#ifndef PLAN_NAME_H
#define PLAN_NAME_H

#include "plan/product.h"

/*
 * plan_name() - sets name, cell and axes of @t from its parameters and the
 * axes of @sweep. Returns the memory they are in, which the
 * caller frees; NULL: there is none.
 */
char *plan_name(const struct config_sweep *sweep, struct trial_plan *t);

#endif
