/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts piece by piece. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

__attribute__((format(printf, 3, 0))) static void
add(char *text, size_t size, const char *fmt, va_list ap)
{
	size_t n = strlen(text);

	vsnprintf(text + n, size - n, fmt, ap);
}

void text_add(char *text, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(text, size, fmt, ap);
	va_end(ap);
}

void text_join(char *text, size_t size, const char *between, const char *fmt,
	       ...)
{
	va_list ap;

	if (*text)
		text_add(text, size, "%s", between);
	va_start(ap, fmt);
	add(text, size, fmt, ap);
	va_end(ap);
}
