/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plot "forest": effects with their intervals, one a line. */
#ifndef VIEWS_FOREST_H
#define VIEWS_FOREST_H

#include <stdio.h>

#include "judge/ratio.h"

/* One line: ln(new / old), its interval, and what was made of it. */
struct forest_row {
	char caption[256];
	struct estimate log;
	enum ratio_verdict verdict;
};

struct forest {
	const char *title, *subtitle, *note;
	double threshold; /* a share, drawn as a band */
	struct forest_row *row;
	size_t n;
};

/* Lines that fit a page which is still read: the largest effects, those
 * slower first; the rest is left out and said to be. */
enum { FOREST_ROWS = 48 };

/* A write function of plot_draw_table(): @forest is a struct forest. */
int forest_table(const void *forest, FILE *out, char why[256]);

#endif
