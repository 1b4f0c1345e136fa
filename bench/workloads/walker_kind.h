/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who walks, the first thing that is asked of a figure about a lock: readers
 * that own nothing of what they walk are those that a lock or RCU protects.
 */
#ifndef WORKLOADS_WALKER_KIND_H
#define WORKLOADS_WALKER_KIND_H

struct workload;

enum walker_kind {
	WALKER_OWN,	/* CPU threads, where nobody else changes anything */
	WALKER_FOREIGN, /* CPU threads, where others map and unmap */
	WALKER_DEVICE,	/* take no lock in any design; flushes drain them */
	WALKER_KINDS,
};

/* "own", "foreign", "device" */
const char *walker_kind_name(enum walker_kind kind);

/*
 * What walkers of @role (ROLE_WALKER, _DUMPER or _DEVICE) are in a cell of @w
 * (NULL: a workload that is not known any more) with so many @mappers.
 */
enum walker_kind walker_kind_of(const struct workload *w, unsigned role,
				unsigned mappers);

/* @count: how many of each role a cell has, by enum role. A bit, 1 << enum
 * walker_kind, for each kind that is there. 0: nobody walks. */
unsigned walker_kinds(const struct workload *w, const unsigned *count);
/* "own", "foreign+device", "none" */
const char *walker_kinds_name(unsigned kinds);

#endif
