/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DMA reads by QEMU's edu devices, for pages that may not be written: each
 * read goes to a buffer in the device; when the buffers are full they are
 * written out, with translation off, and every word is compared.
 */
#ifndef EDU_H
#define EDU_H

#include "verdict.h"

enum { EDU_SLOTS = 256 }; /* 8 bytes each, of the device's 4096 */

struct edu_read {
	uint64_t iova, pa, marker;
};

struct edu {
	struct edu_read pending[MACHINE_SPACES][MACHINE_EDUS][EDU_SLOTS];
	unsigned pendings;
	uint64_t fill; /* into every slot before */
};

/* One read by every edu at an address that it may read, faults judged now. */
void edu_check(struct world *w, struct edu *e);

/* Judges the data of all reads so far. To be called before world_close(). */
void edu_drain(struct world *w, struct edu *e);

/* One read by @d, and what the fault record says then; its data goes nowhere.
 * False: QEMU is gone. */
bool edu_try(struct world *w, const struct device *d, uint64_t iova,
	     struct fault *f);

#endif
