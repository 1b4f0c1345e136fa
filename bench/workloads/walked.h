/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Workloads whose walkers walk the static region, page by page as they say. */
#ifndef WORKLOADS_WALKED_H
#define WORKLOADS_WALKED_H

#include "workloads/layout.h"

/* The page a walker walks next, as a page number of the static region. */
typedef uint64_t walked_pick(void *arg, struct rng *r, size_t op);

/*
 * A whole workload: static region of p->work.footprint_bytes, walkers walk
 * what @pick says, mappers map and unmap random ranges beside it. @arg of
 * walker i is @args + i * @arg_bytes.
 */
int walked_region(const struct params *p, struct work *w, walked_pick *pick,
		  void *args, size_t arg_bytes, struct err *e);

#endif
