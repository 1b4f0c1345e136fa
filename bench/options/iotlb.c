/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of the IOTLB model. */
#include "options/rows.h"

/* In the order of enum psc_scope. */
static const char *scopes(size_t i)
{
	static const char *const names[] = {"shared", "walker", NULL};

	return names[i];
}

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
	{.key = "psc.sets",
	 .type = OPTION_INT,
	 TRIAL_MEMBER(psc.sets),
	 .max = 65536,
	 .unit = "sets",
	 .initial = "0",
	 .flags = OPTION_AXIS | OPTION_POW2 | OPTION_ADDED,
	 .help = "Sets of the paging-structure cache of each level above the "
		 "leaves; 0: none"},
	{.key = "psc.ways",
	 .type = OPTION_INT,
	 TRIAL_MEMBER(psc.ways),
	 .min = 1,
	 .max = 16,
	 .unit = "ways",
	 .initial = "4",
	 .flags = OPTION_AXIS | OPTION_ADDED,
	 .help = "Entries of each set of the paging-structure caches"},
	{.key = "psc.scope",
	 .type = OPTION_ENUM,
	 TRIAL_MEMBER(psc_scope),
	 .choices = scopes,
	 .initial = "shared",
	 .flags = OPTION_AXIS | OPTION_ADDED,
	 .help = "Paging-structure caches of all walkers together, or of each "
		 "device walker its own; CPUs share theirs"},
	{0}};
