/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the designs of a cell are held against. */
#ifndef TRIAL_REFERENCE_H
#define TRIAL_REFERENCE_H

#include <stdbool.h>
#include <string.h>

/*
 * The reference once more, a contestant like any other: what it shows is what
 * cannot be told apart. No design has this name.
 */
#define TWIN_DESIGN "twin"
/* The reference of another build of the engine (run --against). */
#define OTHER_DESIGN "other"

/* Whether a contestant of this name was put beside those of the plan. */
static inline bool reference_copy(const char *design)
{
	return !strcmp(design, TWIN_DESIGN) || !strcmp(design, OTHER_DESIGN);
}

/*
 * The first of these that runs in a cell is its reference; `none` where only
 * designs run that reclaim empty tables. NULL ends.
 */
static const char *const reference_designs[] = {"driver", "leak", "none",
						(const char *)0};

#endif
