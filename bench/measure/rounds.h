/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rounds of one kind of batch: a batch of every contestant in random order,
 * again and again. The one place where contestants are paired, designs and
 * builds alike.
 */
#ifndef MEASURE_ROUNDS_H
#define MEASURE_ROUNDS_H

#include "base/rng.h"
#include "measure/crew.h"

enum { ROUNDS_CONTESTANTS = 64 };

struct rounds {
	unsigned n;	      /* contestants, 1 to ROUNDS_CONTESTANTS */
	unsigned wanted;      /* batches of each that are to count */
	unsigned tries;	      /* rounds, at most; >= 1 */
	uint64_t patience_ns; /* begins none but a last one after; 0: no end */
	/* A round counts if the batch of every contestant does; else each
	 * contestant has its own count. */
	bool paired;
	struct rng *rng; /* of the order */
	void *arg;
	/* Before each round; 0, or what ends them. May be NULL. */
	int (*prepare)(void *arg, unsigned round);
	/* One batch: 0; 1: the contestant is out; negative: ends the rounds. */
	int (*run)(void *arg, unsigned i, struct batch *b);
	/* The last batch of contestant @i counts, what it found is in its
	 * workers. b->lost: none was clean, and there is no more time. */
	void (*collect)(void *arg, unsigned i, const struct batch *b);
};

/* rounds_order() - the numbers below @n in a random order; @n as rounds.n. */
void rounds_order(struct rng *rng, unsigned n, unsigned *order);

/*
 * rounds_run() - until each has as many as wanted, or tries and patience end.
 * A lost batch is tried again in the next round; one that is not paired and
 * had no clean batch by the last round counts with that. 0, or what prepare()
 * and run() said. Context: the crew's leader.
 */
int rounds_run(const struct rounds *r);

#endif
