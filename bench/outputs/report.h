/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The summary of a run for people: what was asked, then a line per design. */
#ifndef OUTPUTS_REPORT_H
#define OUTPUTS_REPORT_H

#include <stdio.h>

#include "judge/summary.h"

/* Widest line of the report, in columns. */
enum { REPORT_WIDTH = 120 };

/*
 * Prints the summary of @run in @s to @out. 0, or the error of reading the
 * store. Errors of @out are the caller's to check.
 */
int report_print(struct store *s, int64_t run, FILE *out, struct err *e);

/* The tables of one cell; marks used are added to @marks. */
struct report_marks {
	bool few_steps, block, none_clean, absent;
};
void report_cell(const struct summary *s, const struct summary_cell *cell,
		 FILE *out, struct report_marks *marks);

#endif
