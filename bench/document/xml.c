/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Escaping for XML 1.0. */
#include "document/xml.h"

#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/printable.h"

/* Control characters have no place in XML 1.0. */
static void escaped(FILE *out, const char *text)
{
	for (; text && *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc((unsigned char)*text < 0x20 ? ' ' : *text, out);
		}
	}
}

void xml_attribute(FILE *out, const char *name, const char *value)
{
	fprintf(out, " %s=\"", name);
	escaped(out, value);
	fputc('"', out);
}

void xml_text(FILE *out, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n\t");
		char *line = must(strndup(text, n));
		char *shown = must(printable_dup(line));

		escaped(out, shown);
		free(shown);
		free(line);
		text += n;
		if (*text)
			fputc(*text++, out);
	}
}
