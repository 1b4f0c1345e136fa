/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of how long and how is measured. */
#include "options/rows.h"

/* In the order of enum dump_does. */
static const char *dumps(size_t i)
{
	static const char *const names[] = {"count", "print", "dirty", NULL};

	return names[i];
}

const struct option_row options_time[] = {
	{.key = "warmup",
	 .type = OPTION_DURATION,
	 TRIAL_MEMBER(time.warmup_ns),
	 .max = 60000 * MS,
	 .initial = "10ms",
	 .help = "Run before each kind of batch, once a draw, and thrown away"},
	{.key = "phase",
	 .type = OPTION_DURATION,
	 TRIAL_MEMBER(time.phase_ns),
	 .min = 1 * MS,
	 .max = 600000 * MS,
	 .initial = "50ms",
	 .help = "What all batches of one kind take together, of one design in "
		 "one "
		 "draw"},
	{.key = "lead_in",
	 .type = OPTION_DURATION,
	 TRIAL_MEMBER(time.lead_ns),
	 .max = 1000 * MS,
	 .initial = "0ns",
	 .flags = OPTION_ADDED,
	 .help = "Run before each batch and not counted; 0: 20us to 1ms, by "
		 "the size of the tables and the number of threads"},
	{.key = "rate",
	 .type = OPTION_INT,
	 TRIAL_MEMBER(time.rate_ops_per_s),
	 .max = 1000000000,
	 .unit = "ops/s",
	 .initial = "0",
	 .flags = OPTION_AXIS,
	 .help = "Open loop: operations a second and thread, latency from the "
		 "intended start; 0: closed loop"},
	{.key = "mapper_rate",
	 .type = OPTION_INT,
	 TRIAL_MEMBER(time.mapper_rate),
	 .max = 1000000000,
	 .unit = "ops/s",
	 .initial = "0",
	 .flags = OPTION_AXIS | OPTION_ADDED,
	 .help = "Operations a second (workload trace: events) that each "
		 "mapper begins at intended times, while walkers run free; 0: "
		 "flat out"},
	{.key = "dump_rate",
	 .type = OPTION_INT,
	 TRIAL_MEMBER(time.dump_rate),
	 .max = 1000000,
	 .unit = "dumps/s",
	 .initial = "0",
	 .flags = OPTION_AXIS | OPTION_ADDED,
	 .help = "Dumps a second that each dumper begins; 0: one after the "
		 "other"},
	{.key = "dump",
	 .type = OPTION_ENUM,
	 TRIAL_MEMBER(time.dump),
	 .choices = dumps,
	 .initial = "count",
	 .flags = OPTION_AXIS | OPTION_ADDED,
	 .help = "What dumpers do: count the leaves, print a line for each "
		 "into a buffer as debugfs does, or scan for dirty ones: clear "
		 "D where it is set, then flush the IOTLB (ad_bits)"},
	{.key = "dump_chunk",
	 .type = OPTION_INT,
	 TRIAL_MEMBER(time.dump_chunk),
	 .max = 4096,
	 .unit = "entries",
	 .initial = "0",
	 .flags = OPTION_AXIS | OPTION_ADDED,
	 .help = "Entries that a dump reads in one section (64 to 4096) before "
		 "it drops the lock and goes on from the IOVA; 0: all"},
	{.key = "race",
	 .type = OPTION_BOOL,
	 TRIAL_MEMBER(race),
	 .initial = "false",
	 .flags = OPTION_ADDED,
	 .help = "Run a build of the engine that counts what dumpers read from "
		 "tables that were freed meanwhile, under any design; no "
		 "times"},
	{.key = "sample_every",
	 .type = OPTION_INT,
	 TRIAL_MEMBER(time.sample_every),
	 .min = 1,
	 .max = 1000000,
	 .unit = "operations",
	 .initial = "64",
	 .help = "One operation in so many is timed alone, for the tail"},
	{0}};
