/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ways of freeing: what becomes of the tables that an unmap unlinked, under a
 * design that has to let a grace period pass before they are used again. One
 * unmap's tables hang in one gather list. queue.inc does it; freeing.def has
 * the ways.
 */
#ifndef FREEING_H
#define FREEING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pool_page;
struct reclaimer;

enum free_way {
#define FREE_WAY(name, help) FREE_##name,
#include "freeing.def"
#undef FREE_WAY
	FREE_WAYS,
};

/* By enum free_way. */
extern const struct free_way_row {
	const char *name, *help;
} free_ways[FREE_WAYS];

/* Who waits for grace periods and calls back. */
enum free_reclaimer {
	/* call_rcu's helper thread, one a flavour; it begins a grace period at
	 * most every 10 ms, which is about what a kernel's takes. */
	RECLAIMER_LIBURCU,
	/* reclaimer.h, one a pool: as soon as it is given something. */
	RECLAIMER_OWN,
};

/* How a domain frees. 0 stands for the defaults below, as in a cleared one. */
struct freeing {
	enum free_way way;
	enum free_reclaimer reclaimer;
	/* list, page: callbacks that a thread collects, between two quiescent
	 * states, before it hands them over together; 1: each by itself. */
	uint64_t batch;
	uint64_t bytes;	  /* bytes: of tables */
	uint64_t time_ns; /* time: of the oldest list */
};

enum { FREE_BATCH = 64, FREE_BYTES = 1 << 20, FREE_TIME_NS = 10000000 };

/* @f with the defaults in the place of zeroes. */
struct freeing freeing_settled(const struct freeing *f);

/*
 * What a thread has retired and not handed over yet: gather lists by ->batch,
 * the oldest first. Owner only, but for @handed.
 */
struct free_queue {
	struct pool_page *first, *last;
	uint64_t calls, pages;	     /* lists, and tables in them */
	uint64_t since_ns;	     /* way time: when the first came */
	struct freeing how;	     /* of all of them */
	struct reclaimer *reclaimer; /* likewise; NULL: liburcu's */

	/* Batches given to liburcu. Written by the owner (relaxed), read by
	 * whoever waits for them, which knows that the owner is done. */
	uint64_t handed;
	uintptr_t owner; /* pthread_self() */
	struct free_queue *next_entered;
};

#endif
