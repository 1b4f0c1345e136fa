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

/* The same at @base + @offset, and of the root table, for @index. */
VTD_INLINE uint64_t entry_step_at(uint64_t base, uint64_t offset)
{
	uint64_t entry = entry_load_at(base, offset);

	check(entry != CHECK_POISON, "read from a reclaimed table");
	check_preempt();
	return entry;
}

VTD_INLINE uint64_t entry_step_root(const uint64_t *root, uint64_t index)
{
	uint64_t entry = entry_load_nth(root, index);

	check(entry != CHECK_POISON, "read from a reclaimed table");
	check_preempt();
	return entry;
}

/* Both in a walk, of @level; before entry_seen(), which checks them. */
VTD_INLINE uint64_t entry_walk(uint64_t base, uint64_t offset, unsigned level)
{
	return slow_entry((const uint64_t *)(base + offset),
			  entry_load_at(base, offset), level);
}

VTD_INLINE uint64_t entry_walk_root(const uint64_t *root, uint64_t index,
				    unsigned level)
{
	return slow_entry(&root[index], entry_load_nth(root, index), level);
}

#endif
