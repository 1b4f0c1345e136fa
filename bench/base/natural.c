/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sizes within texts, and natural order. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/natural.h"

double natural_number(const char *text, char **end)
{
	static const char suffixes[] = "KMGT";
	double v = strtod(text, end);
	const char *suffix;

	if (*end == text)
		return NAN;
	suffix = **end ? strchr(suffixes, **end) : NULL;
	if (!suffix)
		return v;
	(*end)++;
	return ldexp(v, 10 * (int)(suffix - suffixes + 1));
}

int natural_compare(const char *a, const char *b)
{
	while (*a && *b) {
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			char *after_a, *after_b;
			double x = natural_number(a, &after_a);
			double y = natural_number(b, &after_b);

			if (x < y || x > y)
				return x < y ? -1 : 1;
			a = after_a;
			b = after_b;
		} else if (*a == *b) {
			a++;
			b++;
		} else {
			break;
		}
	}
	return strcmp(a, b);
}
