/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small text inputs (operation lists, address lists) line by line: '#' starts
 * a comment line, blank lines count but are skipped, fields are separated by
 * commas, blanks around lines and fields do not matter.
 */
#ifndef BASE_LINES_H
#define BASE_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { LINES_FIELDS_MAX = 8 };

struct line_field {
	const char *text; /* not NUL-terminated */
	size_t n;
};

struct lines {
	const char *name; /* of the file, for errors */
	const char *pos, *end;
	unsigned long number; /* of the current line, from 1 */
	const char *text;     /* the current line, not NUL-terminated */
	size_t n;
	struct line_field fields[LINES_FIELDS_MAX];
	unsigned nfields; /* LINES_FIELDS_MAX + 1: there are more */
};

/* The text stays the caller's and must live as long as @l. */
void lines_init(struct lines *l, const char *name, const char *text, size_t n);

/* Moves to the next line that says something; false at the end. */
bool lines_next(struct lines *l);

bool line_field_is(const struct line_field *f, const char *word);

/*
 * lines_error() - "NAME:LINE: WHY: 'the line'" in @e; returns -EINVAL. The
 * line is shortened, and what is not printable shown as '?'.
 */
int lines_error(const struct lines *l, struct err *e, const char *why);

/* Writes a printable, shortened copy of @text into @out. */
void lines_quote(char *out, size_t room, const char *text, size_t n);

#endif
