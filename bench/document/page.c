/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The width of a page, and lines that are wrapped to it. */
#include "base/must.h"
#include "document/page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/number.h"

const char *const page_colour[] = {
	[DOC_PLAIN] = "\033[0m",
	[DOC_GOOD] = "\033[1;32m", /* bold, green */
	[DOC_BAD] = "\033[1;31m",  /* bold, red */
	[DOC_OPEN] = "\033[2m",	   /* faint */
};

unsigned page_width(FILE *out)
{
	const char *columns = getenv("COLUMNS");
	uint64_t n = PAGE_WIDTH;
	struct winsize size;
	int failed = errno; /* of a write: whoever tells needs it */

	if (!columns || !number_parse_string(columns, &n) || !n)
		n = !ioctl(fileno(out), TIOCGWINSZ, &size) && size.ws_col
			    ? size.ws_col
			    : PAGE_WIDTH;
	errno = failed;
	return n < PAGE_MIN	? PAGE_MIN
	       : n > PAGE_WIDTH ? PAGE_WIDTH
				: (unsigned)n;
}

/* Bytes of the first @columns characters of @n bytes, or all of them. */
static size_t bytes_of(const char *text, size_t n, unsigned columns)
{
	size_t i = 0;

	for (; i < n; i++)
		if (((unsigned char)text[i] & 0xc0) != 0x80 && !columns--)
			break;
	return i;
}

/* Columns of @n bytes; a colour takes no room. */
static unsigned columns_of(const char *text, size_t n)
{
	unsigned columns = 0;

	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\033')
			while (i + 1 < n && text[i] != 'm')
				i++;
		else
			columns += ((unsigned char)text[i] & 0xc0) != 0x80;
	}
	return columns;
}

/* How much of a word that is too wide goes on a line of @room. */
static size_t piece(const char *word, size_t n, unsigned room)
{
	size_t fits = bytes_of(word, n, room), i = fits;

	while (i > 1 && !strchr(":/,=", word[i - 1]))
		i--;
	return i > 1 ? i : fits;
}

void page_rest(FILE *out, unsigned width, unsigned at, unsigned indent,
	       const char *text)
{
	bool begun = false; /* this line has a word of ours */

	if (indent > width / 2)
		indent = width / 2;
	for (;;) {
		size_t spaces = strspn(text, " ");
		size_t n = strcspn(text + spaces, " ");
		unsigned wide = columns_of(text + spaces, n);

		if (!n)
			break;
		if (at + spaces + wide > width && (begun || at > indent)) {
			fprintf(out, "\n%*s", (int)indent, "");
			at = indent;
			spaces = 0;
			text += strspn(text, " ");
		}
		if (at + spaces + wide > width) {
			n = piece(text + spaces, n,
				  width - at - (unsigned)spaces);
			wide = columns_of(text + spaces, n);
		}
		fprintf(out, "%.*s", (int)(spaces + n), text);
		at += (unsigned)spaces + wide;
		text += spaces + n;
		begun = true;
	}
	fputc('\n', out);
}

void page_line(FILE *out, unsigned width, unsigned indent, const char *fmt, ...)
{
	char *text, *rest;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		must_fail();
	va_end(ap);
	rest = text;
	for (char *line; (line = strsep(&rest, "\n"));)
		page_rest(out, width, 0, indent, line);
	free(text);
}
