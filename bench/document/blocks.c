/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A document, block by block. */
#include "document/blocks.h"

#include <stdlib.h>
#include <string.h>

#include "base/must.h"

static struct doc_block *add(struct document *d, enum doc_kind kind, char *text)
{
	d->block = must_grow(d->block, d->n, sizeof(*d->block));
	d->block[d->n] = (struct doc_block){.kind = kind, .text = text};
	return &d->block[d->n++];
}

__attribute__((format(printf, 1, 0))) static char *printed(const char *fmt,
							   va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) < 0)
		must_fail();
	return text;
}

struct doc_block *doc_title(struct document *d, const char *text)
{
	return add(d, DOC_TITLE, must_copy(text));
}

struct doc_block *doc_heading(struct document *d, unsigned level,
			      const char *fmt, ...)
{
	struct doc_block *b;
	va_list ap;

	va_start(ap, fmt);
	b = add(d, DOC_HEADING, printed(fmt, ap));
	va_end(ap);
	b->level = level;
	return b;
}

struct doc_block *doc_text(struct document *d, unsigned indent, unsigned hang,
			   const char *fmt, ...)
{
	struct doc_block *b;
	va_list ap;

	va_start(ap, fmt);
	b = add(d, DOC_TEXT, printed(fmt, ap));
	va_end(ap);
	b->indent = indent;
	b->hang = hang;
	return b;
}

struct doc_block *doc_alert(struct document *d, const char *fmt, ...)
{
	struct doc_block *b;
	va_list ap;

	va_start(ap, fmt);
	b = add(d, DOC_ALERT, printed(fmt, ap));
	va_end(ap);
	return b;
}

void doc_item(struct document *d, const char *mark, enum doc_tone tone,
	      const char *fmt, ...)
{
	struct doc_block *b;
	va_list ap;

	va_start(ap, fmt);
	b = add(d, DOC_ITEM, printed(fmt, ap));
	va_end(ap);
	b->mark = mark ? must_copy(mark) : NULL;
	b->tone = tone;
}

void doc_verdict(struct document *d, enum doc_tone tone, const char *text)
{
	add(d, DOC_VERDICT, must_copy(text))->tone = tone;
}

struct doc_block *doc_code(struct document *d, const char *name,
			   const char *text)
{
	struct doc_block *b = add(d, DOC_CODE, must_copy(text));

	b->name = name ? must_copy(name) : NULL;
	return b;
}

struct doc_block *doc_table(struct document *d, struct table *t)
{
	struct doc_block *b = add(d, DOC_TABLE, NULL);
	size_t size = 0;
	char *to;

	b->column = must_calloc(t->columns, sizeof(*b->column));
	for (unsigned c = 0; c < t->columns; c++)
		size += strlen(t->column[c].group) + strlen(t->column[c].name) +
			2;
	to = b->words = must_calloc(size, 1);
	for (unsigned c = 0; c < t->columns; c++) {
		b->column[c] = t->column[c];
		b->column[c].group = to;
		to = stpcpy(to, t->column[c].group) + 1;
		b->column[c].name = to;
		to = stpcpy(to, t->column[c].name) + 1;
	}
	b->table = *t;
	b->table.column = b->column;
	*t = (struct table){0};
	return b;
}

struct doc_block *doc_figure(struct document *d, const char *name,
			     const char *title, char *svg)
{
	struct doc_block *b = add(d, DOC_FIGURE, must_copy(title));

	b->name = must_copy(name);
	b->svg = svg;
	return b;
}

void doc_fold(struct document *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(d, DOC_FOLD, printed(fmt, ap));
	va_end(ap);
}

void doc_fold_end(struct document *d)
{
	add(d, DOC_FOLD_END, NULL);
}

void doc_gap(struct document *d)
{
	add(d, DOC_GAP, NULL);
}

void doc_append(struct document *d, struct document *from, const char *name)
{
	for (size_t i = 0; i < from->n; i++) {
		struct doc_block *b = &from->block[i];
		char *before = b->kind == DOC_CODE ? NULL : b->name;

		if (b->kind == DOC_TITLE || b->kind == DOC_HEADING)
			b->level = b->kind == DOC_TITLE ? 2 : b->level + 1;
		if (b->kind == DOC_TITLE)
			b->kind = DOC_HEADING;
		if (before && asprintf(&b->name, "%s-%s", name, before) < 0)
			must_fail();
		free(before);
	}
	doc_join(d, from);
}

void doc_join(struct document *d, struct document *from)
{
	for (size_t i = 0; i < from->n; i++) {
		d->block = must_grow(d->block, d->n, sizeof(*d->block));
		d->block[d->n++] = from->block[i];
	}
	free(from->block);
	*from = (struct document){0};
}

void doc_release(struct document *d)
{
	for (size_t i = 0; i < d->n; i++) {
		struct doc_block *b = &d->block[i];

		free(b->text);
		free(b->mark);
		free(b->name);
		free(b->svg);
		free(b->column);
		free(b->words);
		table_release(&b->table);
	}
	free(d->block);
	*d = (struct document){0};
}
