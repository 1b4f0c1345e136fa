/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of the page tables. */
#include "options/rows.h"

/* In the order of enum vtd_format. */
const char *option_formats(size_t i)
{
	static const char *const names[] = {"second_stage", "first_stage",
					    NULL};

	return names[i];
}

/* In the order of enum engine_reclaim. */
const char *option_reclaims(size_t i)
{
	static const char *const names[] = {"whole", "empty", NULL};

	return names[i];
}

/* In the order of enum pool_zero. */
static const char *zeros(size_t i)
{
	static const char *const names[] = {"map", "reclaim", NULL};

	return names[i];
}

const char *option_leaf_sizes(size_t i)
{
	static const char *const names[] = {"4K", "2M", "1G", NULL};

	return names[i];
}

const struct option_row options_engine[] = {
	{.key = "levels",
	 .type = OPTION_INT,
	 TRIAL_MEMBER(engine.levels),
	 .min = VTD_LEVELS_MIN,
	 .max = VTD_LEVELS_MAX,
	 .initial = "4",
	 .flags = OPTION_AXIS,
	 .help = "Levels of the tables: 3, 4, 5 resolve 39, 48, 57 bits"},
	{.key = "format",
	 .type = OPTION_ENUM,
	 TRIAL_MEMBER(engine.format),
	 .choices = option_formats,
	 .initial = "second_stage",
	 .flags = OPTION_AXIS,
	 .help = "Format of the entries"},
	{.key = "max_leaf",
	 .type = OPTION_SIZE,
	 TRIAL_MEMBER(engine.max_leaf_bytes),
	 .max = GIB,
	 .unit = "bytes",
	 .choices = option_leaf_sizes,
	 .initial = "1G",
	 .flags = OPTION_AXIS,
	 .help = "Largest leaf that map may use"},
	{.key = "reclaim",
	 .type = OPTION_ENUM,
	 TRIAL_MEMBER(engine.reclaim),
	 .choices = option_reclaims,
	 .initial = "whole",
	 .flags = OPTION_AXIS,
	 .help = "Tables freed by unmap: wholly inside its range, or also any "
		 "that became empty"},
	{.key = "defer_max",
	 .type = OPTION_INT,
	 TRIAL_MEMBER(engine.defer_max),
	 .min = 256,
	 .max = 1 << 24,
	 .unit = "tables",
	 .initial = "10000",
	 .flags = OPTION_AXIS,
	 .help = "RCU designs: unlinked tables that may wait for readers, per "
		 "mapper, before it waits too"},
	{.key = "pool.zero",
	 .type = OPTION_ENUM,
	 TRIAL_MEMBER(engine.zero),
	 .choices = zeros,
	 .initial = "map",
	 .flags = OPTION_AXIS | OPTION_ADDED,
	 .help = "Who zeroes a used table page: map, as Linux's __GFP_ZERO "
		 "does, or who frees it"},
	{.key = "pa_base",
	 .type = OPTION_SIZE,
	 TRIAL_MEMBER(engine.pa_base),
	 .max = (UINT64_C(1) << 52) - TIB,
	 .unit = "bytes",
	 .initial = "4G",
	 .flags = OPTION_PAGES,
	 .help = "Physical address of the first table page"},
	{.key = "second_page",
	 .type = OPTION_SIZE,
	 TRIAL_MEMBER(engine.second_page_bytes),
	 .max = GIB,
	 .unit = "bytes",
	 .choices = option_leaf_sizes,
	 .initial = "4K",
	 .flags = OPTION_AXIS,
	 .help = "Workload nested: size of the second stage's pages"},
	{0}};
