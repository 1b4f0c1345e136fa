/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nested translation: a first stage that a guest built, over a second stage.
 *
 * Every address in a first-stage table, and what comes out of it, is a guest
 * physical address (GPA) and goes through the second stage: with n and m
 * levels a walk reads up to n * (m + 1) + m entries, 24 for 4 + 4.
 *
 * The first-stage domain's pool is guest memory: pool_pa() is a GPA. The
 * engine builds the tables through the pool, as a guest does through its own
 * mappings; a nested walk reaches them only through what the second stage
 * says, in the host's view of the same memory (struct nested).
 *
 * A and D: nobody sets them here. Where hardware would set A in a first-stage
 * entry the second stage would have to allow a write; that is not asked for.
 *
 * Context: as walk(). A nested walk is one read section of both domains. The
 * locks of designs that have one are taken first stage before second; nothing
 * else takes two. Source: Intel VT-d specification, "Nested Translation".
 */
#ifndef NESTED_H
#define NESTED_H

#include "engine.h"
#include "image.h"

enum {
	NESTED_REFS_MAX =
		VTD_LEVELS_MAX * (VTD_LEVELS_MAX + 1) + VTD_LEVELS_MAX,
};

/* What is under a first-stage domain; engine_config.nested. The caller keeps
 * it, and the second stage, for as long as the domain lives. */
struct nested {
	struct domain *second; /* second stage, of the same design */
	/* The memory of the first stage's tables by host physical address. */
	char *mem;
	uint64_t pa;	/* of mem */
	uint64_t bytes; /* tables beyond are not there: fault 0x70 or 0x73 */
};

/* An entry that a walk read. */
struct nested_ref {
	uint64_t pa;   /* host physical address */
	uint8_t stage; /* enum vtd_format */
	uint8_t level; /* of its table */
};

struct nested_walk {
	uint64_t pa;	 /* host physical address, offset included; if OK */
	uint64_t gpa;	 /* last address given to the second stage */
	unsigned perm;	 /* first-stage AND second-stage; if OK */
	unsigned level;	 /* of the smaller of the two leaves; if OK */
	unsigned reason; /* enum vtd_reason; VTD_OK: translated */
	enum vtd_format stage; /* that refused, if not OK */
	unsigned fs_level; /* table read, or to be read, when it was refused;
			      0: the final address, or none yet */
	unsigned refs;	   /* entries read */
	struct nested_ref ref[NESTED_REFS_MAX]; /* in order */
};

#endif
