/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is judged: two address spaces built by one design, in the second stage
 * one of 3 and one of 4 levels, each beside a flat reference, under root tables
 * that give each to its own devices. Random operations change both.
 */
#ifndef SPACE_H
#define SPACE_H

#include "../kernels/engine.h"
#include "../model/flat.h"
#include "tables.h"

/* What was checked and found in one space; kept over several worlds. */
struct tally {
	uint64_t checks; /* DMAs judged */
	uint64_t operations;
	uint64_t reads;	      /* DMA reads whose data came back */
	uint64_t sizes;	      /* page sizes */
	uint64_t corruptions; /* single bits of page-table entries */
	uint64_t noticed;     /* of them: changed PA or fault */
	uint64_t structures;  /* single bits of root, context, PASID entries */
	uint64_t translated, leaf[VTD_LEAF_LEVEL_MAX + 1];
	uint64_t reason[256]; /* faults that QEMU recorded */
	/* with the IOTLB kept: descriptors of the engine, of those the ones of
	 * several pages and of a whole domain; others tried alone */
	uint64_t flushes, masked, domainwide, alone;
	uint64_t held_back; /* flushes that came late: of them, where QEMU */
	uint64_t stale;	    /* still translated as before */
	/* context entries that changed: of them, where the old one was still
	 * used until a descriptor named it; DMAs that it sent elsewhere */
	uint64_t contexts, context_stale, context_moved;
	uint64_t devices; /* descriptors of devices' TLBs, which QEMU took */
	uint64_t failures;
};

struct space {
	struct domain *domain;
	struct flat flat;
	unsigned levels;
	uint16_t domain_id;
	uint32_t pasid;
	uint64_t last_iova, last_size; /* of the last operation */
	struct tally *tally;
};

struct world {
	const struct design *design;
	struct machine *m;
	struct pool pool;
	struct engine_thread thread;
	struct space space[MACHINE_SPACES];
	struct tables tables;
	struct image image; /* as QEMU's VT-d reads tables */
	uint64_t pool_pa, tables_pa;
	struct rng rng;
	struct inv_queue *inv; /* NULL: the engine invalidates nothing */
	struct iotlb *iotlb;   /* that it believes to be invalidated */
	bool deferred;	       /* invalidations are */
};

/* A failure: counted, and the first few are printed, as TAP comments. */
void space_fail(struct space *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Builds everything and turns translation on. w->rng and how to invalidate are
 * the caller's. False: m->q.why says it. */
bool world_open(struct world *w, const struct design *design, struct machine *m,
		struct tally *const tally[MACHINE_SPACES]);
void world_close(struct world *w);

/* One random operation, or several that belong together, on engine and
 * reference; a difference between their answers is a failure. */
void world_operate(struct world *w, struct space *s);

/* One of them, at a place of the caller's choice. */
void world_map(struct world *w, struct space *s, uint64_t iova, uint64_t pa,
	       uint64_t size, unsigned prot);
void world_unmap(struct world *w, struct space *s, uint64_t iova,
		 uint64_t size);

/* Where data may be, mostly aligned as @iova is so that leaves are large. */
uint64_t world_pa(struct world *w, uint64_t iova, uint64_t size);

uint64_t space_width(const struct space *s);

/* An address below the width, as its stage wants it: canonical in the first. */
uint64_t space_iova(const struct space *s, uint64_t low);

/* Few places, so that operations meet: around 0 and the boundaries of large
 * pages and tables, at both ends, and anywhere. */
uint64_t world_spot(struct world *w, const struct space *s);

/* A random address to look at: mapped, just outside, a boundary, a hole. */
uint64_t world_address(struct world *w, struct space *s);

/* A random leaf; there must be one. */
struct flat_leaf space_leaf(struct world *w, const struct space *s);

/* The word of a table at @pa. */
uint64_t *world_word(const struct world *w, uint64_t pa);

/* Whether a DMA to @pa may be tried: no table and no device is there. */
bool world_harmless(const struct world *w, uint64_t pa);

#endif
