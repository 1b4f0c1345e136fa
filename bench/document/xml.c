/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Escaping for XML 1.0. */
#include "document/xml.h"

/* Text of an attribute; control characters have no place in XML 1.0. */
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
