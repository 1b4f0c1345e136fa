/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small text inputs line by line. */
#include "base/lines.h"

#include <errno.h>
#include <string.h>

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct line_field trim(const char *from, const char *end)
{
	while (from < end && blank(*from))
		from++;
	while (end > from && blank(end[-1]))
		end--;
	return (struct line_field){from, (size_t)(end - from)};
}

void lines_init(struct lines *l, const char *name, const char *text, size_t n)
{
	memset(l, 0, sizeof(*l));
	l->name = name;
	l->pos = text;
	l->end = text + n;
}

static void split(struct lines *l)
{
	const char *at = l->text, *end = l->text + l->n;

	l->nfields = 0;
	for (;;) {
		const char *comma = memchr(at, ',', (size_t)(end - at));

		if (l->nfields++ == LINES_FIELDS_MAX)
			return;
		l->fields[l->nfields - 1] = trim(at, comma ? comma : end);
		if (!comma)
			return;
		at = comma + 1;
	}
}

bool lines_next(struct lines *l)
{
	while (l->pos < l->end) {
		const char *nl =
			memchr(l->pos, '\n', (size_t)(l->end - l->pos));
		struct line_field f = trim(l->pos, nl ? nl : l->end);

		l->pos = nl ? nl + 1 : l->end;
		l->number++;
		l->text = f.text;
		l->n = f.n;
		if (f.n && f.text[0] != '#') {
			split(l);
			return true;
		}
	}
	return false;
}

bool line_field_is(const struct line_field *f, const char *word)
{
	return strlen(word) == f->n && !memcmp(f->text, word, f->n);
}

void lines_quote(char *out, size_t room, const char *text, size_t n)
{
	size_t i;

	for (i = 0; i < n && i < room - 1; i++)
		out[i] = (char)(text[i] >= ' ' && text[i] <= '~' ? text[i]
								 : '?');
	out[i] = '\0';
	if (i < n && i > 3)
		memcpy(out + i - 3, "...", 3);
}

int lines_error(const struct lines *l, struct err *e, const char *why)
{
	char quoted[121];

	lines_quote(quoted, sizeof(quoted), l->text, l->n);
	return err_set(e, -EINVAL, "%s:%lu: %s: '%s'", l->name, l->number, why,
		       quoted);
}
