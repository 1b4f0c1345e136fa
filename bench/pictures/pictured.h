/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plots of a run as a part of a document, each with its data. */
#ifndef PICTURES_PICTURED_H
#define PICTURES_PICTURED_H

#include "document/blocks.h"
#include "store/results.h"

/*
 * Appends each plot that the run has data for: what it asks, the picture, and
 * its tables behind a fold. Without gnuplot there are no pictures, and that is
 * said. Works in a folder of its own in $TMPDIR, which is removed. 0, or the
 * errors of plot_draw_run().
 */
int plot_document(struct store *s, int64_t run, struct document *d,
		  struct err *e);

#endif
