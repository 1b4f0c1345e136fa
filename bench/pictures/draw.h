/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes a run's plots: tables, scripts and, through gnuplot, pictures. */
#ifndef PICTURES_DRAW_H
#define PICTURES_DRAW_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "store/results.h"

enum plot_formats {
	PLOT_SVG = 1 << 0,
	PLOT_PNG = 1 << 1,
	PLOT_PDF = 1 << 2,
};
/* "svg" and so on, by bit; NULL past the end. */
const char *plot_format_name(size_t bit);

/* Called for every picture made, with its path. */
typedef void plot_made(void *arg, const char *path);

struct plot_job {
	const char *dir; /* made if it is missing (one level) */
	/* Names, of figures/plots.def or in @own, NULL behind them; NULL: all
	 * that there are. */
	const char *const *only;
	const char *own;     /* a folder of scripts (pictures/own.h); or NULL */
	const char *designs; /* names apart by commas, or "all"; NULL: the
			      * reference and the next six (plot_choose()) */
	unsigned formats;    /* enum plot_formats */
	bool page;	     /* of a page: marks say their values, no notes */
	plot_made *made;     /* may be NULL */
	void *arg;
};

/*
 * Writes NAME.dat, NAME.gp and common.gp into job->dir, so that `gnuplot
 * NAME.gp` there draws the plot again, then NAME.svg and NAME.png. Each file
 * appears whole or not at all. A plot for which the run has no data is named
 * in a note and left out.
 *
 * -ENOTSUP: there is no gnuplot; tables and scripts are written. -EIO:
 * gnuplot failed; what it said is in @e. -EINVAL: job->only has what is no
 * plot, or job->designs what is no design of the run. -ENOENT: plots/ was not
 * found. Else the error of store or file system.
 */
int plot_draw_run(struct store *s, int64_t run, const struct plot_job *job,
		  struct err *e);

/*
 * A plot that is not of one run: @write makes the table from @arg, with the
 * returns of plot->write() (figures/data.h), and plots/NAME.gp draws it.
 */
struct plot_table {
	const char *name;
	int (*write)(const void *arg, FILE *out, char why[256]);
	const void *arg;
};

/* The same for such a plot; job->only does not matter. Errors as above. */
int plot_draw_table(const struct plot_table *t, const struct plot_job *job,
		    struct err *e);

#endif
