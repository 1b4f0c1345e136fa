/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The invalidation queue of QEMU's VT-d, driven as a driver does it: a ring in
 * guest RAM, each submission closed by a wait descriptor whose status word is
 * polled. While it is open, the IOMMU's registers invalidate nothing.
 *
 * Context: one thread.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include "../kernels/invalidation/descriptor.h"
#include "machine.h"

enum { QUEUE_SUBMIT_MAX = 100 }; /* descriptors of one submission */

struct queue {
	struct machine *m;
	uint64_t ring, status; /* PAs: a page, a word */
	bool wide;	       /* descriptors of 256 bits, the upper half 0 */
	unsigned entries, tail;
	uint32_t awaited;     /* what the last wait descriptor writes */
	uint64_t descriptors; /* written, without those that wait */
};

/*
 * queue_open() - turns queued invalidation on, translation being on, with the
 * ring at page @pa and the status word on the page behind it, and flushes
 * everything once. @wide: in scalable mode only. False: m->q.why says it.
 */
bool queue_open(struct queue *q, struct machine *m, uint64_t pa, bool wide);

/*
 * queue_submit() - @n descriptors, at most QUEUE_SUBMIT_MAX, and the wait.
 * True when the IOMMU has done them all; false with m->q.why: it refused one,
 * or QEMU is gone. Runs what is queued for QEMU.
 */
bool queue_submit(struct queue *q, const struct inv_descriptor *d, unsigned n);

/* Off again; translation stays on. */
bool queue_close(struct queue *q);

#endif
