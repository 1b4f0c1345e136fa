/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of the hardware counters. */
#include "options/rows.h"

const struct option_row options_counters[] = {
	{.key = "counters",
	 .type = OPTION_STRING,
	 TRIAL_MEMBER(counters.group),
	 .min = 1,
	 TEXT_MAX(struct params, counters.group),
	 .initial = "none",
	 .help = "Group of events (a file of configs/counters, without "
		 ".yaml), or none"},
	{0}};
