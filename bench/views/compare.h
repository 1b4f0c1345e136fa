/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The forms a comparison is written in. Write errors are the stream's. */
#ifndef VIEWS_COMPARE_H
#define VIEWS_COMPARE_H

#include <stdio.h>

#include "judge/compare.h"

struct compare_output {
	const struct compare *c;
	const struct store_run *a, *b;
	const char *warning; /* "of different machines: …", or "" */
};

/* Plain text in the layout of the generic_pt cover letter, with intervals. */
void compare_text(const struct compare_output *o, FILE *out);
void compare_markdown(const struct compare_output *o, FILE *out);
/* One JSON object; see docs/formats.md. */
void compare_json(const struct compare_output *o, FILE *out);
/* Table of plot "forest"; a write function of plot_draw_table(). */
int compare_forest(const void *compare_output, FILE *out, char why[256]);

#endif
