/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ratios of several runs beside each other, a column each. */
#ifndef VIEWS_BESIDE_H
#define VIEWS_BESIDE_H

#include "document/blocks.h"
#include "store/results.h"

/*
 * beside_runs() - of the @n runs of @s, of one machine or of several: which
 * machines they are of, what each design takes against the reference of its own
 * run in the cells that come first, and, unless @brief, below a fold in all.
 * Only ratios: no time of one stands beside a time of another, and nothing is
 * put together. Nothing for fewer than two different runs. 0, or the store's
 * error.
 */
int beside_runs(struct store *s, const int64_t *run, size_t n, bool brief,
		struct document *d, struct err *e);

#endif
