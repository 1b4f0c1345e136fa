/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of `vtdbench compare` that a page of `vtdbench report` has. */
#ifndef COMMANDS_COMPARE_H
#define COMMANDS_COMPARE_H

#include "base/err.h"
#include "document/blocks.h"

/*
 * Appends the page of `vtdbench compare OLD NEW` for @range, "OLD..NEW", of the
 * file @results, a level lower. 0, or -errno with *e: -EINVAL: not two runs, or
 * of different machines.
 */
int compare_append(const char *results, const char *range, struct document *d,
		   struct err *e);

#endif
