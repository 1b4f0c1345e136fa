/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of invalidation: when, and what the hardware takes for it. */
#include "options/rows.h"

/*
 * The hardware's defaults, from two published figures, both Linux's own counts
 * (dmar_perf_latency) of whole submits of one descriptor and a wait descriptor:
 * docs/measuring.md has them. The newer machine's mean lies between 0.37 and
 * 1 us. 650 ns of hardware, and what our driver's side takes, are about in its
 * middle. How much of it comes before the first descriptor is not published.
 */

/* In the order of enum inv_flush. */
const char *option_flushes(size_t i)
{
	static const char *const names[] = {"strict", "deferred", NULL};

	return names[i];
}

const struct option_row options_inv[] = {
	{.key = "flush",
	 .type = OPTION_ENUM,
	 TRIAL_MEMBER(inv.flush),
	 .choices = option_flushes,
	 .initial = "strict",
	 .flags = OPTION_AXIS | OPTION_ADDED,
	 .help = "When the IOTLB is invalidated: strict, before unmap returns; "
		 "deferred, by a domain-wide flush for up to 255 unmaps of a "
		 "thread or after 10 ms"},
	{.key = "inv.submit_ns",
	 .type = OPTION_INT,
	 TRIAL_MEMBER(inv.submit_ns),
	 .max = 1000000,
	 .unit = "ns",
	 .initial = "150",
	 .before = "0",
	 .flags = OPTION_AXIS | OPTION_ADDED,
	 .help = "Hardware model: from the queue's tail register to the first "
		 "descriptor's begin. Both times 0: no cost, no queue"},
	{.key = "inv.service_ns",
	 .type = OPTION_INT,
	 TRIAL_MEMBER(inv.service_ns),
	 .max = 1000000,
	 .unit = "ns",
	 .initial = "500",
	 .before = "0",
	 .flags = OPTION_AXIS | OPTION_ADDED,
	 .help = "Hardware model: time of each descriptor, wait descriptors "
		 "aside. Both times 0: no cost, no queue"},
	{.key = "inv.hint",
	 .type = OPTION_BOOL,
	 TRIAL_MEMBER(inv.hint),
	 .initial = "false",
	 .flags = OPTION_AXIS | OPTION_ADDED,
	 .help = "Invalidations say that only leaves changed where it holds "
		 "(IH); Linux 6.1 drops it"},
	{.key = "inv.ats",
	 .type = OPTION_BOOL,
	 TRIAL_MEMBER(inv.ats),
	 .initial = "false",
	 .flags = OPTION_AXIS | OPTION_ADDED,
	 .help = "Devices have TLBs of their own, which are invalidated, too"},
	{0}};
