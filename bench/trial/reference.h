/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the designs of a cell are held against. */
#ifndef TRIAL_REFERENCE_H
#define TRIAL_REFERENCE_H

/*
 * The reference once more, a contestant like any other: what it shows is what
 * cannot be told apart. No design has this name.
 */
#define TWIN_DESIGN "twin"

/* The first of these that runs in a cell is its reference. NULL ends. */
static const char *const reference_designs[] = {"driver", "leak", "lockless",
						(const char *)0};

#endif
