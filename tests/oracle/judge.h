/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of checks: places, page sizes, corrupted entries, the judge. */
#ifndef JUDGE_H
#define JUDGE_H

#include "rocker.h"

/* DMAs at @n random places of @s, in packets. */
void judge_places(struct world *w, struct space *s, unsigned n);

/*
 * The size of one leaf, by what QEMU's IOTLB keeps of it: after one DMA the
 * entry is cleared behind the IOTLB's back; another DMA anywhere in the page
 * still gets through, one just outside does not.
 */
void judge_size(struct world *w, struct space *s);

/* One bit of an entry in use is wrong: QEMU and our walker agree on what
 * becomes of it. */
void judge_corruption(struct world *w, struct space *s);

/* The same for a root, context, PASID directory or PASID entry. */
void judge_structure(struct world *w, struct space *s);

/* The judge itself: how many of the wrong expectations given to it about
 * good tables it let pass; *given counts them. */
unsigned judge_fooled(struct world *w, struct space *s, unsigned *given);

#endif
