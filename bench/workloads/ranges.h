/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Streams of mappers that map and unmap random ranges. */
#ifndef WORKLOADS_RANGES_H
#define WORKLOADS_RANGES_H

#include "workloads/layout.h"

/*
 * The stream of each mapper of @l, made with LAYOUT_MAPPER_BYTES: random ranges
 * of up to p->work.range_pages_max pages, mapped and unmapped in its region;
 * whole 2 MiB spans now and then, so that tables are freed. -ENOMEM.
 */
#define LAYOUT_MAPPER_BYTES ((uint64_t)LAYOUT_MAPPER_PAGES << VTD_PAGE_LG2)
int ranges_streams(const struct layout *l, const struct params *p,
		   struct work *w, struct err *e);

#endif
