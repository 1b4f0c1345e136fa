/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paging-structure caches: their memory, and what an invalidation drops. */
#include "psc.h"

#include <errno.h>
#include <stdlib.h>

#include "mutant.h"

struct psc *psc_new(const struct iotlb_geometry *g)
{
	struct psc *psc = calloc(1, sizeof(*psc));
	int ret = psc ? 0 : -ENOMEM;

	for (unsigned level = 2; level <= VTD_LEVELS_MAX && !ret; level++)
		ret = assoc_init(&psc->level[level], g->sets, g->ways);
	if (!ret)
		return psc;
	psc_free(psc);
	errno = -ret;
	return NULL;
}

void psc_free(struct psc *psc)
{
	for (unsigned level = 2; psc && level <= VTD_LEVELS_MAX; level++)
		assoc_fini(&psc->level[level]);
	free(psc);
}

unsigned psc_drop(const struct psc *psc, uint16_t domain, uint64_t iova,
		  unsigned mask, uint64_t *dropped)
{
	const unsigned top = MUTANT(psc_upper_kept) ? 2 : VTD_LEVELS_MAX;
	unsigned sets = 0;

	for (unsigned level = 2; level <= top; level++)
		sets += assoc_drop(&psc->level[level], domain, iova, mask,
				   level, PSC_LOWEST, dropped);
	return sets;
}
