/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a stored trial is called. */
#ifndef STORE_TRIAL_NAME_H
#define STORE_TRIAL_NAME_H

#include "store/results.h"

/*
 * The name of a trial in all outputs and for --filter, the same in every run
 * of a config: "SWEEP/DESIGN/WORKLOAD/walkers:N/AXIS:VALUE/…#REPETITION", and
 * ".ATTEMPT" after it for a repetition of a disturbed one. Mappers and dumpers
 * are named where there are any.
 */
void trial_name(const struct store_trial *t, char *text, size_t size);
/* The axes in it: "/footprint:64M/page_size:4K", or empty. */
void trial_axes_path(const struct store_trial *t, char *text, size_t size);

/* "2 walkers + 1 mapper"; the other axes: "footprint=1G page_size=4K". */
void trial_threads(const struct store_trial *t, char *text, size_t size);
void trial_axes(const struct store_trial *t, char *text, size_t size);

#endif
