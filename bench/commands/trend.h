/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench trend` and `trend ack`: the verb, and the flags of both. */
#ifndef COMMANDS_TREND_H
#define COMMANDS_TREND_H

#include "cli/command.h"

extern const struct command trend_ack;

#define TREND_ROW_CONFIG(owner, m)           \
	ROW_TEXT(owner, m, "config", "NAME", \
		 "runs of this name; default that of the latest run")
#define TREND_ROW_SINCE(owner, m)                                        \
	ROW_TEXT(owner, m, "since", "WHEN",                              \
		 "show what is since then: a day (2026-10-01), or days " \
		 "before the latest run (90d); all runs are judged")
#define TREND_ROW_THRESHOLD(owner, m)                       \
	ROW_PERCENT(owner, m, "threshold", 0, 99.9999, "2", \
		    "smaller changes do not matter")

#endif
