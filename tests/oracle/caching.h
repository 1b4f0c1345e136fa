/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks with QEMU's IOTLB kept: nothing but what the engine's invalidations
 * ask for is flushed, through QEMU's invalidation queue. After each of them no
 * DMA may be translated as before; before it, it must be, or the check could
 * not fail.
 */
#ifndef CACHING_H
#define CACHING_H

#include "queue.h"
#include "rocker.h"

enum { CACHING_PLACES = 256, CACHING_PENDING = 512 };

struct caching {
	struct world *w;
	struct queue queue;
	bool exact;
	/* what QEMU may have cached: the last places that were translated */
	struct caching_place {
		struct space *space;
		uint64_t iova;
	} place[CACHING_PLACES];
	unsigned places;
	unsigned fills; /* at most so many since the last global flush */
	struct iotlb *iotlb;
	struct inv_queue *inv; /* the engine's */
	/* what the engine has submitted and QEMU has not seen */
	struct inv_descriptor pending[CACHING_PENDING];
	unsigned pendings;
};

/*
 * Opens @w, as world_open() does, with a queue of the engine's that it listens
 * to, strict or deferred. @exact: this QEMU drops what a page-selective
 * descriptor says and no more. False: m->q.why says it.
 */
bool caching_open(struct caching *c, struct world *w,
		  const struct design *design, struct machine *m,
		  struct tally *const tally[MACHINE_SPACES], bool exact);
void caching_close(struct caching *c);

/* A few operations on @s, each followed by its invalidations and by DMAs:
 * where QEMU may have translations, where the operation was, anywhere. */
void caching_operate(struct caching *c, struct space *s);

/* An unmap whose invalidation comes late, be it deferred or held back: until
 * then QEMU translates as before, and then as the tables say. */
void caching_hold_back(struct caching *c, struct space *s);

/* Room in QEMU's IOTLB for @n translations more. */
bool caching_room(struct caching *c, unsigned n);

/* A DMA whose outcome is the same whatever QEMU has cached: a page that only
 * one of read and write is allowed on is accessed by that alone. False: none
 * is possible there. */
bool caching_probe(struct caching *c, struct space *s, uint64_t iova,
		   const char *what, struct probe *p);

/* The same of one whose outcome is known: how it has to be done. */
bool caching_aim(const struct world *w, struct probe *p);

/* QEMU's IOTLB is empty, by a descriptor. False: it was refused. */
bool caching_flush_all(struct caching *c);

/* All of them, one after the other. False: QEMU is gone. */
bool caching_judge(struct caching *c, struct probe *probe, unsigned n);

#endif
