/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running gnuplot on one script, without a shell. */
#ifndef PICTURES_GNUPLOT_H
#define PICTURES_GNUPLOT_H

#include <stdbool.h>

#include "base/err.h"

/*
 * Draws @dir/NAME.gp as @format ("svg", "png", "pdf") to @dir/.NAME.FORMAT. 0:
 * the file is there and not empty. -ENOTSUP: there is no gnuplot. -EIO: it
 * failed; the line of the script in @from, where people edit it, and what it
 * said. @page: for a page, on which marks say their values when they are
 * pointed at.
 */
int plot_gnuplot(const char *dir, const char *name, const char *from,
		 const char *format, bool page, struct err *e);

#endif
