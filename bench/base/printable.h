/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text of users on its way to a terminal or into a document: what a terminal
 * obeys, what turns a line round or ends it, and what is no UTF-8 is either
 * refused where text comes in, or written as \\xNN where it goes out.
 */
#ifndef PRINTABLE_H
#define PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether @text is UTF-8 in one line, without a control character. */
bool printable(const char *text);

/*
 * printable_copy() - @text into @buf of @n bytes (at least 1), every byte that
 * is not printable as \\xNN; cut at the end of @buf, never inside a
 * character. Returns @buf.
 */
char *printable_copy(char *buf, size_t n, const char *text);

/* The same as a new string, which the caller frees; NULL: out of memory. */
char *printable_dup(const char *text);

#endif
