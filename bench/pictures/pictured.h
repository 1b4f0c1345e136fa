/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plots as a part of a document, each with its data. */
#ifndef PICTURES_PICTURED_H
#define PICTURES_PICTURED_H

#include "document/blocks.h"
#include "pictures/draw.h"

/*
 * Appends each plot that the run has data for, then those of the folder
 * @scripts (pictures/own.h; NULL: none): what it asks, the picture, and
 * its tables behind a fold. Without gnuplot there are no pictures, and that is
 * said. Works in a folder of its own in $TMPDIR, which is removed. 0, or the
 * errors of plot_draw_run().
 */
int plot_document(struct store *s, int64_t run, const char *scripts,
		  struct document *d, struct err *e);
/* The same for one plot that is not of a run, below @heading; nothing if it has
 * no data. */
int plot_table_document(const struct plot_table *t, const char *heading,
			struct document *d, struct err *e);

#endif
