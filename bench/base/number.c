/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers as input files and options write them. */
#include "base/number.h"

#include <string.h>

static unsigned digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A') + 10;
	return 99;
}

bool number_parse(const char *text, size_t n, uint64_t *value)
{
	unsigned base = 10;
	uint64_t v = 0;

	if (n > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
		n -= 2;
	}
	if (!n)
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned d = digit_of(text[i]);

		if (d >= base || v > (UINT64_MAX - d) / base)
			return false;
		v = v * base + d;
	}
	*value = v;
	return true;
}

bool number_parse_string(const char *text, uint64_t *value)
{
	return number_parse(text, strlen(text), value);
}
