/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of a shell. Write errors are the stream's. */
#ifndef BASE_SHELL_H
#define BASE_SHELL_H

#include <stdio.h>

/* @n bytes of @text between quotes: one word, whatever is in it. */
void shell_quoted(const char *text, size_t n, FILE *out);
/* The same; without quotes where none are needed. */
void shell_word(const char *text, FILE *out);

#endif
