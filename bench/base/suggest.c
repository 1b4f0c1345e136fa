/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "Did you mean": edit distance over short lists of names. */
#include "base/suggest.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { NAME_MAX_CHARS = 63 };

static unsigned min2(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

unsigned suggest_distance(const char *a, const char *b)
{
	/* Three rows of the table: a swap looks two rows back. */
	unsigned rows[3][NAME_MAX_CHARS + 1];
	size_t la = strlen(a), lb = strlen(b);

	if (la > NAME_MAX_CHARS || lb > NAME_MAX_CHARS)
		return UINT_MAX;
	for (unsigned j = 0; j <= lb; j++)
		rows[0][j] = j;
	for (unsigned i = 1; i <= la; i++) {
		unsigned *row = rows[i % 3];
		const unsigned *above = rows[(i + 2) % 3];
		const unsigned *above2 = rows[(i + 1) % 3];

		row[0] = i;
		for (unsigned j = 1; j <= lb; j++) {
			unsigned change = a[i - 1] != b[j - 1];

			row[j] = min2(min2(above[j], row[j - 1]) + 1,
				      above[j - 1] + change);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = min2(row[j], above2[j - 2] + 1);
		}
	}
	return rows[la % 3][lb];
}

/* At most a third of the longer one; UINT_MAX: they are further apart. */
static unsigned near_enough(const char *typed, const char *name)
{
	size_t longer = strlen(typed) > strlen(name) ? strlen(typed)
						     : strlen(name);
	unsigned d = suggest_distance(typed, name);

	return d <= (longer < 6 ? 1 : longer / 3) ? d : UINT_MAX;
}

static unsigned distance_or_part(const char *typed, const char *name)
{
	const char *dot = strrchr(name, '.');
	unsigned d = near_enough(typed, name), part;

	if (strlen(typed) >= 2 && !strncmp(typed, name, strlen(typed)))
		return min2(d, 1);
	part = dot ? near_enough(typed, dot + 1) : UINT_MAX;
	return part < d ? part + 1 : d;
}

/* @text in lower case: RCU is meant for rcu. */
static void lower(char *buf, size_t n, const char *text)
{
	snprintf(buf, n, "%s", text);
	for (char *c = buf; *c; c++)
		*c = (char)tolower((unsigned char)*c);
}

const char *suggest_nearest(const char *as_typed, suggest_list *list,
			    const void *arg)
{
	char typed[NAME_MAX_CHARS + 2], plain[NAME_MAX_CHARS + 2];
	const char *best = NULL, *name;
	unsigned best_distance = UINT_MAX;

	lower(typed, sizeof(typed), as_typed);
	for (size_t i = 0; (name = list(arg, i)); i++) {
		unsigned d;

		lower(plain, sizeof(plain), name);
		d = distance_or_part(typed, plain);

		if (d < best_distance) {
			best = name;
			best_distance = d;
		}
	}
	return best;
}
