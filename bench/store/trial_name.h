/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a stored trial is called. */
#ifndef STORE_TRIAL_NAME_H
#define STORE_TRIAL_NAME_H

#include "store/results.h"
#include "store/walkers.h"
#include "trial/axes.h"

/*
 * The name of a trial in all outputs and for --filter, the same in every run
 * of a config: "SWEEP/DESIGN/WORKLOAD/walkers:N/AXIS:VALUE/…#REPETITION", and
 * ".ATTEMPT" after it for a repetition of a disturbed one. Mappers and dumpers
 * are named where there are any.
 */
void trial_name(const struct store_trial *t, char *text, size_t size);
/* The same up to the repetition, of @design; returns the length. */
size_t trial_row_name(const struct store_trial *t, const char *design,
		      char *text, size_t size);
/* Room for it. */
enum { TRIAL_NAME = AXES_TEXT + 512 };
/* The axes in it: "/footprint:64M/page_size:4K", or empty. */
void trial_axes_path(const struct store_trial *t, char *text, size_t size);

/* "/mappers:2/dumpers:1", without those of which there are none. */
enum { TRIAL_UPDATERS = 48 };
void trial_updaters(const struct store_trial *t, char text[TRIAL_UPDATERS]);

/* "2 walkers (foreign) + 1 mapper + 1 device", each that walks with its kind;
 * the other axes: "footprint=1G page_size=4K". */
enum { TRIAL_THREADS = 128 };
void trial_threads(const struct store_trial *t, char *text, size_t size);
void trial_axes(const struct store_trial *t, char *text, size_t size);
/* Its cell, of TRIAL_NAME at most: "walks / uniform, 2 walkers (own),
 * footprint=1G". */
void trial_cell(const struct store_trial *t, char *text, size_t size);

#endif
