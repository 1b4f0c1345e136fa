/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who walked in a stored trial. */
#ifndef STORE_WALKERS_H
#define STORE_WALKERS_H

#include "store/results.h"

/* How many devices walked, which is an axis wherever there are any. */
unsigned trial_devices(const struct store_trial *t);
/* Who walked, as walker_kinds() has it (workloads/walker_kind.h); and its name:
 * "own", "foreign+device", "none". */
unsigned trial_walker_kinds(const struct store_trial *t);
const char *trial_walker_kinds_name(const struct store_trial *t);

#endif
