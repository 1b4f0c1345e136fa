/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the engine has in it for its tests: checks, moments to lose the CPU,
 * seeded faults and slowdowns (check.h, mutant.h, slow.h). Nothing of it is in
 * a normal build: there these functions are entry_load().
 */
#ifndef PROBE_H
#define PROBE_H

#include "check.h"
#include "mutant.h"
#include "run.h"
#include "slow.h"

/* An entry of a table that must not have been reclaimed. */
VTD_INLINE uint64_t entry_read(const uint64_t *slot)
{
	uint64_t entry = entry_load(slot);

	check(entry != CHECK_POISON, "read from a reclaimed table");
	return entry;
}

/* The same on the way down: the CPU may be lost before the link is followed. */
VTD_INLINE uint64_t entry_step(const uint64_t *slot)
{
	uint64_t entry = entry_read(slot);

	check_preempt();
	return entry;
}

/* The same in a walk, of @level; before entry_seen(), which checks it. */
VTD_INLINE uint64_t entry_walk(const uint64_t *slot, unsigned level)
{
	return slow_entry(slot, entry_load(slot), level);
}

#endif
