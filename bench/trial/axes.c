/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Axes to text, and back. */
#include "trial/axes.h"

#include <string.h>

void axes_put(FILE *out, const char *key, const char *value)
{
	fprintf(out, " %s=", key);
	for (; *value; value++)
		if (*value == ' ' || *value == '%')
			fprintf(out, "%%%02X", (unsigned)*value);
		else
			fputc(*value, out);
}

/* @length bytes at @from, with what stands for a space and %. */
static void decode(char *to, size_t size, const char *from, size_t length)
{
	const char *end = from + length;
	size_t n = 0;

	while (from < end && n < size - 1) {
		bool space = end - from > 2 && !strncmp(from, "%20", 3);
		bool percent = end - from > 2 && !strncmp(from, "%25", 3);

		to[n++] = space ? ' ' : *from;
		from += space || percent ? 3 : 1;
	}
	to[n] = '\0';
}

bool axes_next(const char **text, struct axis *a)
{
	const char *p = *text + strspn(*text, "/ ");
	size_t key = strcspn(p, "=: "), length;

	length = strcspn(p, p[key] == '=' ? " " : "/ ");
	key = key < length ? key : length;
	snprintf(a->key, sizeof(a->key), "%.*s", (int)key, p);
	a->mark = key < length ? p[key] : '\0';
	a->value[0] = '\0';
	if (a->mark)
		decode(a->value, sizeof(a->value), p + key + 1,
		       length - key - 1);
	*text = p + length;
	return length;
}

bool axes_is_role(const char *key)
{
	return !strcmp(key, "walkers") || !strcmp(key, "mappers") ||
	       !strcmp(key, "dumpers");
}

size_t axes_text(const char *axes, char between, char mark, char *text,
		 size_t size)
{
	size_t used = 0;
	struct axis a;

	text[0] = '\0';
	while (used < size - 1 && axes_next(&axes, &a)) {
		char with[2] = {a.mark && mark ? mark : a.mark, '\0'};
		char before[2] = {used ? between : '\0', '\0'};

		if (axes_is_role(a.key))
			continue;
		used += (size_t)snprintf(text + used, size - used, "%s%s%s%s",
					 before, a.key, with, a.value);
	}
	return used < size ? used : size - 1;
}
