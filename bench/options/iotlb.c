/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of the IOTLB model. */
#include "options/rows.h"

const struct option_row options_iotlb[] = {
	{.key = "iotlb.sets",
	 .type = OPTION_INT,
	 TRIAL_MEMBER(iotlb.sets),
	 .max = 65536,
	 .unit = "sets",
	 .initial = "64",
	 .flags = OPTION_AXIS | OPTION_POW2,
	 .help = "Sets of the IOTLB; 0: none"},
	{.key = "iotlb.ways",
	 .type = OPTION_INT,
	 TRIAL_MEMBER(iotlb.ways),
	 .min = 1,
	 .max = 16,
	 .unit = "ways",
	 .initial = "8",
	 .flags = OPTION_AXIS,
	 .help = "Entries of each set"},
	{0}};
