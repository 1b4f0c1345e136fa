/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of the cache model, which counts misses where no PMU can. */
#include "options/rows.h"

#define WAYS(name, member, which)                                      \
	{                                                              \
		.key = name, .type = OPTION_INT, TRIAL_MEMBER(member), \
		.max = 64, .unit = "ways", .initial = "0",             \
		.flags = OPTION_AXIS,                                  \
		.help = "Ways of the simulated " which                 \
			"; 0: as this machine's"                       \
	}
#define BYTES(name, member, which)                                      \
	{                                                               \
		.key = name, .type = OPTION_SIZE, TRIAL_MEMBER(member), \
		.max = 4 * GIB, .unit = "bytes", .initial = "0",        \
		.flags = OPTION_AXIS,                                   \
		.help = "Size of the simulated " which                  \
			"; 0: as this machine's"                        \
	}

const struct option_row options_sim[] = {
	{.key = "sim.enabled",
	 .type = OPTION_BOOL,
	 TRIAL_MEMBER(sim.enabled),
	 .initial = "true",
	 .help = "Run the cache model over the same operations"},
	{.key = "sim.ops",
	 .type = OPTION_INT,
	 TRIAL_MEMBER(sim.ops),
	 .min = 1000,
	 .max = 1000000000,
	 .unit = "operations",
	 .initial = "100000",
	 .help = "Length of the simulated pass"},
	{.key = "sim.cpus",
	 .type = OPTION_INT,
	 TRIAL_MEMBER(sim.cpus),
	 .max = 64,
	 .unit = "CPUs",
	 .initial = "0",
	 .flags = OPTION_POW2 | OPTION_ADDED,
	 .help = "Simulate 2, 4, ... up to so many CPUs at once: lines moved "
		 "between them per operation; 0: none"},
	BYTES("sim.l1d", sim.l1d_bytes, "L1 data cache of each CPU"),
	WAYS("sim.l1d_ways", sim.l1d_ways, "L1 data cache"),
	BYTES("sim.l2", sim.l2_bytes, "L2 cache of each CPU"),
	WAYS("sim.l2_ways", sim.l2_ways, "L2 cache"),
	BYTES("sim.llc", sim.llc_bytes, "last-level cache, shared by all"),
	WAYS("sim.llc_ways", sim.llc_ways, "last-level cache"),
	{.key = "sim.line",
	 .type = OPTION_SIZE,
	 TRIAL_MEMBER(sim.line_bytes),
	 .max = 4 * KIB,
	 .unit = "bytes",
	 .initial = "0",
	 .flags = OPTION_POW2,
	 .help = "Cache line of the model; 0: as this machine's"},
	{0}};
