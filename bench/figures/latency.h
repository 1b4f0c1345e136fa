/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the plots of single operations have in common: latency and ecdf. */
#ifndef FIGURES_LATENCY_H
#define FIGURES_LATENCY_H

#include <stdint.h>

#include "figures/data.h"
#include "stats/singles.h"

enum { LATENCY_PANELS = 4 };

enum latency_updaters { LATENCY_QUIET, LATENCY_UPDATED, LATENCY_DUMPED };

/* Walks, alone and beside updaters; map and unmap while a dumper runs. */
struct latency_kind {
	const char *hist, *block, *caption;
	enum latency_updaters updaters;
};

struct latency_panel {
	const struct latency_kind *kind;
	const struct plot_group *group;
};

/*
 * The groups of trials with histograms: *@all, which the caller releases, and
 * of each kind that with the most walkers, how many into *@n. 0 or -ENOMEM.
 */
int latency_panels(const struct plotdata *d, struct plot_groups *all,
		   struct latency_panel panel[LATENCY_PANELS], size_t *n);

/* Of the repetitions of @design that count, all samples of @name. */
uint64_t latency_samples(const struct plot_group *g, const char *design,
			 const char *name);
/* The design that others of @panel are held against; NULL: none has samples. */
const char *latency_reference(const struct latency_panel *panel);

/* The trials of the twin in the cell of @g; the caller frees its trials. */
void latency_twin(struct summary_row *row, const struct plotdata *d,
		  const struct plot_group *g);
/* "map: churn, 1 mapper, 1 dumper": what stands above the panel. */
void latency_label(const struct latency_panel *panel, char text[PLOT_TEXT]);

/* Adds draw @i of @row to @to, which was made by singles_init(). */
void latency_add(struct singles *to, const struct summary_row *row, size_t i,
		 const struct latency_kind *kind);
/* The step of the clock in the draws of @row, ns; 0: not known. */
double latency_clock_step(const struct summary_row *row);

#endif
