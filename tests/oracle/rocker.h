/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DMA by QEMU's rocker, synchronous: a command writes what it did at once. */
#ifndef ROCKER_H
#define ROCKER_H

#include "verdict.h"

/* One DMA of 8 bytes, from the queueing of its commands to the verdict. */
struct probe {
	struct space *space;
	const struct device *device;
	uint64_t iova;
	bool reads;    /* read, invert and write back; else write a pattern */
	bool keep_tlb; /* no IOTLB flush before it */
	struct verdict want;
	uint64_t marker; /* in RAM at want.pa before */
	/* RAM that must stay as it is, its marker the same; 0 = none */
	uint64_t guard_pa;
	const char *what; /* of the check, for the message */

	struct fault fault;
	size_t memory_read, guard_read;
	/* first stage: the entries of the walk, before and after */
	bool looks_at_entries;
	size_t before[VTD_LEVELS_MAX], after[VTD_LEVELS_MAX];
};

/*
 * probe_at() - a DMA by the device of @s, to be queued: what should become of
 * it, and otherwise zeroes. False: our references differ.
 */
bool probe_at(struct world *w, struct space *s, uint64_t iova, const char *what,
	      struct probe *p);

/* Queues the commands of @p. */
void probe_queue(struct world *w, struct probe *p);

/*
 * probe_wrong() - after the queue has run: NULL if QEMU did what p->want
 * says, else what is wrong, in @text. No side effects.
 */
const char *probe_wrong(const struct world *w, struct probe *p, char text[256]);

/* Counts the check, and the failure if there is one. */
void probe_judge(struct world *w, struct probe *p);

#endif
