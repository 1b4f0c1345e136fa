/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The summary of a run for people: what was asked, then a line per design. */
#ifndef REPORT_H
#define REPORT_H

#include <stdio.h>

#include "summary.h"

/*
 * Prints the summary of @run in @s to @out, as wide as page_width(). 0, or the
 * error of reading the store. Errors of @out are the caller's to check.
 */
int report_print(struct store *s, int64_t run, FILE *out, struct err *e);

/* The tables of one cell; marks used are added to @marks. */
struct report_marks {
	bool few_steps, block, none_clean, absent;
};
void report_cell(const struct summary *s, const struct summary_cell *cell,
		 FILE *out, struct report_marks *marks);

/* Values as the report prints them: "6.05", "123k"; "12.3M"; "1.5G". */
void report_ns(double ns, char *text, size_t size);
void report_si(double value, char *text, size_t size);
void report_bytes(double bytes, char *text, size_t size);

#endif
