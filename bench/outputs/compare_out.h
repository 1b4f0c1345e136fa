/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The forms a comparison is written in. Write errors are the stream's. */
#ifndef COMPARE_OUT_H
#define COMPARE_OUT_H

#include <stdio.h>

#include "../compare.h"

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

/* "3.2 %", what the interval of @c covers: 98 for bounds of 99 %. */
double compare_interval_percent(const struct compare *c);
/* "walks / uniform, rcu, 1 walker, footprint=64M" */
void compare_title(const struct store_trial *t, char *text, size_t size);
/* What ln(new/old) of a cost is in per cent: + is slower, as in all outputs. */
double compare_slower_percent(double log);
/* The verdict on all, in a line. */
void compare_conclusion(const struct compare *c, char *text, size_t size);

#endif
