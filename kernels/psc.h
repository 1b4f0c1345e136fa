/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Paging-structure caches: one for each level above the leaves, of entries that
 * name tables. Those of one walker, or of all that share them. Part of iotlb.c,
 * which fills them and asks them.
 */
#ifndef PSC_H
#define PSC_H

#include "assoc.h"
#include "iotlb.h"

struct psc {
	struct assoc level[VTD_LEVELS_MAX + 1]; /* from 2 on */
};

/* NULL with errno: EINVAL (geometry) or ENOMEM. */
struct psc *psc_new(const struct iotlb_geometry *geometry);
void psc_free(struct psc *psc);

/*
 * psc_drop() - removes the entries on the way to 2^@mask pages from @iova, of
 * each level. Returns how many sets it looked into. Context: as assoc_drop().
 */
unsigned psc_drop(const struct psc *psc, uint16_t domain, uint64_t iova,
		  unsigned mask, uint64_t *dropped);

#endif
