/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --only, which `vtdbench gate` hands on to `vtdbench pair`. */
#ifndef COMMANDS_PAIR_H
#define COMMANDS_PAIR_H

#include "cli/command.h"
#include "measure/pair.h"

/* Whether each pattern of @list fits a case: 0, or -EINVAL with *e. */
int pair_check_only(const char *list, struct err *e);

#define PAIR_ROW_ONLY(owner, m)                                             \
	ROW_TEXT(owner, m, "only", "LIST",                                  \
		 "these alone: DESIGN/CASE apart by commas, * and ? stand " \
		 "for anything: rcu/*,*/walk_dep_4k; vtdbench pair --help " \
		 "has the cases",                                           \
		 .choices = pair_name_at, .check = pair_check_only,         \
		 .also = "patterns of DESIGN/CASE")

#endif
