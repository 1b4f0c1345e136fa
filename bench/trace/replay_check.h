/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares the leaves of replayed domains with those that must be there. */
#ifndef TRACE_REPLAY_CHECK_H
#define TRACE_REPLAY_CHECK_H

#include "trace/replay.h"

/*
 * Fills wrong_leaves, tables_live and adds to first_wrong; calls cfg->leaf.
 * Context: no thread works on the domains; the caller is not inside.
 */
void replay_check(const struct replay_plan *plan,
		  const struct replay_config *cfg, struct domain *const *d,
		  struct replay_result *res);

#endif
