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

/* In the order of enum free_way. */
static const char *ways(size_t i)
{
	return i < FREE_WAYS ? free_ways[i].name : NULL;
}

/* In the order of enum free_reclaimer. */
static const char *reclaimers(size_t i)
{
	static const char *const names[] = {"liburcu", "own", NULL};

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
	{.key = "free",
	 .type = OPTION_ENUM,
	 TRIAL_MEMBER(engine.freeing.way),
	 .choices = ways,
	 .initial = "list",
	 .flags = OPTION_AXIS | OPTION_ADDED,
	 .help = "RCU designs: a callback per gather list, one per table page, "
		 "lists collected by bytes or by time, or sync: unmap waits"},
	{.key = "free_batch",
	 .type = OPTION_INT,
	 TRIAL_MEMBER(engine.freeing.batch),
	 .min = 1,
	 .max = 1 << 16,
	 .unit = "callbacks",
	 .initial = "64",
	 .flags = OPTION_AXIS | OPTION_ADDED,
	 .help = "free: list, page: callbacks a thread queues before it hands "
		 "them over, as it also does when quiescent; 1: each by "
		 "itself"},
	{.key = "free_bytes",
	 .type = OPTION_SIZE,
	 TRIAL_MEMBER(engine.freeing.bytes),
	 .min = 4 * KIB,
	 .max = GIB,
	 .unit = "bytes",
	 .initial = "1M",
	 .flags = OPTION_AXIS | OPTION_PAGES | OPTION_ADDED,
	 .help = "free: bytes: tables that a thread collects"},
	{.key = "free_time",
	 .type = OPTION_DURATION,
	 TRIAL_MEMBER(engine.freeing.time_ns),
	 .min = MS,
	 .max = 1000 * MS,
	 .initial = "10ms",
	 .flags = OPTION_AXIS | OPTION_ADDED,
	 .help = "free: time: how long the first of a thread's lists waits, to "
		 "the next tick"},
	{.key = "reclaimer",
	 .type = OPTION_ENUM,
	 TRIAL_MEMBER(engine.freeing.reclaimer),
	 .choices = reclaimers,
	 .initial = "liburcu",
	 .flags = OPTION_AXIS | OPTION_ADDED,
	 .help = "RCU designs: who waits for grace periods: liburcu's helper "
		 "thread, every 10 ms, or one of vtdbench's own, at once"},
	{.key = "pool.zero",
	 .type = OPTION_ENUM,
	 TRIAL_MEMBER(engine.zero),
	 .choices = zeros,
	 .initial = "map",
	 .flags = OPTION_AXIS | OPTION_ADDED,
	 .help = "Who zeroes a used table page: map, as Linux's __GFP_ZERO "
		 "does, or who frees it"},
	{.key = "ad_bits",
	 .type = OPTION_BOOL,
	 TRIAL_MEMBER(engine.ad_bits),
	 .initial = "false",
	 .flags = OPTION_AXIS | OPTION_ADDED,
	 .help = "Translations set the accessed and dirty bits of leaves, as "
		 "writes of a device do (SSADE); a hit in the IOTLB sets "
		 "nothing"},
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
