/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of latency_*.c share: work that is timed in batches. */
#ifndef MACHINE_LATENCY_BATCH_H
#define MACHINE_LATENCY_BATCH_H

#include <jansson.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>

#include "../topology/topo.h"
#include "base/err.h"

enum {
	LATENCY_BATCHES = 15, /* that count */
	LATENCY_TRIES = 90,   /* at most, lost ones among them */
	LATENCY_BATCH_NS = 500000,
	LATENCY_LINE = 64,
};

/* @n operations, one after the other. */
typedef void latency_work(void *arg, uint64_t n);
/* As that, timed: ns of all @n; false: a thread lost its CPU. */
typedef bool latency_timed(void *arg, uint64_t n, double *ns);

/* A figure of what @timed times, @per of them an operation; json null: none. */
json_t *latency_of_timed(latency_timed *timed, void *arg, double per);
/* The same for work of the calling thread, which is pinned. */
json_t *latency_of_work(latency_work *work, void *arg);

/* One line of a chain of loads. */
struct latency_node {
	alignas(LATENCY_LINE) struct latency_node *next;
};
/* Links all @n, in random order, into one ring. */
void latency_chain(struct latency_node *node, size_t n);

/* "pages", "load" and "levels" of @cpu, where the calling thread is. 0 or
 * -errno. */
int latency_loads(json_t *to, const struct topo *topo,
		  const struct topo_cpu *cpu, struct err *e);
/* "transfer", of all pairs of CPUs; leaves the calling thread on some. */
int latency_transfers(json_t *to, const struct topo *topo, struct err *e);
/* "costs". */
int latency_costs(json_t *to, struct err *e);

/* @n empty sections of a lock that nobody else wants. */
latency_work latency_spinlock, latency_rwlock_read, latency_rwlock_write;

#endif
