/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The threads that a design starts by itself to reclaim: liburcu's call_rcu
 * threads, and those of kernels/freeing/reclaimer.h. Such a thread inherits the
 * mask of the one that first retired something, or made the domain, so it would
 * compete with that mapper. It is given a CPU of its
 * own, or that of the crew's first thread where there is none, and its CPU
 * time is the contestant's.
 *
 * Context: one thread finds and moves them, between batches; reading their
 * time is for any thread then and in a batch.
 */
#ifndef MEASURE_RECLAIMER_H
#define MEASURE_RECLAIMER_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "../topology/topo.h"
#include "base/err.h"

enum { RECLAIMERS_MAX = 64 };

struct reclaimers {
	unsigned cpu; /* os_index of where they run */
	bool shared;  /* with the crew's first thread */
	clockid_t clock[RECLAIMERS_MAX];
	int tid[RECLAIMERS_MAX];
	unsigned n;
};

/*
 * A CPU that is none of the crew's, of another core if there is one; else that
 * of @crew[0], shared.
 */
void reclaimers_place(struct reclaimers *r, const struct topo *t,
		      const unsigned *crew, unsigned n);

/*
 * Finds the threads of this process that are not among @crew and not known
 * yet, and moves them. 0, or what sched_setaffinity() said.
 */
int reclaimers_find(struct reclaimers *r, const int *crew, unsigned n,
		    struct err *e);

/* CPU time of all of them so far. */
uint64_t reclaimers_cpu_ns(const struct reclaimers *r);

#endif
