/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What should become of a DMA, by our own walker and by the flat reference. */
#ifndef VERDICT_H
#define VERDICT_H

#include "space.h"

struct verdict {
	unsigned read_reason, write_reason; /* enum vtd_reason */
	bool silent;			    /* FPD: a fault is not recorded */
	bool has_pa;			    /* one of both is allowed */
	uint64_t pa;
	unsigned level;	 /* of the last entry, whatever it says; 0 = none */
	unsigned need_a; /* image_result's, of the access that is allowed */
	uint64_t entry_pa[VTD_LEVELS_MAX];
	unsigned entries;
	bool all_ones; /* the last entry is */
};

/* From RTADDR down, as kernels/image.h reads the tables. */
void verdict_walk(const struct world *w, uint16_t source_id, uint64_t iova,
		  struct verdict *v);

/*
 * verdict_of() - what the flat reference says of @iova, after the walker was
 * found to say the same; otherwise a failure of @s. False: they differ.
 */
bool verdict_of(struct world *w, struct space *s, uint16_t source_id,
		uint64_t iova, struct verdict *v);

/* The reason where an entry is not present; @legacy: the one of legacy mode. */
unsigned nothing_mapped(const struct world *w, unsigned legacy);

/* Whether QEMU's @got is what it says for @v's reason of a read, or of a
 * write. */
bool reason_matches(const struct world *w, const struct verdict *v,
		    bool is_read, unsigned got);

#endif
