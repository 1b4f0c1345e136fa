/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plots of a user's own: a folder of gnuplot scripts. NAME.gp there draws plot
 * NAME: of the project, instead of the project's script, or a further one. In
 * the comments that it begins with, "# table: NAME" says whose table it draws;
 * another line says what it shows. Without, a further plot draws `values`.
 */
#ifndef PICTURES_OWN_H
#define PICTURES_OWN_H

#include <stddef.h>

#include "base/err.h"
#include "figures/data.h"

/* The environment twin of the option that names the folder (plot --scripts). */
#define OWN_PLOTS_TWIN "VTDBENCH_SCRIPTS"

enum { OWN_NAME = 64 };

struct own_plot {
	char name[OWN_NAME];
	char help[PLOT_TEXT];
	const struct plot *table; /* that it draws */
};

struct own_plots {
	struct own_plot *plot; /* by name */
	size_t n;
};

/*
 * Those in @folder; NULL or "": none. A script that cannot be a plot (its name
 * is not of a-z, 0-9, _ and -) is named in a warning. Or -errno: the folder
 * cannot be read; -EINVAL: a script asks for a table that there is not.
 * own_plots_release() in any case.
 */
int own_plots_read(struct own_plots *o, const char *folder, struct err *e);
/* Table `values`: what is known of any cell. No plot of the project draws it. */
extern const struct plot plot_values;

/* NULL: there is none of that name. */
const struct own_plot *own_plots_find(const struct own_plots *o,
				      const char *name);
void own_plots_release(struct own_plots *o);

#endif
