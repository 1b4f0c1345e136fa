/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which characters may reach a terminal or a document. */
#include "base/printable.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of the UTF-8 character at @s and its code point; 0: it is none. */
static size_t decode(const unsigned char *s, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n = s[0] < 0x80	 ? 1
		   : s[0] < 0xc0 ? 0
		   : s[0] < 0xe0 ? 2
		   : s[0] < 0xf0 ? 3
		   : s[0] < 0xf8 ? 4
				 : 0;

	if (!n)
		return 0;
	*code = n == 1 ? s[0] : s[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (s[i] & 0x3f);
	}
	/* Not in its shortest form, half a pair, or beyond the last. */
	if (*code < least[n] || (*code >= 0xd800 && *code < 0xe000) ||
	    *code > 0x10ffff)
		return 0;
	return n;
}

static bool obeyed(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || /* C0, DEL, C1 */
	       (c >= 0x2028 && c <= 0x202e) ||	      /* lines; direction */
	       (c >= 0x2066 && c <= 0x2069);
}

/* Bytes of the printable character at @s, or 0. */
static size_t good(const char *s)
{
	uint32_t code;
	size_t n = decode((const unsigned char *)s, &code);

	return n && !obeyed(code) ? n : 0;
}

bool printable(const char *text)
{
	size_t n;

	for (; *text; text += n) {
		n = good(text);
		if (!n)
			return false;
	}
	return true;
}

char *printable_copy(char *buf, size_t n, const char *text)
{
	size_t at = 0;

	while (*text) {
		size_t bytes = good(text);
		char hex[5];

		snprintf(hex, sizeof(hex), "\\x%02x", (unsigned char)*text);
		if (at + (bytes ? bytes : 4) >= n)
			break;
		memcpy(buf + at, bytes ? text : hex, bytes ? bytes : 4);
		at += bytes ? bytes : 4;
		text += bytes ? bytes : 1;
	}
	buf[at] = '\0';
	return buf;
}

char *printable_dup(const char *text)
{
	size_t n = 4 * strlen(text) + 1;
	char *copy = malloc(n);

	return copy ? printable_copy(copy, n, text) : NULL;
}
