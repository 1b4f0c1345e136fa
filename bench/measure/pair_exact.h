/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can be said of a build exactly, without a clock: references and
 * simulated cache misses of its walks, tables it holds. Equal for equal code
 * and seed, on any machine. Under callgrind the instructions of each case can
 * be counted as well (gate_count.h).
 */
#ifndef MEASURE_PAIR_EXACT_H
#define MEASURE_PAIR_EXACT_H

#include "measure/pair.h"

/* The operations of one case run once: what callgrind counts. Not inlined. */
void pair_counted(const struct side *side, struct side_tree *tree,
		  const struct pair_case *c, const uint64_t *ops, size_t n,
		  struct side_result *result);

struct pair_exact {
	const char *design;
	const struct pair_case *c;
	unsigned half;
	const char *metric; /* of trial/metrics.def */
	double value;
};
typedef void pair_exact_found(void *arg, const struct pair_exact *x);
typedef void pair_exact_counted(void *arg, const char *design,
				const struct pair_case *c, unsigned half);

/*
 * Calls @found for every figure of every single-threaded case and design of
 * @side that @only names (pair_matches(); NULL: all), always in the same order;
 * pair_counted() runs once for each half of a case that @counted is called for,
 * just before. -EBADMSG: the executor and walk() answer differently; -ENOMEM,
 * or what opening said.
 */
int pair_exact(const struct side *side, const char *only, uint64_t seed,
	       pair_exact_found *found, pair_exact_counted *counted, void *arg,
	       struct err *e);

#endif
