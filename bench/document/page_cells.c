/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table's cells, and what is known of each besides its text. */
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "document/page.h"

void table_init(struct table *t, const struct table_column *column,
		unsigned columns, unsigned rows)
{
	if (columns > TABLE_COLUMNS)
		abort();
	*t = (struct table){.column = column, .columns = columns, .rows = rows};
	t->cell = must_calloc((size_t)columns * rows, sizeof(*t->cell));
}

char *table_cell(struct table *t, unsigned row, unsigned column)
{
	return t->cell[(size_t)row * t->columns + column];
}

struct table_effect *table_effect(struct table *t, unsigned row,
				  unsigned column)
{
	if (!t->effect)
		t->effect = must_calloc((size_t)t->columns * t->rows,
					sizeof(*t->effect));
	return &t->effect[(size_t)row * t->columns + column];
}

void table_tone(struct table *t, unsigned row, unsigned column,
		enum doc_tone tone)
{
	if (!t->tone)
		t->tone = must_calloc((size_t)t->columns * t->rows,
				      sizeof(*t->tone));
	t->tone[(size_t)row * t->columns + column] = tone;
}

void table_note(struct table *t, unsigned row, const char *fmt, ...)
{
	char *before, *line;
	va_list ap;

	if (!t->note)
		t->note = must_calloc(t->rows, sizeof(*t->note));
	before = t->note[row];
	va_start(ap, fmt);
	if (vasprintf(&line, fmt, ap) < 0)
		must_fail();
	va_end(ap);
	t->note[row] = line;
	if (before && asprintf(&t->note[row], "%s\n%s", before, line) < 0)
		must_fail();
	if (before)
		free(line);
	free(before);
}

void table_release(struct table *t)
{
	for (unsigned r = 0; t->note && r < t->rows; r++)
		free(t->note[r]);
	free(t->note);
	free(t->cell);
	free(t->effect);
	free(t->tone);
}

void table_column_name(const struct table_column *c, char *text, size_t size)
{
	size_t n = strlen(c->group);
	bool one_word = n && c->group[n - 1] == '-';

	snprintf(text, size, "%.*s%s%s", (int)(n - one_word), c->group,
		 n && !one_word ? " " : "", c->name);
}
