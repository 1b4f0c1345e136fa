/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a walk takes what it takes: the entries that it reads, each as long as a
 * load from where it was (the cache model says where, `topo --measure` how
 * long), and the design's own lines. What is left are instructions, waiting,
 * and what the model does not have: TLB misses in small pages that the chain of
 * `topo --measure` had as well, prefetchers, branches guessed wrong.
 */
#ifndef FIGURES_WHY_H
#define FIGURES_WHY_H

#include <jansson.h>

#include "judge/summary.h"

enum why_level { WHY_L1D, WHY_L2, WHY_LLC, WHY_MEMORY, WHY_LEVELS };
extern const char *const why_levels[]; /* "L1d", … */

/* What is not expected is worth a mark beyond this share of what is measured. */
#define WHY_UNEXPLAINED 0.2

struct why {
	double entries[WHY_LEVELS]; /* of a walk, by where they came from */
	double loads_ns, own_ns, expected_ns, measured_ns;
	double floor_ns;    /* bare loads as measured; NAN: not */
	double unexplained; /* share of what was measured; below 0: less */
};

enum why_missing {
	WHY_KNOWN,
	WHY_NO_WALK,	/* not of dependent walks of one stage */
	WHY_NO_SIM,	/* no cache model, or not of the design's lines */
	WHY_NO_LATENCY, /* a latency that it needs was not measured */
};

/* Of the dependent walks of @row; @latency: machine/latency.h, or NULL. */
enum why_missing why_of(const json_t *latency, const struct summary_row *row,
			struct why *w);

#endif
