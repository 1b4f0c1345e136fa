/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ratios to the reference as dots with intervals, in groups: what most plots
 * draw. A dot is filled where the design was told apart, else open, so that no
 * difference is seen that is not there.
 */
#ifndef FIGURES_DOTS_H
#define FIGURES_DOTS_H

#include "figures/data.h"
#include "judge/ratio.h"

struct plot_dot {
	size_t panel, group;
	const char *design;
	struct ratio ratio; /* .draws 0: of what is drawn as a reference */
	double value;	    /* the design's own median; NAN: none */
};

struct plot_dots {
	struct plot_dot *dot;
	size_t n;
};

void plot_dots_add(struct plot_dots *d, const struct plot_dot *dot);
void plot_dots_release(struct plot_dots *d);

/* The design that others in @g are held against; NULL: none has @metric. */
const char *plot_reference(const struct plot_group *g, enum metric_id metric);

/*
 * The dots of one group: every design's @metric against the reference's, in
 * @g at @x == @at, which is one cell. A design that has no ratio to show is
 * added to @none, a text, by its name.
 */
void plot_dots_of(struct plot_dots *dots, const struct plotdata *d,
		  const struct plot_group *g, plot_x *x, double at,
		  enum metric_id metric, size_t panel, size_t group,
		  char none[PLOT_TEXT]);

/* Into the caption of @g. */
void plot_name_reference(struct plot_group *g, enum metric_id metric);

/* The same for every @x in @g, a group each. */
void plot_dots_by(struct plot_dots *dots, const struct plotdata *d,
		  const struct plot_group *g, plot_x *x, enum metric_id metric,
		  size_t panel, char none[PLOT_TEXT]);

/* Of the block meta: a line below the caption of a group ("subP_G"); there:
 * the reference and its own time, @metric in ns. */
void plot_meta_sub(FILE *out, size_t panel, size_t group, const char *text);
void plot_meta_reference(FILE *out, size_t panel, size_t group,
			 const struct plot_group *g, plot_x *x, double at,
			 enum metric_id metric);
/* And for each of @panels who has no dot there ("noneP"). */
void plot_meta_none(FILE *out, char (*none)[PLOT_TEXT], size_t panels);
/*
 * Of the block meta: the span of all dots ("ymin", "ymax", whole thirds of a
 * decade, 1 inside) and of each group its margin ("marginP_G").
 */
void plot_dots_meta(FILE *out, const struct plot_dots *d);
/* Blocks "dots of panel P", with the columns of PLOT_DOTS_COLUMNS; one. */
void plot_dots_write(FILE *out, const struct plot_dots *d, size_t panels);
void plot_dots_write_one(FILE *out, const struct plot_dots *d, size_t panel);

#define PLOT_DOTS_COLUMNS(what)                                             \
	"group (its caption is in meta)", "design",                         \
		what ": time / time of the reference, Hodges-Lehmann over " \
		     "draws; at most 99",                                   \
		"its 95 % interval, low", "its 95 % interval, high",        \
		"verdict", "the ratio as it is written",                    \
		"median of the design itself", NULL
/* The note below such plots' title. */
#define PLOT_DOTS_NOTE                                                        \
	"Filled: told apart; open: not (margin: grey). Bars: 95 % interval, " \
	"by draw. "

#endif
