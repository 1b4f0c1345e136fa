/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What operations touch, reference by reference: what the cache model and the
 * crowd are fed with. An operation is performed on the domain at once, and
 * listed: its 8 bytes of the stream; the lines of design->sync_refs() that come
 * first; the entries that a walk reads, or those on the way to what a map or
 * unmap wrote, a line of them at a time, and whole tables that it zeroed;
 * counts of entries, where the domain has them; lines of the invalidation
 * queue; the lines of sync_refs() that come last.
 *
 * Not in it: the pool's own lists, the IOTLB, what reclaiming threads do. A
 * page retired by a design that defers is not used again until the pool has no
 * other.
 *
 * Context: the calling thread has entered the design; nobody else is inside.
 */
#ifndef COUNTERS_TOUCHES_H
#define COUNTERS_TOUCHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "../kernels/engine.h"

/* What a reference is for: counted apart. */
enum {
	CACHESIM_SYNC = 0, /* a line of the design's own (lock, counter) */
	/* 1..VTD_LEVELS_MAX: an entry of a table of that level */
	CACHESIM_STREAM = VTD_LEVELS_MAX + 1, /* the operation itself */
	CACHESIM_QUEUE, /* of the invalidation queue; CACHESIM_SYNC beside it */
	CACHESIM_CLASSES,
};

struct touch {
	uint64_t pa; /* < 2^62 */
	uint8_t class;
	bool write;
	uint8_t section, kind; /* as struct engine_sync_ref */
	uint8_t domain;	       /* whose lock: 1 is a nested walk's second */
};

struct touch_list {
	struct touch *touch;
	size_t n, room;
};

/* A thread whose operations are listed. */
struct cachesim_thread {
	struct engine_thread *t; /* its cache is of the domain's pool */
	const uint64_t *ops;	 /* its stream, repeated */
	size_t n, at;		 /* @at: next operation */
	bool updates;		 /* maps and unmaps; else only walks count */
};

/* All zero but for the first four at first; touches_release() at the end. */
struct touches {
	const struct design *design;
	struct domain *d;
	struct cachesim_thread *threads;
	size_t nthreads;
	struct touch_list list; /* of the last operation */
	uint64_t submits;	/* to the invalidation queue; counted on */
	/* private */
	unsigned *depth; /* of map(): entries on the way, each 2M of its range */
	size_t ndepth;
	unsigned slot;	  /* of the invalidation queue: the next */
	size_t low, take; /* table pages: as PAGES_LOW and PAGES_TAKEN */
	unsigned cpu;	  /* whose turn it is */
	bool full;	  /* no memory for the list */
	struct engine_thread *t;
};

/*
 * touches_next() - performs the next operation of thread @i, and lists it.
 * Returns 0, -ENOMEM, or what the operation said.
 */
int touches_next(struct touches *l, unsigned i, struct err *e);
void touches_release(struct touches *l);

/* 0, or -EINVAL: a walker's stream has no walks. */
int touches_check(const struct cachesim_thread *threads, size_t n,
		  struct err *e);

/* One reference more. */
void touches_add(struct touches *l, uint64_t pa, bool write, unsigned class);

/*
 * touches_queue() - the lines that @submits with @descriptors together write
 * to the IOMMU's invalidation queue, from slot l->slot of its ring on.
 */
void touches_queue(struct touches *l, uint64_t submits, uint64_t descriptors);

#endif
