/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts that are made piece by piece in a buffer; what does not fit is cut. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stddef.h>

/* Appends to the text that is in @text, a buffer of @size bytes. */
void text_add(char *text, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same, with @between before it unless it is the first. */
void text_join(char *text, size_t size, const char *between, const char *fmt,
	       ...) __attribute__((format(printf, 4, 5)));

#endif
